"""The readings: the contract's fields with --json, and text that people read without it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from partnerships import open_service
from tests.doors.commands import MANAGER
from tests.doors.conftest import Cli
from tests.story import actor

FINDING = {"clause", "kind", "code", "message", "remedy", "needs", "who", "interpretation"}
WHY = {"id", "state", "on", "triggers"}
TRIGGER = {"trigger", "target", "allowed", "findings", "warnings"}
SHOW = {
    "id", "state", "category", "cycle", "sequence", "ended_as", "register", "partner", "endline", "overdue",
    "agreements", "findings",
}  # fmt: skip
AGREEMENT = {"reference", "category", "starts_on", "ends_on", "lapsed"}
HISTORY = {
    "sequence", "entry", "from", "to", "on", "recorded_at", "actor", "reason", "evidence", "policy",
    "settings_digest", "via", "imported", "warnings", "digest", "previous",
}  # fmt: skip
LIST = {"id", "name", "state", "category", "endline", "overdue", "register", "ended_as"}
POLICY = {"clause", "strength", "text", "enforced_by", "reading"}
ENTRIES = {
    "identification", "record", "transition", "prompt", "opening", "withdrawal", "reversal", "takeover",
    "erasure",
}  # fmt: skip
CLOUD_EVENT = {"specversion", "id", "source", "type", "cursor"}


def test_why_has_the_contracts_fields(cli: Cli, lived: Path) -> None:
    answer = cli("--database", lived, "why", "p-assessed", "--json").ends(0).json
    assert set(answer) >= WHY
    assert {one["trigger"] for one in answer["triggers"]} >= {"begin_activity", "begin_strategic", "decline"}
    assert all(set(one) >= TRIGGER for one in answer["triggers"])
    findings = [finding for one in answer["triggers"] for finding in one["findings"]]
    assert findings
    assert all(set(finding) >= FINDING for finding in findings)


def test_why_of_one_trigger_on_a_day_for_an_actor(cli: Cli, lived: Path) -> None:
    asked = [
        "why",
        "p-assessed",
        "--trigger",
        "begin_activity",
        "--on",
        "2024-03-20",
        "--actor",
        json.dumps(MANAGER),
    ]
    answer = cli("--database", lived, *asked, "--json").ends(0).json
    assert [one["trigger"] for one in answer["triggers"]] == ["begin_activity"]
    assert answer["on"] == "2024-03-20"
    assert "L2" in {finding["clause"] for finding in answer["triggers"][0]["findings"]}


def test_why_tells_people_what_is_missing_and_how_to_put_it_right(cli: Cli, lived: Path) -> None:
    answer = cli("--database", lived, "why", "p-assessed", "--trigger", "begin_activity", "--json").json
    told = " ".join(
        cli("--database", lived, "why", "p-assessed", "--trigger", "begin_activity").ends(0).out.split()
    )
    for finding in answer["triggers"][0]["findings"]:
        assert finding["clause"] in told
        assert finding["message"] in told
        assert finding["remedy"] in told


def test_show_has_the_contracts_fields(cli: Cli, lived: Path) -> None:
    shown = cli("--database", lived, "show", "p-strategic", "--json").ends(0).json
    assert set(shown) >= SHOW
    assert (shown["state"], shown["category"]) == ("strategic", "strategic")
    assert [set(one) >= AGREEMENT for one in shown["agreements"]] == [True]


def test_show_as_of_a_day(cli: Cli, lived: Path) -> None:
    shown = cli("--database", lived, "show", "p-strategic", "--as-of", "2024-03-06", "--json").ends(0).json
    assert shown["state"] == "assessed"


def test_history_has_the_contracts_fields(cli: Cli, lived: Path) -> None:
    history = cli("--database", lived, "history", "p-strategic", "--json").ends(0).json
    for entry in history:
        assert set(entry) >= HISTORY
        assert ("kind" in entry) or ("trigger" in entry)
        assert entry["entry"] in ENTRIES
        assert set(entry["via"]) >= {"door", "principal"}
    assert [entry["sequence"] for entry in history] == list(range(1, len(history) + 1))
    assert [entry["previous"] for entry in history[1:]] == [entry["digest"] for entry in history[:-1]]


def test_history_in_parts(cli: Cli, lived: Path) -> None:
    part = (
        cli("--database", lived, "history", "p-strategic", "--after", "2", "--limit", "3", "--json")
        .ends(0)
        .json
    )
    assert [entry["sequence"] for entry in part] == [3, 4, 5]


def test_list_has_the_contracts_fields(cli: Cli, lived: Path) -> None:
    rows = cli("--database", lived, "list", "--json").ends(0).json
    assert [row["id"] for row in rows] == ["p-assessed", "p-case", "p-strategic"]
    assert all(set(row) >= LIST for row in rows)


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        (["--state", "assessed"], ["p-assessed"]),
        (["--name", "evil"], ["p-assessed"]),
        (["--type", "media_content_production", "--limit", "1"], ["p-assessed"]),
        (["--after", "p-assessed"], ["p-case", "p-strategic"]),
        (["--country", "FR"], []),
        (["--level", "local"], []),
        (["--responsible", "pm-9"], []),
        (["--identifier", "X:1"], []),
        (["--overdue", "--on", "2024-06-01"], []),
        (["--overdue", "--on", "2026-06-01"], ["p-case", "p-strategic"]),
    ],
)
def test_list_keeps_what_was_asked_for(cli: Cli, lived: Path, options: list[str], ids: list[str]) -> None:
    assert [row["id"] for row in cli("--database", lived, "list", *options, "--json").ends(0).json] == ids


def test_a_list_that_is_cut_says_where_it_goes_on(cli: Cli, lived: Path) -> None:
    cut = " ".join(cli("--database", lived, "list", "--limit", "2").ends(0).out.split())
    assert "2 partnerships, 1 overdue more after p-case" in cut
    for whole in (["--limit", "3"], ["--after", "p-case", "--limit", "2"], []):
        assert "more after" not in cli("--database", lived, "list", *whole).ends(0).out
    assert len(cli("--database", lived, "list", "--limit", "2", "--json").ends(0).json) == 2


def test_an_empty_list_is_said_to_be_empty(cli: Cli, lived: Path) -> None:
    assert "No partnership" in cli("--database", lived, "list", "--country", "FR").ends(0).out


def test_policy_needs_no_database_and_has_the_contracts_fields(cli: Cli) -> None:
    rows = cli("policy", "--json").ends(0).json
    assert all(set(row) >= POLICY for row in rows)
    assert {"S4.15", "S6.20", "L2", "L13"} <= {row["clause"] for row in rows}


def test_policy_as_markdown_is_one_table(cli: Cli) -> None:
    lines = cli("policy", "--markdown").ends(0).out.splitlines()
    assert lines[0].startswith("| clause ")
    assert {line.replace("\\|", "").count("|") for line in lines} == {6}


def test_feed_is_a_batch_of_cloud_events_and_goes_on_from_a_cursor(cli: Cli, lived: Path) -> None:
    events = cli("--database", lived, "feed", "--json").ends(0).json
    assert all(set(event) >= CLOUD_EVENT for event in events)
    after = events[3]["cursor"]
    rest = cli("--database", lived, "feed", "--after", after, "--json").ends(0).json
    assert [event["id"] for event in rest] == [event["id"] for event in events[4:]]
    first = cli("--database", lived, "feed", "--limit", "2", "--json").ends(0).json
    assert [event["id"] for event in first] == [event["id"] for event in events[:2]]


def test_the_feed_is_not_for_the_partners_side(cli: Cli, lived: Path) -> None:
    partner = json.dumps(actor("partner-1", partnerships=["p-case"]))
    assert "history" in cli("--database", lived, "feed", "--actor", partner).ends(1).one_error_line()
    assert cli("--database", lived, "feed", "--actor", json.dumps(MANAGER), "--json").ends(0).json


def test_doctor_lists_its_checks(cli: Cli, lived: Path) -> None:
    ran = cli("--database", lived, "doctor", "--json")
    assert all({"check", "ok", "detail"} <= set(check) for check in ran.json)
    assert ran.status == (0 if all(check["ok"] for check in ran.json) else 1)


def test_migrate_says_where_and_can_run_again(cli: Cli, tmp_path: Path) -> None:
    for _ in range(2):
        assert "p.sqlite" in cli("--database", tmp_path / "p.sqlite", "migrate").ends(0).out


READINGS: list[list[str]] = [
    ["why", "p-assessed"],
    ["show", "p-assessed"],
    ["history", "p-assessed"],
    ["list"],
    ["overview"],
    ["overview", "--on", "2026-06-01"],
    ["feed"],
    ["policy"],
    ["doctor"],
]


@pytest.mark.parametrize("command", READINGS, ids=" ".join)
def test_a_reading_keeps_standard_error_empty_and_colours_away(
    cli: Cli, lived: Path, command: list[str]
) -> None:
    ran = cli("--database", lived, *command)
    assert ran.err == ""
    assert ran.out.strip()
    assert "\x1b" not in ran.out
    assert "\u202e" not in ran.out


@pytest.mark.parametrize("columns", ["40", "60", "200"])
@pytest.mark.parametrize("command", READINGS, ids=" ".join)
def test_no_line_is_wider_than_the_terminal(
    cli: Cli, lived: Path, command: list[str], columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert max(map(len, cli("--database", lived, *command).out.splitlines())) <= int(columns)


@pytest.mark.parametrize("columns", ["0", "40", "60", "100"])
def test_a_list_names_each_partnership_on_any_terminal(
    cli: Cli, lived: Path, columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [row["id"] for row in cli("--database", lived, "list", "--json").ends(0).json]
    monkeypatch.setenv("COLUMNS", columns)
    told = cli("--database", lived, "list").ends(0).out
    assert [id for id in ids if id in told] == ids
    assert "…" not in told


@pytest.mark.parametrize("columns", ["40", "80"])
def test_the_partners_name_is_told_whole(
    cli: Cli, tmp_path: Path, columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "An example of a commission of the dioceses of a lake for justice and peace (fictional)"
    body = {"name": name, "legal_form": "ngo", "registration_note": "See file_7"}
    command = {"do": "identify", "id": "reg-25d6ebe97848d1279c9b233b", "body": body, "actor": MANAGER}
    with open_service(tmp_path / "p.sqlite", create=True) as service:
        assert service.apply(command)["outcome"] == "accepted"
    monkeypatch.setenv("COLUMNS", columns)
    shown = cli("--database", tmp_path / "p.sqlite", "show", command["id"]).ends(0).out
    told = " ".join(shown.replace("│", " ").split())
    assert f"partner {name} " in told
    assert " NGO " in told
    assert " See file_7 " in told


def test_names_of_others_are_text_and_no_markup(cli: Cli, lived: Path) -> None:
    assert "Evil [bold]Name (fictional)" in cli("--database", lived, "show", "p-assessed").ends(0).out


def _kinds(history: list[dict[str, Any]]) -> list[str]:
    return [entry.get("kind") or "" for entry in history]


def test_no_reading_of_the_operator_shows_sealed_words(cli: Cli, lived: Path) -> None:
    for command in (["history", "p-case"], ["show", "p-case"], ["feed"], ["why", "p-case"]):
        for form in ([], ["--json"]):
            assert "blue ledger" not in cli("--database", lived, *command, *form).ends(0).out


def test_the_partners_history_holds_no_case_and_no_gap(cli: Cli, lived: Path) -> None:
    partner = json.dumps(actor("partner-1", partnerships=["p-case"]))
    history = cli("--database", lived, "history", "p-case", "--actor", partner, "--json").ends(0).json
    assert "crisis_case" not in _kinds(history)
    assert [entry["sequence"] for entry in history] == list(range(1, len(history) + 1))
