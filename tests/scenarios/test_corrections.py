"""Putting mistakes right without rewriting anything: withdraw and revert."""

from __future__ import annotations

import pytest

from tests.outcomes import accepted, invalid, no_such_edge, refused
from tests.story import Json, Story, actor

CRITERIA = ("S4.15", "S4.16", "S4.17", "S4.18", "S4.19")


class TestWithdrawing:
    @pytest.fixture
    def filed(self, story: Story) -> tuple[Story, int]:
        """A complete file whose assessment pm-2 wrote."""
        story.to("identified").ready_for("assess", without="assessment")
        return story, story.has("assessment", by="pm-2")

    @pytest.mark.every_store
    @pytest.mark.parametrize("who", ["pm-2", "director-1"])
    def test_its_author_or_a_director_withdraws_a_record(self, filed: tuple[Story, int], who: str) -> None:
        story, sequence = filed
        accepted(story.withdraw(sequence, by=who)).in_state("identified")
        refused(story.trigger("assess")).by("S4.13", *CRITERIA)

    @pytest.mark.parametrize(
        "who", ["pm-1", "committee-1", "finance-1", "safeguarding-1", "auditor-1", "partner-1"]
    )
    def test_nobody_else(self, filed: tuple[Story, int], who: str) -> None:
        story, sequence = filed
        with story.nothing_changes():
            refused(story.withdraw(sequence, by=who)).by("L2").of_kind("authority")

    def test_nor_somebody_of_the_other_side_with_the_same_id(self, filed: tuple[Story, int]) -> None:
        story, sequence = filed
        namesake = actor("partner-1", partnerships=[story.id]) | {"id": "pm-2"}
        refused(story.withdraw(sequence, by=namesake)).by("L2")
        comment = story.has("comment", by=namesake)
        refused(story.withdraw(comment, by="pm-2")).by("L2")
        accepted(story.withdraw(comment, by=namesake))

    @pytest.mark.parametrize("reason", [None, " "])
    def test_it_takes_a_reason(self, filed: tuple[Story, int], reason: str | None) -> None:
        story, sequence = filed
        assert invalid(story.withdraw(sequence, by="pm-2", reason=reason)) == {"reason"}

    def test_it_stays_visible(self, filed: tuple[Story, int]) -> None:
        story, sequence = filed
        withdrawal = story.withdraw(sequence, by="pm-2")["sequence"]
        assert story.entry(sequence)["kind"] == "assessment"
        assert story.entry(withdrawal)["entry"] == "withdrawal"
        assert story.entry(withdrawal)["reason"] == "Put here by mistake"

    @pytest.mark.parametrize("wrong", [1, 99, 10**9])
    def test_what_is_no_record_is_not_withdrawn(self, filed: tuple[Story, int], wrong: int) -> None:
        story, _ = filed
        with story.nothing_changes():
            no_such_edge(story.withdraw(wrong, by="director-1"))

    def test_neither_a_decision_nor_a_record_twice(self, filed: tuple[Story, int]) -> None:
        story, sequence = filed
        decision = story.does("assess")
        no_such_edge(story.withdraw(decision, by="director-1"))
        accepted(story.withdraw(sequence, by="pm-2"))
        no_such_edge(story.withdraw(sequence, by="pm-2"))

    def test_a_decision_that_relied_on_it_becomes_a_finding(self, filed: tuple[Story, int]) -> None:
        story, sequence = filed
        story.does("assess")
        assert story.show()["findings"] == []
        accepted(story.withdraw(sequence, by="pm-2")).in_state("assessed")
        assert len(story.show()["findings"]) == 1
        assert story.state == "assessed"

    def test_a_record_superseded_after_its_decision_stays_what_the_decision_rested_on(
        self, filed: tuple[Story, int]
    ) -> None:
        story, sequence = filed
        decision = story.does("assess")
        story.has("assessment", relevance=None, by="pm-1")
        assert sequence in story.entry(decision)["evidence"]
        assert story.show()["findings"] == []
        accepted(story.withdraw(sequence, by="pm-2"))
        assert len(story.show()["findings"]) == 1

    def test_superseding_does_not_undo_what_its_author_may_not_do(self, story: Story) -> None:
        story.to("identified").ready_for("assess", assessment={"by": "director-1"}).does("assess")
        story.ready_for("begin_activity")
        story.has("assessment", by="pm-1")
        refused(story.trigger("begin_activity", by="director-1")).by("L2")

    def test_what_was_known_before_it_was_withdrawn_stays_known(self, filed: tuple[Story, int]) -> None:
        story, sequence = filed
        story.does("assess")
        then = story.clock.now
        story.day("2024-04-01").withdraw(sequence, by="pm-2")
        assert story.findings(known_at=then) == set()
        assert len(story.show()["findings"]) == 1

    @pytest.mark.parametrize("who", ["director-1", "pm-1", "safeguarding-2"])
    def test_a_clearance_is_withdrawn_by_its_author_alone(self, story: Story, who: str) -> None:
        story.to("terminated_for_crisis")
        clearance = story.has("integrity_clearance")
        refused(story.withdraw(clearance, by=who)).of_kind("authority")
        accepted(story.withdraw(clearance, by="safeguarding-1"))

    @pytest.mark.parametrize("state", ["active_activity", "transitioning"])
    @pytest.mark.parametrize("kind", ["comment", "sustainability_review", "exit_dialogue"])
    def test_a_director_withdraws_what_the_partners_side_put_on_file(
        self, story: Story, state: str, kind: str
    ) -> None:
        sequence = story.to(state).has(kind, by="partner-1")
        refused(story.withdraw(sequence, by="pm-1")).by("L2")
        accepted(story.withdraw(sequence, by="director-1"))

    def test_but_not_its_position_on_the_way_out_also_once_it_is_out(self, story: Story) -> None:
        story.to("exited")
        (sequence,) = [one["sequence"] for one in story.history() if one["actor"]["id"] == "partner-1"]
        refused(story.withdraw(sequence, by="director-1")).by("L2")
        accepted(story.withdraw(sequence, by="partner-1"))

    def test_what_it_said_before_a_way_out_was_taken_is_a_record_like_any_other(self, story: Story) -> None:
        before = story.to("active_activity").has("position", party="partner", by="partner-1")
        story.to("transitioning").has("position", party="partner", by="partner-1")
        refused(story.withdraw(story.show()["sequence"], by="director-1")).by("L2")
        accepted(story.withdraw(before, by="director-1"))

    def test_not_on_a_day_to_come(self, filed: tuple[Story, int]) -> None:
        story, sequence = filed
        command = story.command("withdraw", "pm-2", sequence=sequence, reason="A mistake", on="2099-01-01")
        refused(story.apply(command)).by("L9")

    def test_a_withdrawn_agreement_covers_nothing(self, story: Story) -> None:
        story.to("assessed").ready_for("begin_activity", without="agreement")
        accepted(story.withdraw(story.has("agreement")))
        refused(story.trigger("begin_activity")).by("S5.16")


class TestReverting:
    @pytest.mark.every_store
    def test_the_state_before_returns(self, story: Story) -> None:
        story.to("assessed")
        decision = story.show()["sequence"]
        accepted(story.revert(decision, by="director-1")).in_state("identified")
        assert story.show()["state"] == "identified"
        assert story.history()[-1]["entry"] == "reversal"
        assert story.entry(decision)["trigger"] == "assess"

    def test_by_a_director_who_did_not_take_it(self, story: Story) -> None:
        story.to("active_activity")
        decision = story.show()["sequence"]
        refused(story.revert(decision, by="director-1")).by("L2").of_kind("authority")
        for who in ("pm-1", "committee-1", "safeguarding-1", "auditor-1", "partner-1"):
            refused(story.revert(decision, by=who)).by("L2")
        accepted(story.revert(decision, by="director-2")).in_state("assessed")

    @pytest.mark.parametrize("reason", [None, ""])
    def test_it_takes_a_reason(self, story: Story, reason: str | None) -> None:
        story.to("assessed")
        assert invalid(story.revert(story.show()["sequence"], reason=reason)) == {"reason"}

    def test_only_the_latest_transition(self, story: Story) -> None:
        story.to("assessed")
        first = story.show()["sequence"]
        story.to("active_activity")
        second = story.show()["sequence"]
        for wrong in (first, second - 1, second + 1, 1):
            no_such_edge(story.revert(wrong))
        accepted(story.revert(second)).in_state("assessed")
        no_such_edge(story.revert(second))
        no_such_edge(story.revert(second, by="pm-1"))
        accepted(story.revert(first)).in_state("identified")

    def test_never_the_identification(self, story: Story) -> None:
        story.to("identified")
        no_such_edge(story.revert(1))

    def test_never_a_crisis_termination(self, story: Story) -> None:
        story.to("terminated_for_crisis")
        outcome = story.revert(story.show()["sequence"])
        assert outcome["outcome"] == "refused"
        assert story.state == "terminated_for_crisis"

    def test_records_made_meanwhile_stay(self, story: Story) -> None:
        story.to("assessed").ready_for("begin_activity")
        decision = next(one["sequence"] for one in story.history() if one["entry"] == "transition")
        accepted(story.revert(decision))
        story.does("assess")
        accepted(story.trigger("begin_activity")).warned()

    def test_it_counts_for_nothing_when_days_are_compared(self, story: Story) -> None:
        story.to("identified").day("2024-03-20").ready_for("assess", on="2024-03-02")
        decision = story.does("assess", on="2024-03-20")
        accepted(story.revert(decision))
        accepted(story.trigger("assess", on="2024-03-02"))

    def test_it_takes_effect_no_earlier_than_what_it_reverts_and_on_no_day_to_come(
        self, story: Story
    ) -> None:
        story.to("identified").day("2024-03-20").ready_for("assess")
        decision = story.does("assess")

        def reverted(on: str) -> Json:
            return story.apply(
                story.command("revert", "director-2", sequence=decision, reason="Too early", on=on)
            )

        for wrong in ("2024-03-19", "2024-03-21"):
            refused(reverted(wrong)).by("L9").in_state("assessed")
        accepted(reverted("2024-03-20")).in_state("identified")

    def test_it_counts_for_no_entry(self, story: Story) -> None:
        story.to("active_activity").ready_for("renew")
        decision = story.does("renew")
        assert story.show()["endline"] == "2026-02-28"
        accepted(story.revert(decision)).in_state("active_activity")
        assert story.show()["endline"] == "2025-02-28"
        accepted(story.trigger("renew")).warned()

    def test_not_into_an_active_state_while_a_case_is_open(self, story: Story) -> None:
        story.to("transitioning")
        decision = story.show()["sequence"]
        story.has("crisis_case")
        refused(story.revert(decision)).by("L11")
        story.has("crisis_recommendation", advice="close")
        story.has("crisis_closure")
        accepted(story.revert(decision)).in_state("active_activity")

    def test_nor_from_a_renewal_into_the_same_state(self, story: Story) -> None:
        story.to("active_activity").ready_for("renew")
        decision = story.does("renew")
        story.has("crisis_case")
        refused(story.revert(decision)).by("L11")

    def test_nor_a_return_whose_records_hold_an_open_case(self, story: Story) -> None:
        story.to("exited")
        decision = story.does("reidentify")
        story.has("crisis_case")
        refused(story.revert(decision)).by("L11")
        story.has("crisis_recommendation", advice="close")
        story.has("crisis_closure")
        accepted(story.revert(decision)).in_state("exited")

    def test_but_an_assessment_while_a_case_is_open(self, story: Story) -> None:
        story.to("assessed")
        decision = story.show()["sequence"]
        story.has("crisis_case")
        accepted(story.revert(decision)).in_state("identified")

    def test_an_exit_taken_too_early(self, story: Story) -> None:
        story.to("exited")
        accepted(story.revert(story.show()["sequence"])).in_state("transitioning")
        shown = story.show()
        assert (shown["cycle"], shown["ended_as"]) == (1, None)

    def test_a_reverted_return_loses_its_records_and_its_number(self, story: Story) -> None:
        story.to("exited")
        decision = story.does("reidentify")
        story.ready_for("assess")
        accepted(story.revert(decision)).in_state("exited")
        shown = story.show()
        assert (shown["cycle"], shown["ended_as"]) == (1, "exited")
        story.does("reidentify")
        assert story.show()["cycle"] == 3
        refused(story.trigger("assess")).by("S4.3", "S4.4", "S4.13", "S4.14", *CRITERIA)

    def test_a_replay_agrees(self, story: Story) -> None:
        story.to("exited")
        decision = story.does("reidentify")
        accepted(story.revert(decision))
        accepted(story.withdraw(2, by="director-1"))
        assert story.service.replay(story.id)["same"]
