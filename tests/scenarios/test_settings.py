"""The house rules are settings: each can be turned off or changed by the host."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from partnerships.lifecycle.settings import DUTIES
from partnerships.lifecycle.vocabulary import Role
from tests.bodies import plus
from tests.outcomes import accepted, refused
from tests.story import Story, actor

Under = Callable[..., Story]


def test_l1_a_decline_without_a_reason(under: Under) -> None:
    story = under(l1_decline_reason=False).to("identified")
    accepted(story.trigger("decline"))


def test_l2_anybody_of_ours_decides(under: Under) -> None:
    story = under(l2_duties=False).to("identified").ready_for("assess", assessment={"by": "finance-1"})
    accepted(story.trigger("assess", by="finance-1"))


def test_l2_anybody_of_ours_puts_right_what_anybody_did(under: Under) -> None:
    story = under(l2_duties=False).to("assessed")
    accepted(story.withdraw(story.has("comment", by="pm-2"), by="finance-1"))
    decision = max(one["sequence"] for one in story.history() if one["entry"] == "transition")
    accepted(story.revert(decision, by=story.entry(decision)["actor"] | {"roles": ["programme_manager"]}))


def test_l2_the_partners_side_still_acts_within_its_own_partnerships(under: Under) -> None:
    story = under(l2_duties=False).to("identified")
    refused(story.record("comment", by=actor("partner-2", partnerships=["p-2"]))).of_kind("authority")


def test_l2_either_side_speaks_for_the_other(under: Under) -> None:
    story = under(l2_duties=False).to("transitioning")
    accepted(story.record("position", party="partner", by="partner-1"))
    accepted(story.record("position", party="partner", by="pm-1"))
    accepted(story.record("position", party="ims", by="partner-1"))


def test_l2_other_roles_may_be_named(under: Under) -> None:
    story = (
        under(l2_roles={**DUTIES, "begin_activity": (Role.COMMITTEE,)})
        .to("assessed")
        .ready_for("begin_activity")
    )
    refused(story.trigger("begin_activity", by="director-1")).by("L2")
    accepted(story.trigger("begin_activity", by="committee-1"))


def test_l3_one_person_ends_it_for_crisis(under: Under) -> None:
    story = under(l3_two_people=False).to("active_activity")
    story.has("crisis_case", by="director-1")
    accepted(story.trigger("terminate_for_crisis", by="director-1")).in_state("terminated_for_crisis")


def test_l3_that_one_person_is_never_of_the_partners_side(under: Under) -> None:
    story = under(l3_two_people=False).to("active_activity")
    story.has("crisis_case", by="director-1")
    refused(story.trigger("terminate_for_crisis", by="partner-1")).by("L2", "S6.25")


def test_l3_one_person_closes_a_case(under: Under) -> None:
    story = under(l3_two_people=False).to("active_activity")
    story.has("crisis_case", by="director-1")
    accepted(story.record("crisis_closure", by="director-1"))


def test_l4_crisis_entries_are_not_restricted(under: Under) -> None:
    story = under(l4_sealed=False).to("active_activity")
    story.has("crisis_case")
    assert "crisis_case" in {entry.get("kind") for entry in story.history(by="pm-2")}
    assert "crisis_cases" in story.show(by="pm-2")
    assert "crisis_case" not in {entry.get("kind") for entry in story.history(by="partner-1")}
    assert "crisis_cases" not in story.show(by="partner-1")


def test_l5_an_exception_by_the_author_who_then_decides(under: Under) -> None:
    story = (
        under(l5_exceptions=False)
        .to("identified")
        .ready_for(
            "assess",
            context_analysis={"stability": "volatile"},
            selection={"modality": "open_call", "by": "director-1"},
        )
    )
    story.has("exception", clause="S4.11", by="director-1")
    accepted(story.trigger("assess", by="director-1")).warned("S4.10")


def test_l6_a_return_without_a_clearance(under: Under) -> None:
    story = under(l6_reentry=False).to("terminated_for_crisis")
    accepted(story.trigger("reidentify"))


@pytest.mark.parametrize(("months", "warnings"), [(12, []), (3, ["S6.7"])])
def test_l7_when_a_review_is_stale(under: Under, months: int, warnings: list[str]) -> None:
    story = under(l7_stale_months=months).to("active_activity").day("2024-08-01")
    story.ready_for("renew", sustainability_review={"held_on": "2024-03-01"})
    accepted(story.trigger("renew")).warned(*warnings)


@pytest.mark.parametrize(
    ("settings", "warnings"),
    [
        ({"l8_mid_term_months": 18}, ["S5.8"]),
        ({"l8_mid_term_months": 24}, []),
        ({"l8_mid_term_months": None}, []),
    ],
)
def test_l8_what_the_middle_term_is(under: Under, settings: dict[str, Any], warnings: list[str]) -> None:
    story = under(**settings).to("assessed")
    story.ready_for("begin_activity", agreement={"ends_on": plus(story.today, months=20)})
    accepted(story.trigger("begin_activity")).warned(*warnings)


def test_l9_days_are_not_compared(under: Under) -> None:
    story = under(l9_days=False).to("identified").day("2024-03-20").ready_for("assess", on="2024-03-02")
    story.does("assess", on="2024-03-10")
    story.ready_for("begin_activity", on="2024-03-02")
    begun = story.does("begin_activity", on="2024-03-09")
    early = story.command("revert", "director-2", sequence=begun, reason="Too early", on="2024-03-08")
    accepted(story.apply(early)).in_state("assessed")


def test_l10_a_service_is_judged_by_its_roles_alone(under: Under) -> None:
    story = under(l10_service=False).to("identified").ready_for("assess")
    assert "L10" not in refused(story.trigger("assess", by="service-1")).clauses
    refused(story.record("comment", by="service-1")).by("L2")
    accepted(story.trigger("assess", by=actor("service-1", "programme_manager")))


def test_l11_an_open_case_holds_nothing_up(under: Under) -> None:
    story = under(l11_open_case=False).to("assessed").ready_for("begin_activity")
    story.has("crisis_case")
    accepted(story.trigger("begin_activity"))
    accepted(story.record("agreement", reference="n-1", collaboration="Another"))


def test_l12_the_plan_need_not_say_whether_exit_closes_the_partner(under: Under) -> None:
    story = under(l12_closure_answer=False).to("active_activity")
    story.ready_for("begin_transition", transition_plan={"exit_would_close_partner": None})
    accepted(story.trigger("begin_transition"))


def test_l13_a_profile_may_be_incomplete(under: Under) -> None:
    story = under(l13_profile=False)
    story.profile = {"legal_form": None, "country": None}
    story.to("identified").ready_for("assess")
    accepted(story.trigger("assess"))


class TestReadings:
    """Where the policy leaves room, our reading is a setting too."""

    def test_an_open_call_in_a_volatile_context_only_warns(self, under: Under) -> None:
        story = (
            under(reading_s4_11=False)
            .to("identified")
            .ready_for(
                "assess", context_analysis={"stability": "volatile"}, selection={"modality": "open_call"}
            )
        )
        accepted(story.trigger("assess")).including("S4.10")

    def test_a_renewal_note_is_asked_for_only_where_exit_would_close_the_partner(self, under: Under) -> None:
        story = (
            under(reading_s6_12=False)
            .to("active_activity")
            .ready_for("renew", renewal_note={"value_for_money": None, "exit_would_close_partner": True})
        )
        refused(story.trigger("renew")).by("S6.13")
        story.has("renewal_note", value_for_money=None, exit_would_close_partner=False)
        accepted(story.trigger("renew"))

    def test_an_endline_need_not_be_acknowledged_apart(self, under: Under) -> None:
        story = under(reading_s6_17=False).to("assessed")
        story.ready_for("begin_activity", agreement={"endline_acknowledged_on": None})
        accepted(story.trigger("begin_activity"))

    @pytest.mark.parametrize("confirmed_is_asked", [True, False])
    def test_secured_funding_need_not_be_confirmed(self, under: Under, confirmed_is_asked: bool) -> None:
        story = under(reading_s6_14=confirmed_is_asked).to("active_activity")
        story.ready_for("renew", renewal_note={"funding": {"status": "secured"}})
        outcome = story.trigger("renew")
        if confirmed_is_asked:
            refused(outcome).by("S6.14")
        else:
            accepted(outcome)

    def test_funding_only_applied_for_never_passes(self, under: Under) -> None:
        story = under(reading_s6_14=False).to("active_activity")
        story.ready_for("renew", renewal_note={"funding": {"status": "applied_for"}})
        refused(story.trigger("renew")).by("S6.14")

    @pytest.mark.parametrize("may_be_excepted", [True, False])
    def test_no_exception_lifts_a_disagreement(self, under: Under, may_be_excepted: bool) -> None:
        story = under(reading_s6_20=may_be_excepted).to("transitioning")
        story.ready_for("exit", partner_position={"stance": "disagreed"})
        story.has("exception", by="director-2", clause="S6.20")
        outcome = story.trigger("exit")
        if may_be_excepted:
            accepted(outcome)
        else:
            refused(outcome).by("S6.20")

    @pytest.mark.parametrize("owners_are_asked", [True, False])
    def test_steps_need_no_owner_on_each_side(self, under: Under, owners_are_asked: bool) -> None:
        story = under(reading_s6_21=owners_are_asked).to("active_activity")
        step = {"what": "Hand over the archive", "owner": "ims", "due_on": story.today}
        story.ready_for("begin_transition", transition_plan={"steps": [step]})
        outcome = story.trigger("begin_transition")
        if owners_are_asked:
            refused(outcome).by("S6.21")
        else:
            accepted(outcome)


def test_every_entry_names_the_settings_it_was_made_under(under: Under) -> None:
    first = under().to("identified")
    second = under(l1_decline_reason=False)
    second.does("decline")
    digests = [entry["settings_digest"] for entry in first.history()]
    assert len(digests) == 2
    assert len(set(digests)) == 2
    assert all(digests)
