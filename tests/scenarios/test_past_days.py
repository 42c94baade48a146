"""Decisions on a past day: what bars one counts from its recording, whatever its day (L2, L3, L9)."""

from __future__ import annotations

import pytest

from tests.outcomes import accepted, refused
from tests.story import Story, actor

BOTH = actor("safeguarding-2", "director")
OLD = {"starts_on": "2024-03-01"}


class TestTermination:
    """A crisis termination is put on record with the day on which it was decided."""

    @pytest.fixture
    def advised(self, story: Story) -> Story:
        """A case of the 1st of April, on which safeguarding recommended to terminate on the 2nd."""
        story.to("active_activity").day("2024-04-01").has("crisis_case")
        story.day("2024-04-02").has("crisis_recommendation")
        return story.day("2024-04-05")

    @pytest.mark.every_store
    def test_it_may_be_recorded_late(self, advised: Story) -> None:
        advised.has("comment")
        accepted(advised.trigger("terminate_for_crisis", on="2024-04-03")).in_state("terminated_for_crisis")

    def test_not_for_a_day_before_the_case_or_the_recommendation(self, advised: Story) -> None:
        refused(advised.trigger("terminate_for_crisis", on="2024-03-31")).by("S6.25", "L3")
        refused(advised.trigger("terminate_for_crisis", on="2024-04-01")).by("L3")

    @pytest.mark.every_store
    def test_not_once_the_case_is_closed(self, advised: Story) -> None:
        advised.has("crisis_recommendation", advice="close")
        advised.has("crisis_closure", by="director-2")
        with advised.nothing_changes():
            found = refused(advised.trigger("terminate_for_crisis", on="2024-04-03"))
        found.including("S6.25")
        assert not advised.why("terminate_for_crisis", on="2024-04-03")["allowed"]

    def test_nor_where_the_closed_case_was_raised_anew(self, advised: Story) -> None:
        advised.has("crisis_recommendation", advice="close")
        advised.has("crisis_closure", by="director-2")
        advised.has("crisis_case")
        refused(advised.trigger("terminate_for_crisis", on="2024-04-03")).including("S6.25")

    def test_not_against_what_safeguarding_recommends_since(self, advised: Story) -> None:
        advised.has("crisis_recommendation", advice="close")
        refused(advised.trigger("terminate_for_crisis", on="2024-04-03")).by("L3")

    def test_not_once_the_case_names_no_ground(self, advised: Story) -> None:
        advised.has("crisis_case", by="safeguarding-1", ground=None)
        refused(advised.trigger("terminate_for_crisis", on="2024-04-03")).by("S6.25")

    @pytest.mark.every_store
    def test_not_by_who_recommended_it_since(self, advised: Story) -> None:
        advised.has("crisis_recommendation", by=BOTH)
        refused(advised.trigger("terminate_for_crisis", by=BOTH, on="2024-04-03")).by("L3")
        accepted(advised.trigger("terminate_for_crisis", by="director-1", on="2024-04-03"))

    def test_not_by_who_raised_it_again_since(self, advised: Story) -> None:
        advised.has("crisis_case", by=BOTH)
        refused(advised.trigger("terminate_for_crisis", by=BOTH, on="2024-04-03")).by("L3")
        accepted(advised.trigger("terminate_for_crisis", on="2024-04-03"))


class TestClosure:
    """A closure is a decision on a case as well: it follows the advice to close, on its day too."""

    @pytest.fixture
    def advised(self, story: Story) -> Story:
        """A case of the 1st of April, on which safeguarding recommended to close on the 2nd."""
        story.to("active_activity").day("2024-04-01").has("crisis_case")
        story.day("2024-04-02").has("crisis_recommendation", advice="close")
        return story.day("2024-04-05")

    @pytest.mark.every_store
    def test_it_may_be_recorded_late(self, advised: Story) -> None:
        accepted(advised.record("crisis_closure", on="2024-04-02"))

    @pytest.mark.every_store
    def test_not_for_a_day_before_the_case_or_the_recommendation(self, advised: Story) -> None:
        with advised.nothing_changes():
            refused(advised.record("crisis_closure", on="2024-03-31")).by("L3")
            refused(advised.record("crisis_closure", on="2024-04-01")).by("L3")

    def test_a_later_version_of_the_case_leaves_the_recommendation_standing(self, advised: Story) -> None:
        advised.has("crisis_case", by="safeguarding-1")
        accepted(advised.record("crisis_closure", on="2024-04-03"))

    def test_not_against_what_safeguarding_recommends_since(self, advised: Story) -> None:
        advised.has("crisis_recommendation", advice="terminate")
        refused(advised.record("crisis_closure", on="2024-04-03")).by("L3")


class TestAuthors:
    """L2: an author stays one on a day before the version took effect that was recorded first."""

    @pytest.mark.every_store
    def test_of_an_assessment_that_another_recorded_for_an_earlier_day(self, story: Story) -> None:
        story.to("identified").ready_for("assess", without="assessment")
        story.day("2024-03-10").has("assessment", by="pm-1")
        story.has("assessment", by="pm-2", on="2024-03-02")
        refused(story.trigger("assess", by="pm-1")).by("L2")
        refused(story.trigger("assess", by="pm-1", on="2024-03-05")).by("L2")
        accepted(story.trigger("assess", by="pm-3", on="2024-03-05"))

    def test_but_not_where_that_text_was_written_anew(self, story: Story) -> None:
        story.to("identified").ready_for("assess", without="assessment")
        story.day("2024-03-10").has("assessment", by="pm-1")
        words = ("relevance", "potential", "portfolio_relevance", "feasibility")
        words += ("added_value_partner", "added_value_ims")
        story.has("assessment", by="pm-2", on="2024-03-02", **{word: f"Another {word}" for word in words})
        accepted(story.trigger("assess", by="pm-1", on="2024-03-05"))

    def test_of_the_latest_renewal_note(self, story: Story) -> None:
        story.to("active_activity").day("2024-04-01").ready_for("renew")
        story.day("2024-04-10").has("renewal_note", by="director-1", value_for_money="Said anew")
        refused(story.trigger("renew", by="director-1", on="2024-04-05")).by("L2")
        accepted(story.trigger("renew", by="director-2", on="2024-04-05"))

    def test_of_the_latest_transition_plan(self, story: Story) -> None:
        story.to("active_activity").day("2024-04-01").ready_for("begin_transition")
        story.day("2024-04-10").has("transition_plan", by="pm-2", participants=["Two editors"])
        refused(story.trigger("begin_transition", by="pm-2", on="2024-04-05")).by("L2")
        accepted(story.trigger("begin_transition", by="pm-3", on="2024-04-05"))


class TestWhatWasPutRightSince:
    """What a note, a position or a plan lacked on the day, it lacked; what it lacks now, it lacks as well."""

    def test_in_the_renewal_note(self, story: Story) -> None:
        story.to("active_activity").ready_for("renew", renewal_note={"value_for_money": None})
        story.day("2024-04-01").has("renewal_note")
        refused(story.trigger("renew", on="2024-03-15")).by("S6.13")
        accepted(story.trigger("renew", on="2024-04-01"))

    def test_in_a_position(self, story: Story) -> None:
        story.to("transitioning").ready_for("exit", partner_position={"stance": "disagreed"})
        story.day("2024-04-01").has("position", party="partner")
        refused(story.trigger("exit", on="2024-03-15")).by("S6.20")
        accepted(story.trigger("exit", on="2024-04-01"))

    def test_in_the_plan(self, story: Story) -> None:
        story.to("active_activity").ready_for("begin_transition", transition_plan={"lead_ims": None})
        story.day("2024-04-01").has("transition_plan")
        refused(story.trigger("begin_transition", on="2024-03-15")).by("S6.21")
        accepted(story.trigger("begin_transition", on="2024-04-01"))

    def test_and_what_was_taken_out_of_it_since(self, story: Story) -> None:
        story.to("active_activity").ready_for("renew")
        story.day("2024-04-01").has("renewal_note", value_for_money=None)
        refused(story.trigger("renew", on="2024-03-15")).by("S6.13")


class TestAgreementsRead:
    """A decision on a past day reads the version of that day, whatever was agreed since."""

    @pytest.mark.every_store
    def test_what_a_beginning_read_is_no_renewal_recorded_again(self, story: Story) -> None:
        story.to("assessed").ready_for("begin_activity").day("2024-03-05")
        story.has("agreement", **OLD, ends_on="2025-02-28", note="Retyped")
        story.does("begin_activity", on="2024-03-03")
        story.has("sustainability_review")
        story.has("renewal_note")
        refused(story.trigger("renew")).by("S5.16")
        story.has("agreement", **OLD, ends_on="2025-12-31")
        accepted(story.trigger("renew"))

    def test_a_longer_one_agreed_since_waits_for_its_renewal(self, story: Story) -> None:
        story.to("assessed").ready_for("begin_activity").day("2024-03-05")
        story.has("agreement", **OLD, ends_on="2030-02-28")
        story.does("begin_activity", on="2024-03-03")
        (agreement,) = story.show()["agreements"]
        assert (agreement["ends_on"], agreement["awaits_renewal"]) == ("2025-02-28", True)

    @pytest.mark.every_store
    @pytest.mark.parametrize("draft", [False, True])
    def test_a_renewal_moves_the_endline_to_that_of_its_day(self, story: Story, draft: bool) -> None:
        story.to("active_activity").day("2024-09-01").has("agreement", **OLD, ends_on="2025-12-31")
        story.has("sustainability_review")
        story.has("renewal_note")
        story.day("2024-09-20").has("agreement", **OLD, ends_on="2026-12-31")
        if draft:
            story.has("agreement", **OLD, ends_on="2027-12-31", accepted=[])
        accepted(story.trigger("renew", on="2024-09-10")).warned()
        assert story.show()["endline"] == "2025-12-31"
        assert story.show()["agreements"][0]["awaits_renewal"]
        assert story.day("2025-03-01").findings() == set()
        story.has("renewal_note")
        accepted(story.trigger("renew"))
        assert story.show()["endline"] == "2026-12-31"
        assert story.service.replay(story.id)["same"]

    def test_one_that_was_shortened_since_counts_as_shortened(self, story: Story) -> None:
        story.to("active_activity").day("2024-09-01").has("agreement", **OLD, ends_on="2025-12-31")
        story.has("sustainability_review")
        story.has("renewal_note")
        story.day("2024-09-20").has("agreement", **OLD, ends_on="2025-06-30")
        story.does("renew", on="2024-09-10")
        assert story.show()["endline"] == "2025-06-30"

    def test_an_extension_as_a_renewal(self, story: Story) -> None:
        story.to("transitioning").day("2024-09-01").has("agreement", **OLD, ends_on="2025-12-31")
        story.has("sustainability_review")
        story.has("renewal_note")
        story.day("2024-09-20").has("agreement", **OLD, ends_on="2026-12-31")
        story.does("extend", on="2024-09-10")
        assert story.show()["endline"] == "2025-12-31"
