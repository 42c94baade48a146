"""What answers a prompt, what makes it needless, and what takes its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from partnerships.lifecycle.answering import ANSWERS, SETTLES
from partnerships.lifecycle.settings import CategoryRhythms, Settings
from partnerships.lifecycle.vocabulary import Category, PromptKind
from tests.scheduler.asked import (
    ASKED,
    EVERY_KIND,
    STEP,
    ending_asked,
    goals_asked,
    notice_asked,
    passed_asked,
    review_asked,
    status,
)
from tests.scheduler.life import Life, activity, strategic, told


@EVERY_KIND
def test_it_is_open_once_it_is_made_and_the_history_says_the_same(kind: str) -> None:
    life = ASKED[kind]()
    assert status(life, kind) == "open"
    assert life.replays()


@EVERY_KIND
def test_a_prompt_answer_closes_the_prompt_it_names_and_no_other(kind: str) -> None:
    life = ASKED[kind]()
    (prompt,) = [one for one in life.prompts(kind) if one.is_open]
    life.has("prompt_answer", prompt="0" * 32)
    assert status(life, kind) == "open"
    answer = life.answers(prompt)
    closed = life.partnership.prompts.get(prompt.id)
    assert (str(closed.status), closed.closed_by) == ("answered", answer)
    assert life.replays()


@EVERY_KIND
def test_an_answer_taken_back_opens_it_again(kind: str) -> None:
    life = ASKED[kind]()
    (prompt,) = [one for one in life.prompts(kind) if one.is_open]
    life.withdraws(life.answers(prompt))
    assert status(life, kind) == "open"
    assert life.replays()


@pytest.mark.parametrize(
    ("kind", "record"), [(str(kind), str(record)) for kind, found in ANSWERS.items() for record in found]
)
def test_the_record_that_it_asks_for_answers_it(kind: str, record: str) -> None:
    life = ASKED[kind]()
    sequence = life.has(record)
    (prompt,) = [one for one in life.prompts(kind) if one.status != "missed"]
    assert (str(prompt.status), prompt.closed_by) == ("answered", sequence)
    assert life.replays()


SETTLED: dict[str, Callable[[Life], int]] = {
    "endline_notice": lambda life: life.has(
        "agreement", ends_on="2024-12-31", concluded_on="2024-10-02", concluded_how="completed"
    ),
    "agreement_ending": lambda life: life.has(
        "agreement",
        category="strategic",
        reference="a-2",
        continues="a-1",
        starts_on="2024-07-01",
        ends_on=None,
    ),
    "endline_passed": lambda life: life.has(
        "agreement", ends_on="2024-12-31", concluded_on="2025-01-01", concluded_how="completed"
    ),
    "goals_reached": lambda life: life.has(
        "sustainability_review", held_on="2024-05-02", goals_reached="some"
    ),
    "no_added_value": lambda life: life.has("sustainability_review", held_on="2024-05-02"),
    "plan_step": lambda life: life.has("transition_plan", steps=[STEP | {"done_on": "2024-07-01"}]),
    "no_longer_meets": lambda life: life.has("partner_profile", type="media_ecosystem"),
}
NOT_YET: dict[str, Callable[[Life], int]] = {
    "endline_notice": lambda life: life.has("agreement", ends_on="2024-12-31", note="Signed on paper"),
    "agreement_ending": lambda life: life.has(
        "agreement", category="strategic", ends_on="2024-06-30", note="Signed on paper"
    ),
    "endline_passed": lambda life: life.has("agreement", ends_on="2024-12-31", note="Signed on paper"),
    "goals_reached": lambda life: life.has(
        "sustainability_review", held_on="2024-05-02", goals_reached="all", note="Corrected"
    ),
    "no_added_value": lambda life: life.has(
        "sustainability_review", held_on="2024-05-02", added_value_partner=None
    ),
    "plan_step": lambda life: life.has("transition_plan", steps=[STEP], lead_ims="pm-2"),
    "no_longer_meets": lambda life: life.has("partner_profile", type="other"),
}


@pytest.mark.parametrize("kind", SETTLED)
def test_it_is_answered_once_its_reason_is_gone(kind: str) -> None:
    life = ASKED[kind]()
    NOT_YET[kind](life)
    assert status(life, kind) == "open"
    sequence = SETTLED[kind](life)
    (prompt,) = [one for one in life.prompts(kind) if one.status != "missed"]
    assert (str(prompt.status), prompt.closed_by) == ("answered", sequence)
    assert life.replays()


def test_the_cases_above_are_those_that_the_table_names() -> None:
    assert set(SETTLED) == set(NOT_YET) == {str(kind) for kind in SETTLES}
    assert set(ASKED) == {str(kind) for kind in PromptKind}


@pytest.mark.parametrize(
    ("kind", "unrelated"),
    [
        ("sustainability_review", "exit_dialogue"),
        ("endline_passed", "renewal_note"),
        ("plan_step", "comment"),
    ],
)
def test_other_records_leave_it_open(kind: str, unrelated: str) -> None:
    life = ASKED[kind]()
    life.has(unrelated)
    assert status(life, kind) == "open"


@pytest.mark.parametrize(
    "kind", [kind for kind in ASKED if kind not in ("plan_step", "transition_check_in", "exit_follow_up")]
)
def test_a_transition_is_an_answer_to_what_was_asked_before_it(kind: str) -> None:
    life = ASKED[kind]()
    sequence = life.does("begin_transition", "transitioning")
    (prompt,) = [one for one in life.prompts(kind) if one.status != "missed"]
    assert (str(prompt.status), prompt.closed_by) == ("answered", sequence)


@EVERY_KIND
def test_nothing_stays_open_once_the_partnership_has_ended_or_starts_anew(kind: str) -> None:
    life = ASKED[kind]()
    if kind != "exit_follow_up":
        life.does("terminate_for_crisis", "terminated_for_crisis")
    life.does("reidentify", "identified")
    assert [one for one in life.prompts() if one.is_open] == []
    assert life.due("2030-01-01") == []
    assert life.replays()


@EVERY_KIND
def test_a_new_cycle_keeps_only_what_was_open_at_its_beginning(kind: str) -> None:
    life = ASKED[kind]()
    (prompt,) = [one for one in life.prompts(kind) if one.is_open]
    life.answers(prompt)
    life.does("terminate_for_crisis", "terminated_for_crisis")
    life.does("reidentify", "identified")
    assert life.prompts() == []


def test_a_renewal_answers_the_notice_of_what_it_carries_on() -> None:
    life = notice_asked()
    read = life.has(
        "agreement", reference="a-2", continues="a-1", starts_on="2025-01-01", ends_on="2025-12-31"
    )
    assert status(life, "endline_notice") == "open"
    sequence = life.does("renew", "active_activity", read)
    assert life.prompt("endline_notice", "a-1").closed_by == sequence


def test_neither_a_prompt_nor_what_the_partners_side_does_not_see_closes_one() -> None:
    life = ending_asked()
    follower = {"category": "strategic", "reference": "a-2", "continues": "a-1", "starts_on": "2024-07-10"}
    life.has("agreement", **follower, ends_on=None)
    life.day("2024-07-31").has("crisis_case")
    assert status(life, "agreement_ending") == "open"
    assert "sustainability_review" in {one.kind for one in life.sweeps()}
    assert status(life, "agreement_ending") == "escalated"
    sequence = life.has("comment")
    assert life.prompt("agreement_ending", "a-1").closed_by == sequence


@pytest.mark.parametrize(
    ("kind", "record"),
    [
        ("endline_notice", "agreement"),
        ("agreement_ending", "agreement"),
        ("goals_reached", "sustainability_review"),
        ("plan_step", "transition_plan"),
    ],
)
def test_it_is_answered_once_the_record_that_it_is_about_is_withdrawn(kind: str, record: str) -> None:
    life = ASKED[kind]()
    (sequence,) = [entry.sequence for entry in life.entries if entry.kind == record]
    withdrawal = life.withdraws(sequence)
    (prompt,) = [one for one in life.prompts(kind) if one.status != "missed"]
    assert (str(prompt.status), prompt.closed_by) == ("answered", withdrawal)


def test_of_two_steps_of_one_day_each_has_a_prompt_of_its_own() -> None:
    other = STEP | {"what": "Name an heir"}
    life = activity(ends_on="2024-12-31").day("2024-05-01")
    life.begins_transition(steps=[STEP, other])
    life.sweeps("2024-07-01")
    life.has("transition_plan", steps=[STEP, other | {"outcome": "None found"}])
    assert sorted(str(one.status) for one in life.prompts("plan_step")) == ["answered", "open"]
    life.does("extend", "active_activity")
    assert sorted(str(one.status) for one in life.prompts("plan_step")) == ["answered", "answered"]


def test_a_renewal_answers_what_a_review_before_it_said() -> None:
    life = goals_asked()
    life.renews(reference="a-2", continues="a-1", starts_on="2025-01-01", ends_on="2025-12-31")
    assert status(life, "goals_reached") == "answered"


@pytest.mark.parametrize(
    ("kind", "says"),
    [("goals_reached", {"goals_reached": "all"}), ("no_added_value", {"added_value_partner": None})],
)
def test_a_review_of_another_day_answers_what_the_one_before_said(kind: str, says: dict[str, Any]) -> None:
    life = ASKED[kind]()
    sequence = life.has("sustainability_review", held_on="2024-05-03", **says)
    (prompt,) = [one for one in life.prompts(kind) if one.status != "missed"]
    assert (str(prompt.status), prompt.closed_by) == ("answered", sequence)


def test_an_agreement_with_another_end_answers_the_notice_of_the_old_one() -> None:
    life = notice_asked()
    sequence = life.has("agreement", ends_on="2024-11-30")
    assert life.prompt("endline_notice", "a-1").closed_by == sequence


def test_one_concluded_long_after_its_end_answers_as_well() -> None:
    life = passed_asked().day("2025-01-20")
    life.has("agreement", ends_on="2024-12-31", concluded_on="2025-01-20", concluded_how="completed")
    assert status(life, "endline_passed") == "answered"


def test_a_review_asked_for_in_one_category_is_still_wanted_in_the_next() -> None:
    own = {Category.ACTIVITY: CategoryRhythms(review_months=2)}
    life = activity(ends_on="2024-12-31")
    life.has("exit_dialogue")
    life.sweeps("2024-03-10", Settings(l7_by_category=own))
    life.begins("strategic", reference="s-1", collaboration="Core work")
    assert status(life, "sustainability_review") == "open"


def test_a_reverted_beginning_takes_its_prompts_with_it() -> None:
    life = Life("2024-01-31")
    begun = life.begins("strategic", ends_on=None)
    life.sweeps()
    life.has("comment")
    life.reverts(begun)
    assert [str(one.status) for one in life.prompts()] == ["answered"]
    assert life.replays()


def test_a_reverted_transition_opens_again_what_it_had_answered() -> None:
    life = review_asked()
    transition = life.does("begin_transition", "transitioning")
    assert status(life, "sustainability_review") == "answered"
    life.reverts(transition)
    assert status(life, "sustainability_review") == "open"
    assert life.replays()


class TestTakingItsPlace:
    def test_the_next_of_a_rhythm_leaves_the_unanswered_one_missed(self) -> None:
        life = review_asked()
        life.sweeps("2025-01-31")
        assert life.statuses("sustainability_review") == [
            ("2024-07-31", "missed"),
            ("2025-01-31", "open"),
        ]
        assert life.replays()

    def test_an_answered_one_stays_answered(self) -> None:
        life = review_asked()
        life.has("sustainability_review")
        life.sweeps("2025-01-31")
        assert life.statuses("sustainability_review") == [
            ("2024-07-31", "answered"),
            ("2025-01-31", "open"),
        ]

    def test_a_later_notice_takes_the_place_of_an_earlier_one_and_the_passing_of_all(self) -> None:
        life = activity(ends_on="2024-12-31")
        life.sweeps_daily("2025-01-02")
        assert life.statuses("endline_notice") == [
            ("2024-10-02", "missed"),
            ("2024-12-01", "missed"),
            ("2024-12-24", "missed"),
        ]
        assert life.statuses("endline_passed") == [("2025-01-01", "open")]

    def test_one_of_an_earlier_day_takes_no_place(self) -> None:
        life = strategic("2024-01-31")
        earlier, later = life.due("2025-01-31")
        life.make(later)
        life.make(earlier)
        assert life.statuses("sustainability_review") == [
            ("2024-07-31", "missed"),
            ("2025-01-31", "open"),
        ]

    def test_those_of_another_agreement_are_not_touched(self) -> None:
        life = activity(ends_on="2024-12-31")
        life.has("agreement", reference="b-1", collaboration="Another", ends_on="2024-12-20")
        life.sweeps_daily("2024-09-22")
        life.sweeps_daily("2024-10-02")
        assert sorted((one.subject, str(one.status)) for one in life.prompts()) == [
            ("a-1", "open"),
            ("b-1", "open"),
        ]


def test_what_is_made_twice_by_two_sweeps_at_once_counts_once() -> None:
    life = strategic("2024-01-31").day("2024-07-31")
    (prompt,) = life.due()
    first = life.make(prompt)
    life.make(prompt)
    assert [one.sequence for one in life.prompts()] == [first]
    assert told(life.due()) == []
