"""A job that did not run, a clock that jumps back, settings that change: nothing lost, nothing twice."""

from __future__ import annotations

from partnerships.lifecycle.settings import CategoryRhythms, Settings
from partnerships.lifecycle.vocabulary import ACTIVE_STATE, Category, EntryType
from tests.bodies import BODIES
from tests.scheduler.life import Life, activity, day, strategic, told

REVIEW, CHECK_IN = "sustainability_review", "transition_check_in"


def test_after_thirteen_months_only_the_latest_is_asked_and_the_gap_shows() -> None:
    life = strategic("2024-01-31")
    assert told(life.due("2025-03-01")) == [
        (REVIEW, "2024-07-31", "missed"),
        (REVIEW, "2025-01-31", "asked"),
        ("review_stale", "2025-02-01", "asked"),
    ]
    life.sweeps("2025-03-01")
    assert life.statuses(REVIEW) == [("2024-07-31", "missed"), ("2025-01-31", "open")]
    assert life.due("2025-03-01") == []
    assert life.replays()


def test_in_transition_twelve_of_thirteen_check_ins_are_missed() -> None:
    life = activity(ends_on="2026-12-31").day("2024-01-31")
    life.begins_transition(steps=[])
    life.sweeps("2025-02-28")
    found = life.statuses(CHECK_IN)
    assert [status for _, status in found] == ["missed"] * 12 + ["open"]
    assert (found[0][0], found[-1][0]) == ("2024-02-29", "2025-02-28")


def test_what_was_open_before_the_gap_is_missed_as_well() -> None:
    life = strategic("2024-01-31")
    life.sweeps("2024-07-31")
    life.sweeps("2025-09-01")
    assert life.statuses(REVIEW) == [
        ("2024-07-31", "missed"),
        ("2025-01-31", "missed"),
        ("2025-07-31", "open"),
    ]


def test_a_gap_over_a_renewal_is_not_forgotten() -> None:
    life = strategic("2024-01-31").day("2024-11-15")
    life.renews(reference="a-2", ends_on=None)
    assert told(life.due("2025-01-31")) == [
        (REVIEW, "2024-07-31", "missed"),
        (REVIEW, "2025-01-31", "asked"),
    ]


def test_a_review_held_in_the_gap_settles_what_came_before_it() -> None:
    life = strategic("2024-01-31").day("2025-02-10")
    life.has("sustainability_review")
    assert told(life.due("2025-03-01")) == []


def test_a_clock_that_jumps_back_makes_nothing_again() -> None:
    life = strategic("2024-01-31", ends_on="2025-03-31")
    life.sweeps_daily("2025-03-15")
    count = len(life.entries)
    for back in ("2025-03-14", "2024-12-31", "2024-07-31", "2024-01-31"):
        life.sweeps(back)
    assert len(life.entries) == count
    life.sweeps("2025-03-15")
    assert len(life.entries) == count
    assert [one[1] for one in told(life.due("2025-03-24"))] == ["2025-03-24"]


def test_a_clock_that_ran_ahead_and_was_set_right_asks_nothing_again() -> None:
    life = strategic("2024-01-31")
    life.sweeps("2026-02-01")
    made = len(life.entries)
    life.day("2024-06-01")
    assert life.sweeps_daily("2026-02-01") == []
    assert len(life.entries) == made


class TestTakenOver:
    """What ran before this service was asked by somebody else, or by nobody; it is not our gap."""

    def life(self, since: str = "2021-05-01") -> Life:
        life = Life("2026-01-10", identified=False)
        life.write(
            EntryType.TAKEOVER,
            to_state=ACTIVE_STATE[Category.STRATEGIC],
            on=day(since),
            since=day(since),
            body=BODIES["partner_profile"]("2026-01-10"),
        )
        return life

    def test_only_the_latest_of_each_is_asked(self) -> None:
        assert told(self.life().due("2026-01-10")) == [
            ("exit_dialogue", "2021-05-01", "asked"),
            ("review_stale", "2025-05-02", "asked"),
            (REVIEW, "2025-11-01", "asked"),
        ]

    def test_a_gap_after_that_shows_as_ever(self) -> None:
        life = self.life()
        life.sweeps("2026-01-10")
        missed = [one[:2] for one in told(life.due("2027-06-01")) if one[2] == "missed"]
        assert missed == [(REVIEW, "2026-05-01"), ("review_stale", "2026-05-02"), (REVIEW, "2026-11-01")]


class TestAnotherRhythm:
    def test_the_arrangement_sets_its_own_with_a_reason(self) -> None:
        life = strategic("2024-01-31")
        life.has("arrangement", review_months=3)
        assert life.next_due_on() == day("2024-07-31")
        life.has("arrangement", review_months=3, reason="New leadership")
        assert life.next_due_on() == day("2024-04-30")

    def test_a_reason_alone_changes_nothing(self) -> None:
        life = strategic("2024-01-31")
        life.has("arrangement", reason="Moved to the Nairobi office")
        assert life.next_due_on() == day("2024-07-31")

    def test_the_arrangement_may_ask_where_the_category_does_not(self) -> None:
        life = activity("2024-01-10", ends_on="2026-12-31")
        life.has("arrangement", review_months=4, reason="A large sum")
        (found,) = life.due("2024-05-10")
        assert (str(found.kind), found.clause) == (REVIEW, "S6.1")

    def test_a_category_may_have_one(self) -> None:
        own = {Category.ACTIVITY: CategoryRhythms(review_months=2)}
        life = activity("2024-01-10", ends_on="2026-12-31")
        assert life.next_due_on(Settings(l7_by_category=own)) == day("2024-03-10")
        none = {Category.STRATEGIC: CategoryRhythms(review_months=0)}
        assert strategic("2024-01-31").next_due_on(Settings(l7_by_category=none)) == day("2025-02-01")

    def test_a_quicker_one_asks_nothing_for_days_that_were_swept(self) -> None:
        life = strategic("2024-01-31")
        life.sweeps("2024-07-31")
        life.has("arrangement", review_months=1, reason="New leadership")
        assert told(life.due("2024-08-30")) == []
        assert told(life.due("2024-08-31")) == [(REVIEW, "2024-08-31", "asked")]

    def test_a_slower_one_counts_from_entry_too(self) -> None:
        life = strategic("2024-01-31")
        life.sweeps("2024-07-31")
        life.has("arrangement", review_months=8, reason="A small office")
        assert told(life.due("2024-09-30")) == [(REVIEW, "2024-09-30", "asked")]

    def test_nothing_is_stale_where_the_house_turned_it_off(self) -> None:
        life = activity("2024-01-10", ends_on="2026-12-31")
        assert life.next_due_on(Settings(l7_stale_months=0)) == day("2026-10-02")
