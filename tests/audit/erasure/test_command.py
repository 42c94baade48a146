"""The command line: shown first, erased with --yes, what is due, holds; exit status 1 where refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from partnerships import open_service
from partnerships.doors.cli.app import run
from tests.storage.rows import as_bytes, everything
from tests.story import Clock, Story, actor

Json = dict[str, Any]
Cli = Callable[..., tuple[int, str]]

DIRECTOR, SAFEGUARDING = json.dumps(actor("director-1")), json.dumps(actor("safeguarding-1"))
PEOPLE = ("--by", DIRECTOR, "--second", SAFEGUARDING, "--basis", "objection", "--reason", "A letter")


@pytest.fixture
def file(template: Path, tmp_path: Path) -> Path:
    path = tmp_path / "p.sqlite"
    for suffix in ("", ".key"):
        shutil.copy(f"{template}{suffix}", f"{path}{suffix}")
    with open_service(path, clock=Clock("2020-03-01")) as service:
        story = Story(service, Clock("2020-03-01"), name="Amara Media").to("assessed")
        story.does("decline", reason="Amara did not answer")
    return path


@pytest.fixture
def cli(file: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    monkeypatch.setenv("COLUMNS", "100")

    def call(*arguments: str) -> tuple[int, str]:
        status = run(["--database", str(file), "audit", *arguments])
        told = capfd.readouterr()
        return status, told.out + told.err

    return call


def rows(file: Path) -> dict[str, list[Any]]:
    with open_service(file) as service:
        return everything(service)


def test_it_is_shown_first_and_erased_with_yes(cli: Cli, file: Path) -> None:
    before = rows(file)
    status, told = cli("erase", "p-1", "--entry", "1", "--entry", "7", *PEOPLE)
    assert status == 0
    assert "2 contents of p-1 would be erased for good; add --yes" in told
    assert rows(file) == before
    status, told = cli("erase", "p-1", "--entry", "1", "--entry", "7", *PEOPLE, "--yes")
    assert (status, "2 contents erased; the history says so at 8." in told) == (0, True)
    assert "backups" in told
    with open_service(file) as service:
        assert b"Amara did" not in as_bytes(service)
    assert cli("verify")[0] == 0


def test_json_is_the_librarys(cli: Cli) -> None:
    kind = "context_analysis"
    status, told = cli("erase", "p-1", "--entry", "2", *PEOPLE, "--json")
    assert json.loads(told) == {
        "id": "p-1",
        "erases": [{"sequence": 2, "entry": "record", "kind": kind, "on": "2020-03-01", "sealed": False}],
        "findings": [],
    }
    status, told = cli("erase", "p-1", "--all", *PEOPLE, "--yes", "--later", "--json")
    outcome = json.loads(told)
    assert (status, outcome["erased"], outcome["remains"]["clean"]) == (0, [1, 2, 3, 4, 5, 6, 7], False)
    status, told = cli("erase", "--clean", "--json")
    assert (status, json.loads(told)["clean"]) == (0, True)


def test_a_refusal_ends_with_1(cli: Cli, file: Path) -> None:
    alone = ("--by", DIRECTOR, "--second", DIRECTOR, "--basis", "objection", "--reason", "A letter")
    for yes in ((), ("--yes",)):
        status, told = cli("erase", "p-1", "--entry", "1", *alone, *yes)
        assert (status, "two people" in told) == (1, True)
    status, told = cli("erase", "p-1", "--entry", "99", *PEOPLE, "--yes")
    assert (status, "99" in told) == (1, True)
    assert len(rows(file)["attempt"]) == 2, "a preview is no attempt"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "name a partnership, or --due, or --clean"),
        (("p-1", "--due"), "name a partnership, or --due, or --clean"),
        (("p-1", "--entry", "1"), "also needs --by, --second, --basis, --reason"),
        (("p-1", *PEOPLE), "name what is to be erased"),
        (("p-1", "--entry", "1", *PEOPLE[:5], "because", *PEOPLE[6:]), "basis"),
        (("p-1", "--entry", "1", "--second", "x", *PEOPLE[4:], *PEOPLE[:2]), "--second is not JSON"),
    ],
)
def test_wrong_usage_ends_with_2(cli: Cli, arguments: tuple[str, ...], says: str) -> None:
    status, told = cli("erase", *arguments)
    assert (status, says in told) == (2, True), told


def test_what_is_due_is_listed(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cli("erase", "--due") == (0, "Nothing is past its retention.\n")
    settings = tmp_path / "house.json"
    settings.write_text('{"retention_ended_months": 36}')
    monkeypatch.setenv("PARTNERSHIPS_SETTINGS", str(settings))
    status, told = cli("erase", "--due", "--json")
    assert (status, json.loads(told)) == (
        1,
        [
            {
                "partnership": "p-1",
                "rule": "ended",
                "since": "2023-03-01",
                "entries": [1, 2, 3, 4, 5, 6, 7],
                "held": False,
            }
        ],
    )
    status, told = cli("erase", "--due", "--on", "2023-02-28")
    assert (status, told) == (0, "Nothing is past its retention.\n")
    assert "two people erase" in cli("erase", "--due")[1]


def test_a_hold_is_placed_listed_and_lifted(cli: Cli) -> None:
    assert cli("hold") == (0, "There is no legal hold.\n")
    status, told = cli("hold", "p-1", "--place", "--by", DIRECTOR, "--reason", "A claim")
    assert (status, told) == (0, "Hold 1 on p-1 stands.\n")
    assert "A claim" in cli("hold")[1]
    status, told = cli("erase", "p-1", "--entry", "1", *PEOPLE, "--yes")
    assert (status, "legal hold" in told) == (1, True)
    status, told = cli("hold", "p-1", "--lift", "1", "--by", SAFEGUARDING, "--reason", "Dropped", "--json")
    assert (status, json.loads(told)["stands"]) == (0, False)
    (listed,) = json.loads(cli("hold", "p-1", "--json")[1])
    assert (listed["reason"], listed["lifted"]["reason"]) == ("A claim", "Dropped")
    assert cli("hold", "p-1", "--place", "--by", DIRECTOR)[0] == 2
    assert cli("hold", "p-1", "--place", "--lift", "1", "--by", DIRECTOR, "--reason", "x")[0] == 2
    assert cli("hold", "p-1", "--lift", "9", "--by", DIRECTOR, "--reason", "x")[0] == 2
    clerk = json.dumps(actor("pm-1"))
    assert cli("hold", "p-1", "--place", "--by", clerk, "--reason", "x")[0] == 1
