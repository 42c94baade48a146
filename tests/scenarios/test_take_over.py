"""Taking over a portfolio that ran before: stated as a fact, never as a decision."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from partnerships.errors import BadRequest
from tests.outcomes import accepted, invalid, no_such_edge, refused
from tests.story import BEGIN, Story, actor

AHEAD = date(2024, 12, 31)
Told = Callable[..., Story]


@pytest.fixture
def told(under: Told) -> Story:
    return under(take_over_until=AHEAD)


def take_over(story: Story, state: str = "strategic", by: str = "director-1", **parts: Any) -> dict[str, Any]:
    command = story.command(
        "take_over", by, state=state, since="2021-05-01", body=story.body("partner_profile")
    )
    return story.apply(command | {"reason": "It ran before this service"} | parts)


@pytest.mark.parametrize("state", list(BEGIN))
def test_a_director_states_that_it_runs(told: Story, state: str) -> None:
    accepted(take_over(told, state)).in_state(state)
    shown = told.show()
    assert (shown["state"], shown["cycle"], shown["sequence"]) == (state, 1, 1)
    (entry,) = told.history()
    assert (entry["entry"], entry["to"], entry["reason"]) == ("takeover", state, "It ran before this service")


def test_it_is_off_unless_the_host_turns_it_on(story: Story) -> None:
    with story.nothing_changes():
        refused(take_over(story)).in_state(None)


def test_and_only_for_a_while(told: Story) -> None:
    for day in ("2024-12-31", "2025-01-01"):
        told.day(day)
        for who in ("director-1", "pm-1"):
            no_such_edge(take_over(told, by=who))
    accepted(take_over(told.day("2024-12-30")))


def test_not_from_a_day_to_come(told: Story) -> None:
    assert take_over(told, since="2024-03-02")["outcome"] in ("invalid", "refused")
    assert list(told.service.ids()) == []


def test_nor_on_one(told: Story) -> None:
    refused(take_over(told, on="2024-03-02")).by("L9")
    accepted(take_over(told, on="2024-03-01"))


@pytest.mark.parametrize("who", ["pm-1", "committee-1", "auditor-1"])
def test_only_a_director_states_it(told: Story, who: str) -> None:
    refused(take_over(told, by=who)).by("L2").of_kind("authority")


@pytest.mark.parametrize(
    "state", ["identified", "assessed", "transitioning", "exited", "terminated_for_crisis"]
)
def test_only_into_an_active_state(told: Story, state: str) -> None:
    assert take_over(told, state)["outcome"] in ("invalid", "refused")
    assert list(told.service.ids()) == []


@pytest.mark.parametrize("reason", [None, " "])
def test_it_takes_a_reason(told: Story, reason: str | None) -> None:
    assert invalid(take_over(told, reason=reason)) == {"reason"}


def test_what_is_known_already_is_not_taken_over(told: Story) -> None:
    told.to("identified")
    no_such_edge(take_over(told))


def still_asked(told: Story) -> set[str]:
    """The clauses that `why` lists under the beginning of the state it was taken over into."""
    explained = told.service.why(told.id, actor=told.who("director-1"))["triggers"]
    beginnings = [one for one in explained if one["trigger"] == "begin_strategic"]
    return {finding["clause"] for one in beginnings for finding in one["findings"]}


def test_why_lists_what_a_beginning_would_still_ask(told: Story) -> None:
    take_over(told)
    assert still_asked(told) == {"S3.6", "S5.5", "S5.16"}


def test_what_is_asked_shrinks_as_the_file_grows(told: Story) -> None:
    take_over(told)
    told.has("inclusion_commitment")
    assert still_asked(told) == {"S5.5", "S5.16"}
    told.ready_for("begin_strategic")
    assert still_asked(told) == set()


def test_nothing_is_decided_for_a_day_before_it_began(told: Story) -> None:
    take_over(told, "active_activity")
    told.ready_for("begin_transition", on="2021-04-01")
    refused(told.trigger("begin_transition", on="2021-04-30")).by("L9")
    accepted(told.trigger("begin_transition", on="2021-05-01"))


def test_it_is_neither_reverted_nor_withdrawn(told: Story) -> None:
    take_over(told)
    no_such_edge(told.revert(1))
    no_such_edge(told.withdraw(1, by="director-2"))


def test_from_there_it_goes_on_in_the_ordinary_way(told: Story) -> None:
    take_over(told, "active_activity")
    told.ready_for("begin_transition").does("begin_transition")
    told.ready_for("exit").does("exit")
    assert told.show()["ended_as"] == "exited"
    assert told.service.replay(told.id)["same"]


class TestImport:
    """Past commands brought in by a director keep their claimed instants apart from what the clock saw."""

    LINE = (
        b'{"do":"identify","id":"p-1","body":{"name":"Example Radio (fictional)"},"on":"2019-05-01",'
        b'"recorded_at":"2019-05-02T10:00:00Z","actor":{"id":"pm-1","party":"ims","roles":["programme_manager"]}}'
    )

    def test_they_are_marked_for_good(self, story: Story) -> None:
        (outcome,) = story.service.apply_lines([self.LINE], importing_actor=story.who("director-1"))
        accepted(outcome)
        (entry,) = story.history()
        assert entry["imported"]
        assert entry["recorded_at"].startswith("2024-03-01")
        assert "2019-05-02" in str(entry)

    @pytest.mark.parametrize("more", [("auditor",), ("service",)])
    def test_by_a_director_who_may_decide_alone(self, story: Story, more: tuple[str, ...]) -> None:
        for who in (actor("pm-1"), actor("partner-1"), actor("director-1", *more)):
            with pytest.raises(BadRequest, match="by a director"):
                list(story.service.apply_lines([self.LINE], importing_actor=who))
        assert list(story.service.ids()) == []

    def test_outside_an_import_nobody_claims_an_instant(self, story: Story) -> None:
        (outcome,) = story.service.apply_lines([self.LINE])
        assert invalid(outcome) == {"recorded_at"}

    def test_an_ordinary_entry_is_not_marked(self, story: Story) -> None:
        story.to("identified")
        assert not story.history()[0]["imported"]
