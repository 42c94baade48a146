"""What would betray a sealed case by a detour: a finding, a number, a prompt, a comment, an attempt (L4)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from partnerships import NotAllowed
from partnerships.audit.audit import open_audit
from tests.outcomes import accepted, invalid, refused
from tests.story import Story, actor

pytestmark = pytest.mark.every_store

COLLEAGUE = "partner-2"
SECRET = "an-unguessable-word"


def missing(story: Story, trigger: str, by: str = "partner-1", **when: Any) -> list[str]:
    return [finding["code"] for finding in story.why(trigger, by=by, **when)["findings"]]


def erase(story: Story, entries: list[int]) -> None:
    people = {"by": actor("director-1"), "second": actor("safeguarding-1")}
    asked = {"basis": "unlawful", "reason": "Said too much", "entries": entries, "clean": False}
    assert open_audit(story.service).erase(story.id, **people, **asked)["outcome"] == "accepted"


def names_in(story: Story, table: str) -> str:
    """All that a table of the database holds in the open."""
    with story.service._reading() as ledger:
        rows = ledger.connection.execute(getattr(ledger.tables, table).select()).all()
        return str([[bytes(one) if isinstance(one, memoryview) else one for one in row] for row in rows])


class TestTheWayBack:
    def test_an_exit_with_a_case_open_asks_the_partner_for_no_clearance(self, story: Story) -> None:
        story.to("transitioning").has("crisis_case")
        story.ready_for("exit").does("exit")
        assert missing(story, "reidentify") == ["L2.role_missing"]
        assert "L6.clearance_missing" in missing(story, "reidentify", by="pm-1")

    def test_nor_does_a_clearance_show(self, story: Story) -> None:
        story.to("terminated_for_crisis")
        before = missing(story, "reidentify")
        story.has("integrity_clearance")
        assert missing(story, "reidentify") == before
        assert missing(story, "reidentify", by="pm-1") == []


class TestNumbersOfAPastDay:
    @pytest.fixture
    def backdated(self, story: Story) -> Story:
        """A case, and after it a comment that takes effect before the case does."""
        story.to("active_activity").day("2024-05-02").has("crisis_case")
        story.has("comment", by="pm-1", on="2024-04-20")
        return story

    def test_they_are_those_of_the_history(self, backdated: Story) -> None:
        newest = backdated.history(by="partner-1")[-1]["sequence"]
        assert backdated.show(by="partner-1", as_of="2024-04-25")["sequence"] == newest
        assert backdated.show(by="partner-1")["sequence"] == newest

    def test_so_they_are_on_both_axes(self, backdated: Story) -> None:
        told = open_audit(backdated.service).history(
            "p-1", actor=backdated.who("partner-1"), as_of="2024-04-25"
        )
        assert told["partnership"]["sequence"] == told["entries"][-1]["sequence"]

    def test_a_case_of_that_day_counts_no_entry_in(self, story: Story) -> None:
        story.to("active_activity").day("2024-05-02").has("comment", by="pm-1")
        before = story.show(by="partner-1", as_of="2024-04-25")
        story.has("crisis_case", on="2024-04-20")
        assert story.show(by="partner-1", as_of="2024-04-25") == before


class TestColleagues:
    """A case of the partner's own side is for safeguarding alone, and not for others of that side."""

    def test_a_closure_that_they_try_is_answered_alike(self, story: Story) -> None:
        story.to("active_activity")
        before = refused(story.record("crisis_closure", by=COLLEAGUE, case="p1")).found
        story.has("crisis_case", by="partner-1", case="p1")
        assert refused(story.record("crisis_closure", by=COLLEAGUE, case="p1")).found == before
        assert refused(story.record("crisis_closure", by="partner-1", case="p1")).found == before

    def test_a_case_of_theirs_under_the_same_id_is_too(self, story: Story) -> None:
        story.to("active_activity")
        before = accepted(story.record("crisis_case", by="partner-1", case="p1")).outcome
        assert story.record("crisis_case", by=COLLEAGUE, case="p1") == before


class TestWhoRaisedACase:
    def test_a_refused_termination_does_not_tell(self, story: Story) -> None:
        story.to("active_activity").has("crisis_case", by="director-2")
        story.has("crisis_recommendation")
        assert "L3.decider_raised" in refused(story.trigger("terminate_for_crisis", by="director-2")).codes
        told = json.dumps(list(open_audit(story.service).exceptions()))
        assert "director-2" not in told
        assert "L3" not in told
        assert "director-2" not in names_in(story, "attempt")

    def test_another_refused_termination_is_told_of(self, story: Story) -> None:
        story.to("active_activity").has("crisis_case", by="director-2")
        story.trigger("terminate_for_crisis", by="director-1")
        assert "L3.recommendation_missing" in json.dumps(list(open_audit(story.service).exceptions()))

    def test_a_comment_does_not_tell(self, story: Story) -> None:
        story.to("active_activity")
        number = story.has("crisis_case", by="partner-1", case="p1")
        with story.nothing_changes():
            assert invalid(story.record("comment", by="partner-1", about=number)) == {"body.about"}

    def test_nor_does_an_attempt_to_open(self, story: Story) -> None:
        story.to("active_activity")
        number = story.has("crisis_case", by="partner-1", case="p1")
        before = names_in(story, "entry").count("partner-1")
        assert refused(story.open(number, by="partner-1")).codes == ["L4.not_entitled"]
        assert story.history(by="safeguarding-1")[-1]["entry"] == "opening"
        assert names_in(story, "entry").count("partner-1") == before
        assert "partner-1" not in names_in(story, "attempt")


def test_a_sealed_entry_closes_no_prompt(story: Story) -> None:
    """The agreement that follows begins later, so that the day alone will close what was asked."""
    story.to("strategic", via="strategic")
    follow = {"reference": "s-2", "continues": "a-1", "starts_on": "2025-04-01", "ends_on": "2026-03-31"}
    story.day("2025-02-20").has("agreement", **follow)
    story.service.sweep()
    story.day("2025-04-02")
    asked = story.service.prompts(actor=story.who("partner-1"))
    assert ("agreement_ending", "open") in {(one["kind"], one["status"]) for one in asked}
    story.has("crisis_case")
    assert story.service.prompts(actor=story.who("partner-1")) == asked


def test_a_partners_case_is_safeguardings_where_l4_is_off_too(under: Callable[..., Story]) -> None:
    story = under(l4_sealed=False).to("active_activity")
    story.has("crisis_case", by="partner-1", case="p1")
    story.has("crisis_case", by="pm-1")
    both_axes = open_audit(story.service).history("p-1")
    for told in (story.history(), both_axes["entries"], story.history(by="pm-2")):
        assert [entry["kind"] for entry in told if entry["sequence"] >= 10] == [None, "crisis_case"]


def test_a_replay_compares_what_is_sealed_and_shows_none_of_it(story: Story) -> None:
    story.to("active_activity").has("crisis_case", by="pm-9", ground_text=SECRET)
    story.has("crisis_case", by="partner-9", case="p1")
    story.has("crisis_recommendation", text=SECRET)
    story.has("integrity_clearance", text=SECRET)
    story.has("context_analysis", participants=[SECRET], restricted=True)
    replay = story.service.replay("p-1")
    assert replay["same"]
    assert replay["live"] == replay["replayed"]
    told = replay["live"].decode()
    assert '"state":"active_activity"' in told
    assert [word for word in (SECRET, "pm-9", "partner-9", "crisis") if word in told] == []


def test_an_erasure_of_a_comment_on_a_case_does_not_show(story: Story) -> None:
    case = story.to("active_activity").has("crisis_case")
    comment = story.has("comment", by="pm-1", about=case)
    before = story.history(by="partner-1")
    erase(story, [comment])
    assert story.history(by="partner-1") == before
    assert story.history(by="pm-1")[-1]["entry"] == "erasure"


def test_an_erasure_of_what_is_sealed_does_not_show(story: Story) -> None:
    story.to("active_activity")
    sealed = [story.has("crisis_case", agreement_clause=None), story.has("crisis_recommendation")]
    ended = story.trigger("terminate_for_crisis")
    accepted(ended).warned("S6.27")
    before = story.history(by="partner-1")
    erase(story, [*sealed, ended["sequence"]])
    assert story.history(by="partner-1") == before
    assert before[-1]["warnings"] == []


def test_the_partners_side_gets_no_report_of_its_own_partnership(story: Story) -> None:
    story.to("active_activity").has("crisis_case")
    with pytest.raises(NotAllowed):
        open_audit(story.service).report("r", ids=["p-1"], actor=story.who("partner-1"))
