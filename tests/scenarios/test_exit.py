"""Transition and exit (S6.19 to S6.21, L12), and declining (L1)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.outcomes import accepted, no_such_edge, refused
from tests.story import BEGIN, Story

IMS_STEP = {"what": "Hand over the archive", "owner": "ims", "due_on": "2024-06-01"}
PARTNER_STEP = {"what": "Find another donor", "owner": "partner", "due_on": "2024-06-01"}
TWICE = [{"on": "2024-02-01", "how": "letter"}, {"on": "2024-02-10", "how": "telephone"}]
IMS_ALONE = {"lead_partner": None, "steps": [IMS_STEP]}


@pytest.mark.every_store
@pytest.mark.parametrize("state", list(BEGIN))
def test_a_whole_exit_passes_without_a_warning(story: Story, state: str) -> None:
    story.to("exited", via=state)
    shown = story.show()
    assert (shown["state"], shown["ended_as"], shown["category"]) == ("exited", "exited", None)


def test_nothing_is_exited_without_a_transition(story: Story) -> None:
    story.to("active_activity")
    no_such_edge(story.trigger("exit"))


class TestPlan:
    """S6.21 at the beginning of a transition."""

    def test_without_a_plan(self, story: Story) -> None:
        story.to("active_activity").ready_for("begin_transition", without="transition_plan")
        found = refused(story.trigger("begin_transition")).including("S6.21")
        assert found.clauses <= {"S6.21", "L12"}

    @pytest.mark.parametrize(
        "plan",
        [
            {"lead_ims": None},
            {"lead_partner": " "},
            {"steps": [IMS_STEP]},
            {"steps": [PARTNER_STEP]},
            {"steps": []},
            IMS_ALONE,
            {"lead_ims": None, "lead_partner": None, "steps": []},
        ],
    )
    def test_both_sides_lead_and_own_a_step(self, story: Story, plan: dict[str, Any]) -> None:
        story.to("active_activity").ready_for("begin_transition", transition_plan=plan)
        refused(story.trigger("begin_transition")).by("S6.21").of_kind("policy")
        story.has("transition_plan", steps=[IMS_STEP, PARTNER_STEP])
        accepted(story.trigger("begin_transition"))

    def test_a_plan_by_one_side_alone_is_told_each_thing_it_lacks(self, story: Story) -> None:
        story.to("active_activity").ready_for("begin_transition", transition_plan=IMS_ALONE)
        found = refused(story.trigger("begin_transition")).by("S6.21")
        assert len(found.found) == len(set(found.codes)) == 2

    def test_a_partner_that_cannot_be_reached_leads_nothing(self, story: Story) -> None:
        plan = IMS_ALONE | {"partner_unreachable": {"attempts": TWICE}}
        story.to("active_activity").ready_for("begin_transition", transition_plan=plan)
        accepted(story.trigger("begin_transition")).warned()

    @pytest.mark.parametrize(
        "attempts", [[], TWICE[:1], [TWICE[0], {"on": "2024-02-01", "how": "telephone"}]]
    )
    def test_one_day_of_trying_is_not_enough(self, story: Story, attempts: list[dict[str, str]]) -> None:
        plan = IMS_ALONE | {"partner_unreachable": {"attempts": attempts}}
        story.to("active_activity").ready_for("begin_transition", transition_plan=plan)
        refused(story.trigger("begin_transition")).by("S6.21")

    @pytest.mark.parametrize("lacking", [{"lead_ims": None}, {"steps": []}])
    def test_an_unreachable_partner_excuses_nothing_of_ours(
        self, story: Story, lacking: dict[str, Any]
    ) -> None:
        plan = IMS_ALONE | {"partner_unreachable": {"attempts": TWICE}} | lacking
        story.to("active_activity").ready_for("begin_transition", transition_plan=plan)
        refused(story.trigger("begin_transition")).by("S6.21")

    def test_a_plan_from_before_the_entry_will_not_do(self, story: Story) -> None:
        story.to("assessed").ready_for("begin_transition")
        story.to("active_activity")
        refused(story.trigger("begin_transition")).including("S6.21")

    def test_the_latest_plan_bars_whatever_the_day(self, story: Story) -> None:
        story.to("active_activity").ready_for("begin_transition")
        story.day("2024-03-20").has("transition_plan", lead_ims=None)
        refused(story.trigger("begin_transition", on="2024-03-10")).by("S6.21")

    @pytest.mark.parametrize("kind", ["exit", "different_relation"])
    def test_it_says_whether_exit_would_close_the_partner(self, story: Story, kind: str) -> None:
        plan = {"kind": kind, "exit_would_close_partner": None}
        story.to("active_activity").ready_for("begin_transition", transition_plan=plan)
        refused(story.trigger("begin_transition")).by("L12").of_kind("house_rule")

    @pytest.mark.parametrize("answer", [True, False])
    def test_either_answer_will_do(self, story: Story, answer: bool) -> None:
        story.to("active_activity").ready_for(
            "begin_transition", transition_plan={"exit_would_close_partner": answer}
        )
        accepted(story.trigger("begin_transition")).warned()

    def test_nobody_of_those_affected_took_part(self, story: Story) -> None:
        story.to("active_activity").ready_for("begin_transition", transition_plan={"participants": []})
        accepted(story.trigger("begin_transition")).warned("S2.2")

    def test_nobody_reviewed_it(self, story: Story) -> None:
        story.to("active_activity").ready_for("begin_transition", without="sustainability_review")
        accepted(story.trigger("begin_transition")).warned("S6.7")


class TestExceptionToThePlan:
    """A partner that was reached and declines to lead."""

    @pytest.fixture
    def alone(self, story: Story) -> Story:
        return story.to("active_activity").ready_for("begin_transition", transition_plan=IMS_ALONE)

    def test_a_second_person_excepts_it(self, alone: Story) -> None:
        alone.has("exception", clause="S6.21")
        accepted(alone.trigger("begin_transition")).warned()

    def test_it_does_not_stand_in_for_our_own_side(self, story: Story) -> None:
        story.to("active_activity").ready_for(
            "begin_transition", transition_plan=IMS_ALONE | {"lead_ims": None}
        )
        story.has("exception", clause="S6.21")
        refused(story.trigger("begin_transition")).by("S6.21")

    def test_it_falls_with_the_next_plan(self, alone: Story) -> None:
        alone.has("exception", clause="S6.21")
        alone.has("transition_plan", lead_partner=None, steps=[IMS_STEP | {"what": "Something else"}])
        refused(alone.trigger("begin_transition")).by("S6.21")

    @pytest.mark.parametrize(
        "progress",
        [
            {"steps": [IMS_STEP | {"done_on": "2024-03-01", "outcome": "Done"}]},
            {"cause": "completed"},
            {"note": "Seen by the board"},
            {"documents": [{"title": "Minutes", "reference": "doc-1"}]},
        ],
    )
    def test_it_outlives_mere_progress(self, alone: Story, progress: dict[str, Any]) -> None:
        alone.has("exception", clause="S6.21")
        alone.has("transition_plan", **IMS_ALONE | progress)
        accepted(alone.trigger("begin_transition"))

    def test_it_is_not_used_again_on_a_later_way_out(self, alone: Story) -> None:
        alone.has("exception", clause="S6.21")
        alone.does("begin_transition")
        alone.ready_for("extend").does("extend")
        alone.has("transition_plan", **IMS_ALONE, note="Taken up again")
        refused(alone.trigger("begin_transition")).by("S6.21")

    def test_it_serves_the_exit_as_well_but_not_its_own_author(self, alone: Story) -> None:
        alone.has("exception", clause="S6.21", by="director-2")
        alone.does("begin_transition", by="director-1")
        alone.ready_for("exit")
        refused(alone.trigger("exit", by="director-2")).including("L5")
        accepted(alone.trigger("exit", by="director-1"))


class TestPositions:
    """S6.20: a shared understanding of the trajectory."""

    @pytest.fixture
    def leaving(self, story: Story) -> Story:
        return story.to("transitioning")

    def test_nobody_has_said_anything(self, leaving: Story) -> None:
        found = refused(leaving.trigger("exit")).by("S6.20").of_kind("policy")
        assert len(found.found) == 2

    @pytest.mark.parametrize("missing", ["ims_position", "partner_position"])
    def test_each_party_says_its_own(self, leaving: Story, missing: str) -> None:
        leaving.ready_for("exit", without=missing)
        found = refused(leaving.trigger("exit")).by("S6.20")
        assert len(found.found) == 1

    @pytest.mark.parametrize("stance", ["agreed", "agreed_with_reservations"])
    def test_reservations_do_not_stop_it(self, leaving: Story, stance: str) -> None:
        leaving.ready_for("exit", ims_position={"stance": stance}, partner_position={"stance": stance})
        accepted(leaving.trigger("exit")).warned().in_state("exited")

    def test_what_was_said_before_the_transition_does_not_count(self, story: Story) -> None:
        story.to("active_activity").ready_for("exit")
        story.to("transitioning")
        refused(story.trigger("exit")).by("S6.20")

    @pytest.mark.parametrize("stance", ["disagreed", "unreachable"])
    def test_our_own_side_agrees(self, leaving: Story, stance: str) -> None:
        leaving.ready_for("exit", ims_position={"stance": stance, "attempts": TWICE})
        refused(leaving.trigger("exit")).by("S6.20")

    def test_a_partner_that_disagrees(self, leaving: Story) -> None:
        leaving.ready_for("exit", partner_position={"stance": "disagreed"})
        found = refused(leaving.trigger("exit")).by("S6.20")
        assert found.found[0]["interpretation"] is True
        leaving.has("exception", clause="S6.20")
        accepted(leaving.trigger("exit")).warned()

    def test_the_exception_falls_with_the_next_position(self, leaving: Story) -> None:
        leaving.ready_for("exit", partner_position={"stance": "disagreed"})
        leaving.has("exception", clause="S6.20")
        leaving.has("position", party="partner", stance="disagreed", text="Still not, and for another reason")
        refused(leaving.trigger("exit")).by("S6.20")

    def test_an_exception_is_not_used_a_second_time(self, leaving: Story) -> None:
        leaving.ready_for("exit", partner_position={"stance": "disagreed"})
        leaving.has("exception", clause="S6.20")
        leaving.ready_for("extend").does("extend")
        leaving.ready_for("begin_transition").does("begin_transition")
        leaving.ready_for("exit", partner_position={"stance": "disagreed"})
        refused(leaving.trigger("exit")).by("S6.20")

    def test_positions_of_an_earlier_transition_do_not_count(self, leaving: Story) -> None:
        leaving.ready_for("exit").ready_for("extend").does("extend")
        leaving.ready_for("begin_transition").does("begin_transition")
        refused(leaving.trigger("exit")).by("S6.20")

    def test_the_latest_position_bars_whatever_the_day(self, leaving: Story) -> None:
        leaving.ready_for("exit")
        leaving.day("2024-03-20").has("position", party="partner", stance="disagreed")
        refused(leaving.trigger("exit", on="2024-03-10")).by("S6.20")

    def test_an_unreachable_partner_is_spoken_for(self, leaving: Story) -> None:
        gone = {"party": "partner", "stance": "unreachable", "attempts": TWICE, "by": "pm-1"}
        leaving.ready_for("exit", partner_position=gone)
        accepted(leaving.trigger("exit")).warned("S6.20")

    @pytest.mark.parametrize("attempts", [None, TWICE[:1], [TWICE[0], TWICE[0]]])
    def test_unreachable_takes_two_attempts_on_different_days(
        self, leaving: Story, attempts: list[dict[str, str]] | None
    ) -> None:
        gone = {"party": "partner", "stance": "unreachable", "attempts": attempts, "by": "pm-1"}
        leaving.ready_for("exit", partner_position=gone)
        refused(leaving.trigger("exit")).by("S6.20")

    def test_a_position_that_we_put_on_file_for_the_partner_is_marked(self, leaving: Story) -> None:
        leaving.ready_for("exit", partner_position={"by": "pm-1"})
        accepted(leaving.trigger("exit")).warned("S6.20")


class TestThePartnersOwnWord:
    """Nobody of ours speaks over it."""

    @pytest.fixture
    def spoken(self, story: Story) -> Story:
        story.to("transitioning").has("position", party="ims")
        story.day("2024-04-01").has("position", party="partner", stance="disagreed")
        return story

    @pytest.mark.parametrize("by", ["pm-1", "director-1", "committee-1"])
    def test_it_is_not_replaced(self, spoken: Story, by: str) -> None:
        with spoken.nothing_changes():
            refused(spoken.record("position", party="partner", by=by)).by("L2").of_kind("authority")

    def test_it_is_not_withdrawn(self, spoken: Story) -> None:
        said = spoken.show()["sequence"]
        refused(spoken.withdraw(said, by="director-1")).by("L2")
        accepted(spoken.withdraw(said, by="partner-1"))

    def test_later_silence_may_be_recorded(self, spoken: Story) -> None:
        spoken.day("2024-05-01")
        later = [{"on": "2024-04-10", "how": "letter"}, {"on": "2024-04-20", "how": "telephone"}]
        accepted(spoken.record("position", party="partner", stance="unreachable", attempts=later, by="pm-1"))
        accepted(spoken.trigger("exit")).warned("S6.20")

    @pytest.mark.every_store
    def test_and_nothing_is_said_in_its_place_then(self, spoken: Story) -> None:
        spoken.day("2024-05-01")
        later = [{"on": "2024-04-10", "how": "letter"}, {"on": "2024-04-20", "how": "telephone"}]
        gone = {"party": "partner", "stance": "unreachable", "attempts": later, "by": "pm-1"}
        silence = spoken.has("position", **gone)
        for stance in ("agreed", "disagreed"):
            refused(spoken.record("position", party="partner", stance=stance, by="pm-1")).by("L2")
        accepted(spoken.record("position", **gone, text="Tried twice"))
        accepted(spoken.withdraw(silence + 1, by="pm-1"))
        accepted(spoken.withdraw(silence, by="pm-1"))
        refused(spoken.trigger("exit")).by("S6.20")
        assert spoken.service.replay(spoken.id)["same"]

    def test_what_it_said_on_an_earlier_way_out_bars_nothing(self, spoken: Story) -> None:
        spoken.ready_for("extend").does("extend")
        spoken.ready_for("begin_transition").does("begin_transition")
        accepted(spoken.record("position", party="partner", stance="agreed", by="pm-1"))

    def test_nor_does_what_it_has_withdrawn(self, spoken: Story) -> None:
        accepted(spoken.withdraw(spoken.show()["sequence"], by="partner-1"))
        accepted(spoken.record("position", party="partner", stance="agreed", by="pm-1"))

    @pytest.mark.parametrize("on", [None, "2024-03-25"])
    @pytest.mark.parametrize(
        "days",
        [
            ("2024-03-10", "2024-03-20"),
            ("2024-03-20", "2024-04-10"),
            ("2024-04-01", "2024-04-10"),
            ("2024-04-10", "2024-04-10"),
            ("2024-04-10",),
        ],
        ids=["before its word", "one before", "one on its day", "on one day", "once"],
    )
    def test_earlier_or_briefer_silence_may_not(
        self, spoken: Story, days: tuple[str, ...], on: str | None
    ) -> None:
        spoken.day("2024-05-01")
        attempts = [{"on": day, "how": "letter"} for day in days if on is None or day <= on]
        with spoken.nothing_changes():
            refused(
                spoken.record(
                    "position", party="partner", stance="unreachable", attempts=attempts, by="pm-1", on=on
                )
            ).by("L2")

    def test_nor_one_before_its_latest_word_where_an_older_one_came_on_file_after_it(
        self, spoken: Story
    ) -> None:
        spoken.day("2024-05-01").has("position", party="partner", stance="disagreed", on="2024-03-05")
        between = [{"on": "2024-03-10", "how": "letter"}, {"on": "2024-03-20", "how": "telephone"}]
        gone = {"party": "partner", "stance": "unreachable", "attempts": between, "by": "pm-1"}
        refused(spoken.record("position", **gone)).by("L2")

    @pytest.mark.parametrize("stance", ["agreed", "disagreed"])
    def test_silence_is_no_leave_to_speak_for_it(self, spoken: Story, stance: str) -> None:
        spoken.day("2024-05-01")
        later = [{"on": "2024-04-10", "how": "letter"}, {"on": "2024-04-20", "how": "telephone"}]
        refused(spoken.record("position", party="partner", stance=stance, attempts=later, by="pm-1")).by("L2")

    def test_either_side_goes_on_speaking_for_itself(self, spoken: Story) -> None:
        accepted(spoken.record("position", party="ims", by="pm-1"))
        accepted(spoken.record("position", party="partner", by="partner-1"))
        accepted(spoken.trigger("exit")).warned()

    def test_before_a_way_out_is_taken_its_word_may_be_recorded_by_us(self, story: Story) -> None:
        story.to("active_activity").has("position", party="partner", by="partner-1")
        accepted(story.record("position", party="partner", by="pm-1"))

    def test_it_speaks_for_itself_alone(self, spoken: Story) -> None:
        refused(spoken.record("position", party="ims", by="partner-1")).by("L2")

    def test_it_replaces_what_we_put_on_file_for_it(self, story: Story) -> None:
        story.to("transitioning").ready_for("exit", partner_position={"by": "pm-1"})
        accepted(story.record("position", party="partner", stance="disagreed"))
        refused(story.trigger("exit")).by("S6.20")

    def test_it_may_change_its_mind(self, spoken: Story) -> None:
        spoken.has("position", party="partner", stance="agreed_with_reservations")
        accepted(spoken.trigger("exit")).warned()


class TestThePlanAtTheExit:
    def test_the_standing_plan_is_read_again(self, story: Story) -> None:
        story.to("transitioning").ready_for("exit")
        story.has("transition_plan", lead_partner=None)
        refused(story.trigger("exit")).by("S6.21")

    def test_a_step_neither_done_nor_explained(self, story: Story) -> None:
        story.to("transitioning").ready_for("exit")
        story.has("transition_plan", steps=[IMS_STEP, PARTNER_STEP | {"outcome": "Not needed"}])
        accepted(story.trigger("exit")).warned("S6.21")

    def test_no_cause(self, story: Story) -> None:
        story.to("transitioning").ready_for("exit")
        story.has("transition_plan", cause=None)
        accepted(story.trigger("exit")).warned("S6.19")

    def test_both_at_once(self, story: Story) -> None:
        story.to("transitioning").ready_for("exit")
        story.has("transition_plan", cause=None, steps=[IMS_STEP, PARTNER_STEP], lead_ims=None)
        refused(story.trigger("exit")).by("S6.21")
        assert {warning["clause"] for warning in story.why("exit")["warnings"]} == {"S6.19", "S6.21"}


class TestDeclining:
    @pytest.mark.parametrize("state", ["identified", "assessed"])
    @pytest.mark.parametrize("reason", [None, "", "  "])
    def test_it_takes_a_reason(self, story: Story, state: str, reason: str | None) -> None:
        story.to(state)
        refused(story.trigger("decline", reason=reason)).by("L1").of_kind("house_rule")
        accepted(story.trigger("decline", reason="Another outlet covers it")).warned().in_state("exited")
        assert story.show()["ended_as"] == "declined"
        assert story.history()[-1]["reason"] == "Another outlet covers it"

    def test_a_running_partnership_is_not_declined(self, story: Story) -> None:
        story.to("active_activity")
        no_such_edge(story.trigger("decline", reason="No more"))
