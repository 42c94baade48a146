"""What is asked while a partnership is active: reviews, talking about the end, value, the partner's type."""

from __future__ import annotations

from typing import Any

import pytest

from partnerships.lifecycle.settings import Settings
from tests.scheduler.life import Life, activity, strategic, told

PARTNER_GAINS = {"added_value_partner": "Training", "added_value_ims": "Reach"}


class TestSustainabilityReview:
    """S6.23: strategic partners are reviewed every six months from entry."""

    @pytest.mark.parametrize(
        ("on", "due"),
        [
            ("2024-01-31", []),
            ("2024-07-30", []),
            ("2024-07-31", [("sustainability_review", "2024-07-31", "asked")]),
            ("2024-08-15", [("sustainability_review", "2024-07-31", "asked")]),
        ],
    )
    def test_the_first_is_due_six_months_after_entry(self, on: str, due: list[Any]) -> None:
        assert told(strategic("2024-01-31").due(on)) == due

    def test_the_next_days_are_counted_from_entry(self) -> None:
        life = strategic("2024-08-31")
        asked = [on for on, kind in life.sweeps_daily("2026-09-30") if kind == "sustainability_review"]
        assert asked == ["2025-02-28", "2025-08-31", "2026-02-28", "2026-08-31"]

    def test_a_renewal_does_not_move_them(self) -> None:
        life = strategic("2024-01-31").day("2024-06-15")
        life.renews(reference="a-2", ends_on=None, no_endline_reason="Open")
        assert told(life.due("2024-07-31")) == [("sustainability_review", "2024-07-31", "asked")]

    @pytest.mark.parametrize(
        ("held_on", "next_day"),
        [("2024-03-20", "2024-07-31"), ("2024-05-01", "2024-07-31"), ("2024-05-02", "2025-01-31")],
    )
    def test_one_held_stands_for_the_nearest_day(self, held_on: str, next_day: str) -> None:
        life = strategic("2024-01-31").day(held_on)
        life.has("sustainability_review")
        assert life.day("2024-06-01").next_due_on().isoformat() == next_day

    def test_one_held_late_stands_for_the_day_before_it(self) -> None:
        life = strategic("2024-01-31").day("2024-09-10")
        life.has("sustainability_review")
        assert told(life.due("2025-01-30")) == []
        assert told(life.due("2025-01-31")) == [("sustainability_review", "2025-01-31", "asked")]

    def test_it_rests_while_in_transition(self) -> None:
        life = strategic("2024-01-31").day("2024-06-01")
        life.begins_transition()
        kinds = {kind for _, kind in life.sweeps_daily("2025-03-01")}
        assert kinds == {"transition_check_in"}

    def test_what_fell_into_the_transition_is_not_asked_after_it(self) -> None:
        life = strategic("2024-01-31").day("2024-06-01")
        life.begins_transition()
        life.day("2024-09-01")
        life.has("renewal_note")
        read = life.has("agreement", category="strategic", reference="a-2", ends_on=None)
        life.does("extend", "strategic", read)
        assert [one for one in told(life.due("2025-01-30")) if one[0] == "sustainability_review"] == []
        assert ("sustainability_review", "2025-01-31", "asked") in told(life.due("2025-01-31"))

    def test_nor_once_a_renewal_came_after_the_extension(self) -> None:
        life = strategic("2024-01-31").day("2024-06-01")
        life.begins_transition()
        life.day("2025-09-01")
        life.has("sustainability_review", held_on="2024-06-01")
        read = life.has("agreement", category="strategic", reference="a-2", ends_on=None)
        life.does("extend", "strategic", read)
        life.day("2025-10-01")
        for reference in ("a-3", "a-4"):
            life.renews(reference=reference, ends_on=None)
        reviews = [one for one in told(life.due("2026-01-30")) if one[0] == "sustainability_review"]
        assert reviews == []
        assert ("sustainability_review", "2026-01-31", "asked") in told(life.due("2026-01-31"))
        assert life.replays()

    @pytest.mark.parametrize("state", ["identified", "assessed", "activity", "associate"])
    def test_others_are_not_asked_unless_the_house_says_so(self, state: str) -> None:
        life = Life("2024-01-31", level="international")
        if state == "assessed":
            life.does("assess", "assessed")
        elif state != "identified":
            life.begins(state, purpose="joint_action", ends_on=None, no_endline_reason="Open")
        assert told(life.due("2024-12-31")) == []


class TestReviewStale:
    """S6.7: a review older than twelve months is out of date, in every category."""

    def test_none_was_ever_held(self) -> None:
        life = activity("2024-01-10", ends_on="2026-12-31")
        assert told(life.due("2025-01-10")) == []
        assert told(life.due("2025-01-11")) == [("review_stale", "2025-01-11", "asked")]

    @pytest.mark.parametrize(
        ("held_on", "due_on"), [("2024-03-05", "2025-03-06"), ("2024-02-29", "2025-03-01")]
    )
    def test_it_is_twelve_months_old_on_its_day_and_out_of_date_after_it(
        self, held_on: str, due_on: str
    ) -> None:
        life = activity("2024-01-10", ends_on="2026-12-31").day(held_on)
        life.has("sustainability_review")
        assert life.next_due_on().isoformat() == due_on

    def test_it_is_asked_again_each_year_while_none_is_held(self) -> None:
        life = activity("2024-01-10", ends_on="2029-12-31")
        asked = [on for on, kind in life.sweeps_daily("2027-02-01") if kind == "review_stale"]
        assert asked == ["2025-01-11", "2026-01-11", "2027-01-11"]

    def test_years_before_the_entry_are_not_held_against_anybody(self) -> None:
        life = Life("2020-05-01")
        life.has("sustainability_review")
        life.day("2024-01-10").begins("activity", ends_on="2026-12-31")
        assert told(life.due("2024-01-11")) == [("review_stale", "2023-05-02", "asked")]

    def test_not_in_transition_nor_after_the_end(self) -> None:
        life = activity("2024-01-10", ends_on="2026-12-31").day("2024-12-01")
        life.begins_transition()
        assert "review_stale" not in {one[0] for one in told(life.due("2025-06-01"))}


class TestExitDialogue:
    """S6.22: strategic partners talk about the end from the outset."""

    def test_it_is_due_with_the_beginning_where_there_was_none(self) -> None:
        life = Life("2024-01-31")
        life.begins("strategic", ends_on=None)
        assert told(life.due()) == [("exit_dialogue", "2024-01-31", "asked")]

    def test_it_is_asked_once(self) -> None:
        life = Life("2024-01-31")
        life.begins("strategic", ends_on=None)
        life.sweeps()
        life.answers(life.prompt("exit_dialogue"))
        assert [kind for _, kind in life.sweeps_daily("2024-07-01")] == []

    def test_not_where_one_was_held_before(self) -> None:
        assert told(strategic("2024-01-31").due()) == []

    def test_not_of_other_categories(self) -> None:
        assert told(activity("2024-01-10").due()) == []


class TestWhatTheReviewSays:
    """S6.5, S6.6: goals are reached, or a side gains nothing any more."""

    @pytest.mark.parametrize(
        ("says", "due"),
        [
            ({"goals_reached": "some"}, []),
            ({"goals_reached": "none"}, []),
            ({"goals_reached": "all"}, [("goals_reached", "")]),
            ({"added_value_partner": None}, [("no_added_value", "partner")]),
            ({"added_value_ims": None}, [("no_added_value", "ims")]),
            (
                {"added_value_ims": None, "added_value_partner": None, "goals_reached": "all"},
                [("goals_reached", ""), ("no_added_value", "ims"), ("no_added_value", "partner")],
            ),
        ],
    )
    def test_it_is_asked_on_the_reviews_day(self, says: dict[str, Any], due: list[Any]) -> None:
        life = activity("2024-01-10").day("2024-05-02")
        life.has("sustainability_review", **(PARTNER_GAINS | {"goals_reached": "some"} | says))
        found = life.due()
        assert [(str(one.kind), one.subject) for one in found] == due
        assert {one.due_on.isoformat() for one in found} <= {"2024-05-02"}

    def test_a_corrected_review_of_the_same_day_asks_no_second_time(self) -> None:
        life = activity("2024-01-10").day("2024-05-02")
        life.has("sustainability_review", goals_reached="all")
        life.sweeps()
        life.day("2024-05-04").has(
            "sustainability_review", goals_reached="all", held_on="2024-05-02", conclusion="transition"
        )
        assert told(life.due()) == []
        assert life.statuses("goals_reached") == [("2024-05-02", "open")]

    def test_a_plan_made_since_is_an_answer_already(self) -> None:
        life = activity("2024-01-10").day("2024-05-02")
        life.has("sustainability_review", goals_reached="all")
        life.has("transition_plan")
        assert told(life.due()) == []

    def test_a_renewal_since_has_looked_at_it(self) -> None:
        life = activity("2024-01-10").day("2024-12-01")
        life.has("sustainability_review", goals_reached="all")
        life.renews(reference="a-2", continues="a-1", starts_on="2025-01-01", ends_on="2025-12-31")
        assert [one for one in told(life.due()) if one[0] == "goals_reached"] == []


class TestNoLongerMeets:
    """S5.4: a strategic partner that is of another type now."""

    def test_it_is_due_from_the_profiles_day(self) -> None:
        life = strategic("2024-01-31").day("2024-03-05")
        life.has("partner_profile", type="civil_society")
        assert told(life.due()) == [("no_longer_meets", "2024-03-05", "asked")]

    def test_a_profile_dated_back_is_asked_for_from_the_entry(self) -> None:
        life = strategic("2024-01-31").day("2024-03-05")
        life.has("partner_profile", on="2023-11-01", type="civil_society")
        assert told(life.due()) == [("no_longer_meets", "2024-01-31", "asked")]

    def test_it_is_not_asked_again_while_it_is_open(self) -> None:
        life = strategic("2024-01-31").day("2024-03-05")
        life.has("partner_profile", type="civil_society")
        life.sweeps()
        life.day("2024-03-08").has("partner_profile", type="other")
        assert told(life.due()) == []
        life.answers(life.prompt("no_longer_meets"))
        life.day("2024-04-01").has("partner_profile", type="other")
        assert told(life.due()) == [("no_longer_meets", "2024-04-01", "asked")]

    def test_types_that_fit_and_other_categories_are_left_alone(self) -> None:
        life = strategic("2024-01-31").day("2024-03-05")
        life.has("partner_profile", type="media_ecosystem")
        assert told(life.due()) == []
        other = activity("2024-01-31").day("2024-03-05")
        other.has("partner_profile", type="civil_society")
        assert told(other.due()) == []


def test_kinds_that_the_house_does_not_ask_for_are_never_due() -> None:
    life = Life("2024-01-31")
    life.begins("strategic", ends_on=None)
    quiet = Settings(l7_not_asked=("exit_dialogue", "sustainability_review"))
    assert told(life.due("2025-01-31", quiet)) == []
    assert told(life.due("2025-02-01", quiet)) == [("review_stale", "2025-02-01", "asked")]
