"""The benchmark runs, small, and the hand-written code does what it is compared for."""

from __future__ import annotations

from contextlib import closing, nullcontext
from pathlib import Path

import pytest

from bench import __main__ as program
from bench import audits, clients, decision, growth, handwritten, side_by_side, stream, sweep, transition
from bench.places import Place
from bench.report import rates, ratio
from bench.scene import ROUND, Clock, Commands, accepted, open_scene
from tests.postgresql.server import Server

TINY = program.Size(
    rounds=2,
    decisions=3,
    lines=(3, 30),
    history=5,
    renewals=2,
    load=clients.Load(clients=1, partnerships=4, seconds=0.1, turns=2),
    turns=2,
    sweep=sweep.Size(due=4, rounds=2, portfolio=20, sweeps=2, jobs=3),
    audit=audits.Size(histories=2, years=1, rounds=2, chain=300, pack=300),
)


@pytest.fixture
def compared(files: Place) -> tuple[Place, transition.Times]:
    return files, transition.measure(files, rounds=3, warm_up=1)


def test_ours_and_the_hand_written_hold_the_same_rows_and_bytes(
    compared: tuple[Place, transition.Times],
) -> None:
    files, times = compared
    assert transition.differences(files) == []
    assert list(times) == [transition.GIVEN, transition.ENCODED]
    for steps in times.values():
        assert {step: len(pairs) for step, pairs in steps.items()} == dict.fromkeys(ROUND, 3)


def test_a_single_byte_apart_is_found(compared: tuple[Place, transition.Times]) -> None:
    files, _ = compared
    by_hand = ("by_hand", "by_hand_encoding")
    for name in by_hand:
        with closing(files.connect(name)) as connection, connection:
            connection.execute("UPDATE partnerships_partnership SET name = name || '.'")
    assert transition.differences(files) == [f"partnerships_partnership of {name}" for name in by_hand]


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
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], server: Server
) -> None:
    monkeypatch.setattr(program, "QUICK", TINY)
    monkeypatch.setattr(program, "MEMORY", tmp_path / "none")
    monkeypatch.setattr(program, "_server", lambda: nullcontext(server))
    one, *_ = side_by_side.RIVALS
    monkeypatch.setattr(side_by_side, "RIVALS", {one: side_by_side.RIVALS[one]})
    status = program.main(["--quick", "--folder", str(tmp_path)])
    told = capsys.readouterr().out
    assert status == ("MISSED" in told)
    for section in program.SECTIONS.values():
        assert section.title in told
    assert ratio("slow", [(40, 20), (60, 20)], target=1.5).met is False
    assert ratio("fast", [(20, 20), (30, 20)], target=1.5).met is True
    assert ratio("behind", [(20, 20), (30, 20)], target=1.5, at_least=True).met is False
    assert ratio("ahead", [(40, 20), (60, 20)], target=1.5, at_least=True).met is True
    assert rates("slower", [(90.0, 100.0), (99.0, 100.0)], 1.0, "").met is False
    assert list(tmp_path.iterdir()) == []


def test_one_section_is_run_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(program, "QUICK", TINY)
    program.main(["growth", "--quick", "--folder", str(tmp_path)])
    told = capsys.readouterr().out
    titles = [section.title for section in program.SECTIONS.values() if section.title in told]
    assert titles == [program.SECTIONS["growth"].title]
    assert "psycopg" not in told


def test_an_unknown_section_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        program.main(["speed"])
    assert "there is no section speed; there are sqlite," in capsys.readouterr().err
