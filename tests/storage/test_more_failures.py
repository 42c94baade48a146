"""No room while a database is made or a stream runs; a database that may only be read; a damaged file."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from partnerships import DatabaseFailed, NoDatabase, PartnershipsError, open_service
from partnerships.storage.engines import open_engine
from tests.crash.test_kill import check_whole
from tests.storage.rows import everything
from tests.story import Clock, Story


@contextmanager
def at_most(engine: Engine, pages: int) -> Iterator[None]:
    """Connections made meanwhile let the file grow to so many pages and no more."""

    def limit(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    engine.dispose()
    event.listen(engine, "connect", limit)
    yield
    event.remove(engine, "connect", limit)
    engine.dispose()


@pytest.fixture
def path(template: Path, tmp_path: Path) -> Path:
    for suffix in ("", ".key"):
        shutil.copy(f"{template}{suffix}", f"{tmp_path / 'f.sqlite'}{suffix}")
    return tmp_path / "f.sqlite"


@pytest.mark.parametrize("pages", [1, 2, 5, 10, 20])
def test_a_database_that_finds_no_room_is_not_half_made(tmp_path: Path, clock: Clock, pages: int) -> None:
    path = tmp_path / "new.sqlite"
    engine = open_engine(path, 30)
    with at_most(engine, pages):
        with pytest.raises(NoDatabase, match="full") as caught:
            open_service(engine, create=True, clock=clock)
        assert "\n" not in str(caught.value)
        with engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar() == 0
    with open_service(engine, create=True, clock=clock) as service:
        Story(service, clock).to("assessed")
        assert service.replay("p-1")["same"]


@pytest.mark.parametrize("batch", [1, 4])
def test_a_stream_that_finds_no_room_has_kept_what_it_told(path: Path, clock: Clock, batch: int) -> None:
    engine = open_engine(path, 30)
    with open_service(engine, clock=clock) as service:
        story = Story(service, clock).to("identified")
        text = "x" * 900
        made = [
            story.command(
                "record", "pm-1", kind="comment", body={"about": 1, "text": f"{n} {text}"}, key=f"k-{n}"
            )
            for n in range(200)
        ]
        lines = [json.dumps(one).encode() for one in made]
        with engine.connect() as connection:
            used = int(connection.exec_driver_sql("PRAGMA page_count").scalar() or 0)
    told = []
    with at_most(engine, used + 12), open_service(engine, clock=clock) as service:
        with pytest.raises(DatabaseFailed, match="full"):  # noqa: PT012
            for outcome in service.apply_lines(iter(lines), batch=batch):
                told.append(outcome)
        assert told
        assert len(told) % batch == 0
        assert len(service.history("p-1")) == 1 + len(told), "what was kept is still read"
        assert len(everything(service)["command_key"]) == len(told)
        check_whole(service)
    with open_service(engine, clock=clock) as service:
        again = list(service.apply_lines(iter(lines), batch=batch))
        assert again[: len(told)] == told
        assert [outcome["sequence"] for outcome in again] == list(range(2, 202))
        check_whole(service)
        assert service.replay("p-1")["same"]


def test_a_database_that_may_only_be_read_is_read(path: Path, clock: Clock) -> None:
    with open_service(path, clock=clock) as service:
        Story(service, clock).to("assessed")
        before = everything(service)
    engine = open_engine(path, 30)
    with open_service(engine, clock=clock) as service:
        engine.dispose()

        def read_only(connection: sqlite3.Connection, _record: object) -> None:
            connection.execute("PRAGMA query_only = ON")

        event.listen(engine, "connect", read_only)
        story = Story(service, clock)
        assert story.state == "assessed"
        for act in (lambda: story.record("comment", about=1), lambda: story.trigger("exit")):
            with pytest.raises(DatabaseFailed, match="readonly") as caught:
                act()
            assert "\n" not in str(caught.value)
        assert service.replay("p-1")["same"]
        assert everything(service) == before


def test_a_damaged_page_is_one_clear_error(path: Path, clock: Clock) -> None:
    with open_service(path, clock=clock) as service:
        Story(service, clock).to("active_activity")
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(PartnershipsError) as caught:
        with open_service(path, clock=clock) as service:
            service.history("p-1")
    assert "\n" not in str(caught.value)
