"""A second, invented version of the policy: adding one is small and local, and a history may span both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from partnerships import POLICY_1_1, Policy
from partnerships.errors import DefinitionError
from partnerships.lifecycle.findings import Finding, notice
from partnerships.lifecycle.guards.base import guard
from partnerships.lifecycle.guards.matter import Matter
from partnerships.lifecycle.table import TRIGGERS
from partnerships.lifecycle.vocabulary import Trigger
from tests.outcomes import accepted, refused
from tests.story import Clock, Story

REASON_ASKED = notice(
    "L1.invented_reason_missing",
    "The invented version asks for a reason whenever an activity begins.",
    "Give a reason.",
)


@guard("L1")
def beginning_has_a_reason(matter: Matter) -> Iterator[Finding]:
    """L1, as the invented version reads it."""
    if matter.reason is None:
        yield REASON_ASKED


POLICY_2_0 = Policy(
    "2.0",
    date(2024, 7, 1),
    rows=tuple(
        replace(row, guards=(*row.guards, beginning_has_a_reason))
        if row.trigger == Trigger.BEGIN_ACTIVITY
        else row
        for row in TRIGGERS
    ),
)


@pytest.fixture
def spanning(opened: Callable[..., Any], clock: Clock) -> Story:
    return Story(opened((POLICY_1_1, POLICY_2_0)), clock)


def test_up_to_its_day_the_old_version_decides(spanning: Story) -> None:
    spanning.to("assessed").day("2024-06-30").ready_for("begin_activity")
    sequence = spanning.does("begin_activity")
    assert spanning.entry(sequence)["policy"] == "1.1"


def test_from_its_day_on_the_new_one_does(spanning: Story) -> None:
    spanning.to("assessed").day("2024-07-01").ready_for("begin_activity")
    assert spanning.why("begin_activity")["allowed"] is False
    refused(spanning.trigger("begin_activity")).by("L1")
    outcome = spanning.trigger("begin_activity", reason="All is in place")
    accepted(outcome).warned()
    assert spanning.entry(outcome["sequence"])["policy"] == "2.0"


def test_the_day_of_a_decision_says_which_version_it_falls_under(spanning: Story) -> None:
    spanning.to("assessed").day("2024-07-10").ready_for("begin_activity", on="2024-06-20")
    refused(spanning.trigger("begin_activity", on="2024-07-05")).by("L1")
    accepted(spanning.trigger("begin_activity", on="2024-06-25")).warned()


@pytest.mark.every_store
def test_a_history_may_span_both_and_replays_the_same(spanning: Story) -> None:
    spanning.to("active_activity").day("2024-09-01")
    spanning.ready_for("begin_transition").does("begin_transition")
    spanning.ready_for("exit").does("exit")
    versions = {
        entry["trigger"]: entry["policy"] for entry in spanning.history() if entry["entry"] == "transition"
    }
    assert versions == {"assess": "1.1", "begin_activity": "1.1", "begin_transition": "2.0", "exit": "2.0"}
    replay = spanning.service.replay(spanning.id)
    assert replay["same"]
    assert replay["live"] == replay["replayed"]


def test_days_before_the_first_version_are_judged_under_it_and_marked(story: Story) -> None:
    story.identify(on="2023-10-26")
    (before,) = story.history()
    assert before["policy"] == "1.1"
    later = story.entry(story.has("comment", on="2023-10-27"))
    marks = {name for name, value in before.items() if value is True} - {
        name for name, value in later.items() if value is True
    }
    assert len(marks) == 1


def test_a_version_leaves_the_others_as_they_were() -> None:
    assert POLICY_2_0.digest != POLICY_1_1.digest
    assert Policy("1.1", date(2023, 10, 27)).digest == POLICY_1_1.digest


def test_other_settings_are_the_same_version_under_another_digest() -> None:
    changed = POLICY_1_1.with_settings(l8_mid_term_months=24)
    assert (changed.version, changed.digest) == (POLICY_1_1.version, POLICY_1_1.digest)
    assert changed.settings_digest != POLICY_1_1.settings_digest
    assert changed.with_settings(l8_mid_term_months=36).settings_digest == POLICY_1_1.settings_digest


def test_an_unknown_setting_is_an_error() -> None:
    with pytest.raises(DefinitionError):
        POLICY_1_1.with_settings(l99_nothing=False)


@guard("S9.9")
def of_an_unknown_clause(matter: Matter) -> Iterator[Finding]:
    """S9.9, which no catalogue knows."""
    yield REASON_ASKED


@pytest.mark.parametrize(
    "rows",
    [
        TRIGGERS[:-1],
        (*TRIGGERS, TRIGGERS[0]),
        tuple(replace(row, guards=()) if row.trigger == Trigger.ASSESS else row for row in TRIGGERS),
        tuple(
            replace(row, guards=(*row.guards, of_an_unknown_clause)) if row.trigger == Trigger.EXIT else row
            for row in TRIGGERS
        ),
        tuple(
            replace(row, sources=(*row.sources, "exited")) if row.trigger == Trigger.ASSESS else row
            for row in TRIGGERS
        ),
        tuple(
            replace(row, sources=("asessed",)) if row.trigger == Trigger.BEGIN_STRATEGIC else row
            for row in TRIGGERS
        ),
    ],
    ids=[
        "a trigger less",
        "one twice",
        "one unguarded",
        "an unknown clause",
        "a way out of the end",
        "a mistyped state",
    ],
)
def test_a_definition_that_contradicts_itself_is_not_built(rows: tuple[Any, ...]) -> None:
    with pytest.raises(DefinitionError):
        Policy("3.0", date(2025, 1, 1), rows=rows)
