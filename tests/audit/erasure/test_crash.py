"""A process dies at any moment of an erasure: all of it is kept or nothing, and a second run completes it."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import event

from partnerships import open_service
from partnerships.audit.erasing.erasure import clean_up, erase, residue
from partnerships.storage.engines import open_engine
from tests.audit.erasure.erasing import HOW, is_green
from tests.crash.test_moments import die
from tests.storage.rows import as_bytes, everything
from tests.story import Clock, Story

WORD = "Amara"


@pytest.fixture
def lived(template: Path, tmp_path: Path) -> tuple[Path, list[int]]:
    """A closed database with open and sealed contents to erase, and a remembered outcome that quotes one."""
    path = tmp_path / "lived.sqlite"
    for suffix in ("", ".key"):
        shutil.copy(f"{template}{suffix}", f"{path}{suffix}")
    with open_service(path, clock=Clock()) as service:
        story = Story(service, Clock(), name=f"{WORD} Media").to("assessed")
        story.ready_for(
            "begin_activity", agreement={"reference": f"Grant of {WORD}", "ends_on": "2031-01-01"}
        )
        begun = story.trigger("begin_activity", key="k-1")["sequence"]
        case = story.has("crisis_case", sealed={"who": WORD})
        story.has("crisis_recommendation", advice="close")
        story.has("crisis_closure")
        mapped = next(row["sequence"] for row in story.history() if row["kind"] == "stakeholder_mapping")
        return path, [1, mapped, begun - 1, begun, case]


def copied(lived: Path, folder: Path) -> Path:
    path = folder / "p.sqlite"
    for leftover in folder.glob("p.sqlite*"):
        leftover.unlink()
    for suffix in ("", ".key"):
        shutil.copy(f"{lived}{suffix}", f"{path}{suffix}")
    return path


def run(path: Path, named: list[int], on_statement: Callable[[str], None]) -> None:
    """Erase; every statement is shown before the database runs it."""
    engine = open_engine(path, 30)
    opened = False

    def trace(statement: str) -> None:
        if opened:
            on_statement(statement)

    event.listen(engine, "connect", lambda connection, _record: connection.set_trace_callback(trace))
    with open_service(engine, clock=Clock("2024-03-05")) as service:
        opened = True
        assert erase(service, "p-1", **HOW, entries=named)["outcome"] == "accepted"
        opened = False


def dies(path: Path, named: list[int], moment: int) -> None:
    child = os.fork()
    if child == 0:
        seen = 0

        def count(_statement: str) -> None:
            nonlocal seen
            seen += 1
            if seen == moment:
                die()

        try:
            run(path, named, count)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL


def test_all_of_it_or_nothing(lived: tuple[Path, list[int]], tmp_path: Path) -> None:
    database, named = lived
    seen: list[str] = []
    path = copied(database, tmp_path)
    run(path, named, seen.append)
    with open_service(path, clock=Clock("2024-03-06")) as service:
        whole = {name: len(rows) for name, rows in everything(service).items()}
        assert WORD.encode() not in as_bytes(service)
    with open_service(copied(database, tmp_path), clock=Clock("2024-03-06")) as service:
        nothing = everything(service)
    writing = ("INSERT", "UPDATE", "DELETE", "COMMIT", "VACUUM", "PRAGMA wal")
    moments = [number for number, statement in enumerate(seen, 1) if statement.startswith(writing)]
    assert len(moments) > 20
    outcomes = set()
    for moment in [*moments[::4], *moments[-4:]]:
        path = copied(database, tmp_path)
        dies(path, named, moment)
        with open_service(path, clock=Clock("2024-03-06")) as service:
            is_green(service)
            now = everything(service)
            done = {name: len(rows) for name, rows in now.items()} == whole
            assert done or now == nothing
            outcomes.add(done)
            if done:
                assert WORD.encode() not in as_bytes(service)
            else:
                assert erase(service, "p-1", **HOW, entries=named, clean=False)["outcome"] == "accepted"
            if not residue(service).is_clean:
                assert clean_up(service).is_clean
            assert WORD.encode() not in b"".join(
                file.read_bytes() for file in tmp_path.glob("p.sqlite*") if file.suffix != ".key"
            )
            is_green(service)
    assert outcomes == {True, False}
