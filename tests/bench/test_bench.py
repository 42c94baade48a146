"""The benchmark runs, small, and the hand-written code does what it is compared for."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bench import __main__ as program
from bench import decision, growth, handwritten, stream, transition
from bench.report import ratio
from bench.scene import ROUND, Clock, Commands, accepted, open_scene

TINY = program.Size(rounds=2, decisions=3, lines=(3, 30), history=5, renewals=2)


@pytest.fixture
def compared(tmp_path: Path) -> tuple[Path, transition.Times]:
    return tmp_path, transition.measure(tmp_path, rounds=3, warm_up=1)


def test_ours_and_the_hand_written_hold_the_same_rows_and_bytes(
    compared: tuple[Path, transition.Times],
) -> None:
    folder, times = compared
    assert transition.differences(folder) == []
    assert {step: len(pairs) for step, pairs in times.items()} == dict.fromkeys(ROUND, 3)


def test_a_single_byte_apart_is_found(compared: tuple[Path, transition.Times]) -> None:
    folder, _ = compared
    for name in (transition.GIVEN, transition.ENCODED):
        with closing(sqlite3.connect(folder / name)) as connection, connection:
            connection.execute("UPDATE partnerships_partnership SET name = name || '.'")
    assert transition.differences(folder) == [
        f"partnerships_partnership of {name}" for name in (transition.GIVEN, transition.ENCODED)
    ]


def test_both_wait_for_the_disk_alike(tmp_path: Path) -> None:
    with open_scene(tmp_path, Clock()) as service:
        accepted(service, next(Commands("p-1").assessed(Clock().day)))
        with closing(handwritten.connect(tmp_path / "ours.sqlite")) as by_hand, service._reading() as ledger:
            for pragma in (
                "journal_mode",
                "synchronous",
                "foreign_keys",
                "busy_timeout",
                "wal_autocheckpoint",
            ):
                ours = ledger.connection.exec_driver_sql(f"PRAGMA {pragma}").scalar()
                assert by_hand.execute(f"PRAGMA {pragma}").fetchone() == (ours,)


def test_every_decision_of_a_life_is_timed(tmp_path: Path) -> None:
    samples = decision.measure(tmp_path, repeats=2)
    assert {trigger: [len(side) for side in sides] for trigger, sides in samples.items()} == {
        trigger: [2, 2] for trigger in ("assess", "begin_activity", "renew", "begin_transition")
    }


def test_a_file_is_applied_through_the_installed_command(tmp_path: Path) -> None:
    run = stream.measure(tmp_path, 30)
    assert (run.lines, run.peak > 2**20) == (30, True)


def test_a_long_history_is_renewed_as_short_ones_are(tmp_path: Path) -> None:
    assert len(growth.measure(tmp_path, long=5, repeats=2)) == 2


def test_a_missed_target_shows_and_counts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(program, "QUICK", TINY)
    monkeypatch.setattr(program, "MEMORY", tmp_path / "none")
    status = program.main(["--quick", "--folder", str(tmp_path)])
    told = capsys.readouterr().out
    assert status == ("MISSED" in told)
    assert ratio("slow", [(40, 20), (60, 20)], target=1.5).met is False
    assert ratio("fast", [(20, 20), (30, 20)], target=1.5).met is True
    assert list(tmp_path.iterdir()) == []
