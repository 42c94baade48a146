"""L7 as settings: read from JSON, general and by category, wrong ones told by name."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from partnerships import POLICY_1_1
from partnerships.errors import DefinitionError
from partnerships.lifecycle.commands import read_command, read_record
from partnerships.lifecycle.decide import Decision, decide
from partnerships.lifecycle.settings import CategoryRhythms, Rhythms, Settings
from partnerships.lifecycle.vocabulary import Category, PromptKind
from tests.scheduler.life import activity, strategic
from tests.story import actor

OURS = {
    "l7_review_months": 4,
    "l7_by_category": {
        "associate": {"review_months": 12, "endline_notice_days": [60, 14]},
        "strategic": {"stale_months": 0},
    },
    "l7_not_asked": ["exit_dialogue"],
    "office_time_zone": "Africa/Nairobi",
}


def test_they_are_read_from_json_and_written_to_it() -> None:
    settings = Settings.from_json(OURS)
    assert settings.l7_by_category[Category.ASSOCIATE] == CategoryRhythms(12, (60, 14))
    assert settings.l7_not_asked == (PromptKind.EXIT_DIALOGUE,)
    kept = json.loads(json.dumps(settings.as_json()))
    assert {name: kept[name] for name in OURS} == OURS
    assert Settings.from_json(kept) == settings


@pytest.mark.parametrize(
    ("category", "rhythms"),
    [
        ("strategic", Rhythms(4, (90, 30, 7), 1, 6, 0, 14)),
        ("associate", Rhythms(12, (60, 14), 1, 6, 12, 14)),
        ("activity", Rhythms(0, (90, 30, 7), 1, 6, 12, 14)),
        (None, Rhythms(0, (90, 30, 7), 1, 6, 12, 14)),
    ],
)
def test_a_category_has_its_own_or_else_what_holds_in_general(category: str, rhythms: Rhythms) -> None:
    assert Settings.from_json(OURS).rhythms(category) == rhythms


def test_what_is_left_as_it_is_leaves_the_digest_as_it_was() -> None:
    assert Settings().digest == Settings(l7_by_category={}, l7_not_asked=()).digest
    assert "l7_by_category" not in Settings().as_json()
    assert Settings.from_json(OURS).digest != Settings().digest


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"l7_review_months": -1}, "l7_review_months: must be a whole number from 0 to 1200"),
        ({"l7_stale_months": "soon"}, "l7_stale_months: "),
        ({"l8_mid_term_months": -1}, "l8_mid_term_months: must be a whole number from 0 to 1200"),
        ({"l9_backdating_days": -30}, "l9_backdating_days: must be a whole number from 0 to 36500"),
        ({"l7_escalation_days": 99999}, "l7_escalation_days: must be a whole number from 0 to 36500"),
        ({"l7_endline_notice_days": [30, -7]}, "l7_endline_notice_days: must be a list of whole numbers"),
        ({"l7_endline_notice_days": 30}, "l7_endline_notice_days: "),
        ({"l7_not_asked": ["reminder"]}, "l7_not_asked.0: "),
        ({"l7_by_category": {"friendship": {}}}, "l7_by_category.friendship"),
        ({"l7_by_category": {"activity": {"review": 3}}}, "l7_by_category.activity.review: "),
        (
            {"l7_by_category": {"activity": {"review_months": -3}}},
            "l7_by_category.activity.review_months: must be a whole number",
        ),
        ({"office_time_zone": "Nairobi"}, "office_time_zone: Nairobi is not an IANA time zone"),
        ({"office_time_zone": "Africa"}, "office_time_zone: Africa is not an IANA time zone"),
        ({"l7_snooze": 1}, "l7_snooze: is not a setting"),
    ],
)
def test_what_cannot_be_is_told_with_its_field(value: dict[str, Any], told: str) -> None:
    with pytest.raises(DefinitionError) as error:
        Settings.from_json(value)
    assert told in str(error.value)


def test_a_policy_takes_no_wrong_ones_either_and_all_are_told_at_once() -> None:
    with pytest.raises(DefinitionError) as error:
        POLICY_1_1.with_settings(
            l7_review_months=True,
            l7_not_asked=("reminder",),
            l7_by_category={"activity": {"review_months": 3}},
        )
    assert [problem.split(":")[0] for problem in str(error.value).split("; ")] == [
        "l7_review_months",
        "l7_by_category.activity",
        "l7_not_asked",
    ]


def test_what_is_turned_off_is_listed() -> None:
    assert Settings().turned_off == []
    off = Settings(l7_review_months=0, l7_endline_notice_days=(), l7_not_asked=(PromptKind.PLAN_STEP,))
    assert off.turned_off == ["l7_review_months", "l7_endline_notice_days", "prompt plan_step"]


def recorded(**body: Any) -> Decision:
    life = strategic("2024-01-31")
    command = read_command(
        {"do": "record", "id": "p-1", "kind": "arrangement", "body": body, "actor": actor("pm-1")}
    )
    record = read_record(command, life.on)
    return decide(life.partnership, command, POLICY_1_1, life.on, record=record)


def test_a_rhythm_of_its_own_without_a_reason_is_warned_of() -> None:
    decision = recorded(review_months=3)
    assert decision.accepted
    assert [finding.code for finding in decision.warnings] == ["L7.reason_missing"]
    assert recorded(review_months=3, reason="New leadership").warnings == ()
    assert recorded(responsible="pm-1").warnings == ()


@pytest.mark.parametrize(
    ("held_on", "on", "stale"),
    [
        ("2024-02-29", "2025-02-28", False),
        ("2024-02-29", "2025-03-01", True),
        ("2023-02-28", "2024-02-28", False),
        ("2023-02-28", "2024-02-29", True),
    ],
)
def test_a_decision_warns_of_a_stale_review_from_the_day_on_which_it_is_asked_for(
    held_on: str, on: str, stale: bool
) -> None:
    life = activity("2023-01-10", ends_on="2026-12-31").day(held_on)
    life.has("sustainability_review")
    life.day(on).has("transition_plan")
    command = read_command(
        {"do": "trigger", "id": "p-1", "trigger": "begin_transition", "actor": actor("director-1")}
    )
    for months, expected in ((12, stale), (0, False)):
        policy = POLICY_1_1.with_settings(l7_stale_months=months)
        decision = decide(life.partnership, command, policy, date.fromisoformat(on))
        assert ("S6.7.review_stale" in {one.code for one in decision.warnings}) is expected
    assert ("review_stale" in {str(one.kind) for one in life.due()}) is stale
