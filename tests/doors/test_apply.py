"""`apply`: outcomes on standard output, in order, one a line, and a status that sums them up."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from partnerships import open_service
from tests.doors.commands import DIRECTOR, MANAGER, assessed, identify, lines_of, trigger
from tests.doors.conftest import Cli

PROGRAM = [sys.executable, "-m", "partnerships.doors.cli"]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "p.sqlite"


@pytest.fixture
def commands(tmp_path: Path) -> Path:
    return tmp_path / "commands.jsonl"


def test_all_accepted_is_0_and_standard_error_is_empty(cli: Cli, database: Path, commands: Path) -> None:
    commands.write_bytes(lines_of(assessed("p-1")))
    ran = cli("--database", database, "apply", commands).ends(0)
    assert ran.err == ""
    assert [outcome["line"] for outcome in ran.outcomes] == [1, 2, 3, 4, 5, 6]
    assert set(ran.outcomes[0]) >= {"line", "outcome", "id", "state", "sequence", "warnings"}
    assert (ran.outcomes[-1]["state"], ran.outcomes[-1]["sequence"]) == ("assessed", 6)


def test_a_refusal_is_1_and_the_lines_after_it_are_served(cli: Cli, database: Path, commands: Path) -> None:
    refused = trigger("p-1", "assess", "2024-03-02", MANAGER)
    commands.write_bytes(lines_of([identify("p-1"), refused, identify("p-2")]))
    outcomes = cli("--database", database, "apply", commands).ends(1).outcomes
    assert [outcome["outcome"] for outcome in outcomes] == ["accepted", "refused", "accepted"]
    assert len(outcomes[1]["findings"]) >= 5


def test_blank_lines_are_skipped_and_numbers_are_the_files(cli: Cli, database: Path, commands: Path) -> None:
    commands.write_bytes(b"\n   \n" + lines_of([identify("p-1")]) + b"\nnot json\n")
    outcomes = cli("--database", database, "apply", commands).ends(1).outcomes
    assert [(outcome["line"], outcome["outcome"]) for outcome in outcomes] == [
        (3, "accepted"),
        (5, "invalid"),
    ]


def test_a_line_beyond_the_longest_is_invalid_and_the_next_is_served(
    cli: Cli, database: Path, commands: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("partnerships.workflows.streaming.MAX_LINE", 4096)
    long = identify("p-1", registration_note="x" * 10_000)
    commands.write_bytes(lines_of([long, identify("p-2")]))
    outcomes = cli("--database", database, "apply", commands).ends(1).outcomes
    assert [(outcome["line"], outcome["outcome"]) for outcome in outcomes] == [
        (1, "invalid"),
        (2, "accepted"),
    ]


def test_an_empty_file_is_well(cli: Cli, database: Path, commands: Path) -> None:
    commands.write_bytes(b"")
    ran = cli("--database", database, "apply", commands).ends(0)
    assert (ran.out, ran.err) == ("", "")


def test_the_last_line_needs_no_line_end(cli: Cli, database: Path, commands: Path) -> None:
    commands.write_bytes(lines_of([identify("p-1")]).rstrip(b"\n"))
    assert [one["outcome"] for one in cli("--database", database, "apply", commands).ends(0).outcomes] == [
        "accepted"
    ]


def test_names_of_any_script_come_back_as_they_went(cli: Cli, database: Path, commands: Path) -> None:
    commands.write_bytes(lines_of([identify("p-1", name="إذاعة المثال 📻 (fictional)")]))
    cli("--database", database, "apply", commands).ends(0)
    assert cli("--database", database, "list", "--json").json[0]["name"] == "إذاعة المثال 📻 (fictional)"


def test_standard_input_is_acknowledged_line_by_line(database: Path) -> None:
    with subprocess.Popen(
        [*PROGRAM, "--database", str(database), "apply", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        for number, id in enumerate(("p-1", "p-2", "p-3"), start=1):
            running.stdin.write(lines_of([identify(id)]))
            running.stdin.flush()
            outcome = json.loads(running.stdout.readline())
            assert (outcome["line"], outcome["outcome"]) == (number, "accepted")
        running.stdin.close()
        assert running.wait() == 0


def test_a_reader_that_goes_away_ends_it_quietly(database: Path, commands: Path) -> None:
    commands.write_bytes(lines_of([identify(f"p-{number}") for number in range(400)]))
    with subprocess.Popen(
        [*PROGRAM, "--database", str(database), "apply", str(commands)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        told = running.stderr.read()
        assert running.wait() == 1
    assert told == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no file here is always full")
@pytest.mark.parametrize("command", ["apply", "list", "feed", "audit export csv", "policy", "doctor"])
def test_where_the_output_takes_no_more_one_line_says_so(
    database: Path, commands: Path, command: str
) -> None:
    commands.write_bytes(lines_of([identify("p-1"), identify("p-2")]))
    with open_service(database, create=True) as service, open("/dev/full", "wb") as full:
        asked = [*command.split(), *([str(commands)] if command == "apply" else [])]
        done = subprocess.run(
            [*PROGRAM, "--database", str(database), *asked], stdout=full, stderr=subprocess.PIPE, text=True
        )
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
        assert "No space left" in done.stderr
        assert "Traceback" not in done.stderr
        if command == "apply":
            # They were committed together, and nobody was told of either.
            assert "after 0 outcomes; what those tell is kept, commands after them may be too" in done.stderr
            assert list(service.ids()) == ["p-1", "p-2"]


def _as_in_the_foreground() -> None:
    # A shell that starts the tests in the background has interruptions ignored, and children inherit that.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_an_interruption_ends_cleanly_and_says_what_is_kept(database: Path) -> None:
    with subprocess.Popen(
        [*PROGRAM, "--database", str(database), "apply", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=_as_in_the_foreground,
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdin.write(lines_of([identify("p-1")]))
        running.stdin.flush()
        running.stdout.readline()
        running.send_signal(signal.SIGINT)
        told = running.stderr.read().decode()
        assert running.wait() == 130
    assert told.count("\n") == 1
    assert "1 outcome" in told


def test_an_imported_history_keeps_its_claims_apart(cli: Cli, database: Path, commands: Path) -> None:
    past = [command | {"recorded_at": "2024-03-06T10:00:00Z"} for command in assessed("p-1")]
    commands.write_bytes(lines_of(past))
    cli("--database", database, "apply", commands, "--import", "--actor", json.dumps(DIRECTOR)).ends(0)
    history = cli("--database", database, "history", "p-1", "--json").ends(0).json
    assert {entry["imported"] for entry in history} == {True}
    assert not any(entry["recorded_at"].startswith("2024-03-06") for entry in history)


def test_a_folder_that_cannot_be_made_is_2(cli: Cli, tmp_path: Path, commands: Path) -> None:
    commands.write_bytes(lines_of([identify("p-1")]))
    file = tmp_path / "file"
    file.write_bytes(b"")
    cli("--database", file / "below" / "p.sqlite", "apply", commands).ends(2).one_error_line()
