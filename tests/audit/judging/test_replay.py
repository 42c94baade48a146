"""Decisions judged again: what conforms, what deviates and why, what cannot be judged."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete

from partnerships import POLICY_1_1, Policy, UnknownPartnership
from partnerships.audit.judging import elsewhere
from partnerships.audit.judging.replay import replay
from partnerships.audit.judging.verdict import Outcome, Totals, Verdict
from partnerships.errors import BadRequest
from partnerships.lifecycle.table import TRIGGERS
from partnerships.lifecycle.vocabulary import Trigger
from partnerships.storage.projection import name_key
from tests.audit.erasure.erasing import erased
from tests.audit.judging.altering import alter_content, alter_entry, drop_rows
from tests.audit.judging.rows import rows
from tests.scenarios.test_policy_versions import POLICY_2_0
from tests.storage.rows import engine_of
from tests.story import Clock, Story
from tests.tables import TABLES as tables

Told = Callable[..., Story]


def verdicts(story: Story, **how: Any) -> dict[int, Verdict]:
    return {verdict.sequence: verdict for verdict in replay(story.service, [story.id], **how)}


def deviating(story: Story, **how: Any) -> dict[int, Verdict]:
    found = verdicts(story, **how)
    return {sequence: found[sequence] for sequence in found if found[sequence].outcome == Outcome.DEVIATES}


def codes(verdict: Verdict) -> list[str]:
    return [finding.code for finding in verdict.findings]


@pytest.mark.every_store
def test_a_whole_life_conforms(story: Story) -> None:
    story.to("active_activity").day("2025-02-20")
    story.ready_for("renew").does("renew")
    story.ready_for("begin_transition").does("begin_transition")
    story.ready_for("exit").does("exit")
    found = verdicts(story)
    assert set(found) == {entry["sequence"] for entry in story.history()}
    assert {verdict.outcome for verdict in found.values()} == {Outcome.CONFORM}
    assert found[1].as_dict()["judged_under"]["policy"] == "1.1"


@pytest.mark.every_store
def test_a_crisis_is_judged_only_where_it_may_be_opened(story: Story) -> None:
    story.to("terminated_for_crisis")
    closed, opened = verdicts(story), verdicts(story, sealed=True)
    sealed = {sequence for sequence, verdict in closed.items() if verdict.stored.is_sealed}
    assert len(sealed) == 3
    assert {closed[sequence].why for sequence in sealed} == {"sealed"}
    assert {verdict.outcome for sequence, verdict in closed.items() if sequence not in sealed} == {"conform"}
    assert {verdict.outcome for verdict in opened.values()} == {"conform"}
    assert "crisis_case" not in json.dumps([verdict.as_dict() for verdict in opened.values()])


@pytest.mark.every_store
def test_what_a_decision_rests_on_was_altered(story: Story) -> None:
    story.to("assessed")
    assessment = next(entry for entry in story.history() if entry["kind"] == "assessment")
    alter_content(story, assessment["sequence"], lambda content: content["body"].pop("relevance"))
    (decision,) = deviating(story).values()
    assert (decision.stored.chain["trigger"], codes(decision)) == ("assess", ["S4.15.relevance_missing"])
    told = decision.as_dict()
    assert (told["verdict"], told["differs"], told["recorded_state"]) == (
        "deviates",
        ["accepted"],
        "assessed",
    )
    assert told["state"] == "identified"
    assert told["findings"][0]["clause"] == "S4.15"


def test_somebody_else_is_written_in_as_the_decider(story: Story) -> None:
    story.to("active_activity")
    (begin,) = (entry["sequence"] for entry in story.history() if entry["trigger"] == "begin_activity")
    alter_entry(story, begin, lambda chain: chain["actor"].update(roles=["programme_manager"]))
    assert codes(deviating(story)[begin]) == ["L2.role_missing"]


def test_another_state_is_written_in(story: Story) -> None:
    story.to("active_activity")
    (begin,) = (entry["sequence"] for entry in story.history() if entry["trigger"] == "begin_activity")
    alter_entry(story, begin, lambda chain: chain.update(to="strategic"))
    decision = deviating(story)[begin]
    assert (decision.differs, decision.state) == (("state",), "active_activity")


@pytest.mark.parametrize("part", ["evidence", "warnings"])
def test_what_it_rests_on_or_was_warned_of_is_written_in(story: Story, part: str) -> None:
    story.to("assessed")
    last = story.history()[-1]["sequence"]
    written = {"evidence": [2], "warnings": ["S4.10.open_call"]}[part]
    alter_entry(story, last, lambda chain: chain.update({part: written}))
    assert deviating(story)[last].differs == (part,)


def test_a_content_that_is_no_record_cannot_be_judged(story: Story) -> None:
    story.to("assessed")
    assessment = next(entry for entry in story.history() if entry["kind"] == "assessment")
    alter_content(story, assessment["sequence"], lambda content: content.update(body=["no", "record"]))
    found = verdicts(story)
    assert found[assessment["sequence"]].why == "unreadable"
    assert found[max(found)].why == "unreadable"


def test_a_content_that_is_no_json_cannot_be_judged_nor_what_rests_on_it(story: Story) -> None:
    story.to("assessed")
    assessment = next(entry for entry in story.history() if entry["kind"] == "assessment")
    alter_content(story, assessment["sequence"], b"no JSON")
    found = verdicts(story)
    assert [found[sequence].why for sequence in (assessment["sequence"], max(found))] == ["unreadable"] * 2
    assert [row["sequence"] for row in rows(story, "unreadable")]


def test_what_follows_on_a_kind_that_nobody_knows_cannot_be_judged(story: Story) -> None:
    story.to("assessed")
    assessment = next(entry for entry in story.history() if entry["kind"] == "assessment")
    alter_entry(story, assessment["sequence"], lambda chain: chain.update(kind="horoscope"))
    found = verdicts(story)
    assert found[max(found)].why == "unreadable"


def test_transitions_alone(story: Story) -> None:
    story.to("active_activity")
    found = verdicts(story, of="transitions")
    assert [verdict.stored.chain["trigger"] for verdict in found.values()] == [
        "identify", "assess", "begin_activity",
    ]  # fmt: skip
    assert {verdict.outcome for verdict in found.values()} == {Outcome.CONFORM}
    with pytest.raises(BadRequest, match=r"^of: "):
        replay(story.service, of="entries")


def test_an_entry_that_cannot_be_read_ends_its_history_and_no_other(telling: Told) -> None:
    story, other = telling("p-1").to("assessed"), telling("p-2", name="Two (fictional)").to("identified")
    alter_entry(story, 3, None)
    found = list(replay(story.service))
    assert [(verdict.partnership, verdict.sequence, verdict.why) for verdict in found] == [
        ("p-1", 1, None), ("p-1", 2, None), ("p-1", 3, "unreadable"), (other.id, 1, None),
    ]  # fmt: skip
    totals = Totals()
    totals.add(found[2])
    assert totals.found
    (row,) = rows(story, "unreadable")
    assert (row["sequence"], row["digest"]) == (3, None)


def test_a_crisis_whose_key_was_destroyed_cannot_be_judged(story: Story) -> None:
    story.to("active_activity")
    case = story.has("crisis_case")
    drop_rows(story, tables.data_key)
    assert verdicts(story, sealed=True)[case].why == "erased"


def test_what_was_erased_cannot_be_judged_nor_what_rests_on_it(story: Story) -> None:
    story.to("active_activity")
    assessment = next(entry for entry in story.history() if entry["kind"] == "assessment")
    alter_content(story, assessment["sequence"], None)
    found = verdicts(story)
    amiss = {
        verdict.stored.chain.get("trigger") or verdict.stored.chain["kind"]: verdict.why
        for verdict in found.values()
        if verdict.outcome != Outcome.CONFORM
    }
    assert amiss == {"assessment": "erased", "assess": "erased"}


def test_a_back_dated_decision_is_judged_by_the_file_as_of_its_day(story: Story) -> None:
    story.to("assessed").day("2024-04-20")
    story.ready_for("begin_activity", on="2024-04-01")
    story.has("inclusion_commitment", text="Said later")
    begin = story.does("begin_activity", on="2024-04-02")
    assert verdicts(story)[begin].outcome == Outcome.CONFORM
    later = story.body("agreement", "2024-04-01") | {"starts_on": "2024-04-19"}
    agreement = next(entry["sequence"] for entry in story.history() if entry["kind"] == "agreement")
    alter_content(story, agreement, lambda content: content.update(body=later))
    assert "S5.16" in {finding.clause for finding in deviating(story)[begin].findings}


def test_each_falls_under_the_version_of_its_day(opened: Callable[..., Any], clock: Clock) -> None:
    story = Story(opened((POLICY_1_1, POLICY_2_0)), clock).to("assessed").day("2024-07-01")
    story.ready_for("begin_activity").does("begin_activity", reason="All is in place")
    assert {verdict.outcome for verdict in verdicts(story).values()} == {Outcome.CONFORM}
    alone = Story(opened(POLICY_1_1), clock)
    found = verdicts(alone)
    assert {verdict.why for verdict in found.values()} == {None, "policy_not_at_hand"}
    handed = verdicts(alone, policies=[POLICY_2_0])
    assert {verdict.outcome for verdict in handed.values()} == {Outcome.CONFORM}


def test_settings_of_an_earlier_time_are_found_by_their_digest(
    opened: Callable[..., Any], clock: Clock
) -> None:
    lenient = POLICY_1_1.with_settings(l13_profile=False)
    Story(opened(lenient), clock, country=None).to("assessed")
    strict = Story(opened(POLICY_1_1), clock)
    assert {verdict.why for verdict in verdicts(strict).values()} == {"settings_not_at_hand"}
    assert {verdict.outcome for verdict in verdicts(strict, policies=[lenient]).values()} == {Outcome.CONFORM}


def test_what_if_another_version_had_held(opened: Callable[..., Any], clock: Clock) -> None:
    story = Story(opened((POLICY_1_1, POLICY_2_0)), clock).to("active_activity")
    (begin,) = deviating(story, policy="2.0").values()
    assert codes(begin) == ["L1.invented_reason_missing"]
    totals = Totals()
    for verdict in verdicts(story, policy="2.0").values():
        totals.add(verdict)
    assert totals.found
    assert (totals.as_dict()["refused"], totals.as_dict()["granted"]) == (1, 0)


def test_what_if_warns_of_more_and_of_less(opened: Callable[..., Any], clock: Clock) -> None:
    def without(warning: str) -> Policy:
        rows = tuple(
            replace(row, guards=tuple(guard for guard in row.guards if guard.name != warning))
            if row.trigger == Trigger.ASSESS
            else row
            for row in TRIGGERS
        )
        return Policy("quiet", date(2030, 1, 1), rows=rows)

    story = Story(opened(POLICY_1_1), clock)
    story.to("identified").ready_for("assess", stakeholder_mapping={"candidates": ["Another (fictional)"]})
    assess = story.does("assess")
    (warning,) = story.entry(assess)["warnings"]
    names = [
        guard.name for row in TRIGGERS if row.trigger == Trigger.ASSESS for guard in row.guards if guard.warns
    ]
    quiet = [without(name) for name in names]
    gone = [verdicts(story, policies=[policy], policy="quiet")[assess] for policy in quiet]
    assert [verdict.gone for verdict in gone].count((warning["code"],)) == 1
    assert {verdict.outcome for verdict in gone} == {Outcome.CONFORM}


def test_takeovers_and_early_days_are_marked(under: Told) -> None:
    story = under(take_over_until=date(2024, 12, 31))
    body = story.body("partner_profile")
    ran = {"state": "strategic", "since": "2021-05-01", "body": body, "reason": "Ran before"}
    story.apply(story.command("take_over", "director-1", **ran))
    early = story.has("comment", on="2023-10-26", about=1, text="Early")
    found = verdicts(story)
    assert (found[1].outcome, found[1].marks) == (Outcome.CONFORM, ["taken_over"])
    assert (found[early].outcome, found[early].marks) == (Outcome.CONFORM, ["before_policy"])


def test_imported_decisions_are_marked(story: Story) -> None:
    identify = story.command(
        "identify", "pm-1", body=story.body("partner_profile"), recorded_at="2024-02-01T09:00:00Z"
    )
    outcomes = story.service.apply_lines(
        [json.dumps(identify).encode()], importing_actor=story.who("director-1")
    )
    assert [outcome["outcome"] for outcome in outcomes] == ["accepted"]
    assert verdicts(story)[1].marks == ["imported"]


def test_an_opening_is_judged_granted_and_refused(story: Story) -> None:
    story.to("active_activity")
    case = story.has("crisis_case")
    story.open(case, by="safeguarding-1")
    story.open(case, by="pm-1")
    found = list(verdicts(story, sealed=True).values())[-2:]
    assert [verdict.stored.chain["granted"] for verdict in found] == [True, False]
    assert {verdict.outcome for verdict in found} == {Outcome.CONFORM}
    alter_entry(story, found[1].sequence, lambda chain: chain.update(granted=True))
    assert codes(deviating(story, sealed=True)[found[1].sequence]) == ["L4.not_entitled"]


def test_a_crisis_elsewhere_is_looked_for_as_it_was_then(telling: Told, clock: Clock) -> None:
    first, second, third = telling("p-1"), telling("p-2"), telling("p-3")
    first.to("active_activity")
    second.to("identified")
    first.has("crisis_case")
    third.identify()
    first.ready_for("terminate_for_crisis", without="crisis_case").does("terminate_for_crisis")
    assert third.history()[0]["warnings"]
    for story in (second, third):
        assert {verdict.outcome for verdict in verdicts(story).values()} == {Outcome.CONFORM}


def test_and_only_those_of_the_partners_name_or_number_are_asked(
    telling: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        telling(f"p-{number}", name=f"Outlet {number} (fictional)").to("active_activity").has("crisis_case")
    newcomer = telling("p-9", name="Outlet 1 (fictional)")
    newcomer.identify()
    asked: list[str] = []
    look = elsewhere._at
    monkeypatch.setattr(
        elsewhere,
        "_at",
        lambda marks, *at, **how: asked.append(marks[0].name[0]) or look(marks, *at, **how),
    )
    assert newcomer.history()[0]["warnings"]
    assert verdicts(newcomer)[1].outcome == Outcome.CONFORM
    assert set(asked) == {name_key("Outlet 1 (fictional)")}


def test_and_so_once_the_case_there_was_erased(telling: Told) -> None:
    first, second = telling("p-1").to("terminated_for_crisis"), telling("p-2")
    second.identify()
    assert second.history()[0]["warnings"]
    erased(first, cases=["1"])
    assert verdicts(second)[1].outcome == Outcome.CONFORM


def test_the_day_is_that_of_the_partnerships_own_zone(story: Story) -> None:
    story.to("identified")
    story.has("arrangement", time_zone="Pacific/Kiritimati")
    story.clock.set("2024-03-01T12:00:00+00:00")
    comment = story.has("comment", about=1, text="It is tomorrow here")
    assert story.entry(comment)["on"] == "2024-03-02"
    assert verdicts(story)[comment].outcome == Outcome.CONFORM


def test_a_projection_that_is_gone_hides_no_history(story: Story) -> None:
    story.to("assessed")
    with engine_of(story.service).begin() as connection:
        assert connection.execute(delete(tables.partnership)).rowcount == 1
    found = list(replay(story.service))
    assert len(found) == 6
    assert {verdict.outcome for verdict in found} == {Outcome.CONFORM}


def test_ids_and_versions_that_are_not_there(story: Story) -> None:
    story.to("identified")
    with pytest.raises(UnknownPartnership, match="p-9"):
        list(replay(story.service, ["p-9"]))
    with pytest.raises(BadRequest, match=r"7\.0"):
        replay(story.service, policy="7.0")


def test_progress_is_told_by_partnership(telling: Told) -> None:
    for number in range(3):
        telling(f"p-{number}").to("identified")
    told: list[tuple[int, int | None]] = []
    service = telling("p-0").service
    assert len(list(replay(service, progress=lambda done, total: told.append((done, total))))) == 3
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]
