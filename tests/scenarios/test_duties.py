"""Who may do what, and what one person may not do twice (L2, L3, L5, L10)."""

from __future__ import annotations

import pytest

from tests.outcomes import accepted, invalid, refused
from tests.story import ROLES, Story, actor

IMS_ROLES = [name for name in ROLES if name not in ("partner", "service")]
DECIDERS = {
    "assess": ("identified", {"pm", "director"}),
    "begin_activity": ("assessed", {"director"}),
    "begin_associate": ("assessed", {"director"}),
    "begin_strategic": ("assessed", {"committee", "director"}),
    "renew": ("active_activity", {"director"}),
    "begin_transition": ("active_activity", {"pm", "director"}),
    "extend": ("transitioning", {"director"}),
    "exit": ("transitioning", {"director"}),
    "decline": ("assessed", {"director"}),
    "reidentify": ("exited", {"pm", "director"}),
}
# Nobody who wrote anything on the file: numbered apart from the authors.
STRANGER = "{}-7"


def ready(story: Story, trigger: str) -> Story:
    state, _ = DECIDERS[trigger]
    if trigger == "begin_associate":
        story.profile["level"] = "international"
    return story.to(state).ready_for(trigger)


class TestRoles:
    @pytest.mark.parametrize("trigger", list(DECIDERS))
    def test_only_the_named_roles_decide(self, story: Story, trigger: str) -> None:
        ready(story, trigger)
        for role in set(IMS_ROLES) - DECIDERS[trigger][1]:
            who = STRANGER.format(role)
            refused(story.trigger(trigger, by=who, reason="Because")).by("L2").of_kind("authority")
        refused(story.trigger(trigger, by="partner-1", reason="Because")).by("L2").of_kind("authority")

    @pytest.mark.every_store
    @pytest.mark.parametrize(
        ("trigger", "role"),
        [(trigger, role) for trigger, (_, roles) in DECIDERS.items() for role in sorted(roles)],
    )
    def test_each_of_them_may(self, story: Story, trigger: str, role: str) -> None:
        ready(story, trigger)
        accepted(story.trigger(trigger, by=STRANGER.format(role), reason="Because"))

    @pytest.mark.parametrize("trigger", [*DECIDERS])
    def test_a_service_takes_no_decision(self, story: Story, trigger: str) -> None:
        ready(story, trigger)
        found = refused(story.trigger(trigger, by="service-1", reason="Because")).including("L10")
        assert found.clauses <= {"L10", "L2"}
        found.of_kind("authority")

    @pytest.mark.parametrize("role", IMS_ROLES)
    def test_a_programme_manager_or_a_director_identifies(self, story: Story, role: str) -> None:
        outcome = story.identify(by=STRANGER.format(role))
        if role in ("pm", "director"):
            accepted(outcome)
        else:
            refused(outcome).by("L2").in_state(None)
            assert list(story.service.ids()) == []

    @pytest.mark.parametrize("who", ["partner-1", "service-1"])
    def test_nobody_else_identifies(self, story: Story, who: str) -> None:
        assert refused(story.identify(by=who)).in_state(None).clauses <= {"L2", "L10"}

    @pytest.mark.parametrize("more", ["director", "programme_manager", "safeguarding"])
    def test_an_auditor_decides_and_records_nothing_whatever_else_they_hold(
        self, story: Story, more: str
    ) -> None:
        ready(story, "assess")
        refused(story.trigger("assess", by=actor("auditor-1", more))).by("L2")
        refused(story.record("context_analysis", by=actor("auditor-1", more))).by("L2")

    def test_without_a_role_nobody_does_anything(self, story: Story) -> None:
        ready(story, "assess")
        nobody = {"id": "x-1", "party": "ims", "roles": []}
        refused(story.trigger("assess", by=nobody)).by("L2")
        refused(story.record("comment", by=nobody)).by("L2")

    def test_all_that_is_wrong_is_said_at_once(self, story: Story) -> None:
        story.to("assessed")
        found = refused(story.trigger("begin_activity", by="pm-1")).by("L2", "S3.6", "S5.16")
        assert {finding["kind"] for finding in found.found} == {"authority", "policy"}


class TestRecording:
    @pytest.mark.parametrize("role", ["pm", "director", "committee", "safeguarding", "finance"])
    def test_every_other_role_of_ours_puts_records_on_file(self, story: Story, role: str) -> None:
        story.to("identified")
        accepted(story.record("context_analysis", by=STRANGER.format(role)))

    def test_an_auditor_and_a_service_do_not(self, story: Story) -> None:
        story.to("identified")
        refused(story.record("context_analysis", by="auditor-1")).by("L2")
        refused(story.record("context_analysis", by="service-1")).by("L10")

    @pytest.mark.parametrize(
        "kind",
        ["context_analysis", "assessment", "agreement", "renewal_note", "transition_plan", "partner_profile"],
    )
    def test_the_partners_side_does_not_write_our_records(self, story: Story, kind: str) -> None:
        story.to("identified")
        refused(story.record(kind, by="partner-1")).by("L2").of_kind("authority")

    @pytest.mark.parametrize("kind", ["exit_dialogue", "sustainability_review", "comment"])
    def test_but_its_own_it_does(self, story: Story, kind: str) -> None:
        story.to("active_activity")
        accepted(story.record(kind, by="partner-1"))

    def test_it_acts_within_its_own_partnerships(self, story: Story) -> None:
        story.to("active_activity")
        for partnerships in (None, [], ["p-2"]):
            stranger = actor("partner-2", partnerships=partnerships)
            refused(story.record("comment", by=stranger)).by("L2").of_kind("authority")

    def test_elsewhere_it_does_not_even_learn_whether_there_is_one(self, story: Story) -> None:
        story.to("active_activity")
        stranger = actor("partner-2", partnerships=["p-2"])
        command = story.command("record", stranger, kind="comment", body=story.body("comment"))
        there, nowhere = (story.apply(command | {"id": id}) for id in ("p-1", "p-404"))
        assert nowhere | {"id": "p-1"} == there
        refused(nowhere).by("L2").in_state(None)

    @pytest.mark.parametrize("who", ["pm-1", "safeguarding-1", "finance-1"])
    def test_exceptions_are_made_by_directors_and_committees(self, story: Story, who: str) -> None:
        story.to("identified").has("selection", modality="open_call", by="pm-2")
        refused(story.record("exception", by=who)).by("L2")
        accepted(story.record("exception", by="committee-1"))

    @pytest.mark.parametrize("who", ["pm-1", "director-1", "committee-1"])
    def test_clearances_are_given_by_safeguarding(self, story: Story, who: str) -> None:
        story.to("exited")
        refused(story.record("integrity_clearance", by=who)).by("L2")
        accepted(story.record("integrity_clearance"))


class TestAuthors:
    """Who wrote what a decision rests on does not take it."""

    def test_of_the_assessment(self, story: Story) -> None:
        story.to("identified").ready_for("assess", assessment={"by": "pm-1"})
        refused(story.trigger("assess", by="pm-1")).by("L2").of_kind("authority")
        accepted(story.trigger("assess", by="pm-2"))

    @pytest.mark.parametrize("begin", ["begin_activity", "begin_strategic"])
    def test_of_the_assessment_when_it_begins(self, story: Story, begin: str) -> None:
        story.to("identified").ready_for("assess", assessment={"by": "director-1"}).does("assess")
        story.ready_for(begin)
        refused(story.trigger(begin, by="director-1")).by("L2")
        accepted(story.trigger(begin, by="director-2"))

    def test_of_the_assessment_no_longer_when_it_runs(self, story: Story) -> None:
        story.to("identified").ready_for("assess", assessment={"by": "director-1"}).does("assess")
        story.ready_for("begin_activity").does("begin_activity", by="director-2")
        story.category = "strategic"
        story.ready_for(
            "begin_strategic", agreement={"reference": "s-1", "collaboration": "The whole outlet"}
        )
        accepted(story.trigger("begin_strategic", by="director-1"))

    def test_of_the_assessment_no_longer_after_a_transition(self, story: Story) -> None:
        story.to("identified").ready_for("assess", assessment={"by": "director-1"}).does("assess")
        for trigger in ("begin_activity", "begin_transition"):
            story.ready_for(trigger).does(trigger, by="director-2")
        story.ready_for(
            "begin_strategic", agreement={"reference": "s-1", "collaboration": "The whole outlet"}
        )
        accepted(story.trigger("begin_strategic", by="director-1"))

    def test_of_an_assessment_that_came_after_the_day_it_says_nothing(self, story: Story) -> None:
        story.to("identified").ready_for("assess", assessment={"by": "pm-2"})
        story.day("2024-03-20").has("assessment", by="pm-3", relevance="Seen anew")
        refused(story.trigger("assess", by="pm-3")).by("L2")
        accepted(story.trigger("assess", by="pm-3", on="2024-03-10"))

    @pytest.mark.parametrize("decision", ["renew", "extend"])
    def test_of_the_renewal_note(self, story: Story, decision: str) -> None:
        story.to(DECIDERS[decision][0]).ready_for(decision, renewal_note={"by": "director-1"})
        refused(story.trigger(decision, by="director-1")).by("L2")
        accepted(story.trigger(decision, by="director-2"))

    def test_of_the_transition_plan(self, story: Story) -> None:
        story.to("active_activity").ready_for("begin_transition", transition_plan={"by": "director-1"})
        refused(story.trigger("begin_transition", by="director-1")).by("L2")
        accepted(story.trigger("begin_transition", by="pm-1"))

    def test_a_second_role_makes_no_second_person(self, story: Story) -> None:
        both = actor("pm-1", "director", "committee")
        story.to("identified").ready_for("assess", assessment={"by": "pm-1"})
        refused(story.trigger("assess", by=both)).by("L2")
        story.does("assess", by="pm-2")
        story.ready_for("begin_strategic")
        refused(story.trigger("begin_strategic", by=both)).by("L2")

    @pytest.mark.parametrize(
        "retyped",
        [
            {},
            {"relevance": "  FITS   the\nprogramme "},
            {"feasibility": "Another view", "added_value_ims": "Something else"},
            {"conducted_on": "2024-02-28", "dei_agreed_on": "2024-02-28"},
        ],
        ids=["copied", "retyped", "changed in part", "other days"],
    )
    def test_retyping_changes_no_author(self, story: Story, retyped: dict[str, str]) -> None:
        story.to("identified").ready_for("assess", assessment={"by": "pm-1"})
        story.has("assessment", by="pm-2", **retyped)
        for who in ("pm-1", "pm-2"):
            refused(story.trigger("assess", by=who)).by("L2")
        accepted(story.trigger("assess", by="pm-7"))

    def test_text_that_is_wholly_new_has_a_new_author(self, story: Story) -> None:
        story.to("identified").ready_for("assess", assessment={"by": "pm-1"})
        story.has(
            "assessment",
            by="pm-2",
            relevance="Seen afresh",
            potential="Strong",
            portfolio_relevance="Fills a gap",
            feasibility="With help",
            added_value_partner="A network",
            added_value_ims="A voice",
        )
        refused(story.trigger("assess", by="pm-2")).by("L2")
        accepted(story.trigger("assess", by="pm-1"))

    def test_a_renewal_note_retyped_keeps_its_author(self, story: Story) -> None:
        story.to("active_activity").ready_for("renew", renewal_note={"by": "director-1"})
        story.has("renewal_note", by="pm-1", value_for_money="Put differently")
        refused(story.trigger("renew", by="director-1")).by("L2")

    def test_a_plan_retyped_keeps_its_author(self, story: Story) -> None:
        story.to("active_activity").ready_for("begin_transition", transition_plan={"by": "pm-1"})
        story.has("transition_plan", by="pm-2")
        refused(story.trigger("begin_transition", by="pm-1")).by("L2")

    def test_a_third_who_retypes_it_frees_neither_of_the_two_before(self, story: Story) -> None:
        story.to("identified").ready_for("assess", assessment={"by": "pm-1"})
        for who in ("pm-2", "pm-3"):
            story.has("assessment", by=who)
        for who in ("pm-1", "pm-2", "pm-3"):
            refused(story.trigger("assess", by=who)).by("L2")
        accepted(story.trigger("assess", by="pm-4"))

    def test_a_withdrawn_version_makes_no_author(self, story: Story) -> None:
        story.to("identified").ready_for("assess", without="assessment")
        first = story.has("assessment", by="pm-1")
        story.has("assessment", by="pm-2")
        refused(story.trigger("assess", by="pm-1")).by("L2")
        accepted(story.withdraw(first, by="pm-1"))
        accepted(story.trigger("assess", by="pm-1"))


class TestExceptions:
    """L5: an exception takes a second and a third person."""

    def open_call(self, story: Story, **selection: object) -> Story:
        return story.to("identified").ready_for(
            "assess",
            context_analysis={"stability": "volatile"},
            selection={"modality": "open_call", **selection},
        )

    def test_not_by_an_author_of_the_selection(self, story: Story) -> None:
        self.open_call(story, by="director-1")
        with story.nothing_changes():
            refused(story.record("exception", clause="S4.11", by="director-1")).by("L5")
        accepted(story.record("exception", clause="S4.11", by="director-2"))

    def test_not_by_one_who_wrote_it_first_and_had_it_retyped(self, story: Story) -> None:
        self.open_call(story, by="director-1")
        story.has("selection", modality="open_call", by="pm-1")
        refused(story.record("exception", clause="S4.11", by="director-1")).by("L5")

    def test_not_by_an_author_of_the_plan(self, story: Story) -> None:
        alone = {"lead_partner": None, "by": "director-1"}
        story.to("active_activity").ready_for("begin_transition", transition_plan=alone)
        refused(story.record("exception", clause="S6.21", by="director-1")).by("L5")
        accepted(story.record("exception", clause="S6.21", by="director-2"))

    def test_not_by_one_who_put_the_position_on_file(self, story: Story) -> None:
        disagreed = {"stance": "disagreed", "by": "director-2"}
        story.to("transitioning").ready_for("exit", partner_position=disagreed)
        refused(story.record("exception", clause="S6.20", by="director-2")).by("L5")
        accepted(story.record("exception", clause="S6.20", by="committee-1"))

    def test_by_one_who_shares_an_id_with_somebody_of_the_partners_side(self, story: Story) -> None:
        """An id tells who it is within a side only."""
        partner = actor("partner-1", partnerships=["p-1"]) | {"id": "17"}
        story.to("transitioning").ready_for("exit", partner_position={"stance": "disagreed", "by": partner})
        accepted(story.record("exception", clause="S6.20", by=actor("director-1") | {"id": "17"}))
        accepted(story.trigger("exit"))

    def test_not_used_by_its_own_author_to_assess(self, story: Story) -> None:
        self.open_call(story).has("exception", clause="S4.11", by="director-1")
        refused(story.trigger("assess", by="director-1")).including("L5")
        accepted(story.trigger("assess", by="pm-1"))

    def test_nor_by_one_whose_words_another_retyped(self, story: Story) -> None:
        self.open_call(story).has("exception", clause="S4.11", by="director-1")
        story.has("exception", clause="S4.11", by="director-2")
        refused(story.trigger("assess", by="director-1")).including("L5")
        accepted(story.trigger("assess", by="pm-1"))

    def test_not_used_by_its_own_author_to_begin_a_transition(self, story: Story) -> None:
        story.to("active_activity").ready_for("begin_transition", transition_plan={"lead_partner": None})
        story.has("exception", clause="S6.21", by="director-1")
        refused(story.trigger("begin_transition", by="director-1")).including("L5")
        accepted(story.trigger("begin_transition", by="director-2"))

    def test_not_used_by_its_own_author_to_exit(self, story: Story) -> None:
        story.to("transitioning").ready_for("exit", partner_position={"stance": "disagreed"})
        story.has("exception", clause="S6.20", by="director-1")
        refused(story.trigger("exit", by="director-1")).including("L5")
        accepted(story.trigger("exit", by="director-2"))


@pytest.mark.parametrize(
    ("party", "roles"),
    [
        ("ims", ["partner_representative"]),
        ("partner", ["director"]),
        ("partner", ["partner_representative", "auditor"]),
    ],
)
def test_a_role_of_the_other_side_is_no_role(story: Story, party: str, roles: list[str]) -> None:
    story.to("identified")
    crossed = {"id": "x-1", "party": party, "roles": roles}
    assert any(field.startswith("actor") for field in invalid(story.record("comment", by=crossed)))
