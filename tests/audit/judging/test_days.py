"""Days among the exceptions: recorded late, by an endline that had passed, before the policy (L9, S6.18)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.audit.judging.rows import places, rows
from tests.story import Story

Told = Callable[..., Story]


@pytest.mark.every_store
@pytest.mark.parametrize(("days", "told"), [(30, False), (31, True)])
def test_back_dated(story: Story, days: int, told: bool) -> None:
    story.to("identified").day("2024-07-01")
    on = {30: "2024-06-01", 31: "2024-05-31"}[days]
    comment = story.has("comment", on=on)
    assert places(story, "back_dated") == ([comment] if told else [])
    if told:
        assert "31 days" in rows(story, "back_dated")[0]["text"]


def test_the_house_says_from_how_many_days_on(under: Told) -> None:
    story = under(l9_backdating_days=10).to("identified").day("2024-07-01")
    comment = story.has("comment", on="2024-06-20")
    story.has("comment", on="2024-06-21")
    assert places(story, "back_dated") == [comment]


@pytest.mark.parametrize(("on", "told"), [("2025-02-28", True), ("2025-03-01", False)])
def test_a_transition_by_an_endline_and_recorded_after_it(story: Story, on: str, told: bool) -> None:
    story.to("active_activity").day("2025-03-10").ready_for("begin_transition", on=on)
    begun = story.does("begin_transition", on=on)
    assert places(story, "recorded_after_endline") == ([begun] if told else [])


@pytest.mark.parametrize(("day", "told"), [("2025-02-28", False), ("2025-03-01", True)])
def test_an_agreement_by_its_own_endline_and_recorded_after_it(story: Story, day: str, told: bool) -> None:
    story.to("assessed").day(day)
    dates = {"starts_on": "2024-03-01", "ends_on": "2025-02-28"}
    agreements = [story.has("agreement", on="2025-02-01", reference=name, **dates) for name in ("a-1", "b-1")]
    agreements.append(story.has("agreement", on="2025-02-02", **dates))
    assert places(story, "recorded_after_endline") == (agreements if told else [])


def test_a_shorter_version_by_its_own(story: Story) -> None:
    story.to("active_activity").day("2024-07-01")
    shorter = story.has("agreement", on="2024-06-20", starts_on="2024-03-01", ends_on="2024-06-30")
    assert places(story, "recorded_after_endline") == [shorter]


@pytest.mark.parametrize("decision", ["begin_activity", "renew"])
def test_a_decision_by_the_endline_of_what_it_read(story: Story, decision: str) -> None:
    story.to("assessed" if decision == "begin_activity" else "active_activity")
    story.ready_for(
        decision, agreement={"reference": "n-1", "starts_on": "2024-03-01", "ends_on": "2024-03-20"}
    )
    decided = story.day("2024-03-21").does(decision, on="2024-03-10")
    assert places(story, "recorded_after_endline") == [decided]


@pytest.mark.parametrize(("day", "told"), [("2025-02-28", False), ("2025-03-01", True)])
def test_a_late_renewal(story: Story, day: str, told: bool) -> None:
    story.to("active_activity").day(day)
    story.ready_for("renew", agreement={"starts_on": "2025-03-01", "ends_on": "2026-02-28"})
    renewed = story.does("renew")
    assert places(story, "late_renewal") == ([renewed] if told else [])
    if told:
        assert "1 day after a-1" in rows(story, "late_renewal")[0]["text"]


def test_days_before_the_policy_are_counted(story: Story) -> None:
    story.identify(on="2023-10-26")
    story.has("comment", on="2023-10-26")
    story.has("comment", on="2023-10-27")
    (row,) = rows(story, "before_policy")
    assert (row["sequence"], row["severity"]) == (1, "low")
    assert "2 entries between 1 and 2" in row["text"]
