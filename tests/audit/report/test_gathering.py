"""What a report says of partnerships and of samples, decision by decision."""

from __future__ import annotations

import json
from typing import Any

import pytest

from partnerships import POLICY_1_1, BadRequest, Service, UnknownPartnership
from partnerships.audit.judging.sample import sample
from partnerships.audit.report import Draw, gather, html, twin
from partnerships.audit.report.exceptional import MOST, exceptional
from tests.audit.erasure.erasing import erased
from tests.audit.report.conftest import Page
from tests.story import Story

Json = dict[str, Any]


def pages(told: Json, trigger: str) -> list[Json]:
    return [page for page in told["decisions"] if page["trigger"] == trigger]


def test_a_partnership_has_a_page_for_every_move(ordinary: Json) -> None:
    assert [page["trigger"] or page["entry"] for page in ordinary["decisions"]] == [
        "identify",
        "assess",
        "begin_activity",
        "renew",
        "begin_transition",
        "reversal",
        "begin_transition",
        "exit",
        "reidentify",
    ]
    assert [page["number"] for page in ordinary["decisions"]] == list(range(1, 10))


def test_a_page_shows_the_evidence_that_the_decision_rested_on(ordinary: Json, audited: Service) -> None:
    [page] = pages(ordinary, "assess")
    [row] = [row for row in audited.history("g-ordinary") if row["trigger"] == "assess"]
    assert [each["sequence"] for each in page["evidence"]] == row["evidence"]
    assert {each["kind"] for each in page["evidence"]} >= {"context_analysis", "selection", "assessment"}
    assert all(each["body"] for each in page["evidence"])


def test_a_page_tells_of_evidence_withdrawn_since(ordinary: Json) -> None:
    [page] = pages(ordinary, "assess")
    withdrawn = {each["kind"]: each["undone_by"] for each in page["evidence"] if each["undone_by"]}
    assert list(withdrawn) == ["selection"]
    assert withdrawn["selection"][0]["entry"] == "withdrawal"


def test_a_page_tells_that_the_decision_was_reverted(ordinary: Json) -> None:
    first, second = pages(ordinary, "begin_transition")
    assert [each["entry"] for each in first["undone_by"]] == ["reversal"]
    assert second["undone_by"] == []


def test_the_clauses_are_those_that_the_trigger_asks_of_this_category(ordinary: Json) -> None:
    [renewed] = pages(ordinary, "renew")
    guards = POLICY_1_1.guards["renew", "active_activity"]  # type: ignore[index]
    asked = {clause for guard in guards for clause in guard.clauses}
    assert {row["clause"] for row in renewed["clauses"]} == asked
    assert {row["held"] for row in renewed["clauses"]} == {"met"}


def test_a_clause_that_was_warned_of_is_told_from_one_that_was_met(ordinary: Json) -> None:
    [page] = pages(ordinary, "assess")
    held = {row["clause"]: row["held"] for row in page["clauses"]}
    assert held["S4.6"] == "warned"
    assert held["S4.13"] == "met"
    assert [warning["clause"] for warning in page["warnings"]] == ["S4.6"]


def test_every_page_has_its_verdict(ordinary: Json) -> None:
    assert [page["verdict"]["verdict"] for page in ordinary["decisions"]] == ["conform"] * 9
    assert ordinary["replay"]["deviates"] == 0
    assert (
        ordinary["replay"]["decisions"] == ordinary["replay"]["conform"] + ordinary["replay"]["not_evaluable"]
    )


def test_settings_that_are_not_at_hand_leave_a_page_without_clauses(under: Any, opened: Any) -> None:
    story = under(l8_mid_term_months=24)
    story.identify()
    told = gather(opened(), ids=["p-1"])
    [page] = told["decisions"]
    assert page["clauses"] is None
    assert (page["verdict"]["verdict"], page["verdict"]["why"]) == ("not_evaluable", "settings_not_at_hand")
    assert any("name settings that are not at hand" in row["why"] for row in told["not_checked"])


def test_earlier_settings_that_are_handed_over_are_judged_under(under: Any, opened: Any) -> None:
    story = under(l8_mid_term_months=24)
    story.identify()
    earlier = POLICY_1_1.with_settings(l8_mid_term_months=24)
    [page] = gather(opened(), ids=["p-1"], policies=[earlier])["decisions"]
    assert page["verdict"]["verdict"] == "conform"
    assert page["clauses"]


def test_a_crisis_entry_is_told_of_and_not_shown(audited: Service) -> None:
    told = gather(audited, draw=Draw(200, "everything", of="entries"))
    restricted = [page for page in told["decisions"] if page["restricted"]]
    assert len(restricted) == 5
    for page in restricted:
        assert page["kind"] is page["actor"] is page["body"] is page["clauses"] is None


def test_evidence_that_was_erased_is_told_of(story: Story) -> None:
    story.to("assessed")
    [selection] = [row["sequence"] for row in story.history() if row["kind"] == "selection"]
    erased(story, selection)
    told = gather(story.service, ids=["p-1"])
    [page] = pages(told, "assess")
    assert [each["sequence"] for each in page["evidence"] if each["body"] is None] == [selection]
    assert told["erased"] == 1
    erasure = told["decisions"][-1]
    assert (erasure["entry"], erasure["erases"], erasure["basis"]) == (
        "erasure",
        [selection],
        "consent_withdrawn",
    )
    assert erasure["second"]["id"] == "safeguarding-1"
    text = Page(html(told)).text
    assert f"erased since by entry {erasure['sequence']}" in text
    assert f"the content of 1 entry: {selection}" in text
    assert "The erased content of 1 entries." in [row["what"] for row in told["not_checked"]]
    assert b"Its content was erased, or is gone." in html(told)


def test_a_sample_is_the_one_that_the_command_draws(audited: Service) -> None:
    told = gather(audited, draw=Draw(4, "a nonce", of="transitions"))
    drawn = sample(audited, 4, "a nonce", of="transitions")
    assert told["sample"] == drawn
    assert [(page["partnership"], page["sequence"]) for page in told["decisions"]] == [
        (row["partnership"], row["sequence"]) for row in drawn["rows"]
    ]


def test_a_sample_says_how_many_were_not_drawn(audited: Service) -> None:
    told = gather(audited, draw=Draw(4, "a nonce", of="transitions"))
    left = told["scope"]["population"] - 4
    assert left > 0
    assert any(row["what"].startswith(f"{left} of ") for row in told["not_checked"])


def test_a_sample_counts_every_exception_and_judges_every_decision(audited: Service) -> None:
    told = gather(audited, draw=Draw(1, "a nonce", of="transitions"))
    every = sum(gather(audited, ids=[id])["replay"]["decisions"] for id in audited.ids())
    assert told["replay"]["decisions"] == every
    assert told["exceptions"]["count"] == sum(row["count"] for row in told["exceptions"]["by_rule"])
    [id] = told["scope"]["ids"]
    assert {row["partnership"] for row in told["exceptions"]["rows"]} <= {id, None}


def test_the_twin_is_the_whole_report(ordinary: Json) -> None:
    assert json.loads(twin(ordinary)) == json.loads(json.dumps(ordinary))
    assert set(ordinary) == {
        "format",
        "made_at",
        "program",
        "reader",
        "policies",
        "scope",
        "integrity",
        "replay",
        "exceptions",
        "population",
        "sample",
        "partnerships",
        "decisions",
        "sealed",
        "erased",
        "not_checked",
    }


@pytest.mark.parametrize("how", [{}, {"ids": []}, {"ids": ["p-1"], "draw": Draw(1, "a nonce")}])
def test_a_report_is_about_one_thing(service: Service, how: Json) -> None:
    with pytest.raises(BadRequest, match="named partnerships or about a sample"):
        gather(service, **how)


def test_an_unknown_partnership_is_named(service: Service) -> None:
    with pytest.raises(UnknownPartnership, match="p-9"):
        gather(service, ids=["p-9"])


@pytest.mark.every_store
def test_on_every_store(story: Story) -> None:
    story.to("active_activity")
    told = gather(story.service, ids=["p-1"])
    assert [page["trigger"] for page in told["decisions"]] == ["identify", "assess", "begin_activity"]
    assert gather(story.service, draw=Draw(1, "a nonce"))["replay"]["deviates"] == 0


def test_progress_is_told(audited: Service) -> None:
    told: list[tuple[int, int | None]] = []
    gather(audited, draw=Draw(1, "a nonce"), progress=lambda done, of: told.append((done, of)))
    assert told[-1] == (3, 3)


def row_of(rule: str, partnership: str | None, severity: str) -> Json:
    return {"rule": rule, "partnership": partnership, "severity": severity}


def test_the_gravest_exceptions_come_first_and_the_least_are_left_out() -> None:
    low = [row_of("refused_attempt", "p-1", "low") for _ in range(MOST)]
    found = [*low, row_of("back_dated", None, "medium"), row_of("reverted", "p-1", "high")]
    told = exceptional([*found, row_of("reverted", "p-2", "high")], {"p-1"})
    assert [row["severity"] for row in told["rows"]] == ["high", "medium", *["low"] * (MOST - 2)]
    assert (told["count"], told["high"], told["more"]) == (MOST + 3, 2, 2)
    assert [(row["rule"], row["count"]) for row in told["by_rule"]] == [
        ("reverted", 2),
        ("back_dated", 1),
        ("refused_attempt", MOST),
    ]
