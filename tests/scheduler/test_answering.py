"""What answers a prompt, what makes it needless, what takes its place, and when the director hears of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from partnerships.lifecycle.answering import ANSWERS, SETTLES
from partnerships.lifecycle.settings import CategoryRhythms, Settings
from partnerships.lifecycle.vocabulary import Category, EntryType, PromptKind
from partnerships.scheduler.due import escalations
from tests.scheduler.life import Life, activity, day, strategic, told

STEP = {"what": "Hand over the archive", "owner": "partner", "due_on": "2024-07-01"}


def review_asked() -> Life:
    life = strategic("2024-01-31")
    life.sweeps("2024-07-31")
    return life


def dialogue_asked() -> Life:
    life = Life("2024-01-31")
    life.begins("strategic", ends_on=None)
    life.sweeps()
    return life


def notice_asked() -> Life:
    life = activity(ends_on="2024-12-31")
    life.sweeps("2024-10-02")
    return life


def ending_asked() -> Life:
    life = strategic("2024-01-31", ends_on="2024-06-30")
    life.sweeps("2024-04-01")
    return life


def passed_asked() -> Life:
    life = activity(ends_on="2024-12-31")
    life.sweeps("2025-01-01")
    return life


def goals_asked() -> Life:
    life = activity(ends_on="2024-12-31").day("2024-05-02")
    life.has("sustainability_review", goals_reached="all")
    life.sweeps()
    return life


def value_asked() -> Life:
    life = activity(ends_on="2024-12-31").day("2024-05-02")
    life.has("sustainability_review", added_value_partner=None)
    life.sweeps()
    return life


def step_asked() -> Life:
    life = activity(ends_on="2026-12-31").day("2024-05-31")
    life.begins_transition(steps=[STEP])
    life.sweeps("2024-07-01")
    return life


def check_in_asked() -> Life:
    life = activity(ends_on="2026-12-31").day("2024-05-31")
    life.begins_transition(steps=[])
    life.sweeps("2024-06-30")
    return life


def type_asked() -> Life:
    life = strategic("2024-01-31").day("2024-03-05")
    life.has("partner_profile", type="civil_society")
    life.sweeps()
    return life


def stale_asked() -> Life:
    life = activity(ends_on="2026-12-31")
    life.sweeps("2025-01-11")
    return life


def follow_up_asked() -> Life:
    life = activity(ends_on="2026-12-31").day("2024-05-31")
    life.begins_transition(steps=[])
    life.does("exit", "exited")
    life.sweeps("2024-11-30")
    return life


ASKED: dict[str, Callable[[], Life]] = {
    "sustainability_review": review_asked,
    "exit_dialogue": dialogue_asked,
    "endline_notice": notice_asked,
    "agreement_ending": ending_asked,
    "endline_passed": passed_asked,
    "goals_reached": goals_asked,
    "no_added_value": value_asked,
    "plan_step": step_asked,
    "transition_check_in": check_in_asked,
    "no_longer_meets": type_asked,
    "review_stale": stale_asked,
    "exit_follow_up": follow_up_asked,
}
EVERY_KIND = pytest.mark.parametrize("kind", [str(kind) for kind in PromptKind])


def status(life: Life, kind: str) -> str:
    (prompt,) = [one for one in life.prompts(kind) if one.status != "missed"]
    return str(prompt.status)


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
    closed = life.partnership.prompts[prompt.id]
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

    def test_those_of_another_agreement_are_not_touched(self) -> None:
        life = activity(ends_on="2024-12-31")
        life.has("agreement", reference="b-1", collaboration="Another", ends_on="2024-12-20")
        life.sweeps_daily("2024-09-22")
        life.sweeps_daily("2024-10-02")
        assert sorted((one.subject, str(one.status)) for one in life.prompts()) == [
            ("a-1", "open"),
            ("b-1", "open"),
        ]


class TestEscalation:
    """L7: what nobody answers within fourteen days goes to the director, once."""

    @EVERY_KIND
    def test_fourteen_days_after_it_was_made(self, kind: str) -> None:
        life = ASKED[kind]()
        made = life.on
        life.sweeps(date_after(made, 13))
        assert status(life, kind) == "open"
        life.sweeps(date_after(made, 14))
        assert status(life, kind) == "escalated"
        assert life.replays()

    def test_it_is_escalated_once(self) -> None:
        life = review_asked()
        life.sweeps("2024-08-14")
        count = len(life.entries)
        life.sweeps("2024-08-14")
        life.sweeps("2024-09-30")
        assert len(life.entries) == count

    def test_an_escalated_one_is_answered_like_any_other(self) -> None:
        life = review_asked()
        life.sweeps("2024-08-14")
        life.has("sustainability_review")
        assert status(life, "sustainability_review") == "answered"
        assert life.replays()

    def test_an_answered_one_is_never_escalated(self) -> None:
        life = review_asked()
        life.has("sustainability_review")
        assert escalations(life.partnership, Settings(), day("2025-01-30")) == []

    def test_it_counts_from_the_day_it_was_made_not_from_the_day_it_was_due(self) -> None:
        life = strategic("2024-01-31")
        life.sweeps("2024-10-01")
        assert escalations(life.partnership, Settings(), day("2024-10-14")) == []
        assert len(escalations(life.partnership, Settings(), day("2024-10-15"))) == 1

    def test_the_house_sets_the_days_or_none(self) -> None:
        life = review_asked()
        own = {Category.STRATEGIC: CategoryRhythms(escalation_days=30)}
        settings = Settings(l7_escalation_days=3, l7_by_category=own)
        assert escalations(life.partnership, settings, day("2024-08-29")) == []
        assert len(escalations(life.partnership, settings, day("2024-08-30"))) == 1
        never = Settings(l7_escalation_days=0)
        assert escalations(life.partnership, never, day("2030-01-01")) == []

    def test_it_is_escalated_in_the_history_and_nowhere_else(self) -> None:
        life = review_asked()
        life.sweeps("2024-08-14")
        entry = life.entries[-1]
        assert (entry.entry, entry.kind) == (EntryType.PROMPT, "sustainability_review")
        assert entry.prompt is not None
        assert entry.prompt["step"] == "escalated"
        assert str(
            life.folded(known_at="2024-08-13T23:59:59.000000Z").prompts[entry.prompt["id"]].status
        ) == ("open")


def test_what_is_made_twice_by_two_sweeps_at_once_counts_once() -> None:
    life = strategic("2024-01-31").day("2024-07-31")
    (prompt,) = life.due()
    first = life.make(prompt)
    life.make(prompt)
    assert [one.sequence for one in life.prompts()] == [first]
    assert told(life.due()) == []


def date_after(start: date, days: int) -> date:
    return start + timedelta(days=days)
