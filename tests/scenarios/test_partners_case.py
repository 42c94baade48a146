"""A partner may raise a case; safeguarding alone sees it, and it holds nothing until adopted."""

from __future__ import annotations

from tests.outcomes import accepted, refused
from tests.story import Story


def test_it_holds_nothing_up(story: Story) -> None:
    story.to("assessed").ready_for("begin_activity")
    accepted(story.record("crisis_case", by="partner-1", case="p1"))
    accepted(story.trigger("begin_activity")).warned()


def test_it_ends_nothing(story: Story) -> None:
    story.to("active_activity")
    story.has("crisis_case", by="partner-1", case="p1")
    story.record("crisis_recommendation", case="p1")
    assert refused(story.trigger("terminate_for_crisis")).clauses <= {"S6.25", "L3"}
    assert story.state == "active_activity"


def test_it_asks_for_no_clearance(story: Story) -> None:
    story.to("exited").has("crisis_case", by="partner-1", case="p1")
    accepted(story.trigger("reidentify"))


def test_adopted_it_is_a_case_like_any_other(story: Story) -> None:
    story.to("assessed").ready_for("begin_activity").has("crisis_case", by="partner-1", case="p1")
    story.has("crisis_case", by="safeguarding-1", case="7")
    refused(story.trigger("begin_activity")).by("L11")


def test_it_opens_to_safeguarding_alone(story: Story) -> None:
    story.to("active_activity").has("crisis_case", by="partner-1", case="p1", sealed={"summary": "a-word"})
    case = story.history(by="safeguarding-1")[-1]["sequence"]
    for who in ("director-1", "director-2", "pm-1", "auditor-1"):
        outcome = story.open(case, by=who)
        refused(outcome).including("L4")
        assert "a-word" not in str(outcome)
    assert "a-word" in str(story.open(case, by="safeguarding-1"))


def test_only_that_side_withdraws_it(story: Story) -> None:
    story.to("active_activity")
    as_it_knows_it = story.has("crisis_case", by="partner-1", case="p1")
    (as_it_stands,) = [
        entry["sequence"]
        for entry in story.history(by="safeguarding-1")
        if entry.get("kind") == "crisis_case"
    ]
    refused(story.withdraw(as_it_stands, by="safeguarding-1")).by("L2")
    for who in ("director-1", "pm-1"):
        refused(story.withdraw(as_it_stands, by=who))
    accepted(story.withdraw(as_it_knows_it, by="partner-1"))
    refused(story.withdraw(as_it_knows_it, by="partner-1"))


def test_that_it_was_withdrawn_shows_to_safeguarding_alone(story: Story) -> None:
    number = story.to("active_activity").has("crisis_case", by="partner-1", case="p1")
    accepted(story.withdraw(number, by="partner-1"))
    for who in ("auditor-1", "director-1", "pm-1", None):
        shown = story.history(by=who)[-1]
        assert (shown["restricted"], shown["target"], shown["reason"]) == (True, None, None)
    *_, case, withdrawal = story.history(by="safeguarding-1")
    assert (withdrawal["entry"], withdrawal["target"]) == ("withdrawal", case["sequence"])
