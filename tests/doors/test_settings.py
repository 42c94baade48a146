"""The house's settings reach the command line from one JSON file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.doors.commands import DIRECTOR, lines_of
from tests.doors.conftest import Cli

TAKE_OVER = {
    "do": "take_over",
    "id": "p-1",
    "state": "strategic",
    "since": "2021-05-01",
    "body": {"name": "Example Hill Radio (fictional)"},
    "reason": "It ran before this service.",
    "actor": DIRECTOR,
}


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "settings.json"
    monkeypatch.setenv("PARTNERSHIPS_SETTINGS", str(path))
    return path


@pytest.fixture
def commands(tmp_path: Path) -> Path:
    path = tmp_path / "commands.jsonl"
    path.write_bytes(lines_of([TAKE_OVER]))
    return path


def test_a_portfolio_is_taken_over_where_the_house_allows_it(
    cli: Cli, tmp_path: Path, settings: Path, commands: Path
) -> None:
    settings.write_text("{}")
    cli("--database", tmp_path / "p.sqlite", "apply", commands).ends(1)
    settings.write_text(json.dumps({"take_over_until": "9999-12-31"}))
    ran = cli("--database", tmp_path / "p.sqlite", "apply", commands).ends(0)
    assert ran.outcomes[0]["state"] == "strategic"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"l8_middle": 3, "l1_decline_reason": "perhaps"}', ("l8_middle", "l1_decline_reason")),
        ("[]", ("one JSON object",)),
        ("{", ("cannot be used: it is not JSON",)),
        ("[" * 100_000, ("nested too deeply",)),
        ('{"l1_decline_reason": "caf\xe9"}', ("cannot be used: it is not UTF-8",)),
    ],
)
def test_settings_that_cannot_be_are_said_in_one_line(
    cli: Cli, tmp_path: Path, settings: Path, commands: Path, text: str, told: tuple[str, ...]
) -> None:
    settings.write_text(text, "latin-1")
    ran = cli("--database", tmp_path / "p.sqlite", "apply", commands).ends(2)
    assert ran.err.count("\n") == 1
    assert all(word in ran.err for word in told)


def test_settings_that_are_not_there_are_said_to_be(cli: Cli, tmp_path: Path, settings: Path) -> None:
    for asked in (["list"], ["audit", "replay", "--settings", tmp_path / "earlier.json"]):
        line = cli("--database", tmp_path / "p.sqlite", *asked).ends(2).one_error_line()
        assert "cannot be used: No such file or directory" in line
        settings.write_text("{}")
