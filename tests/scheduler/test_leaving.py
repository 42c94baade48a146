"""What is asked on the way out and after it: steps, check-ins, a follow-up (S6.21, L7)."""

from __future__ import annotations

from typing import Any

import pytest

from partnerships.lifecycle.settings import CategoryRhythms, Settings
from partnerships.lifecycle.vocabulary import Category
from tests.scheduler.life import Life, activity, day, told

ARCHIVE = {"what": "Hand over the archive", "owner": "ims", "due_on": "2024-07-01"}
DONOR = {"what": "Find another donor", "owner": "partner", "due_on": "2024-08-15"}


def leaving(*steps: dict[str, Any], on: str = "2024-05-31") -> Life:
    life = activity("2024-01-10", ends_on="2026-12-31").day(on)
    life.begins_transition(steps=list(steps))
    return life


def steps_due(life: Life, on: str) -> list[str]:
    return [one.due_on.isoformat() for one in life.due(on) if one.kind == "plan_step"]


class TestPlanStep:
    @pytest.mark.parametrize(
        ("on", "due"),
        [
            ("2024-06-30", []),
            ("2024-07-01", ["2024-07-01"]),
            ("2024-08-15", ["2024-07-01", "2024-08-15"]),
        ],
    )
    def test_each_step_is_due_on_its_day(self, on: str, due: list[str]) -> None:
        assert steps_due(leaving(ARCHIVE, DONOR), on) == due

    @pytest.mark.parametrize("closed", [{"done_on": "2024-05-20"}, {"outcome": "Not needed any more"}])
    def test_one_that_is_done_or_has_an_outcome_is_not(self, closed: dict[str, str]) -> None:
        assert steps_due(leaving(ARCHIVE | closed, DONOR), "2024-08-15") == ["2024-08-15"]

    def test_a_plan_recorded_anew_in_another_order_asks_no_second_time(self) -> None:
        life = leaving(ARCHIVE, DONOR)
        life.sweeps("2024-07-01")
        anew = {"what": "Tell the readers", "owner": "ims", "due_on": "2024-09-01"}
        same = ARCHIVE | {"what": "  hand over THE archive "}
        life.day("2024-07-02").has("transition_plan", steps=[anew, DONOR, same])
        assert steps_due(life, "2024-07-02") == []
        assert [str(one.status) for one in life.prompts("plan_step")] == ["open"]

    def test_another_step_of_the_same_day_is_asked_for_all_the_same(self) -> None:
        life = leaving(ARCHIVE)
        life.sweeps("2024-07-01")
        life.has("transition_plan", steps=[ARCHIVE, ARCHIVE | {"what": "Tell the readers"}])
        assert steps_due(life, "2024-07-01") == ["2024-07-01"]

    def test_none_is_asked_for_once_the_plan_is_withdrawn(self) -> None:
        life = leaving(ARCHIVE)
        life.withdraws(life.partnership.transition_began - 1)
        assert life.partnership.state == "transitioning"
        assert steps_due(life, "2024-07-01") == []

    def test_a_step_put_off_is_asked_for_on_its_new_day(self) -> None:
        life = leaving(ARCHIVE)
        life.sweeps("2024-07-01")
        life.day("2024-07-02").has("transition_plan", steps=[ARCHIVE | {"due_on": "2024-07-20"}])
        assert life.statuses("plan_step") == [("2024-07-01", "answered")]
        assert steps_due(life, "2024-07-20") == ["2024-07-20"]

    def test_one_that_stands_in_the_plan_twice_is_asked_for_once(self) -> None:
        assert steps_due(leaving(ARCHIVE, ARCHIVE), "2024-07-01") == ["2024-07-01"]

    def test_a_plan_alone_asks_for_nothing(self) -> None:
        life = activity("2024-01-10", ends_on="2026-12-31").day("2024-05-31")
        life.has("transition_plan", steps=[ARCHIVE])
        assert steps_due(life, "2024-08-01") == []

    def test_a_step_that_was_due_before_the_transition_is_due_with_it(self) -> None:
        assert steps_due(leaving(ARCHIVE, on="2024-07-10"), "2024-07-10") == ["2024-07-01"]


class TestCheckIn:
    def test_it_comes_every_month_from_the_beginning_of_the_transition(self) -> None:
        life = leaving(on="2024-05-31")
        asked = [on for on, kind in life.sweeps_daily("2024-10-31") if kind == "transition_check_in"]
        assert asked == ["2024-06-30", "2024-07-31", "2024-08-31", "2024-09-30", "2024-10-31"]

    def test_it_ends_with_the_transition(self) -> None:
        life = leaving(on="2024-05-31").day("2024-06-15")
        life.does("exit", "exited")
        assert told(life.due("2024-12-14")) == []

    def test_another_transition_counts_from_its_own_day(self) -> None:
        life = leaving(on="2024-05-31")
        life.sweeps("2024-06-30")
        life.has("renewal_note")
        read = life.has("agreement", reference="a-2", continues="a-1", ends_on="2027-12-31")
        life.does("extend", "active_activity", read)
        life.day("2024-09-10").begins_transition(steps=[])
        assert life.next_due_on() == day("2024-10-10")

    def test_the_house_sets_another_rhythm(self) -> None:
        life = leaving(on="2024-05-31")
        quarterly = Settings(l7_check_in_months=3)
        assert life.next_due_on(quarterly) == day("2024-08-31")
        never = Settings(l7_by_category={Category.ACTIVITY: CategoryRhythms(check_in_months=0)})
        assert life.next_due_on(never) == day("2026-10-02")


class TestFollowUp:
    @pytest.mark.parametrize(
        ("on", "due"),
        [("2025-02-27", []), ("2025-02-28", [("exit_follow_up", "2025-02-28", "asked")])],
    )
    def test_it_is_due_six_months_after_the_exit(self, on: str, due: list[Any]) -> None:
        life = leaving().day("2024-08-31")
        life.does("exit", "exited")
        assert told(life.due(on)) == due

    def test_it_comes_once(self) -> None:
        life = leaving().day("2024-08-31")
        life.does("exit", "exited")
        assert life.sweeps_daily("2027-01-01") == [("2025-02-28", "exit_follow_up")]

    def test_not_after_a_decline_or_a_crisis(self) -> None:
        declined = Life("2024-01-10")
        declined.does("decline", "exited")
        assert told(declined.due("2026-01-01")) == []
        ended = leaving(ARCHIVE)
        ended.has("crisis_case")
        ended.does("terminate_for_crisis", "terminated_for_crisis")
        assert told(ended.due("2026-01-01")) == []
        assert ended.next_due_on() is None

    def test_a_category_may_have_its_own(self) -> None:
        life = leaving().day("2024-08-31")
        life.does("exit", "exited")
        own = {Category.ACTIVITY: CategoryRhythms(follow_up_months=12)}
        assert life.next_due_on(Settings(l7_by_category=own)) == day("2025-08-31")
        assert life.next_due_on(Settings(l7_follow_up_months=0)) is None
