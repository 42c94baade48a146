"""What each side sees of one partnership (L4): nothing of ours betrays a sealed case to the partner."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from partnerships import NotAllowed, UnknownPartnership
from tests.outcomes import accepted, invalid, no_such_edge, refused
from tests.story import Story, actor

SECRET = "an-unguessable-word"
READERS = ["pm-2", "director-2", "committee-1", "finance-1", "auditor-1", "safeguarding-1", "partner-1"]


def everything(story: Story, by: str | dict[str, Any] | None) -> str:
    """All that a reader is shown of a partnership."""
    who = story.who(by) if by else None
    read = [
        story.show(by),
        story.history(by),
        story.service.why(story.id, actor=who),
        story.service.checklist(story.id, actor=who),
        story.service.portfolio(actor=who),
    ]
    return json.dumps(read, default=str)


@pytest.fixture
def raised(story: Story) -> Story:
    """A running partnership with a sealed case, a recommendation and an opening amid ordinary entries."""
    story.to("active_activity")
    story.has("comment", by="partner-1")
    case = story.has("crisis_case", sealed={"summary": SECRET}, ground_text=SECRET, by="pm-1")
    story.has("comment", by="partner-1")
    story.has("crisis_recommendation", text=SECRET)
    accepted(story.open(case))
    story.has("comment", by="pm-1")
    return story


class TestThePartnersView:
    @pytest.mark.every_store
    def test_nothing_betrays_a_case(self, story: Story) -> None:
        story.to("active_activity").has("comment", by="partner-1")
        before = everything(story, "partner-1")
        case = story.has("crisis_case", sealed={"summary": SECRET}, ground_text=SECRET, by="pm-1")
        story.has("crisis_recommendation", text=SECRET)
        accepted(story.open(case))
        refused(story.open(case, by="finance-1"))
        story.has("integrity_clearance", text=SECRET)
        assert everything(story, "partner-1") == before
        story.has("crisis_recommendation", advice="close")
        story.has("crisis_closure")
        assert everything(story, "partner-1") == before

    def test_there_is_no_gap_in_numbers(self, raised: Story) -> None:
        mine = raised.history(by="partner-1")
        ours = raised.history(by="pm-1")
        assert [entry["sequence"] for entry in mine] == list(range(1, len(mine) + 1))
        assert len(mine) < len(ours)
        assert raised.show(by="partner-1")["sequence"] == len(mine)

    def test_there_is_no_gap_in_the_chain(self, raised: Story) -> None:
        for before, after in pairwise(raised.history(by="partner-1")):
            assert after.get("previous") == before.get("digest") or after.get("previous") is None

    def test_which_way_an_entry_came_and_its_place_in_the_chain_are_ours(self, raised: Story) -> None:
        for entry in raised.history(by="partner-1"):
            assert (entry["via"], entry["digest"], entry["previous"]) == (None, None, None)

    def test_the_termination_itself_shows_to_everybody(self, raised: Story) -> None:
        raised.does("terminate_for_crisis")
        for who in ("partner-1", "pm-2", "finance-1", None):
            assert raised.history(by=who)[-1]["trigger"] == "terminate_for_crisis"

    def test_paging_counts_in_its_own_numbers(self, raised: Story) -> None:
        mine = raised.history(by="partner-1")
        assert raised.history(by="partner-1", after=len(mine) - 2) == mine[-2:]
        assert raised.history(by="partner-1", after=2, limit=3) == mine[2:5]

    def test_each_number_of_its_view_names_one_entry(self, raised: Story) -> None:
        seen = raised.history(by="partner-1")
        ours = {entry["recorded_at"]: entry["sequence"] for entry in raised.history()}
        for number in range(len(seen) + 1):
            assert raised.history(by="partner-1", after=number) == seen[number:]
        for number, entry in enumerate(seen, 1):
            said = raised.has("comment", by="partner-1", about=number)
            assert raised.history(by="partner-1", after=said - 1)[0]["body"]["about"] == number
            assert raised.history()[-1]["body"]["about"] == ours[entry["recorded_at"]]

    def test_of_two_cases_of_its_own_it_withdraws_the_one_it_names(self, story: Story) -> None:
        story.to("active_activity")
        for case in ("p1", "p2"):
            number = story.has("crisis_case", by="partner-1", case=case)
        accepted(story.withdraw(number, by="partner-1"))
        assert [case["case"] for case in story.show(by="safeguarding-1")["crisis_cases"]] == ["p1"]

    def test_evidence_is_given_in_its_own_numbers(self, raised: Story) -> None:
        raised.ready_for("begin_transition").does("begin_transition")
        mine = raised.history(by="partner-1")
        decision = mine[-1]
        assert decision["trigger"] == "begin_transition"
        kinds = {mine[number - 1].get("kind") for number in decision["evidence"]}
        assert "transition_plan" in kinds
        assert all(1 <= number < decision["sequence"] for number in decision["evidence"])

    def test_the_sequence_it_saw_is_the_sequence_it_expects(self, raised: Story) -> None:
        seen = raised.show(by="partner-1")["sequence"]
        outcome = raised.record("comment", by="partner-1", expected_sequence=seen)
        accepted(outcome)
        assert outcome["sequence"] == seen + 1
        assert raised.show(by="partner-1")["sequence"] == seen + 1

    def test_a_sealed_entry_in_between_is_no_conflict_to_it(self, raised: Story) -> None:
        seen = raised.show(by="partner-1")["sequence"]
        raised.has("crisis_case", case="2")
        accepted(raised.record("comment", by="partner-1", expected_sequence=seen))

    def test_an_ordinary_entry_in_between_is_and_speaks_in_its_numbers(self, raised: Story) -> None:
        seen = raised.show(by="partner-1")["sequence"]
        raised.has("comment", by="pm-1")
        outcome = raised.record("comment", by="partner-1", expected_sequence=seen)
        assert outcome["outcome"] == "conflict"
        assert (outcome["expected_sequence"], outcome["sequence"]) == (seen, seen + 1)

    def test_it_withdraws_its_own_record_by_the_number_it_saw(self, raised: Story) -> None:
        said = raised.record("comment", by="partner-1", text="Said too much")["sequence"]
        accepted(raised.withdraw(said, by="partner-1"))
        mine = raised.history(by="partner-1")
        assert mine[-1]["entry"] == "withdrawal"
        assert mine[said - 1]["kind"] == "comment"

    def test_a_number_that_its_view_does_not_have_names_nothing(self, raised: Story) -> None:
        hidden = raised.history()[-1]["sequence"]
        for number in (hidden, 900_000_001):
            no_such_edge(raised.withdraw(number, by="partner-1"))

    @pytest.mark.parametrize("trigger", ["extend", "begin_strategic", "exit", "terminate_for_crisis"])
    def test_a_refusal_to_it_is_the_same_with_a_case_and_without(self, story: Story, trigger: str) -> None:
        story.to("transitioning")
        before = refused(story.trigger(trigger, by="partner-1"))
        story.has("crisis_case")
        story.has("crisis_recommendation")
        assert refused(story.trigger(trigger, by="partner-1")).found == before.found

    def test_opening_by_a_guessed_number_tells_it_nothing(self, raised: Story) -> None:
        answers = set()
        for number in range(1, raised.show()["sequence"] + 5):
            outcome = raised.open(number, by="partner-1")
            assert outcome["outcome"] == "refused"
            answers.add(
                json.dumps([(one["clause"], one["code"], one["message"]) for one in outcome["findings"]])
            )
        assert len(answers) == 1

    def test_it_sees_its_own_partnership_alone(self, raised: Story, telling: Callable[..., Story]) -> None:
        telling("p-2", name="Another (fictional)").to("identified")
        mine = raised.who("partner-1")
        assert [one["id"] for one in raised.service.portfolio(actor=mine)] == ["p-1"]
        for id in ("p-2", "no-such"):
            with pytest.raises(NotAllowed):
                raised.service.show(id, actor=mine)
            with pytest.raises(NotAllowed):
                raised.service.history(id, actor=mine)
            with pytest.raises(NotAllowed):
                raised.service.why(id, actor=mine)

    def test_without_partnerships_it_sees_none(self, raised: Story) -> None:
        nobody = actor("partner-1")
        assert raised.service.portfolio(actor=nobody) == []
        with pytest.raises(NotAllowed):
            raised.show(by=nobody)

    def test_it_does_see_what_is_shared(self, raised: Story) -> None:
        shown = raised.show(by="partner-1")
        assert (shown["state"], shown["category"]) == ("active_activity", "activity")
        assert [one["reference"] for one in shown["agreements"]] == ["a-1"]
        triggers = [
            entry["trigger"] for entry in raised.history(by="partner-1") if entry["entry"] == "transition"
        ]
        assert triggers == ["assess", "begin_activity"]

    @pytest.mark.parametrize(
        "kind",
        [
            "context_analysis",
            "stakeholder_mapping",
            "selection",
            "assessment",
            "strategic_importance",
            "renewal_note",
            "arrangement",
            "exception",
            "register_entry",
            "relation",
        ],
    )
    def test_what_ims_writes_for_itself_is_not_read_by_it(self, story: Story, kind: str) -> None:
        story.to("active_activity").has(kind, note=SECRET)
        assert SECRET not in everything(story, "partner-1")
        assert SECRET in everything(story, "pm-2")

    def test_another_partners_crisis_is_not_betrayed_by_a_warning(
        self, raised: Story, telling: Callable[..., Story]
    ) -> None:
        other = telling("p-2")
        accepted(other.identify()).warned("L6")
        assert '"L6"' not in everything(other, "partner-2")


class TestOurView:
    @pytest.mark.every_store
    @pytest.mark.parametrize("who", [*READERS, None])
    def test_sealed_content_is_in_no_ordinary_reading(self, raised: Story, who: str | None) -> None:
        assert SECRET not in everything(raised, who)
        assert SECRET not in json.dumps(raised.service.feed(), default=str)

    @pytest.mark.parametrize("who", ["pm-2", "finance-1", "committee-1"])
    def test_crisis_entries_show_as_restricted(self, raised: Story, who: str) -> None:
        history = raised.history(by=who)
        assert [entry["sequence"] for entry in history] == list(range(1, len(history) + 1))
        assert not any("crisis" in str(entry.get("kind")) for entry in history)
        assert "restricted" in json.dumps(history, default=str)

    @pytest.mark.parametrize("who", ["safeguarding-1", "auditor-1"])
    def test_but_not_to_safeguarding_and_auditors(self, raised: Story, who: str) -> None:
        kinds = {entry.get("kind") for entry in raised.history(by=who)}
        assert {"crisis_case", "crisis_recommendation"} <= kinds

    def test_nor_to_the_decider(self, raised: Story) -> None:
        raised.does("terminate_for_crisis", by="director-1")
        assert "crisis_case" in {entry.get("kind") for entry in raised.history(by="director-1")}

    def test_a_partners_own_case_shows_to_safeguarding_alone(self, story: Story) -> None:
        story.to("active_activity")
        others = ("pm-2", "director-2", "auditor-1", "partner-1")
        number = story.has("crisis_case", by="partner-1", case="p1", sealed={"summary": SECRET})
        for _ in ("raised", "withdrawn"):
            for who in others:
                assert SECRET not in everything(story, who)
                assert "crisis_case" not in {entry.get("kind") for entry in story.history(by=who)}
                assert "crisis_cases" not in story.show(by=who)
            assert "crisis_case" in {entry.get("kind") for entry in story.history(by="safeguarding-1")}
            story.withdraw(number, by="partner-1")

    def test_nor_to_the_decider_of_another_case(self, story: Story) -> None:
        story.to("active_activity").has("crisis_case", by="partner-1", case="p1")
        for record in ("crisis_case", "crisis_recommendation"):
            story.has(record)
        story.does("terminate_for_crisis", by="director-1")
        shown = [entry for entry in story.history(by="director-1") if entry.get("kind") == "crisis_case"]
        assert len(shown) == 1
        assert len(story.show(by="director-1")["crisis_cases"]) == 1

    def test_nor_what_was_closed_the_open_case_beside_it(self, story: Story) -> None:
        story.to("active_activity")
        for case in ("1", "2"):
            story.has("crisis_case", case=case)
        story.has("crisis_recommendation", advice="close")
        story.has("crisis_closure", by="director-1")
        assert [one["case"] for one in story.show(by="director-1")["crisis_cases"]] == ["1"]
        shown = [entry["kind"] for entry in story.history(by="director-1")[-4:]]
        assert shown == ["crisis_case", None, "crisis_recommendation", "crisis_closure"]

    def test_nor_what_was_terminated_a_case_of_an_earlier_cycle(self, story: Story) -> None:
        story.to("transitioning").has("crisis_case", case="1")
        story.ready_for("exit").does("exit")
        story.has("integrity_clearance")
        for trigger in ("reidentify", "assess", "begin_activity"):
            if trigger != "reidentify":
                story.ready_for(trigger)
            story.does(trigger)
        story.has("crisis_case", case="2")
        story.has("crisis_recommendation", case="2")
        story.does("terminate_for_crisis", by="director-1")
        assert [one["case"] for one in story.show(by="director-1")["crisis_cases"]] == ["2"]
        assert len(story.show(by="safeguarding-1")["crisis_cases"]) == 2

    @pytest.mark.parametrize("who", ["pm-1", "director-1", "director-2", None])
    def test_a_clearance_shows_as_restricted_too(self, story: Story, who: str | None) -> None:
        story.to("terminated_for_crisis").has("integrity_clearance")
        entry = story.history(by=who)[-1]
        assert (entry["kind"], entry["actor"], entry["restricted"]) == (None, None, True)

    def test_an_unknown_partnership_is_unknown(self, raised: Story) -> None:
        for read in (raised.service.show, raised.service.history, raised.service.why, raised.service.replay):
            with pytest.raises(UnknownPartnership):
                read("no-such")


class TestRestrictedParticipants:
    NAME = "Someone who must not be named"

    @pytest.fixture(params=["context_analysis", "stakeholder_mapping"])
    def restricted(self, story: Story, request: pytest.FixtureRequest) -> Story:
        story.to("identified").has(request.param, participants=[self.NAME], restricted=True)
        return story

    @pytest.mark.parametrize("who", ["finance-1", "auditor-1", "partner-1"])
    def test_they_are_named_to_programme_roles_only(self, restricted: Story, who: str) -> None:
        assert self.NAME not in everything(restricted, who)
        assert self.NAME not in json.dumps(restricted.service.feed(), default=str)

    def test_they_count_all_the_same(self, restricted: Story) -> None:
        restricted.ready_for("assess", context_analysis={"restricted": True})
        accepted(restricted.trigger("assess")).warned()


@pytest.mark.parametrize("case", [None, "1", "q1", "p", "p1x"])
def test_a_partners_case_has_an_id_of_its_own(story: Story, case: str | None) -> None:
    story.to("active_activity")
    assert "body.case" in invalid(story.record("crisis_case", by="partner-1", case=case))


@pytest.mark.parametrize("who", ["pm-1", "safeguarding-1"])
def test_nobody_of_ours_uses_such_an_id(story: Story, who: str) -> None:
    story.to("active_activity")
    assert "body.case" in invalid(story.record("crisis_case", by=who, case="p1"))
