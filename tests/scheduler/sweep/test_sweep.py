"""The sweep on every store: what is due is made, once, whole, and read back as it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from partnerships import POLICY_1_1, BadRequest, Service, open_service
from tests.storage.rows import engine_of
from tests.story import Story

pytestmark = pytest.mark.every_store


def without_dialogue(story: Story) -> Story:
    """A strategic partnership that nobody talked about the end of (S6.22)."""
    story.to("assessed").category = "strategic"
    story.ready_for("begin_strategic", without="exit_dialogue").does("begin_strategic")
    return story


def kinds(service: Service, **filters: Any) -> list[tuple[str, str, str]]:
    return [(line["kind"], line["due_on"], line["status"]) for line in service.prompts(**filters)]


def test_what_is_due_is_made_and_is_there(story: Story, service: Service) -> None:
    without_dialogue(story)
    entered = story.today
    report = service.sweep()
    assert (report.asked, report.missed, report.escalated, report.set_aside) == (1, 0, 0, [])
    assert kinds(service) == [("exit_dialogue", entered, "open")]
    entry = service.history("p-1")[-1]
    assert (entry["entry"], entry["kind"], entry["on"]) == ("prompt", "exit_dialogue", entered)
    assert entry["actor"]["roles"] == ["service"]
    assert entry["prompt"]["id"] == service.prompts()[0]["id"]
    assert service.feed()[-1]["subject"] == "p-1"
    assert service.replay("p-1")["same"]


def test_a_second_sweep_makes_nothing(story: Story, service: Service, opened: Callable[..., Service]) -> None:
    without_dialogue(story)
    service.sweep()
    before = len(service.history("p-1"))
    for other in (service, opened()):
        report = other.sweep()
        assert (report.asked, report.looked_at) == (0, 0)
    assert len(service.history("p-1")) == before


def test_a_sweep_looks_only_at_what_is_due(telling: Callable[..., Story], service: Service) -> None:
    story = telling("p-1").to("strategic")
    telling("p-2", name="Another Radio").to("identified")
    assert service.sweep().looked_at == 2
    assert service.sweep().looked_at == 0
    story.has("comment", about=1)
    assert service.sweep().looked_at == 1


def test_a_prompt_is_answered_by_what_it_asks_for(story: Story, service: Service) -> None:
    without_dialogue(story)
    service.sweep()
    story.has("exit_dialogue")
    (line,) = service.prompts()
    assert line["status"] == "answered"
    assert line["answered_by"] == service.history("p-1")[-1]["sequence"]
    assert service.prompts(status="open") == []


def test_a_prompt_is_answered_by_name(story: Story, service: Service) -> None:
    without_dialogue(story)
    service.sweep()
    asked = service.prompts()[0]["id"]
    assert story.record("prompt_answer", prompt="0" * 32)["outcome"] == "invalid"
    story.has("prompt_answer", prompt=asked)
    assert service.prompts(status="answered")[0]["id"] == asked


def test_an_answer_that_is_withdrawn_opens_it_again(story: Story, service: Service) -> None:
    without_dialogue(story)
    service.sweep()
    held = story.has("exit_dialogue")
    assert kinds(service, status="answered")
    assert story.withdraw(held)["outcome"] == "accepted"
    assert service.prompts()[0]["status"] == "open"
    assert service.replay("p-1")["same"]


def test_nobody_answers_and_the_director_is_told(story: Story, service: Service) -> None:
    without_dialogue(story)
    service.sweep()
    story.clock.advance(days=14)
    report = service.sweep()
    assert report.escalated == 1
    line = service.prompts(kind="exit_dialogue")[0]
    assert line["status"] == "escalated"
    assert "director" in [one["role"] for one in line["for"]]


def test_a_later_one_takes_the_place_of_the_one_before(story: Story, service: Service) -> None:
    story.to("strategic")
    service.sweep()
    story.clock.advance(days=200)
    service.sweep()
    story.clock.advance(days=200)
    service.sweep()
    reviews = kinds(service, kind="sustainability_review")
    assert [status for _, _, status in reviews] == ["missed", "open"]
    assert service.replay("p-1")["same"]


def test_after_long_downtime_the_gap_shows(story: Story, service: Service) -> None:
    story.to("transitioning")
    story.clock.advance(days=400)
    report = service.sweep()
    check_ins = kinds(service, kind="transition_check_in")
    assert [status for _, _, status in check_ins] == ["missed"] * 12 + ["open"]
    assert report.missed >= 12


def test_a_past_day_makes_what_was_due_by_then(story: Story, service: Service) -> None:
    without_dialogue(story)
    entered = story.today
    story.clock.advance(days=200)
    service.sweep(entered)
    assert kinds(service) == [("exit_dialogue", entered, "open")]
    assert service.sweep(entered).looked_at == 0
    service.sweep()
    assert len(kinds(service)) > 1


def test_a_prompt_in_between_is_no_conflict(story: Story, service: Service) -> None:
    without_dialogue(story)
    seen = story.show()["sequence"]
    assert service.sweep().asked == 1
    assert story.record("comment", expected_sequence=seen)["outcome"] == "accepted"
    assert story.record("comment", expected_sequence=seen)["outcome"] == "conflict"


def test_nor_to_the_partners_side_a_prompt_and_a_case_that_it_does_not_see(
    story: Story, service: Service
) -> None:
    without_dialogue(story)
    seen = story.show(by="partner-1")["sequence"]
    story.has("crisis_case")
    assert service.sweep().asked == 1
    assert story.record("comment", by="partner-1", expected_sequence=seen)["outcome"] == "accepted"


def test_a_day_after_today_is_refused(story: Story, service: Service) -> None:
    for day in ("2024-03-02", "2024-03-04"):
        with pytest.raises(BadRequest, match="lies ahead"):
            service.sweep(day)
    service.sweep("2024-03-01")
    story.clock.set("2024-03-01T10:00:00Z")
    service.sweep("2024-03-02")
    with pytest.raises(BadRequest, match="on"):
        service.sweep("soon")


def test_a_day_ahead_shows_and_makes_nothing(story: Story, service: Service) -> None:
    story.to("strategic")
    before = len(service.history("p-1"))
    ahead = kinds(service, on="2025-03-01")
    assert ("sustainability_review", "2024-09-01", "open") in ahead
    assert service.prompts() == []
    assert len(service.history("p-1")) == before


def test_a_past_day_shows_how_things_stood(story: Story, service: Service) -> None:
    without_dialogue(story)
    entered = story.today
    service.sweep()
    story.clock.advance(days=3)
    story.has("exit_dialogue")
    assert [line["status"] for line in service.prompts(on=entered)] == ["open"]
    assert [line["status"] for line in service.prompts()] == ["answered"]


def test_other_settings_are_looked_at_again(story: Story, service: Service) -> None:
    story.to("active_activity")
    service.sweep()
    story.clock.advance(days=40)
    assert service.sweep().asked == 0
    policy = POLICY_1_1.with_settings(l7_stale_months=1)
    sooner = open_service(engine_of(service), policy=policy, clock=story.clock)
    assert sooner.sweep().asked == 1
    assert sooner.sweep().looked_at == 0


def test_filters(telling: Callable[..., Story], service: Service) -> None:
    without_dialogue(telling("p-1")).has("arrangement", responsible="mads")
    without_dialogue(telling("p-2", name="Another Radio", country="UG"))
    service.sweep()
    assert [line["partnership"] for line in service.prompts(country="UG")] == ["p-2"]
    assert [line["partnership"] for line in service.prompts(for_="mads")] == ["p-1"]
    assert [line["partnership"] for line in service.prompts(for_="p-2")] == ["p-2"]
    assert [line["partnership"] for line in service.prompts(responsible="mads")] == ["p-1"]
    assert len(service.prompts(limit=1)) == 1
    for wrong in ({"status": "late"}, {"kind": "birthday"}):
        with pytest.raises(BadRequest):
            service.prompts(**wrong)


def test_a_new_cycle_leaves_the_prompts_of_the_one_before(story: Story, service: Service) -> None:
    without_dialogue(story)
    service.sweep()
    asked = service.prompts()[0]
    story.ready_for("begin_transition").does("begin_transition")
    story.ready_for("exit").does("exit")
    story.does("reidentify")
    (line,) = [line for line in service.prompts() if line["id"] == asked["id"]]
    assert line["status"] == "answered"
    assert line["due_on"] == asked["due_on"]
