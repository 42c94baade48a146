"""A process dies before each single statement it sends to the database, and before each outcome it tells."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from partnerships import open_service
from partnerships.storage.engines import open_engine
from tests.crash.test_kill import check_whole, untold
from tests.properties.profile import LONG
from tests.storage.rows import everything
from tests.story import Clock, Story

Json = dict[str, Any]


@pytest.fixture
def lived(template: Path, tmp_path: Path) -> tuple[Path, list[bytes]]:
    """A database with a running partnership, closed, and the lines that come next: every way to write."""
    path = tmp_path / "lived.sqlite"
    for suffix in ("", ".key"):
        shutil.copy(f"{template}{suffix}", f"{path}{suffix}")
    with open_service(path, clock=Clock()) as service:
        story = Story(service, Clock()).to("active_activity")
        comment = story.has("comment")
        case = story.show()["sequence"] + 1
        advice = story.body("crisis_recommendation", advice="close")
        profile = story.body("partner_profile", identifiers=[{"scheme": "XX-REG", "value": "17"}])
        made = [
            story.command("record", "safeguarding-1", kind="crisis_case", body=story.body("crisis_case")),
            story.command("open", "safeguarding-1", sequence=case, reason="To look into it"),
            story.command("record", "safeguarding-1", kind="crisis_recommendation", body=advice),
            story.command("trigger", "director-1", trigger="exit"),
            story.command("record", "pm-1", kind="partner_profile", body=profile),
            story.command("withdraw", "pm-1", sequence=comment, reason="Put here by mistake"),
            story.command("identify", "pm-1", body=profile | {"name": "Another (fictional)"}) | {"id": "p-2"},
        ]
    return path, [json.dumps(one | {"key": f"k-{n}"}).encode() for n, one in enumerate(made)]


def copied(lived: Path, folder: Path) -> Path:
    path = folder / "p.sqlite"
    for leftover in folder.glob("p.sqlite*"):
        leftover.unlink()
    for suffix in ("", ".key"):
        shutil.copy(f"{lived}{suffix}", f"{path}{suffix}")
    return path


def run(path: Path, lines: list[bytes], *, batch: int, on_statement: Callable[[str], None]) -> Iterator[Json]:
    """Apply the lines; every statement of theirs is shown before the database runs it."""
    engine = open_engine(path, 30)
    opened = False

    def trace(statement: str) -> None:
        if opened:
            on_statement(statement)

    event.listen(engine, "connect", lambda connection, _record: connection.set_trace_callback(trace))
    with open_service(engine, clock=Clock()) as service:
        opened = True
        yield from service.apply_lines(iter(lines), batch=batch)
        opened = False


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dies(
    path: Path, lines: list[bytes], *, batch: int, at_statement: int = 0, at_outcome: int = 0
) -> list[Json]:
    """Apply the lines in a process that dies there, and give the outcomes that it told before."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        statements = 0

        def count(_statement: str) -> None:
            nonlocal statements
            statements += 1
            if statements == at_statement:
                die()

        try:
            for number, outcome in enumerate(run(path, lines, batch=batch, on_statement=count), 1):
                if number == at_outcome:
                    die()
                os.write(writing, json.dumps(outcome).encode() + b"\n")
        finally:
            os._exit(1)
    os.close(writing)
    with open(reading, "rb") as told:
        outcomes = [json.loads(line) for line in told]
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL
    return outcomes


def without_content(outcome: Json) -> Json:
    return {name: value for name, value in untold(outcome).items() if name != "content"}


def holds_up(path: Path, lines: list[bytes], told: list[Json], expected: list[Json], batch: int) -> None:
    """What was told is kept, what was not is whole or absent, and a second run completes it exactly once."""
    assert [untold(outcome) for outcome in told] == [untold(outcome) for outcome in expected[: len(told)]]
    with open_service(path, clock=Clock()) as service:
        check_whole(service)
        assert all(service.replay(id)["same"] for id in service.ids())
        kept = [json.loads(row[2]) for row in everything(service)["command_key"]]
        answers = [without_content(outcome) for outcome in expected]
        assert kept == answers[: len(kept)]
        assert len(told) <= len(kept) <= min(len(told) + batch, len(expected))
        assert len(kept) % batch == 0 or len(kept) == len(expected), (
            "a transaction is kept whole or not at all"
        )
        again = [without_content(outcome) for outcome in service.apply_lines(iter(lines), batch=batch)]
        assert again == answers
        check_whole(service)
        after = everything(service)
        assert len(after["command_key"]) == len(expected)
        assert len(after["attempt"]) == sum(outcome["outcome"] == "refused" for outcome in expected)
        assert all(service.replay(id)["same"] for id in service.ids())


@pytest.mark.parametrize("batch", [1, 3] if LONG else [3])
def test_wherever_it_dies_the_history_is_whole(
    lived: tuple[Path, list[bytes]], tmp_path: Path, batch: int
) -> None:
    database, lines = lived
    seen: list[str] = []
    path = copied(database, tmp_path)
    expected = list(run(path, lines, batch=batch, on_statement=seen.append))
    kinds = [outcome["outcome"] for outcome in expected]
    assert kinds == ["accepted"] * 3 + ["refused"] + ["accepted"] * 3
    written = " ".join(seen)
    tables = "entry content data_key partnership identifier command_key attempt outbox"
    assert [name for name in tables.split() if f"INSERT INTO partnerships_{name}" not in written] == []
    assert "UPDATE partnerships_partnership" in written
    assert sum(statement == "COMMIT" for statement in seen) == -(-len(lines) // batch)
    moments: Sequence[int] = range(1, len(seen) + 1)
    if not LONG:
        # Each transaction's end, and a third of what it writes; reading changes nothing.
        writes = [n for n in moments if seen[n - 1].startswith(("INSERT", "UPDATE", "DELETE"))]
        moments = sorted([*writes[::3], *(n for n in moments if seen[n - 1] == "COMMIT")])
    for moment in moments:
        path = copied(database, tmp_path)
        told = dies(path, lines, batch=batch, at_statement=moment)
        holds_up(path, lines, told, expected, batch)


def test_what_is_durable_and_was_not_told_is_told_again(
    lived: tuple[Path, list[bytes]], tmp_path: Path
) -> None:
    database, lines = lived
    path = copied(database, tmp_path)
    expected = list(run(path, lines, batch=1, on_statement=lambda _statement: None))
    for number in range(1, len(lines) + 1):
        path = copied(database, tmp_path)
        told = dies(path, lines, batch=1, at_outcome=number)
        assert len(told) == number - 1
        with open_service(path, clock=Clock()) as service:
            assert len(everything(service)["command_key"]) == number
        holds_up(path, lines, told, expected, 1)
