"""The auditors' readings: documented shapes with --json, text without it, 1 when something is found."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from partnerships import POLICY_1_1
from tests.doors.commands import DIRECTOR, MANAGER
from tests.doors.conftest import Cli
from tests.story import actor

VERDICT = {
    "partnership", "sequence", "entry", "kind", "trigger", "on", "recorded_at", "digest", "policy",
    "policy_digest", "settings_digest", "judged_under", "verdict", "why", "findings", "recorded_state",
    "state", "differs", "warnings_added", "warnings_gone", "marks",
}  # fmt: skip
READINGS = [("replay",), ("exceptions",), ("sample", "-n", "1", "--seed", "x"), ("population",)]


@pytest.fixture
def altered(lived: Path, tmp_path: Path) -> Path:
    """A copy in which somebody took away what an assessment said."""
    file = tmp_path / "p.sqlite"
    for suffix in ("", ".key"):
        shutil.copy(f"{lived}{suffix}", f"{file}{suffix}")
    with sqlite3.connect(file) as connection:
        connection.execute("DROP TRIGGER partnerships_content_no_update")
        connection.execute(
            "UPDATE partnerships_content "
            "SET body = CAST(json_remove(CAST(body AS TEXT), '$.body.relevance') AS BLOB) "
            "WHERE partnership_id = 'p-assessed' AND sequence = 5"
        )
    connection.close()
    return file


def test_every_decision_is_judged_and_conforms(cli: Cli, lived: Path) -> None:
    answer = cli("--database", lived, "audit", "replay", "--json").ends(0).json
    assert set(answer) == {"decisions", "of", "policy", "totals"}
    assert all(set(verdict) == VERDICT for verdict in answer["decisions"])
    totals = answer["totals"]
    assert totals["decisions"] == len(answer["decisions"]) == totals["conform"] + totals["not_evaluable"]
    assert totals["why"] == {"sealed": 1}
    opened = cli("--database", lived, "audit", "replay", "--sealed", "--json").ends(0).json
    assert opened["totals"]["conform"] == totals["decisions"]


def test_a_deviation_is_shown_and_ends_with_1(cli: Cli, altered: Path) -> None:
    ran = cli("--database", altered, "audit", "replay", "p-assessed").ends(1)
    assert "S4.15" in ran.out
    assert "6 decisions judged again: 5 conform, 1 deviates" in ran.out
    answer = cli("--database", altered, "audit", "replay", "--json").ends(1).json
    assert answer["totals"]["deviates"] == 1


def test_what_if_under_the_house_settings_of_today(
    cli: Cli, lived: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "settings.json"
    roles = {**POLICY_1_1.settings.as_json()["l2_roles"], "assess": ["committee"]}
    settings.write_text(json.dumps({"l2_roles": roles}))
    earlier = tmp_path / "earlier.json"
    earlier.write_text("{}")
    monkeypatch.setenv("PARTNERSHIPS_SETTINGS", str(settings))
    ran = cli("--database", lived, "audit", "replay", "--policy", "1.1").ends(1)
    assert "3 would have been refused, 0 granted" in ran.out
    answer = cli("--database", lived, "audit", "replay", "--json").ends(0).json
    assert set(answer["totals"]["why"]) == {"sealed", "settings_not_at_hand"}
    answer = cli("--database", lived, "audit", "replay", "--settings", earlier, "--json").ends(0).json
    assert set(answer["totals"]["why"]) == {"sealed"}


def test_exceptions_are_listed_and_end_with_1(cli: Cli, lived: Path) -> None:
    answer = cli("--database", lived, "audit", "exceptions", "--on", "2024-04-01", "--json").ends(1).json
    assert answer["totals"] == {rule: number for rule, number in answer["totals"].items() if number}
    assert {row["rule"] for row in answer["exceptions"]} == set(answer["totals"])
    assert answer["totals"]["crisis"] == 1
    ran = cli("--database", lived, "audit", "exceptions", "--rule", "crisis").ends(1)
    assert "An entry that is sealed (L4)." in ran.out
    assert "crisis_case" not in ran.out
    cli("--database", lived, "audit", "exceptions", "--rule", "spoken_for").ends(0)
    cli("--database", lived, "audit", "exceptions", "--rule", "spoken").ends(2)
    lapsed = cli("--database", lived, "audit", "exceptions", "p-strategic", "--severity", "high").ends(1)
    assert "S5.16" in lapsed.out


def test_a_sample_is_drawn(cli: Cli, lived: Path) -> None:
    answer = cli("--database", lived, "audit", "sample", "-n", 3, "--seed", "abc", "--json").ends(0).json
    draws = [row["draw"] for row in answer["rows"]]
    assert draws == sorted(draws)
    first = answer["rows"][0]
    assert first["draw"] == hashlib.sha256(b"abc" + first["digest"].encode()).hexdigest()
    ran = cli("--database", lived, "audit", "sample", "-n", 1, "--seed", "abc", "--stratify", "state").ends(0)
    assert "in assessed" in ran.out
    cli("--database", lived, "audit", "sample", "-n", 1, "--seed", "abc", "--stratify", "colour").ends(2)
    cli("--database", lived, "audit", "sample", "-n", 0, "--seed", "abc").ends(2)


def test_a_population_is_counted(cli: Cli, lived: Path) -> None:
    answer = cli("--database", lived, "audit", "population", "--json").ends(0).json
    assert answer["partnerships"] == 3
    assert answer["entries"] == sum(answer["by_entry"].values())
    ran = cli("--database", lived, "audit", "population").ends(0)
    assert answer["last"]["digest"][:20] in "".join(ran.out.split())


def test_a_history_on_both_axes(cli: Cli, lived: Path) -> None:
    asked = ("--database", lived, "audit", "history", "p-strategic", "--as-of", "2024-03-05")
    answer = cli(*asked, "--json").ends(0).json
    assert set(answer) == {"id", "as_of", "known_at", "partnership", "entries", "left_out"}
    assert answer["partnership"]["state"] == "assessed"
    ran = cli(*asked).ends(0)
    assert "as of 2024-03-05" in ran.out
    assert f"left out: {answer['left_out']['later_effect']} entries of later days" in ran.out
    cli("--database", lived, "audit", "history", "p-9").ends(1)


@pytest.mark.parametrize("reading", READINGS)
def test_the_partners_side_asks_for_none_of_all_partnerships(
    cli: Cli, lived: Path, reading: tuple[str, ...]
) -> None:
    partner = json.dumps(actor("partner-1", partnerships=["p-strategic"]))
    ran = cli("--database", lived, "audit", *reading, "--actor", partner).ends(1)
    assert "history" in ran.one_error_line()
    for who in (MANAGER, DIRECTOR, actor("auditor-1")):
        assert cli("--database", lived, "audit", *reading, "--actor", json.dumps(who)).status in (0, 1)


@pytest.mark.parametrize("reading", READINGS)
def test_without_a_database_there_is_nothing_to_read(
    cli: Cli, tmp_path: Path, reading: tuple[str, ...]
) -> None:
    cli("--database", tmp_path / "none.sqlite", "audit", *reading).ends(2).one_error_line()


def test_a_version_and_settings_that_are_not_there(cli: Cli, lived: Path, tmp_path: Path) -> None:
    ran = cli("--database", lived, "audit", "replay", "--policy", "7.0").ends(2)
    assert "1.1" in ran.one_error_line()
    ran = cli("--database", lived, "audit", "replay", "--settings", tmp_path / "none.json").ends(2)
    assert "none.json" in ran.one_error_line()


@pytest.fixture
def steering(lived: Path, tmp_path: Path) -> Path:
    """A copy in which somebody wrote what steers a terminal where digests and numbers belong."""
    file = tmp_path / "p.sqlite"
    for suffix in ("", ".key"):
        shutil.copy(f"{lived}{suffix}", f"{file}{suffix}")
    with sqlite3.connect(file) as connection:
        for name in ("entry_no_update", "outbox_no_update"):
            connection.execute(f"DROP TRIGGER partnerships_{name}")
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(
            "UPDATE partnerships_entry SET digest = :told, canonical = CAST(json_set(CAST(canonical AS TEXT),"
            " '$.settings', :told) AS BLOB) WHERE partnership_id = 'p-assessed'",
            {"told": "\x1b[31m\u202e[bold]\x9b2J"},
        )
        connection.execute("UPDATE partnerships_outbox SET sequence = :told", {"told": "\x1b[2J"})
    connection.close()
    return file


@pytest.mark.parametrize("reading", [("population",), ("sample", "-n", "9", "--seed", "x"), ("verify",)])
def test_nothing_on_file_can_steer_the_terminal(cli: Cli, steering: Path, reading: tuple[str, ...]) -> None:
    out = cli("--database", steering, "audit", *reading).out
    assert out
    assert not {"\x1b", "\x9b", "\u202e"} & set(out)


def test_an_export_that_stops_leaves_the_output_as_it_is(cli: Cli, altered: Path) -> None:
    with sqlite3.connect(altered) as connection:
        connection.execute("DROP TRIGGER partnerships_entry_no_update")
        connection.execute("UPDATE partnerships_entry SET canonical = CAST('none' AS BLOB)")
    connection.close()
    ran = cli("--database", altered, "audit", "export", "csv").ends(1)
    assert ran.err.count("\n") == 1
    assert "cannot be read" in ran.err
