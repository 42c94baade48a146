"""Wrong usage ends with 2 and one line that says what to do; help loads no more than it needs."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from partnerships import Service
from tests.doors.conftest import Cli
from tests.story import actor

COMMANDS = [
    "demo",
    "apply",
    "import",
    "why",
    "show",
    "history",
    "list",
    "sweep",
    "prompts",
    "serve",
    "feed",
    "policy",
    "diagram",
    "migrate",
    "doctor",
]
AUDITS = [
    "verify",
    "checkpoint",
    "keys",
    "replay",
    "exceptions",
    "history",
    "population",
    "sample",
    "erase",
    "hold",
    "export",
    "report",
    "pack",
]
ACTOR = '{"id":"pm-1","party":"ims","roles":["programme_manager"]}'


def test_help_names_every_command(cli: Cli) -> None:
    shown = cli("--help").ends(0)
    assert shown.err == ""
    assert [name for name in COMMANDS if f" {name} " not in shown.out] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(cli: Cli, command: str) -> None:
    shown = cli(command, "--help").ends(0).out
    assert f"partnerships {command}" in shown
    assert [line for line in shown.splitlines() if "<bool>" in line and "--help" not in line] == []


@pytest.mark.parametrize("command", AUDITS)
def test_every_command_of_the_audit_has_help_that_a_narrow_terminal_holds(
    cli: Cli, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    shown = cli("audit", command, "--help").ends(0).out
    assert f"Usage: partnerships audit {command} " in shown
    assert "[[" not in shown
    told = [line.rstrip() for line in shown.partition("╭")[0].splitlines()]
    broken_early = [
        line
        for line, after in pairwise(told)
        if line and after and len(line) + 1 + len(after.split()[0]) < 59
    ]
    assert broken_early == []


def test_help_loads_no_database_and_no_models() -> None:
    program = (
        "import sys\n"
        "from partnerships.doors.cli import run\n"
        "run(['--help'])\n"
        "heavy = ('sqlalchemy', 'alembic', 'pydantic', 'transitions', 'cryptography', 'pycountry')\n"
        "print([name for name in heavy if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_no_command_at_all_is_wrong_usage(cli: Cli) -> None:
    assert "--help" in cli().ends(2).out + cli().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["frob"], "frob"),
        (["lst"], "'list'? "),
        (["why"], "ID"),
        (["--bogus", "list"], "--bogus"),
        (["--json", "list"], "--json stands behind its command"),
        (["--database"], "requires an argument"),
        (["list", "--database", "x.sqlite"], "--database stands before the command"),
        (["audit", "verify", "--database", "x.sqlite"], "--database stands before the command"),
        (["why", "p-1", "--actor", "nonsense"], "--actor"),
        (["why", "p-1", "--actor", "[1]"], "--actor"),
        (["why", "p-1", "--actor", "[" * 100_000], "--actor is nested too deeply"),
        (["why", "p-1", "--actor", '{"id":"a","id":"b"}'], "--actor"),
        (["why", "p-1", "--on", "2024-02-30"], "--on"),
        (["why", "p-1", "--trigger", "promote"], "promote"),
        (["list", "--on", "tomorrow"], "--on"),
        (["list", "--on", "20240301"], "--on"),
        (["list", "--on", "2024-W10-1"], "--on"),
        (["list", "--state", "gone"], "gone"),
        (["list", "--identifier", "285776"], "SCHEME:VALUE"),
        (["list", "--type", "newspaper"], "media_ecosystem"),
        (["list", "--level", "galactic"], "international"),
        (["list", "--country", "Malawi"], "Malawi"),
        (["list", "--limit", "0"], "--limit"),
        (["show", "p-1", "--known-at", "2024-03-01"], "--known-at"),
        (["show", "p-1", "--as-of", "03/01/2024"], "--as-of"),
        (["apply", "x.jsonl", "--import"], "--actor"),
        (["apply", "x.jsonl", "--actor", ACTOR], "--import"),
        (["import", "x.csv"], "--actor"),
        (["sweep", "--on", "soon"], "--on"),
        (["serve", "--every", "often"], "--every"),
        (["serve", "--every", "sewep=60"], "sewep"),
        (["serve", "--every", "sweep=0"], "sweep=0"),
        (["serve", "--every", "nan"], "nan"),
        (["serve", "--listen", "here"], "--listen"),
        (["serve", "--listen", "localhost:99999"], "--listen"),
    ],
)
def test_wrong_usage_is_one_line_that_names_it(cli: Cli, arguments: list[str], told: str) -> None:
    line = cli(*arguments).ends(2).one_error_line()
    assert told in line
    assert "?." not in line
    assert "--help" in line


def test_the_version_is_the_packages(cli: Cli) -> None:
    assert cli("--version").ends(0).out.startswith("partnerships ")


@pytest.mark.parametrize(
    "command",
    [
        ["why", "p-1"],
        ["show", "p-1"],
        ["history", "p-1"],
        ["list"],
        ["feed"],
        ["doctor"],
        ["diagram", "--path", "p"],
    ],
)
def test_reading_without_a_database_is_2_and_names_migrate(
    cli: Cli, tmp_path: Path, command: list[str]
) -> None:
    absent = tmp_path / "none.sqlite"
    assert "partnerships migrate" in cli("--database", absent, *command).ends(2).one_error_line()
    assert not absent.exists()


@pytest.mark.parametrize("command", [["list"], ["migrate"], ["doctor"]])
def test_a_file_that_is_no_database_is_2(cli: Cli, tmp_path: Path, command: list[str]) -> None:
    other = tmp_path / "letter.sqlite"
    other.write_bytes(b"Dear reader, this is a letter and no database. " * 200)
    before = other.read_bytes()
    cli("--database", other, *command).ends(2).one_error_line()
    assert other.read_bytes() == before


def test_a_url_of_another_kind_is_2_and_its_password_stays_out_of_sight(cli: Cli) -> None:
    assert (
        "secret"
        not in cli("--database", "nonsense://user:secret@localhost/x", "list").ends(2).one_error_line()
    )


def test_a_database_whose_driver_is_absent_is_2(cli: Cli) -> None:
    line = cli("--database", "postgresql+psycopg2cffi://localhost/x", "list").ends(2).one_error_line()
    assert "install" in line
    assert "psycopg2cffi" in line


@pytest.mark.parametrize("command", [["apply"], ["import", "--actor", ACTOR]])
def test_a_missing_file_is_2_and_makes_no_database(cli: Cli, tmp_path: Path, command: list[str]) -> None:
    database = tmp_path / "p.sqlite"
    line = cli("--database", database, *command, tmp_path / "missing.file").ends(2).one_error_line()
    assert "missing.file" in line
    assert not database.exists()


def test_a_folder_in_place_of_a_file_is_2(cli: Cli, tmp_path: Path) -> None:
    cli("--database", tmp_path / "p.sqlite", "apply", tmp_path).ends(2).one_error_line()


def test_an_unknown_partnership_is_1(cli: Cli, lived: Path) -> None:
    for command in (["why", "p-9"], ["show", "p-9"], ["history", "p-9"], ["diagram", "--path", "p-9"]):
        assert "p-9" in cli("--database", lived, *command).ends(1).one_error_line()


def test_a_partner_that_asks_for_anothers_file_is_1(cli: Cli, lived: Path) -> None:
    partner = json.dumps(actor("partner-1", partnerships=["p-assessed"]))
    for id in ("p-strategic", "p-9"):
        cli("--database", lived, "show", id, "--actor", partner).ends(1).one_error_line()
    cli("--database", lived, "show", "p-assessed", "--actor", partner).ends(0)


def test_an_impossible_actor_is_2(cli: Cli, lived: Path) -> None:
    cli("--database", lived, "show", "p-strategic", "--actor", '{"id":"x","party":"moon"}').ends(
        2
    ).one_error_line()


def test_the_unexpected_is_one_line_and_debugging_shows_where(
    cli: Cli, lived: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object, **more: object) -> object:
        raise RuntimeError("a \u001b[31mbug\nwith two lines")

    monkeypatch.setattr("partnerships.doors.cli.commands.portfolio.opened", broken)
    line = cli("--database", lived, "list").ends(2).one_error_line()
    assert "RuntimeError: a bug with two lines" in line
    monkeypatch.setenv("PARTNERSHIPS_DEBUG", "1")
    assert "Traceback" in cli("--database", lived, "list").ends(2).err


def test_the_database_can_come_from_the_environment(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARTNERSHIPS_DATABASE", str(tmp_path / "deep" / "er.sqlite"))
    cli("migrate").ends(0)
    assert (tmp_path / "deep" / "er.sqlite").exists()
    assert cli("list", "--json").ends(0).json == []


def test_without_any_word_the_database_is_in_the_users_data_directory(cli: Cli, tmp_path: Path) -> None:
    cli("migrate").ends(0)
    assert (tmp_path / "data" / "partnerships" / "partnerships.sqlite").exists()


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("command", ["policy", "policy --json", "diagram"])
def test_a_stream_that_was_closed_before_the_start_stops_nothing(command: str, closed: str) -> None:
    script = f'"$1" -m partnerships.doors.cli {command} {closed}'
    done = subprocess.run(["bash", "-c", script, "-", sys.executable], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_commands_from_a_closed_standard_input_are_2(tmp_path: Path) -> None:
    script = '"$1" -m partnerships.doors.cli --database "$2" apply - <&-'
    given = ["bash", "-c", script, "-", sys.executable, str(tmp_path / "p.sqlite")]
    done = subprocess.run(given, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "it is closed" in done.stderr
    assert not (tmp_path / "p.sqlite").exists()


@pytest.mark.parametrize(
    ("command", "method", "told"),
    [
        (["doctor"], "doctor", "partnerships: stopped\n"),
        (["list"], "portfolio", "partnerships: stopped\n"),
        (["import", "FILE", "--actor", ACTOR], "import_register", "is kept, and running it again goes on"),
    ],
)
def test_a_person_who_stops_a_command_is_told_so(
    cli: Cli, lived: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], method: str, told: str
) -> None:
    def stop(*arguments: object, **named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Service, method, stop)
    given = [str(lived) if word == "FILE" else word for word in command]
    assert told in cli("--database", lived, *given).ends(130).one_error_line()


def test_a_person_who_stops_it_while_it_loads_is_told_so() -> None:
    program = (
        "import builtins\n"
        "from partnerships.doors.cli import main\n"
        "load = builtins.__import__\n"
        "def stop(name, *rest):\n"
        "    if name == 'typer':\n"
        "        raise KeyboardInterrupt\n"
        "    return load(name, *rest)\n"
        "builtins.__import__ = stop\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "partnerships: stopped\n")
