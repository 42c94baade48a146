"""Ending for crisis: the ground, the two people, and what an open case holds up (S6.25 to S6.27, L3, L11)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bodies import plus
from tests.outcomes import accepted, no_such_edge, refused
from tests.story import BEGIN, Story, actor

RUNNING = [*BEGIN, "transitioning"]


@pytest.mark.every_store
@pytest.mark.parametrize("state", RUNNING)
def test_two_people_end_a_partnership_for_crisis_from_any_running_state(story: Story, state: str) -> None:
    story.to(state).ready_for("terminate_for_crisis")
    accepted(story.trigger("terminate_for_crisis")).warned().in_state("terminated_for_crisis")
    assert story.show()["ended_as"] == "terminated_for_crisis"


def test_it_rests_on_the_case_and_on_the_latest_recommendation(story: Story) -> None:
    story.to("active_activity").has("crisis_case", case="2")
    case = story.has("crisis_case")
    story.has("crisis_recommendation")
    latest = story.has("crisis_recommendation", text="Looked at again")
    story.does("terminate_for_crisis")
    assert story.history(by="safeguarding-1")[-1]["evidence"] == [case, latest]
    assert story.history(by="partner-1")[-1]["evidence"] == []


@pytest.mark.parametrize("state", ["identified", "assessed", "exited"])
def test_what_does_not_run_is_not_terminated(story: Story, state: str) -> None:
    story.to(state).ready_for("terminate_for_crisis")
    no_such_edge(story.trigger("terminate_for_crisis"))


def test_an_allegation_terminates_nothing_by_itself(story: Story) -> None:
    story.to("strategic").ready_for("terminate_for_crisis")
    assert story.state == "strategic"
    story.day("2024-12-31")
    assert story.state == "strategic"


class TestGround:
    def test_without_a_case(self, story: Story) -> None:
        story.to("active_activity")
        found = refused(story.trigger("terminate_for_crisis")).including("S6.25")
        assert found.clauses <= {"S6.25", "L3"}

    def test_a_case_names_its_ground(self, story: Story) -> None:
        story.to("active_activity").ready_for("terminate_for_crisis", crisis_case={"ground": None})
        refused(story.trigger("terminate_for_crisis")).by("S6.25")

    @pytest.mark.parametrize("text", [None, "  "])
    def test_another_ground_is_put_in_words(self, story: Story, text: str | None) -> None:
        case = {"ground": "other", "ground_text": text}
        story.to("active_activity").ready_for("terminate_for_crisis", crisis_case=case)
        refused(story.trigger("terminate_for_crisis")).by("S6.25")

    @pytest.mark.parametrize(
        "case",
        [
            {"ground": "ethics"},
            {"ground": "anti_corruption"},
            {"ground": "pseah"},
            {"ground": "other", "ground_text": "Fraud against a third party"},
        ],
    )
    def test_every_ground_will_do(self, story: Story, case: dict[str, Any]) -> None:
        story.to("active_activity").ready_for("terminate_for_crisis", crisis_case=case)
        accepted(story.trigger("terminate_for_crisis")).warned()

    def test_a_breach_of_an_agreement_in_force_names_its_clause(self, story: Story) -> None:
        story.to("active_activity").ready_for("terminate_for_crisis", crisis_case={"agreement_clause": None})
        accepted(story.trigger("terminate_for_crisis")).warned("S6.27")

    def test_where_none_is_in_force_there_is_no_clause_to_name(self, story: Story) -> None:
        story.to("active_activity").day("2025-06-01")
        story.ready_for("terminate_for_crisis", crisis_case={"agreement_clause": None})
        accepted(story.trigger("terminate_for_crisis")).warned()

    def test_one_agreement_in_force_is_enough(self, story: Story) -> None:
        story.to("active_activity")
        story.has("agreement", reference="b-1", collaboration="Short", ends_on="2024-03-31")
        story.has("agreement", reference="c-1", collaboration="Not yet", accepted=[])
        story.day("2024-06-01").ready_for("terminate_for_crisis", crisis_case={"agreement_clause": None})
        accepted(story.trigger("terminate_for_crisis")).warned("S6.27")

    @pytest.mark.parametrize(("advised", "warnings"), [(True, []), (False, ["S6.27"])])
    def test_one_case_that_names_it_is_enough_if_it_carries_the_decision(
        self, story: Story, advised: bool, warnings: list[str]
    ) -> None:
        story.to("active_activity").ready_for("terminate_for_crisis", crisis_case={"agreement_clause": None})
        story.has("crisis_case", case="2")
        if advised:
            story.has("crisis_recommendation", case="2")
        accepted(story.trigger("terminate_for_crisis")).warned(*warnings)


class TestTwoPeople:
    def test_a_recommendation_comes_first(self, story: Story) -> None:
        story.to("active_activity").ready_for("terminate_for_crisis", without="crisis_recommendation")
        refused(story.trigger("terminate_for_crisis")).by("L3").of_kind("authority")
        story.has("crisis_recommendation")
        accepted(story.trigger("terminate_for_crisis"))

    def test_a_recommendation_to_close_is_none_to_terminate(self, story: Story) -> None:
        story.to("active_activity").ready_for(
            "terminate_for_crisis", crisis_recommendation={"advice": "close"}
        )
        refused(story.trigger("terminate_for_crisis")).by("L3")

    @pytest.mark.parametrize("who", ["pm-1", "committee-1", "finance-1", "safeguarding-2"])
    def test_a_director_decides(self, story: Story, who: str) -> None:
        story.to("active_activity").ready_for("terminate_for_crisis")
        found = refused(story.trigger("terminate_for_crisis", by=who)).of_kind("authority")
        assert found.clauses <= {"L2", "L3"}

    def test_who_recommended_it_does_not_decide(self, story: Story) -> None:
        both = actor("safeguarding-1", "director")
        story.to("active_activity").ready_for("terminate_for_crisis", crisis_recommendation={"by": both})
        refused(story.trigger("terminate_for_crisis", by=both)).by("L3")
        accepted(story.trigger("terminate_for_crisis", by="director-1"))

    def test_who_raised_the_case_does_not_decide(self, story: Story) -> None:
        story.to("active_activity").ready_for("terminate_for_crisis", crisis_case={"by": "director-1"})
        refused(story.trigger("terminate_for_crisis", by="director-1")).by("L3")
        accepted(story.trigger("terminate_for_crisis", by="director-2"))

    def test_safeguarding_may_raise_and_recommend(self, story: Story) -> None:
        story.to("active_activity").ready_for("terminate_for_crisis", crisis_case={"by": "safeguarding-1"})
        accepted(story.trigger("terminate_for_crisis"))

    def test_a_later_version_of_the_case_leaves_the_recommendation_standing(self, story: Story) -> None:
        story.to("active_activity").ready_for("terminate_for_crisis")
        story.has("crisis_case", by="safeguarding-2", ground="pseah")
        accepted(story.trigger("terminate_for_crisis"))

    def test_a_recommendation_is_for_its_own_case(self, story: Story) -> None:
        story.to("active_activity").has("crisis_case", case="1", ground=None)
        story.has("crisis_case", case="2")
        story.has("crisis_recommendation", case="1")
        assert refused(story.trigger("terminate_for_crisis")).clauses <= {"S6.25", "L3"}
        story.has("crisis_recommendation", case="2")
        accepted(story.trigger("terminate_for_crisis"))

    @pytest.mark.parametrize("who", ["pm-1", "director-1", "committee-1", "finance-1"])
    def test_only_safeguarding_recommends(self, story: Story, who: str) -> None:
        story.to("active_activity").has("crisis_case")
        refused(story.record("crisis_recommendation", by=who)).by("L2")

    def test_once_safeguarding_has_it_nobody_else_supersedes_it(self, story: Story) -> None:
        story.to("active_activity").has("crisis_case", by="pm-1")
        story.has("crisis_case", by="pm-1", ground="pseah")
        story.has("crisis_recommendation")
        for who in ("pm-1", "director-1"):
            refused(story.record("crisis_case", by=who)).by("L2")
        accepted(story.record("crisis_case", by="safeguarding-2"))


class TestOpenCase:
    """L11: while a case is open nothing begins and nothing is renewed, but an exit stays possible."""

    @pytest.mark.parametrize("begin", ["begin_activity", "begin_strategic"])
    def test_nothing_begins(self, story: Story, begin: str) -> None:
        story.to("assessed").ready_for(begin, agreement={"by": "pm-1"}).has("crisis_case")
        refused(story.trigger(begin)).by("L11").of_kind("house_rule")

    def test_nothing_begins_after_a_transition(self, story: Story) -> None:
        story.to("transitioning", via="strategic")
        story.has("agreement", reference="b-1", category="activity", collaboration="One last series")
        story.has("crisis_case")
        refused(story.trigger("begin_activity")).by("L11")

    @pytest.mark.parametrize("decision", ["renew", "extend"])
    def test_nothing_is_renewed(self, story: Story, decision: str) -> None:
        story.to("active_activity" if decision == "renew" else "transitioning")
        story.ready_for(decision).has("crisis_case")
        refused(story.trigger(decision)).by("L11")

    @pytest.mark.parametrize("state", RUNNING)
    def test_no_new_agreement_is_made(self, story: Story, state: str) -> None:
        story.to(state).has("crisis_case")
        refused(story.record("agreement", reference="n-1", collaboration="Another")).by("L11")

    @pytest.mark.parametrize(
        "version",
        [
            {"ends_on": "2026-02-28"},
            {"ends_on": None, "no_endline_reason": "It goes on"},
            {"contributions": [{"kind": "equipment", "given_by": "ims", "for_collaboration": True}]},
        ],
        ids=["longer", "without end", "other support"],
    )
    def test_nor_one_made_to_give_more(self, story: Story, version: dict[str, Any]) -> None:
        story.to("active_activity").has("crisis_case")
        refused(story.record("agreement", **version)).by("L11")

    def test_a_draft_and_a_conclusion_are_no_new_agreements(self, story: Story) -> None:
        story.to("active_activity").has("crisis_case")
        accepted(story.record("agreement", reference="n-1", collaboration="Another", accepted=[]))
        accepted(story.record("agreement", concluded_on=story.today, concluded_how="ended_early"))

    def test_the_way_out_stays_open(self, story: Story) -> None:
        story.to("active_activity").has("crisis_case")
        story.ready_for("begin_transition").does("begin_transition")
        story.ready_for("exit").does("exit")
        assert story.state == "exited"

    def test_it_bars_from_its_recording_whatever_the_day(self, story: Story) -> None:
        story.to("assessed").ready_for("begin_activity")
        story.day("2024-03-20").has("crisis_case")
        refused(story.trigger("begin_activity", on="2024-03-10")).by("L11")

    def test_a_closed_case_bars_nothing(self, story: Story) -> None:
        story.to("assessed").ready_for("begin_activity").has("crisis_case")
        story.has("crisis_recommendation", advice="close")
        story.has("crisis_closure")
        accepted(story.trigger("begin_activity")).warned()

    def test_one_of_two_cases_is_enough(self, story: Story) -> None:
        story.to("assessed").ready_for("begin_activity").has("crisis_case", case="1")
        story.has("crisis_case", case="2")
        story.has("crisis_recommendation", case="1", advice="close")
        story.has("crisis_closure", case="1")
        refused(story.trigger("begin_activity")).by("L11")

    def test_the_termination_ends_all_of_them(self, story: Story) -> None:
        story.to("active_activity").has("crisis_case", case="1")
        story.has("crisis_case", case="2")
        story.has("crisis_recommendation", case="2")
        story.does("terminate_for_crisis")
        story.has("integrity_clearance")
        story.does("reidentify")
        story.walked = []
        for trigger in ("assess", "begin_activity"):
            story.ready_for(trigger)
            accepted(story.trigger(trigger))


class TestClosing:
    @pytest.fixture
    def raised(self, story: Story) -> Story:
        story.to("active_activity").has("crisis_case")
        return story

    @pytest.mark.parametrize("result", ["unfounded", "resolved"])
    def test_a_director_closes_on_anothers_recommendation(self, raised: Story, result: str) -> None:
        raised.has("crisis_recommendation", advice="close")
        accepted(raised.record("crisis_closure", result=result))

    def test_a_recommendation_comes_first(self, raised: Story) -> None:
        refused(raised.record("crisis_closure")).by("L3").of_kind("authority")

    def test_a_recommendation_to_terminate_is_none_to_close(self, raised: Story) -> None:
        raised.has("crisis_recommendation", advice="terminate")
        refused(raised.record("crisis_closure")).by("L3")

    @pytest.mark.parametrize("who", ["pm-1", "committee-1", "safeguarding-2"])
    def test_only_a_director_closes(self, raised: Story, who: str) -> None:
        raised.has("crisis_recommendation", advice="close")
        found = refused(raised.record("crisis_closure", by=who)).of_kind("authority")
        assert found.clauses <= {"L2", "L3"}

    def test_who_raised_it_does_not_close_it(self, story: Story) -> None:
        story.to("active_activity").has("crisis_case", by="director-1")
        story.has("crisis_recommendation", advice="close")
        refused(story.record("crisis_closure", by="director-1")).by("L3")
        accepted(story.record("crisis_closure", by="director-2"))

    def test_who_recommended_it_does_not_close_it(self, raised: Story) -> None:
        both = actor("safeguarding-1", "director")
        raised.has("crisis_recommendation", advice="close", by=both)
        refused(raised.record("crisis_closure", by=both)).by("L3")

    def test_unless_another_person_recommended_the_same(self, raised: Story) -> None:
        both = actor("safeguarding-2", "director")
        raised.has("crisis_recommendation", advice="close", by="safeguarding-1")
        raised.has("crisis_recommendation", advice="terminate", by="safeguarding-1")
        raised.has("crisis_recommendation", advice="close", by=both)
        refused(raised.record("crisis_closure", by=both)).by("L3")
        raised.has("crisis_recommendation", advice="close", by="safeguarding-1")
        raised.has("crisis_recommendation", advice="close", by=both)
        accepted(raised.record("crisis_closure", by=both))

    def test_what_is_not_open_is_not_closed(self, raised: Story) -> None:
        refused(raised.record("crisis_closure", case="2")).by("L3")
        raised.has("crisis_recommendation", advice="close")
        raised.has("crisis_closure")
        with raised.nothing_changes():
            refused(raised.record("crisis_closure")).by("L3")

    def test_a_closed_case_ends_nothing(self, raised: Story) -> None:
        raised.has("crisis_recommendation", advice="terminate")
        raised.has("crisis_recommendation", advice="close")
        raised.has("crisis_closure")
        assert refused(raised.trigger("terminate_for_crisis")).clauses <= {"S6.25", "L3"}

    def test_a_case_raised_again_is_open_anew_and_asks_for_a_new_recommendation(self, raised: Story) -> None:
        raised.has("crisis_recommendation", advice="terminate")
        raised.has("crisis_recommendation", advice="close")
        raised.has("crisis_closure")
        raised.has("crisis_case", by="safeguarding-1")
        refused(raised.trigger("renew")).including("L11")
        refused(raised.trigger("terminate_for_crisis")).by("L3")
        refused(raised.record("crisis_closure")).by("L3")
        raised.has("crisis_recommendation", advice="terminate")
        accepted(raised.trigger("terminate_for_crisis"))

    @pytest.mark.parametrize("who", ["pm-1", "director-1", "director-2"])
    def test_a_case_is_not_made_to_vanish(self, raised: Story, who: str) -> None:
        case = raised.show()["sequence"]
        refused(raised.withdraw(case, by=who)).of_kind("authority")
        refused(raised.trigger("renew")).including("L11")

    def test_safeguarding_withdraws_its_own_mistake(self, story: Story) -> None:
        story.to("active_activity")
        case = story.has("crisis_case", by="safeguarding-1")
        refused(story.withdraw(case, by="safeguarding-2")).of_kind("authority")
        accepted(story.withdraw(case, by="safeguarding-1"))
        story.ready_for("renew")
        accepted(story.trigger("renew"))


class TestOpening:
    """L4: sealed content is opened by few, and each opening stays on record."""

    @pytest.fixture
    def sealed(self, story: Story) -> tuple[Story, int]:
        case = story.to("active_activity").has("crisis_case", sealed={"summary": "an-unguessable-word"})
        return story, case

    @pytest.mark.every_store
    @pytest.mark.parametrize("who", ["safeguarding-1", "safeguarding-2", "director-1"])
    def test_by_safeguarding_and_by_who_may_decide(self, sealed: tuple[Story, int], who: str) -> None:
        story, case = sealed
        outcome = story.open(case, by=who)
        accepted(outcome)
        assert "an-unguessable-word" in str(outcome)
        entry = story.history(by="safeguarding-1")[-1]
        assert (entry["entry"], entry["actor"]["id"]) == ("opening", who)

    @pytest.mark.parametrize("who", ["pm-1", "committee-1", "finance-1", "auditor-1", "service-1"])
    def test_by_nobody_else_and_the_attempt_stays(self, sealed: tuple[Story, int], who: str) -> None:
        story, case = sealed
        outcome = story.open(case, by=who)
        found = refused(outcome).of_kind("authority")
        assert found.clauses & {"L4", "L10"}
        assert "an-unguessable-word" not in str(outcome)
        entry = story.history(by="safeguarding-1")[-1]
        assert (entry["entry"], entry["actor"]["id"]) == ("opening", who)

    def test_the_partners_side_gets_nothing_of_it(self, sealed: tuple[Story, int]) -> None:
        story, case = sealed
        outcome = story.open(case, by="partner-1")
        refused(outcome)
        assert "an-unguessable-word" not in str(outcome)

    def test_not_by_a_director_who_raised_the_case(self, story: Story) -> None:
        case = story.to("active_activity").has("crisis_case", by="director-1")
        refused(story.open(case, by="director-1")).by("L4")
        accepted(story.open(case, by="director-2"))

    def test_afterwards_by_the_director_who_decided(self, sealed: tuple[Story, int]) -> None:
        story, case = sealed
        story.has("crisis_recommendation")
        story.does("terminate_for_crisis", by="director-1")
        accepted(story.open(case, by="director-1"))
        refused(story.open(case, by="director-2")).by("L4")

    def test_not_on_a_day_to_come(self, sealed: tuple[Story, int]) -> None:
        story, case = sealed
        command = story.command("open", "safeguarding-1", sequence=case, reason="To look", on="2099-01-01")
        outcome = story.apply(command)
        refused(outcome).by("L9")
        assert "an-unguessable-word" not in str(outcome)

    def test_an_opening_is_no_ground_for_a_conflict(self, sealed: tuple[Story, int]) -> None:
        story, case = sealed
        seen = story.show()["sequence"]
        accepted(story.open(case))
        accepted(story.record("comment", expected_sequence=seen))

    def test_it_changes_no_state(self, sealed: tuple[Story, int]) -> None:
        story, case = sealed
        accepted(story.open(case)).in_state("active_activity")


def test_a_recommendation_does_not_serve_the_next_cycle(story: Story) -> None:
    story.to("terminated_for_crisis").has("integrity_clearance")
    story.does("reidentify")
    for trigger in ("assess", "begin_activity"):
        story.ready_for(trigger)
        story.does(trigger)
    story.day(plus(story.today, days=1)).has("crisis_case")
    refused(story.trigger("terminate_for_crisis")).by("L3")
