"""Each rule of the exceptions: told of where it holds, and not told of next to it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from partnerships import POLICY_1_1, UnknownPartnership
from partnerships.audit.judging.exceptions import exceptions
from partnerships.audit.judging.rules import RULES, Severity
from partnerships.errors import BadRequest
from tests.audit.erasure.erasing import erased
from tests.audit.judging.rows import places, rows, rules
from tests.bodies import BODIES
from tests.story import Clock, Story

Told = Callable[..., Story]
FIELDS = {
    "severity", "rule", "clause", "partnership", "sequence", "on", "recorded_at", "actor", "digest", "text",
}  # fmt: skip


@pytest.mark.every_store
def test_a_life_by_the_book_shows_nothing(story: Story) -> None:
    story.to("active_activity").day("2025-02-20")
    story.ready_for("renew").does("renew")
    story.ready_for("begin_transition").does("begin_transition")
    story.ready_for("exit").does("exit")
    assert rows(story) == []


class TestExceptionsToClauses:
    def _with_an_exception(self, story: Story) -> int:
        story.to("identified").ready_for(
            "assess", context_analysis={"stability": "volatile"}, selection={"modality": "open_call"}
        )
        return story.has("exception")

    @pytest.mark.every_store
    def test_one_that_is_used_shows_twice(self, story: Story) -> None:
        exception = self._with_an_exception(story)
        assess = story.does("assess")
        (recorded,) = rows(story, "exception_recorded")
        (used,) = rows(story, "exception_used")
        assert (recorded["sequence"], recorded["clause"], recorded["actor"]) == (
            exception, "S4.11", "director-2",
        )  # fmt: skip
        assert (used["sequence"], used["clause"], used["severity"]) == (assess, "S4.11", "high")
        assert set(recorded) == FIELDS
        assert recorded["digest"] == story.entry(exception)["digest"]

    def test_one_that_is_not_used_shows_once(self, story: Story) -> None:
        self._with_an_exception(story)
        assert rules(story) == {"exception_recorded"}

    def test_an_agreement_without_an_endline(self, story: Story) -> None:
        story.to("assessed").ready_for(
            "begin_activity", agreement={"ends_on": None, "no_endline_reason": "Open-ended by nature"}
        )
        begun = story.does("begin_activity")
        (row,) = rows(story, "no_endline")
        assert (row["clause"], row["sequence"]) == ("S6.16", begun - 1)

    @pytest.mark.parametrize(
        ("fields", "told"),
        [
            ({"ends_on": None, "no_endline_reason": "Open", "accepted": []}, False),
            ({"ends_on": None, "no_endline_reason": "Open", "category": "strategic"}, False),
            ({"no_endline_reason": "Though it has one"}, False),
            ({"ends_on": None, "no_endline_reason": "Open", "category": "associate"}, True),
        ],
    )
    def test_but_no_draft_and_no_strategic_one(self, story: Story, fields: Any, told: bool) -> None:
        story.to("assessed").has("agreement", **fields)
        assert bool(rows(story, "no_endline")) is told


class TestAgreements:
    def test_one_that_was_added_without_renewal(self, story: Story) -> None:
        story.to("active_activity")
        added = story.has("agreement", reference="b-1", collaboration="A second series")
        story.has("agreement", reference="b-1", collaboration="A second series", note="A typing error")
        assert places(story, "added_without_renewal") == [added]

    def test_but_not_one_from_before_the_beginning(self, story: Story) -> None:
        story.to("assessed").ready_for("begin_activity")
        story.has("agreement", reference="b-1", collaboration="A second series")
        story.does("begin_activity")
        assert places(story, "added_without_renewal") == []

    @pytest.mark.parametrize(("state", "clause"), [("active_activity", "S6.18"), ("strategic", "S5.16")])
    def test_one_that_lapsed_and_not_before_the_day_after(
        self, story: Story, state: str, clause: str
    ) -> None:
        story.to(state)
        assert places(story, "lapsed_agreement", on="2025-02-28") == []
        (row,) = rows(story, "lapsed_agreement", on="2025-03-01")
        agreement = next(entry["sequence"] for entry in story.history() if entry["kind"] == "agreement")
        assert (row["clause"], row["sequence"]) == (clause, agreement)
        assert "2025-03-01" in row["text"]

    def test_a_candidate_whose_work_is_past_its_end_by_another_register(self, story: Story) -> None:
        entry = story.to("identified").has("register_entry")
        assert places(story, "register_past_end", on="2020-12-31") == []
        assert places(story, "register_past_end") == [entry]

    def test_a_partner_that_is_strategic_no_longer(self, story: Story) -> None:
        story.to("strategic")
        assert places(story, "no_longer_meets") == []
        profile = story.has("partner_profile", type="civil_society")
        assert places(story, "no_longer_meets") == [profile]


class TestPeople:
    @pytest.mark.parametrize(
        ("party", "by", "told"),
        [("partner", "pm-1", True), ("partner", "partner-1", False), ("ims", "pm-1", False)],
    )
    def test_spoken_for(self, story: Story, party: str, by: str, told: bool) -> None:
        story.to("transitioning")
        position = story.has("position", party=party, by=by)
        assert places(story, "spoken_for") == ([position] if told else [])

    def test_one_person_in_two_roles_shows_where_the_second_first_does(self, story: Story) -> None:
        story.to("identified")
        assert places(story, "two_roles") == []
        both = {"id": "pm-1", "party": "ims", "roles": ["programme_manager", "finance"]}
        comment = story.has("comment", by=both)
        story.has("comment", by=both)
        (row,) = rows(story, "two_roles")
        assert row["sequence"] == comment
        assert row["text"] == f"pm-1 acted as programme manager (first at 1), finance (first at {comment})."

    def test_who_decides_on_records_of_their_own(self, story: Story) -> None:
        story.to("assessed").ready_for("begin_activity", without="agreement")
        agreement = story.has("agreement", by="director-1")
        begun = story.does("begin_activity", by="director-1")
        (row,) = rows(story, "own_evidence")
        assert (row["sequence"], row["clause"]) == (begun, "L2")
        assert str(agreement) in row["text"]


class TestCrises:
    @pytest.mark.every_store
    def test_that_there_is_one_is_all_that_is_told(self, story: Story) -> None:
        story.to("terminated_for_crisis")
        told = rows(story)
        assert [row["rule"] for row in told] == ["crisis", "crisis", "crisis_termination"]
        assert [row["actor"] for row in told] == [None, None, "director-1"]
        written = json.dumps(told)
        for secret in ("crisis_case", "ethics", "12.1", "safeguarding-1", "pm-1", 'terminate"', "Grave"):
            assert secret not in written

    def test_a_withdrawal_and_an_opening_of_one_are_told_no_more_of(self, story: Story) -> None:
        story.to("active_activity")
        case = story.has("crisis_case", by="safeguarding-1")
        story.open(case)
        story.withdraw(case, by="safeguarding-1")
        assert [row["text"] for row in rows(story)] == ["An entry that is sealed (L4)."] * 3

    def test_a_crisis_elsewhere(self, telling: Told) -> None:
        first, second, other = telling("p-1"), telling("p-2"), telling("p-3", name="Another (fictional)")
        first.to("active_activity").has("crisis_case")
        second.identify()
        other.identify()
        assert places(second, "crisis_elsewhere") == [1]
        assert places(other, "crisis_elsewhere") == []


class TestCorrections:
    def test_what_was_withdrawn_and_what_rested_on_it(self, story: Story) -> None:
        story.to("assessed")
        assessment = next(entry["sequence"] for entry in story.history() if entry["kind"] == "assessment")
        assess = story.history()[-1]["sequence"]
        assert rules(story) == set()
        withdrawal = story.withdraw(assessment, by="pm-2")["sequence"]
        assert places(story, "withdrawn") == [withdrawal]
        (row,) = rows(story, "evidence_withdrawn")
        assert (row["sequence"], row["severity"]) == (assess, "high")

    @pytest.mark.every_store
    def test_what_was_reverted(self, story: Story) -> None:
        story.to("active_activity")
        last = story.history()[-1]["sequence"]
        assert story.revert(last, reason="")["outcome"] == "invalid"
        assert rows(story, "reverted") == []
        reversal = story.revert(last)["sequence"]
        (row,) = rows(story, "reverted")
        assert (row["sequence"], row["text"]) == (reversal, f"The begin activity at {last} was reverted.")
        assert (row["severity"], row["actor"]) == ("high", "director-2")

    @pytest.mark.every_store
    def test_a_reverted_use_of_an_exception_stays_told(self, story: Story) -> None:
        TestExceptionsToClauses()._with_an_exception(story)
        assess = story.does("assess")
        used = rows(story, "exception_used")
        story.revert(assess)
        assert rows(story, "exception_used") == used

    def test_what_was_erased(self, story: Story) -> None:
        story.to("assessed")
        comment = story.has("comment")
        erasure = erased(story, comment)["sequences"]
        (row,) = rows(story)
        assert ([row["sequence"]], row["rule"]) == (erasure, "erased")
        assert row["text"] == f"Erased: the contents of {comment}."

    def test_of_an_erased_crisis_no_more_is_told_than_before(self, story: Story) -> None:
        story.to("terminated_for_crisis")
        before = rows(story)
        erased(story, cases=["1"])
        after = rows(story)
        assert [row for row in after if row["sequence"] <= before[-1]["sequence"]] == before
        assert {row["rule"] for row in after[len(before) :]} == {"crisis"}


class TestWhereItCameFrom:
    def test_taken_over(self, under: Told) -> None:
        story = under(take_over_until=date(2024, 12, 31))
        ran = {
            "state": "strategic",
            "since": "2021-05-01",
            "body": story.body("partner_profile"),
            "reason": "Ran",
        }
        story.apply(story.command("take_over", "director-1", **ran))
        (row,) = rows(story, "taken_over")
        assert (row["clause"], row["text"]) == ("S4.13", "Stated to be strategic since 2021-05-01.")
        assert places(story, "back_dated") == []

    def test_imported_and_back_dated_against_what_is_claimed(self, story: Story) -> None:
        body = BODIES["partner_profile"]("2024-01-01")
        commands = [
            story.command("identify", "pm-1", body=body, on="2024-01-01", recorded_at="2024-01-05T09:00:00Z"),
            story.command(
                "record", "pm-1", kind="comment", body={"about": 1, "text": "Seen"},
                on="2024-01-01", recorded_at="2024-02-05T09:00:00Z",
            ),
        ]  # fmt: skip
        lines = [json.dumps(command).encode() for command in commands]
        outcomes = story.service.apply_lines(lines, importing_actor=story.who("director-1"))
        assert [outcome["outcome"] for outcome in outcomes] == ["accepted"] * 2
        (row,) = rows(story, "imported")
        assert row["text"] == "Imported by director-1: 2 entries between 1 and 2."
        assert places(story, "back_dated") == [2]


class TestPrompts:
    @pytest.mark.every_store
    def test_missed_ones_and_those_that_went_to_the_director(self, story: Story) -> None:
        story.to("strategic").day("2025-09-15")
        story.service.sweep()
        story.day("2025-10-15").service.sweep()
        missed, escalated = rows(story, "missed_prompt"), rows(story, "escalated_prompt")
        assert {row["text"] for row in missed} >= {"Sustainability review of 2024-09-01 was missed."}
        assert {row["clause"] for row in missed} >= {"S6.23"}
        assert any("Sustainability review of 2025-09-01" in row["text"] for row in escalated)

    def test_one_that_was_answered_in_time_is_not_told_of(self, story: Story) -> None:
        story.to("strategic").day("2024-09-01")
        story.service.sweep()
        story.has("sustainability_review")
        assert rules(story) == set()


class TestTheHouse:
    def test_rules_that_were_off_while_entries_were_judged(self, under: Told) -> None:
        story = under(l5_exceptions=False, reading_s4_11=False, l8_mid_term_months=None).to("assessed")
        told = {row["clause"]: row for row in rows(story, "setting_off")}
        assert set(told) == {"L5", "S4.11", "L8"}
        assert (told["L5"]["sequence"], told["L5"]["partnership"]) == (1, "p-1")
        assert told["L5"]["text"] == "l5_exceptions was off for 6 entries, the first of them here."

    def test_settings_that_are_not_at_hand_are_said_to_be_unknown(
        self, opened: Callable[..., Any], clock: Clock
    ) -> None:
        lenient = POLICY_1_1.with_settings(l5_exceptions=False)
        Story(opened(lenient), clock).to("identified")
        story = Story(opened(POLICY_1_1), clock)
        (row,) = rows(story)
        assert row["rule"] == "settings_unknown"
        assert lenient.settings_digest in row["text"]
        assert rules(story, policies=[lenient]) == {"setting_off"}

    def test_a_version_that_was_not_in_force_on_the_day(
        self, opened: Callable[..., Any], clock: Clock
    ) -> None:
        """The house went on under the old one; what it decided for days before the new one is as it was."""
        new = replace(POLICY_1_1, version="2.0", in_force_from=date(2024, 3, 10))
        Story(opened(POLICY_1_1), clock).to("identified")
        old = Story(opened(POLICY_1_1), clock).day("2024-03-12")
        first = old.has("comment", on="2024-03-11")
        old.has("comment", on="2024-03-02")
        old.has("comment")
        story = Story(opened((POLICY_1_1, new)), clock)
        story.has("comment")
        (row,) = rows(story)
        assert (row["rule"], row["sequence"]) == ("other_policy", first)
        told = "Judged under version 1.1 on days of version 2.0: 2 entries, the first of them here."
        assert row["text"] == told

    @pytest.mark.every_store
    def test_refused_attempts(self, story: Story) -> None:
        story.to("identified").trigger("assess")
        story.trigger("assess", by="finance-1")
        (attempt,) = rows(story, "refused_attempt")
        (beyond,) = rows(story, "refused_authority")
        assert (attempt["actor"], attempt["clause"], attempt["sequence"]) == ("pm-1", "S4.3", None)
        assert attempt["text"].startswith("Assess was refused: S4.3.")
        assert (beyond["actor"], beyond["clause"], beyond["severity"]) == ("finance-1", "L2", "medium")

    def test_of_a_refused_attempt_at_a_crisis_nothing_is_told(self, story: Story) -> None:
        story.to("active_activity")
        case = story.has("crisis_case", by="safeguarding-1")
        story.record("crisis_closure", by="director-1")
        story.open(case, by="pm-1")
        story.withdraw(case, by="pm-2")
        story.record("integrity_clearance", by="pm-2")
        attempts = [row for row in rows(story) if row["sequence"] is None]
        assert [row["text"] for row in attempts] == ["Something that touches a crisis was refused."] * 4
        assert [(row["actor"], row["clause"]) for row in attempts] == [(None, None)] * 4

    def test_an_attempt_on_an_id_that_never_came_is_told_too(self, story: Story) -> None:
        story.identify(by="finance-1")
        (row,) = exceptions(story.service)
        assert (row["partnership"], row["rule"]) == ("p-1", "refused_authority")


def test_rows_come_in_order_of_id_and_sequence(telling: Told) -> None:
    for id in ("p-2", "p-1"):
        story = telling(id, name=f"{id} (fictional)").to("active_activity")
        story.has("agreement", reference="b-1", collaboration="A second series")
        story.has("exception")
    found = [(row["partnership"], row["sequence"]) for row in exceptions(story.service, on=story.today)]
    assert found == sorted(found)
    assert len(found) == 4


def test_every_rule_has_a_severity_and_says_what_it_means() -> None:
    assert {rule.severity for rule in RULES.values()} == set(Severity)
    assert all(rule.meaning.endswith(".") for rule in RULES.values())
    assert {rule.clause for rule in RULES.values() if rule.clause} <= set(POLICY_1_1.clauses)


def test_what_cannot_be_asked(story: Story) -> None:
    story.to("identified")
    with pytest.raises(BadRequest, match="on"):
        exceptions(story.service, on="2024-02-30")
    with pytest.raises(UnknownPartnership):
        list(exceptions(story.service, ["p-9"]))
