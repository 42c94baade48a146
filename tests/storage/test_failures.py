"""A database that fails: locked by another, or out of space. One clear error, and nothing half-written."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from partnerships import DatabaseFailed, Service
from partnerships.storage.engines import WRITE
from partnerships.storage.ledger import Ledger
from partnerships.storage.statements import Statement
from tests.storage.rows import another, engine_of, everything
from tests.story import Story


@pytest.fixture
def impatient(service: Service) -> Iterator[Service]:
    """A service that does not wait for a lock."""
    with another(service, timeout=0) as made:
        yield made


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Another writer, in the middle of its transaction."""
    with closing(sqlite3.connect(folder / "p.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_a_locked_database_is_said_in_one_line_and_works_again(
    impatient: Service, story: Story, tmp_path: Path
) -> None:
    story.service = impatient
    story.to("assessed")
    before = everything(impatient)
    with locked(tmp_path):
        for act in (lambda: story.record("comment"), lambda: story.trigger("exit")):
            with pytest.raises(DatabaseFailed, match=r"locked") as caught:
                act()
            assert "\n" not in str(caught.value)
        assert story.state == "assessed", "readers are not locked out"
        assert story.service.replay("p-1")["same"]
    assert everything(impatient) == before
    assert story.record("comment")["outcome"] == "accepted"


@pytest.mark.parametrize("batch", [1, 3])
def test_in_a_stream_what_was_told_is_kept_and_the_rest_is_not(
    impatient: Service, story: Story, tmp_path: Path, batch: int
) -> None:
    story.service = impatient
    story.to("identified")
    made = [
        story.command("record", "pm-1", kind="comment", body={"about": 1, "text": str(n)}) for n in range(9)
    ]
    told = impatient.apply_lines((json.dumps(one).encode() for one in made), batch=batch)
    first = [next(told) for _ in range(3)]
    with locked(tmp_path), pytest.raises(DatabaseFailed):
        next(told)
    assert [outcome["sequence"] for outcome in first] == [2, 3, 4]
    assert story.show()["sequence"] == 4


@contextmanager
def short_of_space(service: Service, pages: int) -> Iterator[None]:
    """The database may grow by so many pages and no more; afterwards there is space again."""

    with engine_of(service).connect() as counting:
        used = int(counting.exec_driver_sql("PRAGMA page_count").scalar() or 0)

    def limit(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {used + pages}")

    engine = engine_of(service)
    service.close()
    event.listen(engine, "connect", limit)
    try:
        yield
    finally:
        event.remove(engine, "connect", limit)
        service.close()


@pytest.mark.parametrize("pages", [0, 1, 2, 3, 5, 8])
def test_a_full_disk_leaves_nothing_half_written(story: Story, pages: int) -> None:
    story.to("active_activity")
    service = story.service
    accepted = 0
    with short_of_space(service, pages):
        with pytest.raises(DatabaseFailed, match=r"full") as caught:  # noqa: PT012
            for number in range(500):
                kind = "crisis_case" if number % 3 == 0 else "partner_profile"
                identifiers = [{"scheme": f"s-{n}", "value": f"{number}"} for n in range(9)]
                fields = {"note": "x" * 700} | ({} if number % 3 == 0 else {"identifiers": identifiers})
                before = everything(service)
                outcome = story.record(kind, by="safeguarding-1", key=f"k-{number}", **fields)
                assert outcome["outcome"] == "accepted", outcome
                accepted += 1
        assert "\n" not in str(caught.value)
        assert everything(service) == before
        assert story.service.replay("p-1")["same"]
    assert everything(service) == before
    (sequences,) = {len(before[table]) for table in ("entry", "content", "outbox")}
    assert sequences == story.show()["sequence"]
    assert len(before["command_key"]) == accepted
    again = story.record(kind, by="safeguarding-1", key=f"k-{number}", **fields)
    assert (again["outcome"], again["sequence"]) == ("accepted", sequences + 1)
    assert story.service.replay("p-1")["same"]
    with engine_of(service).connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_a_reading_that_was_broken_off_leaves_nobody_in_the_past(
    story: Story, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    """The error is kept, as an error tracker keeps it, and with it the reading that it broke off."""
    before = story.to("identified").show()["sequence"]

    def broken(statement: Statement, cursor: Any, parameters: Any) -> Any:
        statement.run(cursor, parameters)
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(Statement, "one", broken)
        with pytest.raises(error) as kept:
            story.show()
    with another(story.service) as other:
        assert Story(other, story.clock).record("comment")["sequence"] == before + 1
    assert story.show()["sequence"] == before + 1
    with engine_of(story.service).connect().execution_options(**{WRITE: True}) as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    assert kept.value.__traceback__ is not None


def test_a_writer_that_was_broken_off_and_closed_holds_no_lock(story: Story) -> None:
    story.to("identified")
    writing = engine_of(story.service).connect().execution_options(**{WRITE: True})
    writing.begin()
    reading = writing.connection.cursor()
    reading.execute("SELECT name FROM partnerships_meta")
    writing.invalidate()
    with another(story.service, timeout=0) as other:
        assert Story(other, story.clock).record("comment")["outcome"] == "accepted"
    assert reading.connection is not None, "the reading is kept until now"


def test_what_was_written_and_not_synced_is_not_told_as_undone(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It lies in the write-ahead log: a crash right after brings it back."""
    story.to("identified")
    flush = Ledger.flush

    def unsynced(ledger: Ledger, *, alone: bool = False) -> None:
        flush(ledger, alone=alone)
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorname = "SQLITE_IOERR_FSYNC"
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "flush", unsynced)
        with pytest.raises(DatabaseFailed, match="unknown") as caught:
            story.record("comment")
    assert caught.value.unknown
    assert story.record("comment")["outcome"] == "accepted"


def test_after_a_close_the_database_opens_again_and_is_the_same(story: Story) -> None:
    story.to("exited")
    before = everything(story.service)
    story.service.close()
    with another(story.service) as again:
        assert everything(again) == before
        assert again.replay("p-1")["same"]
