"""What the partner's side sees of prompts, and may answer: those that concern it, of its own partnerships."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from partnerships import Service
from tests.scheduler.sweep.test_sweep import without_dialogue
from tests.story import Story, actor

pytestmark = pytest.mark.every_store


def unfit(story: Story) -> Story:
    """A strategic partner of a type that no longer fits: a prompt for IMS alone (S5.4)."""
    without_dialogue(story).has("partner_profile", type="other")
    return story


def test_it_reads_what_concerns_it(story: Story, service: Service) -> None:
    unfit(story)
    service.sweep()
    assert {line["kind"] for line in service.prompts()} == {"exit_dialogue", "no_longer_meets"}
    own = service.prompts(actor=story.who("partner-1"))
    assert [line["kind"] for line in own] == ["exit_dialogue"]


def test_it_reads_nothing_of_other_partnerships(telling: Callable[..., Story], service: Service) -> None:
    without_dialogue(telling("p-1"))
    without_dialogue(telling("p-2", name="Another Radio"))
    service.sweep()
    for day in (None, "2030-01-01"):
        own = service.prompts(actor=actor("partner-1", partnerships=["p-2"]), on=day)
        assert {line["partnership"] for line in own} == {"p-2"}
    assert service.prompts(actor=actor("partner-1")) == []


def test_its_history_says_nothing_of_what_ims_is_asked(story: Story, service: Service) -> None:
    unfit(story)
    service.sweep()
    rows = [row for row in story.history("partner-1") if row["entry"] == "prompt"]
    assert sorted(str(row["kind"]) for row in rows) == ["None", "exit_dialogue"]
    hidden = next(row for row in rows if row["kind"] is None)
    assert (hidden["prompt"], hidden["body"], hidden["evidence"]) == (None, None, [])


def test_nor_once_a_new_cycle_has_begun(story: Story, service: Service) -> None:
    unfit(story)
    service.sweep()
    before = story.history("partner-1")
    for trigger in ("begin_transition", "exit"):
        story.ready_for(trigger).does(trigger)
    story.does("reidentify")
    assert story.history("partner-1")[: len(before)] == before


def test_it_answers_what_concerns_it_alone(story: Story, service: Service) -> None:
    unfit(story)
    service.sweep()
    asked = {line["kind"]: line["id"] for line in service.prompts()}
    refused = story.record("prompt_answer", by="partner-1", prompt=asked["no_longer_meets"])
    assert refused["errors"] == [{"field": "body.prompt", "message": "there is no such prompt"}]
    story.has("prompt_answer", by="partner-1", prompt=asked["exit_dialogue"])
    assert service.prompts(status="answered")[0]["id"] == asked["exit_dialogue"]


def test_an_answer_is_numbered_as_its_view_is(story: Story, service: Service) -> None:
    without_dialogue(story)
    service.sweep()
    story.has("crisis_case", by="partner-9", case="p1")
    story.has("exit_dialogue")
    (line,) = service.prompts(actor=story.who("partner-1"))
    newest = story.history("partner-1")[-1]
    assert (newest["kind"], line["answered_by"]) == ("exit_dialogue", newest["sequence"])
