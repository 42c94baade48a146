"""Renewing and extending (S6.12 to S6.15, and the category's own clauses again)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.bodies import both_accept, plus
from tests.outcomes import accepted, refused
from tests.story import BEGIN, Story

SECURED = {
    "status": "secured",
    "source": "grant-7",
    "confirmed_by": "finance-1",
    "confirmed_on": "2024-03-01",
}


@pytest.fixture(params=["renew", "extend"])
def decision(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def running(story: Story, decision: str, state: str = "active_activity") -> Story:
    """A partnership in the state from which the decision is taken."""
    return story.to(state) if decision == "renew" else story.to("transitioning", via=state)


@pytest.mark.every_store
@pytest.mark.parametrize("state", list(BEGIN))
def test_a_complete_file_is_renewed_into_the_same_state(story: Story, decision: str, state: str) -> None:
    running(story, decision, state).ready_for(decision)
    accepted(story.trigger(decision)).warned().in_state(state)
    assert story.show()["endline"] == "2026-02-28"


def test_nothing_on_file(story: Story, decision: str) -> None:
    running(story, decision)
    refused(story.trigger(decision)).by("S5.16", "S6.15")


class TestNote:
    def test_without_a_note_that_alone_is_said(self, story: Story, decision: str) -> None:
        running(story, decision).ready_for(decision, without="renewal_note")
        found = refused(story.trigger(decision)).by("S6.15")
        assert found.found[0]["interpretation"] is True

    def test_an_empty_note_is_three_findings(self, story: Story, decision: str) -> None:
        empty = {"outcomes_meaningful": None, "value_for_money": " ", "funding": None}
        running(story, decision).ready_for(decision, renewal_note=empty)
        found = refused(story.trigger(decision)).by("S6.12", "S6.13", "S6.14")
        assert all(finding["interpretation"] for finding in found.found)

    @pytest.mark.parametrize(
        ("empty", "clause"),
        [
            ({"outcomes_meaningful": None}, "S6.12"),
            ({"value_for_money": None}, "S6.13"),
            ({"funding": None}, "S6.14"),
        ],
    )
    def test_each_reflection_is_documented(self, story: Story, empty: dict[str, None], clause: str) -> None:
        story.to("active_activity").ready_for("renew", renewal_note=empty)
        refused(story.trigger("renew")).by(clause)

    @pytest.mark.parametrize(
        "funding",
        [
            {"status": "applied_for"},
            SECURED | {"status": "applied_for"},
            SECURED | {"source": None},
            SECURED | {"confirmed_by": None},
            SECURED | {"confirmed_on": None},
            {"status": "not_applicable"},
            {"status": "not_applicable", "reason": "It costs nothing"},
        ],
    )
    def test_funding_is_secured_and_confirmed(self, story: Story, funding: dict[str, Any]) -> None:
        story.to("active_activity").ready_for("renew", renewal_note={"funding": funding})
        refused(story.trigger("renew")).by("S6.14")

    @pytest.mark.parametrize(
        ("reason", "allowed"), [("An exchange without money", True), (None, False), (" ", False)]
    )
    def test_an_unfunded_collaboration_says_so_with_a_reason(
        self, story: Story, reason: str | None, allowed: bool
    ) -> None:
        story.to("active_activity").ready_for(
            "renew",
            renewal_note={"funding": {"status": "not_applicable", "reason": reason}},
            agreement={"funded": False, "contributions": []},
        )
        outcome = story.trigger("renew")
        accepted(outcome) if allowed else refused(outcome).by("S6.14")

    def test_a_note_from_before_the_entry_will_not_do(self, story: Story) -> None:
        story.to("assessed").has("renewal_note")
        story.to("active_activity").ready_for("renew", without="renewal_note")
        refused(story.trigger("renew")).by("S6.15")

    def test_a_note_serves_one_renewal(self, story: Story) -> None:
        story.to("active_activity").ready_for("renew").does("renew")
        story.has("agreement", reference="a-3", continues="a-2", starts_on="2026-03-01", ends_on="2027-02-28")
        refused(story.trigger("renew")).by("S6.15")
        story.has("renewal_note")
        accepted(story.trigger("renew")).warned()

    def test_the_latest_note_counts_whatever_the_day(self, story: Story) -> None:
        story.to("active_activity").day("2024-06-01").ready_for("renew")
        story.day("2024-06-20").has("renewal_note", value_for_money=None)
        refused(story.trigger("renew", on="2024-06-10")).by("S6.13")


class TestAgreement:
    def test_the_agreement_that_has_been_read_is_no_renewal(self, story: Story, decision: str) -> None:
        running(story, decision).ready_for(decision, without="agreement")
        refused(story.trigger(decision)).by("S5.16")

    def test_recorded_again_with_the_same_end_it_is_none_either(self, story: Story) -> None:
        story.to("active_activity").ready_for("renew", without="agreement")
        story.has("agreement", note="A copy")
        refused(story.trigger("renew")).by("S5.16")

    def test_a_longer_version_is_taken_by_a_renewal(self, story: Story) -> None:
        story.to("active_activity").ready_for("renew", without="agreement")
        story.has("agreement", ends_on="2026-02-28")
        assert story.show()["endline"] == "2025-02-28"
        accepted(story.trigger("renew")).warned()
        assert story.show()["endline"] == "2026-02-28"

    @pytest.mark.parametrize(("starts_on", "allowed"), [("2025-03-01", True), ("2025-03-02", False)])
    def test_renewed_in_good_time_it_follows_without_a_gap(
        self, story: Story, starts_on: str, allowed: bool
    ) -> None:
        story.to("active_activity").day("2025-01-15")
        story.endline = "2025-02-28"
        story.ready_for("renew", agreement={"starts_on": starts_on})
        outcome = story.trigger("renew")
        accepted(outcome) if allowed else refused(outcome).by("S5.16")

    def test_without_naming_what_it_continues_it_follows_the_latest_endline(self, story: Story) -> None:
        story.to("active_activity").ready_for("renew", agreement={"continues": None})
        accepted(story.trigger("renew")).warned()

    @pytest.mark.parametrize("state", list(BEGIN))
    @pytest.mark.parametrize(("starts_on", "allowed"), [("2025-03-01", True), ("2025-03-02", False)])
    def test_the_next_period_may_go_under_the_same_reference(
        self, story: Story, state: str, starts_on: str, allowed: bool
    ) -> None:
        story.to(state)
        again = {"reference": "a-1", "continues": None, "starts_on": starts_on}
        story.ready_for("renew", agreement=again)
        outcome = story.trigger("renew")
        accepted(outcome).warned() if allowed else refused(outcome).by("S5.16")

    def test_a_late_renewal_takes_one_that_is_in_force(self, story: Story) -> None:
        story.to("active_activity").day("2025-05-01")
        story.ready_for("renew", agreement={"starts_on": "2025-05-01", "ends_on": "2026-04-30"})
        accepted(story.trigger("renew")).warned()
        assert story.findings() == set()

    def test_a_late_renewal_does_not_take_one_that_has_yet_to_start(self, story: Story) -> None:
        story.to("active_activity").day("2025-05-01")
        story.ready_for("renew", agreement={"starts_on": "2025-05-02", "ends_on": "2026-04-30"})
        refused(story.trigger("renew")).by("S5.16")

    def test_of_two_that_lapsed_the_one_that_is_not_continued_stays_late(self, story: Story) -> None:
        story.to("assessed").ready_for("begin_activity")
        story.has("agreement", reference="b-1", collaboration="A second series")
        story.does("begin_activity")
        story.day("2025-05-01").ready_for(
            "renew", agreement={"starts_on": "2025-05-01", "ends_on": "2026-04-30"}
        )
        accepted(story.trigger("renew")).warned()
        assert story.lapsed() == {"b-1"}
        assert story.findings() == {"S6.18"}

    def test_one_put_on_file_before_the_entry_serves_if_nothing_has_read_it(self, story: Story) -> None:
        story.to("assessed").ready_for("begin_activity")
        story.has("agreement", reference="a-2", continues="a-1", starts_on="2025-03-01", ends_on="2026-02-28")
        story.does("begin_activity")
        story.day("2025-02-01").has("renewal_note")
        story.has("sustainability_review")
        accepted(story.trigger("renew")).warned()

    def test_a_draft_renews_nothing(self, story: Story) -> None:
        story.to("active_activity").ready_for("renew", agreement={"accepted": both_accept(story.today)[:1]})
        refused(story.trigger("renew")).by("S5.16")

    def test_a_renewal_names_the_records_it_rested_on(self, story: Story) -> None:
        story.to("active_activity").ready_for("renew", without="agreement")
        agreement = story.has(
            "agreement", reference="a-2", continues="a-1", starts_on="2025-03-01", ends_on="2026-02-28"
        )
        entry = story.entry(story.does("renew"))
        assert {agreement, agreement - 1} <= set(entry["evidence"])
        assert (entry["from"], entry["to"]) == ("active_activity", "active_activity")


class TestCategorysOwnClauses:
    """What a beginning asks of an agreement, a renewal asks again."""

    @pytest.mark.parametrize(
        ("state", "version", "clause"),
        [
            ("active_activity", {"collaboration": None}, "S5.8"),
            ("active_activity", {"ends_on": None}, "S6.16"),
            ("active_activity", {"endline_acknowledged_on": None}, "S6.17"),
            ("active_associate", {"collaboration": None}, "S5.11"),
            ("active_associate", {"purpose": None}, "S5.10"),
            ("active_associate", {"ends_on": None}, "S6.16"),
            ("active_associate", {"endline_acknowledged_on": None}, "S6.17"),
        ],
    )
    def test_of_the_agreement(self, story: Story, state: str, version: dict[str, None], clause: str) -> None:
        story.to(state).ready_for("renew", agreement=version)
        refused(story.trigger("renew")).by(clause)

    @pytest.mark.parametrize(
        ("category", "kind", "clause"),
        [("activity", "core_support", "S5.9"), ("associate", "capacity_development", "S5.12")],
    )
    def test_of_an_agreement_made_before_the_entry(
        self, story: Story, category: str, kind: str, clause: str
    ) -> None:
        story.profile["level"] = "international" if category == "associate" else "national"
        story.category = category
        story.to("assessed").ready_for(f"begin_{category}")
        later = {"reference": "a-2", "continues": "a-1", "starts_on": "2025-03-01", "ends_on": "2026-02-28"}
        story.has(
            "agreement", contributions=[{"kind": kind, "given_by": "ims", "for_collaboration": True}], **later
        )
        story.does(f"begin_{category}")
        story.has("renewal_note")
        refused(story.trigger("renew")).by(clause)

    def test_of_a_strategic_partner(self, story: Story) -> None:
        story.to("strategic").ready_for("renew")
        story.has("strategic_importance", reason=None)
        refused(story.trigger("renew")).by("S5.5")

    def test_what_a_beginning_only_warns_of_is_not_said_again(self, story: Story) -> None:
        story.profile["level"] = "international"
        story.category = "strategic"
        story.to("assessed").ready_for(
            "begin_strategic", inclusion_commitment={"gender_transformative": "no"}
        )
        accepted(story.trigger("begin_strategic")).warned("S3.7", "S5.5")
        story.ready_for("renew")
        accepted(story.trigger("renew")).warned()

    def test_an_international_partner_is_an_associate_again_only_while_it_is_one(self, story: Story) -> None:
        story.to("active_associate").ready_for("renew")
        story.has("partner_profile", level="regional")
        refused(story.trigger("renew")).by("S5.10")

    @pytest.mark.every_store
    def test_a_partner_that_changes_its_type_is_found_and_never_thrown_out(self, story: Story) -> None:
        story.to("strategic").ready_for("renew")
        assert story.findings() == set()
        accepted(story.record("partner_profile", type="civil_society"))
        assert story.state == "strategic"
        assert story.findings() == {"S5.4"}
        refused(story.trigger("renew")).by("S5.4").in_state("strategic")
        accepted(story.record("partner_profile", type="media_ecosystem"))
        assert story.findings() == set()
        accepted(story.trigger("renew"))


class TestReview:
    """S6.7 warns of a renewal that nobody reviewed."""

    def test_no_review(self, story: Story, decision: str) -> None:
        story.to("active_activity")
        if decision == "extend":
            story.ready_for("begin_transition", without="sustainability_review").does("begin_transition")
        story.ready_for(decision, without="sustainability_review")
        accepted(story.trigger(decision)).warned("S6.7")

    def test_the_partners_own_review_counts_as_well(self, story: Story) -> None:
        story.to("active_activity").ready_for("renew", sustainability_review={"by": "partner-1"})
        accepted(story.trigger("renew")).warned()

    def test_a_review_without_the_partner(self, story: Story) -> None:
        alone = {"participants": [{"party": "ims", "name": "pm-1"}]}
        story.to("active_activity").ready_for("renew", sustainability_review=alone)
        accepted(story.trigger("renew")).warned("S6.7")

    @pytest.mark.parametrize(("held_on", "warnings"), [("2024-02-14", ["S6.7"]), ("2024-02-16", [])])
    def test_a_review_older_than_twelve_months(self, story: Story, held_on: str, warnings: list[str]) -> None:
        story.to("active_activity").day("2025-02-15")
        story.ready_for("renew", sustainability_review={"held_on": held_on})
        accepted(story.trigger("renew")).warned(*warnings)


class TestGap:
    """A renewal that came late leaves its gap visible."""

    def test_a_back_dated_renewal_shows_the_gap_as_of_a_day_inside_it(self, story: Story) -> None:
        story.to("active_activity").day("2025-04-20")
        story.has("renewal_note", on="2025-04-01")
        story.has("agreement", on="2025-04-01", reference="a-2", continues="a-1")
        story.does("renew", on="2025-04-01")
        assert story.findings() == set()
        inside = story.show(as_of="2025-03-15")
        assert inside["overdue"]
        assert {finding["clause"] for finding in inside["findings"]} == {"S6.18"}
        assert [one["reference"] for one in inside["agreements"] if one["lapsed"]] == ["a-1"]
        assert not story.show(as_of="2025-02-28")["overdue"]
        assert not story.show(as_of="2025-04-01")["overdue"]

    def test_what_was_known_in_the_gap_stays_known(self, story: Story) -> None:
        story.to("active_activity").day("2025-03-15")
        then = story.clock.now
        story.day("2025-05-01")
        story.has("renewal_note", on="2025-03-01")
        story.has("agreement", on="2025-03-01", reference="a-2", continues="a-1")
        story.does("renew", on="2025-03-01")
        assert story.findings(as_of="2025-03-15") == set()
        assert story.findings(as_of="2025-03-15", known_at=then) == {"S6.18"}


class TestExtending:
    @pytest.mark.parametrize("state", list(BEGIN))
    def test_it_returns_to_where_it_came_from(self, story: Story, state: str) -> None:
        story.to("transitioning", via=state)
        assert story.why("extend")["target"] == state
        story.ready_for("extend").does("extend")
        assert story.state == state

    def test_records_since_the_entry_serve_although_the_transition_began_later(self, story: Story) -> None:
        story.to("active_activity").ready_for("renew")
        story.to("transitioning")
        accepted(story.trigger("extend")).warned()


def test_a_renewed_endline_is_the_new_one(telling: Callable[..., Story]) -> None:
    story = telling().to("active_activity").ready_for("renew")
    story.does("renew")
    for day, clauses in (("2026-02-28", set()), ("2026-03-01", {"S6.18"})):
        assert story.day(day).findings() == clauses
    assert plus("2026-02-28", days=1) == story.today
