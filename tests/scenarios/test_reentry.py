"""Coming back: a new cycle in which old records count for nothing (L6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.bodies import plus
from tests.outcomes import accepted, no_such_edge, refused
from tests.story import Story

CRITERIA = ("S4.15", "S4.16", "S4.17", "S4.18", "S4.19")


def back(story: Story) -> Story:
    story.day(plus(story.today, days=1)).does("reidentify")
    return story


class TestNewCycle:
    @pytest.mark.every_store
    @pytest.mark.parametrize("via", ["active_activity", "active_associate", "strategic"])
    def test_an_exited_partner_is_identified_anew(self, story: Story, via: str) -> None:
        back(story.to("exited", via=via))
        shown = story.show()
        assert (shown["state"], shown["cycle"], shown["ended_as"]) == ("identified", 2, None)

    def test_a_declined_one_too(self, story: Story) -> None:
        story.to("identified").does("decline", reason="Too early")
        assert back(story).show()["cycle"] == 2

    @pytest.mark.every_store
    def test_old_records_do_not_serve(self, story: Story) -> None:
        back(story.to("exited"))
        refused(story.trigger("assess")).by("S4.3", "S4.4", "S4.13", "S4.14", *CRITERIA)

    def test_the_profile_still_does(self, telling: Callable[..., Story]) -> None:
        story = telling(registered=False)
        story.identify()
        story.does("decline", reason="Too early")
        back(story).ready_for("assess")
        accepted(story.trigger("assess")).warned("S3.9")

    def test_the_old_agreement_and_commitment_do_not_serve_although_in_force(self, story: Story) -> None:
        back(story.to("exited")).ready_for("assess").does("assess")
        refused(story.trigger("begin_activity")).by("S3.6", "S5.16")
        story.ready_for("begin_activity")
        accepted(story.trigger("begin_activity")).warned()

    def test_an_old_agreement_is_never_late(self, story: Story) -> None:
        back(story.to("exited"))
        story.day("2025-06-01")
        assert story.findings() == set()
        assert not story.show()["overdue"]

    def test_an_old_exception_does_not_serve(self, story: Story) -> None:
        open_call: dict[str, Any] = {
            "context_analysis": {"stability": "volatile"},
            "selection": {"modality": "open_call"},
        }
        story.to("identified").ready_for("assess", **open_call).has("exception", clause="S4.11")
        story.does("assess")
        story.does("decline", reason="Too early")
        back(story).ready_for("assess", **open_call)
        refused(story.trigger("assess")).by("S4.11")

    def test_an_old_plan_and_old_positions_do_not_serve(self, story: Story) -> None:
        back(story.to("exited"))
        for trigger in ("assess", "begin_activity"):
            story.ready_for(trigger).does(trigger)
        refused(story.trigger("begin_transition")).including("S6.21")
        story.ready_for("begin_transition").does("begin_transition")
        refused(story.trigger("exit")).by("S6.20")

    def test_an_open_case_of_an_earlier_cycle_bars_nothing_once_cleared(self, story: Story) -> None:
        story.to("transitioning").has("crisis_case")
        story.ready_for("exit").does("exit")
        story.has("integrity_clearance")
        back(story)
        for trigger in ("assess", "begin_activity"):
            story.ready_for(trigger)
            accepted(story.trigger(trigger)).warned()

    @pytest.mark.parametrize("before", [True, False])
    def test_what_an_earlier_decision_lost_is_no_finding_of_the_new_cycle(
        self, story: Story, before: bool
    ) -> None:
        story.to("exited")
        (commitment,) = [one["sequence"] for one in story.history() if one["kind"] == "inclusion_commitment"]
        steps = [lambda: story.withdraw(commitment, by="director-1"), lambda: story.trigger("reidentify")]
        for step in steps if before else reversed(steps):
            accepted(step())
        assert story.findings() == set()
        assert story.service.replay(story.id)["same"]

    @pytest.mark.parametrize("state", ["identified", "assessed", "active_activity", "transitioning"])
    def test_only_what_has_ended_comes_back(self, story: Story, state: str) -> None:
        story.to(state)
        no_such_edge(story.trigger("reidentify"))


class TestClearance:
    """Where a crisis stood at the end, safeguarding clears it first."""

    def test_after_a_termination(self, story: Story) -> None:
        story.to("terminated_for_crisis")
        refused(story.trigger("reidentify")).by("L6").of_kind("house_rule")
        story.has("integrity_clearance")
        accepted(story.trigger("reidentify")).in_state("identified")

    def test_the_return_rests_on_it_where_one_is_needed(self, story: Story) -> None:
        story.to("terminated_for_crisis")
        clearance = story.has("integrity_clearance")
        assert clearance in story.entry(story.does("reidentify"))["evidence"]

    def test_and_not_where_none_is(self, story: Story) -> None:
        story.to("exited")
        clearance = story.has("integrity_clearance")
        assert clearance not in story.entry(story.does("reidentify"))["evidence"]

    def test_one_from_before_the_end_will_not_do(self, story: Story) -> None:
        story.to("active_activity").has("integrity_clearance")
        story.to("terminated_for_crisis")
        refused(story.trigger("reidentify")).by("L6")

    def test_a_withdrawn_one_will_not_do(self, story: Story) -> None:
        story.to("terminated_for_crisis")
        accepted(story.withdraw(story.has("integrity_clearance"), by="safeguarding-1"))
        refused(story.trigger("reidentify")).by("L6")

    def test_after_an_exit_with_an_open_case(self, story: Story) -> None:
        story.to("transitioning").has("crisis_case")
        story.ready_for("exit").does("exit")
        refused(story.trigger("reidentify")).by("L6")
        story.has("integrity_clearance")
        accepted(story.trigger("reidentify"))

    def test_after_a_case_raised_since_the_exit(self, story: Story) -> None:
        story.to("exited").has("crisis_case")
        refused(story.trigger("reidentify")).by("L6")
        story.has("integrity_clearance")
        story.has("crisis_case", case="2")
        refused(story.trigger("reidentify")).by("L6")
        story.has("integrity_clearance")
        accepted(story.trigger("reidentify"))

    def test_after_a_decline_with_an_open_case(self, story: Story) -> None:
        story.to("identified").has("crisis_case")
        story.does("decline", reason="A complaint")
        refused(story.trigger("reidentify")).by("L6")

    def test_a_case_closed_before_the_exit_asks_for_none(self, story: Story) -> None:
        story.to("transitioning").has("crisis_case")
        story.has("crisis_recommendation", advice="close")
        story.has("crisis_closure")
        story.ready_for("exit").does("exit")
        accepted(story.trigger("reidentify"))


class TestElsewhere:
    """The same partner in another partnership."""

    IDENTIFIERS = ({"scheme": "XX-REG", "value": "123"},)

    @pytest.fixture(params=["terminated", "open case"])
    def first(self, story: Story, request: pytest.FixtureRequest) -> Story:
        story.profile["identifiers"] = list(self.IDENTIFIERS)
        if request.param == "terminated":
            return story.to("terminated_for_crisis")
        story.to("active_activity").has("crisis_case")
        return story

    @pytest.mark.parametrize(
        "same",
        [
            {"name": "Another name (fictional)", "country": "UG", "identifiers": list(IDENTIFIERS)},
            {"identifiers": []},
        ],
        ids=["identifier", "name and country"],
    )
    def test_it_is_warned_about_when_identified(
        self, first: Story, telling: Callable[..., Story], same: dict[str, Any]
    ) -> None:
        other = telling("p-2", **same)
        accepted(other.identify()).warned("L6").in_state("identified")

    def test_and_at_each_later_profile(self, first: Story, telling: Callable[..., Story]) -> None:
        other = telling("p-2", name="Another name (fictional)", country="UG")
        accepted(other.identify()).warned()
        accepted(other.record("partner_profile", identifiers=list(self.IDENTIFIERS))).warned("L6")

    @pytest.mark.parametrize(
        "different",
        [
            {"name": "Another name (fictional)"},
            {"country": "UG"},
            {"name": "Another name (fictional)", "identifiers": [{"scheme": "YY-REG", "value": "123"}]},
        ],
    )
    def test_others_are_not(
        self, first: Story, telling: Callable[..., Story], different: dict[str, Any]
    ) -> None:
        accepted(telling("p-2", **different).identify()).warned()

    def test_an_ordinary_exit_is_nothing_to_warn_of(
        self, story: Story, telling: Callable[..., Story]
    ) -> None:
        story.to("exited")
        accepted(telling("p-2").identify()).warned()
