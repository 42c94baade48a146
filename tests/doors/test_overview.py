"""`partnerships overview`: its JSON, and what people read of each section."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.doors.commands import lines_of, record, strategic
from tests.doors.conftest import Cli
from tests.story import actor

SECTIONS = ["localisation", "requests", "mix", "effort", "introductions", "exit_dialogues"]
CLAUSES = ["S2.3", "S2.4", "S4.8", "S5.15", "S6.10", "S6.23"]


@pytest.fixture
def asked(cli: Cli, tmp_path: Path) -> Path:
    """A strategic partnership of 2024 with two currencies and a review, asked for what has come due since."""
    given = [
        {"kind": "funding", "given_by": "ims", "for_collaboration": True, "amount": a, "currency": c}
        for a, c in (("1250000.505", "USD"), ("0.10", "EUR"))
    ]
    given.append({"kind": "networking", "given_by": "partner", "for_collaboration": True})
    commands = [
        *strategic("p-1"),
        record("p-1", "agreement", "2024-03-13", category="strategic", reference="a-2", contributions=given),
        record("p-1", "sustainability_review", "2024-03-13", introductions=["A network", "A fund"]),
    ]
    (tmp_path / "commands.jsonl").write_bytes(lines_of(commands))
    cli("--database", tmp_path / "p.sqlite", "apply", tmp_path / "commands.jsonl").ends(0)
    cli("--database", tmp_path / "p.sqlite", "sweep").ends(0)
    return tmp_path / "p.sqlite"


def test_the_json_has_every_section_in_order(cli: Cli, lived: Path) -> None:
    told = cli("--database", lived, "overview", "--on", "2024-06-01", "--json").ends(0).json
    assert list(told) == ["on", "partnerships", "running", *SECTIONS, "unreadable"]
    assert (told["on"], told["partnerships"], told["running"]) == ("2024-06-01", 3, 2)


def test_people_see_every_section_with_its_clause(cli: Cli, asked: Path) -> None:
    out = cli("--database", asked, "overview", "--on", "2024-06-01").ends(0).out
    places = [out.index(clause) for clause in CLAUSES]
    assert places == sorted(places)
    told = " ".join(out.split())
    assert "on 2024-06-01: 1 partnership on file, 1 running" in told
    assert "strategic 1 ██████████ 100% 1 national" in told
    assert "1,250,000.505 USD" in told
    assert "10,000.10 EUR" in told
    assert "no amount said" in told
    assert "2 introductions in the reviews of 1 partnership" in told
    assert "All 1 had one within 12 months." in told


def test_people_see_who_is_asked_and_with_whom_nobody_talks(cli: Cli, asked: Path) -> None:
    told = " ".join(cli("--database", asked, "overview").ends(0).out.split())
    assert "to 1 partner, at most " in told
    assert "1 of 1 (100%) had none within 12 months." in told
    left = " ".join(cli("--database", asked, "overview", "--limit", "0").ends(0).out.split())
    assert "1 more; --limit shows more" in left


@pytest.mark.parametrize("columns", ["40", "60", "80", "120"])
def test_no_line_is_wider_than_the_terminal_and_no_number_is_cut(
    cli: Cli, asked: Path, columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    out = cli("--database", asked, "overview", "--on", "2024-06-01").ends(0).out
    assert max(map(len, out.splitlines())) <= int(columns)
    assert "…" not in out
    assert "1,250,000.505 USD" in out


def test_an_empty_portfolio_is_said_to_be_empty(cli: Cli, tmp_path: Path) -> None:
    cli("--database", tmp_path / "p.sqlite", "migrate").ends(0)
    told = " ".join(cli("--database", tmp_path / "p.sqlite", "overview").ends(0).out.split())
    assert "0 partnerships on file, 0 running" in told
    for said in ("Nothing is running.", "Nothing is on file.", "no strategic partnership", "names one."):
        assert said in told


def test_the_partners_side_is_shown_its_own(cli: Cli, lived: Path) -> None:
    partner = json.dumps(actor("partner-1", partnerships=["p-case"]))
    told = cli("--database", lived, "overview", "--actor", partner, "--json").ends(0).json
    assert (told["partnerships"], told["running"]) == (1, 1)


@pytest.mark.parametrize("wrong", [["--on", "soon"], ["--limit", "-1"], ["--actor", "me"]])
def test_what_cannot_be_is_wrong_usage(cli: Cli, lived: Path, wrong: list[str]) -> None:
    assert wrong[0] in cli("--database", lived, "overview", *wrong).ends(2).one_error_line()
