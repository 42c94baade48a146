"""Notices before an agreement's endline and the day after it, for each agreement (S5.16, S6.16, S6.18)."""

from __future__ import annotations

import pytest

from partnerships.lifecycle.settings import CategoryRhythms, Settings
from partnerships.lifecycle.vocabulary import Category
from tests.bodies import both_accept
from tests.scheduler.life import Life, activity, day, told

NOTICE, PASSED, ENDING = "endline_notice", "endline_passed", "agreement_ending"


@pytest.mark.parametrize(
    ("on", "due"),
    [
        ("2024-10-01", []),
        ("2024-10-02", [(NOTICE, "2024-10-02", "asked")]),
        ("2024-11-30", [(NOTICE, "2024-10-02", "asked")]),
        ("2024-12-01", [(NOTICE, "2024-10-02", "missed"), (NOTICE, "2024-12-01", "asked")]),
        (
            "2024-12-31",
            [
                (NOTICE, "2024-10-02", "missed"),
                (NOTICE, "2024-12-01", "missed"),
                (NOTICE, "2024-12-24", "asked"),
            ],
        ),
        (
            "2025-01-01",
            [
                (NOTICE, "2024-10-02", "missed"),
                (NOTICE, "2024-12-01", "missed"),
                (NOTICE, "2024-12-24", "missed"),
                (PASSED, "2025-01-01", "asked"),
            ],
        ),
    ],
)
def test_ninety_thirty_and_seven_days_before_and_the_day_after(on: str, due: list[object]) -> None:
    assert told(activity(ends_on="2024-12-31").due(on)) == due


def test_every_day_swept_each_is_asked_on_its_day() -> None:
    life = activity(ends_on="2024-12-31")
    asked = [one for one in life.sweeps_daily("2025-06-01") if one[1] != "review_stale"]
    assert asked == [
        ("2024-10-02", NOTICE),
        ("2024-12-01", NOTICE),
        ("2024-12-24", NOTICE),
        ("2025-01-01", PASSED),
    ]


def test_the_endline_day_itself_is_in_time() -> None:
    life = activity(ends_on="2024-12-31")
    life.sweeps("2024-12-31")
    assert told(life.due("2024-12-31")) == []
    assert told(life.due("2025-01-01")) == [(PASSED, "2025-01-01", "asked")]


@pytest.mark.parametrize(
    ("category", "kinds", "clauses"),
    [
        ("activity", {NOTICE, PASSED}, {"S6.18"}),
        ("associate", {NOTICE, PASSED}, {"S6.18"}),
        ("strategic", {ENDING, PASSED}, {"S5.16"}),
    ],
)
def test_kind_and_clause_are_those_of_the_agreements_category(
    category: str, kinds: set[str], clauses: set[str]
) -> None:
    life = Life("2024-01-10", level="international")
    life.has("exit_dialogue")
    life.begins(category, ends_on="2024-06-30", purpose="joint_action")
    found = life.due("2024-07-01")
    assert {str(one.kind) for one in found} == kinds
    assert {one.clause for one in found} == clauses
    assert {one.subject for one in found} == {"a-1"}
    assert {one.endline for one in found} == {day("2024-06-30")}


def test_a_strategic_partnership_still_hears_of_its_activity_agreement() -> None:
    life = activity("2024-01-10", ends_on="2024-06-30").day("2024-02-01")
    life.has("exit_dialogue")
    life.begins("strategic", reference="s-1", collaboration="Core work", ends_on="2024-07-31")
    due = {(str(one.kind), one.subject) for one in life.due("2024-07-10")}
    assert due == {(NOTICE, "a-1"), (PASSED, "a-1"), (ENDING, "s-1")}


def test_parallel_agreements_are_asked_for_one_by_one() -> None:
    life = activity("2024-01-10", ends_on="2024-06-30").day("2024-02-01")
    life.has("agreement", reference="b-1", collaboration="Another work", ends_on="2024-09-30")
    found = [(one.subject, one.due_on.isoformat()) for one in life.due("2024-07-02") if not one.missed]
    assert found == [("a-1", "2024-07-01"), ("b-1", "2024-07-02")]


@pytest.mark.parametrize(
    "fields",
    [
        {"ends_on": None, "no_endline_reason": "It ends with the project"},
        {"ends_on": "9999-12-31"},
    ],
)
def test_without_an_end_there_is_no_notice(fields: dict[str, str]) -> None:
    life = Life("2024-01-10")
    life.begins("activity", **fields)
    assert [one for one in told(life.due("2099-01-01")) if one[0] != "review_stale"] == []


def test_drafts_and_what_has_not_begun_ask_for_nothing() -> None:
    life = activity("2024-01-10", ends_on="2024-12-31").day("2024-02-01")
    accepted = both_accept("2024-02-01")[:1]
    life.has("agreement", reference="b-1", collaboration="Another", ends_on="2024-05-31", accepted=accepted)
    life.has("agreement", reference="s-1", category="strategic", ends_on="2024-05-31")
    assert told(life.due("2024-06-30")) == []
    waiting = Life("2024-01-10")
    waiting.does("assess", "assessed")
    waiting.has("agreement", ends_on="2024-05-31")
    assert told(waiting.due("2024-06-30")) == []


def test_a_longer_version_counts_only_from_the_renewal() -> None:
    life = activity("2024-01-10", ends_on="2024-06-30").day("2024-05-15")
    life.sweeps()
    life.has("renewal_note")
    read = life.has("agreement", ends_on="2024-12-31", starts_on="2024-01-10")
    assert [one[:2] for one in told(life.due("2024-05-31"))] == [(NOTICE, "2024-05-31")]
    life.does("renew", "active_activity", read)
    assert told(life.due("2024-06-01")) == []
    assert life.next_due_on() == day("2024-10-02")


def test_nothing_is_asked_of_an_agreement_that_another_carries_on() -> None:
    life = activity("2024-01-10", ends_on="2024-06-30").day("2024-04-20")
    life.sweeps()
    life.renews(reference="a-2", continues="a-1", starts_on="2024-07-01", ends_on="2025-06-30")
    assert told(life.due("2024-12-31")) == []
    assert life.next_due_on() == day("2025-01-11")


def test_it_is_asked_again_of_one_whose_successor_was_given_up_before_it_ended() -> None:
    life = activity("2024-01-10", ends_on="2024-06-30").day("2024-04-20")
    next_one = {"reference": "a-2", "continues": "a-1", "starts_on": "2024-07-01", "ends_on": "2025-06-30"}
    life.sweeps()
    life.renews(**next_one)
    life.day("2024-05-20").has("agreement", **next_one, concluded_on="2024-05-20")
    assert told(life.due("2024-06-01")) == [("endline_notice", "2024-05-31", "asked")]
    assert life.replays()


def test_nothing_is_asked_of_one_that_is_concluded() -> None:
    life = activity("2024-01-10", ends_on="2024-06-30").day("2024-05-20")
    life.has("agreement", ends_on="2024-06-30", concluded_on="2024-05-20", concluded_how="completed")
    assert told(life.due("2024-08-01")) == []


def test_one_concluded_late_is_asked_for_no_more() -> None:
    life = activity("2024-01-10", ends_on="2024-06-30").day("2024-07-20")
    life.has("agreement", ends_on="2024-06-30", concluded_on="2024-07-20", concluded_how="completed")
    assert told(life.due("2024-08-01")) == []
    assert life.next_due_on() == day("2025-01-11")


def test_a_notice_whose_day_lay_before_the_agreement_is_not_owed() -> None:
    short = activity("2024-01-10", ends_on="2024-02-20")
    assert told(short.due("2024-01-20")) == []
    assert told(short.due("2024-01-21")) == [(NOTICE, "2024-01-21", "asked")]
    to_the_day = activity("2024-01-10", ends_on="2024-04-09")
    assert told(to_the_day.due("2024-01-10")) == [(NOTICE, "2024-01-10", "asked")]
    ahead = activity("2024-01-10", starts_on="2024-06-01", ends_on="2024-08-15")
    assert told(ahead.due("2024-06-01")) == []
    assert told(ahead.due("2024-07-16")) == [(NOTICE, "2024-07-16", "asked")]
    late = activity("2024-01-10", ends_on="2024-12-31").day("2024-12-10")
    late.has(
        "agreement", reference="b-1", collaboration="Another", starts_on="2024-03-01", ends_on="2024-12-31"
    )
    assert [one.due_on.isoformat() for one in late.due("2024-12-24") if one.subject == "b-1"] == [
        "2024-12-24"
    ]


def test_a_notice_whose_day_lay_before_the_beginning_is_not_owed() -> None:
    life = Life("2024-01-10")
    life.does("assess", "assessed")
    read = life.has("agreement", ends_on="2024-06-30")
    life.day("2024-05-01").does("begin_activity", "active_activity", read)
    assert told(life.due("2024-05-30")) == []
    assert life.next_due_on() == day("2024-05-31")


def test_two_agreements_that_end_on_one_day_are_asked_for_apart() -> None:
    life = activity("2024-01-10", ends_on="2024-12-31")
    life.sweeps("2024-10-02")
    life.has("agreement", reference="b-1", collaboration="Another", ends_on="2024-12-31")
    assert [one.subject for one in life.due()] == ["b-1"]


def test_one_cut_short_is_asked_for_by_its_new_end() -> None:
    life = activity("2024-01-10", ends_on="2024-12-31")
    life.sweeps_daily("2024-12-24")
    life.day("2024-12-25").has("agreement", on="2024-12-20", ends_on="2024-12-29")
    assert told(life.due()) == [(NOTICE, "2024-12-22", "asked")]


def test_one_recorded_after_its_end_has_passed_at_once() -> None:
    life = activity("2024-01-10", ends_on="2024-12-31").day("2024-06-10")
    life.has(
        "agreement", reference="b-1", collaboration="Another", starts_on="2023-01-01", ends_on="2024-03-31"
    )
    assert [(str(one.kind), one.due_on.isoformat(), one.missed) for one in life.due()] == [
        (PASSED, "2024-04-01", False)
    ]


def test_notices_go_on_while_in_transition_and_stop_with_the_exit() -> None:
    life = activity("2024-01-10", ends_on="2024-12-31").day("2024-11-01")
    life.begins_transition()
    life.sweeps()
    assert (NOTICE, "2024-12-01", "asked") in told(life.due("2024-12-01"))
    life.does("exit", "exited")
    assert told(life.due("2025-01-31")) == []


def test_the_house_sets_other_days_also_for_one_category() -> None:
    life = activity("2024-01-10", ends_on="2024-12-31")
    own = {Category.ACTIVITY: CategoryRhythms(endline_notice_days=(14, 60))}
    settings = Settings(l7_endline_notice_days=(10,), l7_by_category=own)
    assert [one.due_on.isoformat() for one in life.due("2025-01-01", settings)] == [
        "2024-11-01",
        "2024-12-17",
        "2025-01-01",
    ]
    none = Settings(l7_endline_notice_days=())
    assert told(life.due("2025-01-01", none)) == [(PASSED, "2025-01-01", "asked")]


def test_each_agreement_has_the_days_of_its_own_category() -> None:
    life = activity("2024-01-10", ends_on="2024-12-31")
    life.has("exit_dialogue")
    life.begins("strategic", reference="s-1", collaboration="Core work", ends_on="2024-12-31")
    own = {Category.ACTIVITY: CategoryRhythms(endline_notice_days=(20,))}
    settings = Settings(l7_endline_notice_days=(10,), l7_by_category=own)
    found = [(one.subject, one.due_on.isoformat()) for one in life.due("2024-12-21", settings)]
    assert [one for one in found if one[0]] == [("a-1", "2024-12-11"), ("s-1", "2024-12-21")]


def test_days_set_anew_double_nothing_that_was_asked() -> None:
    life = activity("2024-01-10", ends_on="2024-12-31")
    life.sweeps("2024-12-02")
    wider = Settings(l7_endline_notice_days=(120, 90, 60, 30, 15))
    assert told(life.due("2024-12-02", wider)) == []
    assert told(life.due("2024-12-16", wider)) == [(NOTICE, "2024-12-16", "asked")]
