"""How a database is opened, so that what is acknowledged is on disk and writers do not deadlock."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, create_engine, event
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from partnerships import NoDatabase, PartnershipsError, Service, open_service
from partnerships.storage import engines
from partnerships.storage.engines import open_engine
from partnerships.workflows import opening
from tests.storage.rows import engine_of
from tests.story import Clock, Story


@pytest.mark.parametrize(
    ("pragma", "expected"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 30_000)],
)
def test_a_file_is_opened_so_that_nothing_acknowledged_is_lost(
    service: Service, pragma: str, expected: object
) -> None:
    for _ in range(2):
        with engine_of(service).connect() as connection:
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == expected
        engine_of(service).dispose()


def test_writers_take_the_lock_at_once_and_readers_none(story: Story) -> None:
    begun: list[str] = []

    def trace(statement: str) -> None:
        if statement.startswith("BEGIN"):
            begun.append(statement)

    def listen(connection: sqlite3.Connection, _record: object) -> None:
        connection.set_trace_callback(trace)

    engine = engine_of(story.service)
    story.service.close()
    event.listen(engine, "connect", listen)
    story.identify()
    assert begun == ["BEGIN IMMEDIATE"]
    begun.clear()
    story.show()
    story.history()
    story.service.portfolio()
    assert set(begun) == {"BEGIN"}


def test_ddl_is_rolled_back_with_its_transaction(service: Service) -> None:
    with engine_of(service).connect() as connection:
        connection.exec_driver_sql("CREATE TABLE theirs (n INTEGER)")
        connection.rollback()
        found = connection.exec_driver_sql(
            "SELECT count(*) FROM sqlite_master WHERE name = 'theirs'"
        ).scalar()
    assert found == 0


def test_a_path_and_a_url_lead_to_the_same_file(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "deep" / "er" / "p.sqlite"
    with open_service(path, create=True, clock=clock) as service:
        Story(service, clock).identify()
    for target in (path, str(path), f"sqlite:///{path}"):
        with open_service(target, clock=clock) as service:
            assert list(service.ids()) == ["p-1"]


def test_an_engine_of_the_hosts_is_used_as_it_is(tmp_path: Path, clock: Clock) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'host.sqlite'}")
    with open_service(engine, create=True, clock=clock, key_file=tmp_path / "host.key") as service:
        assert engine_of(service) is engine
        Story(service, clock).to("assessed")
        assert service.replay("p-1")["same"]


def _absent(path: Path) -> None:
    assert not path.exists()


def _empty(path: Path) -> None:
    path.touch()


def _foreign(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE theirs (n INTEGER)")
    connection.close()


def _garbage(path: Path) -> None:
    path.write_bytes(b"not a database at all" * 100)


def _folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("made", [_absent, _empty, _foreign, _garbage, _folder])
def test_what_is_no_database_of_ours_is_said_in_one_line(
    tmp_path: Path, made: Callable[[Path], None]
) -> None:
    path = tmp_path / "p.sqlite"
    made(path)
    with pytest.raises(NoDatabase) as caught:
        open_service(path)
    assert isinstance(caught.value, PartnershipsError)
    assert "\n" not in str(caught.value)
    assert not path.with_name("p.sqlite.key").exists()


def test_a_file_that_is_damaged_is_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    open_service(path, create=True).close()
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + bytes(len(whole) - 4096))
    with pytest.raises(
        NoDatabase, match="malformed; the file is damaged: put the latest backup in its place"
    ):
        open_service(path)


def test_a_file_that_may_not_be_written_to_is_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "p.sqlite"
    open_service(path, create=True).close()

    def protected(*arguments: object, **named: object) -> None:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
            connection.execute("DELETE FROM partnerships_upkeep")

    monkeypatch.setattr(opening, "_opened", protected)
    with pytest.raises(NoDatabase, match="readonly database; reading too takes a file and a folder that"):
        open_service(path)


def test_a_folder_that_may_not_be_written_to_is_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a medium that is mounted to be read: SQLite makes its index of the log beside the file."""
    path = tmp_path / "p.sqlite"
    open_service(path, create=True).close()

    def protected(*arguments: object, **named: object) -> None:
        sqlite3.connect(tmp_path / "absent" / "p.sqlite")

    monkeypatch.setattr(opening, "_opened", protected)
    with pytest.raises(NoDatabase, match=r"unable to open .* check the path, its rights"):
        open_service(path)
    monkeypatch.setattr(os, "access", lambda place, _mode: place != tmp_path)
    with pytest.raises(NoDatabase, match=r"unable to open .* reading too takes a file and a folder that"):
        open_service(path)


@pytest.mark.parametrize("url", ["nonsense://x", "://", "sqlite+nonsense:///x", "mysql://x/y"])
def test_an_unknown_url_is_said_in_one_line(url: str) -> None:
    with pytest.raises(NoDatabase) as caught:
        open_service(url, create=True)
    assert "\n" not in str(caught.value)
    assert "write sqlite:///FILE" in str(caught.value)


@pytest.mark.parametrize("create", [True, False])
@pytest.mark.parametrize(
    "target",
    [
        None,
        b"new.sqlite",
        3,
        create_async_engine("sqlite+aiosqlite:///new.sqlite"),
        Session(create_engine("sqlite://")),
        "new\0.sqlite",
        "sqlite:///new.sqlite?timeout=long",
    ],
    ids=lambda target: type(target).__name__,
)
def test_what_names_no_database_is_refused_and_makes_no_file(
    target: Any, create: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NoDatabase) as caught:
        open_service(target, create=create)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "driver", ["sqlite+aiosqlite", "postgresql+asyncpg", "postgresql+psycopg_async", "postgresql+pg8000"]
)
def test_a_driver_for_a_hosts_own_engine_alone_is_refused_in_a_url(driver: str, tmp_path: Path) -> None:
    for create in (True, False):
        with pytest.raises(NoDatabase, match=rf"begins with {re.escape(driver)}://, .* `open_async`"):
            open_service(f"{driver}:///{tmp_path / 'p.sqlite'}", create=create)
    assert list(tmp_path.iterdir()) == []


def test_a_url_of_sqlalchemys_is_taken_with_its_password() -> None:
    url = URL.create("postgresql", "portal", "a secret", "127.0.0.1", 1, "x")
    assert open_engine(url, 1).url.password == "a secret"


def sent(url: str, timeout: float = 8) -> dict[str, Any]:
    """What the driver is asked for when it connects."""
    asked: dict[str, Any] = {}

    def connect(_dialect: Any, _record: Any, _arguments: Any, options: dict[str, Any]) -> None:
        asked.update(options)
        raise InterruptedError

    engine = open_engine(url, timeout)
    event.listen(engine, "do_connect", connect)
    with suppress(InterruptedError), engine.connect():
        pass
    return asked


def test_a_pooler_between_is_asked_for_nothing_that_it_may_refuse() -> None:
    usual = sent("postgresql://127.0.0.1:1/x")
    assert "lock_timeout=8000" in usual["options"]
    assert "prepare_threshold" not in usual
    pooled = sent("postgresql://127.0.0.1:1/x?options=&prepare_threshold=")
    assert (pooled["options"], pooled["prepare_threshold"]) == ("", None)
    assert sent("postgresql://127.0.0.1:1/x?prepare_threshold=9")["prepare_threshold"] == 9
    with pytest.raises(NoDatabase, match="not one we know"):
        open_service("postgresql://127.0.0.1:1/x?prepare_threshold=never")


@pytest.mark.parametrize("timeout", [0, 0.0005])
def test_who_waits_for_no_lock_does_not_wait_for_ever(timeout: float) -> None:
    assert "lock_timeout=1 " in sent("postgresql://127.0.0.1:1/x", timeout)["options"]


def test_a_database_stays_the_one_it_was_whatever_folder_the_process_goes_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    open_service("sqlite:///p.sqlite", create=True).close()
    with open_service("sqlite:///p.sqlite", clock=clock) as service:
        monkeypatch.chdir(tmp_path / "elsewhere")
        Story(service, clock).to("assessed")
        assert Story(service, clock).trigger("exit")["outcome"] == "refused"
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///file:new.sqlite?uri=true",
        "sqlite:///file:new.sqlite?mode=ro&uri=true",
        "sqlite:///file:new?mode=memory&cache=shared&uri=true",
        "sqlite+pysqlite:///file:new.sqlite?uri=true",
        "file:new.sqlite?mode=ro",
    ],
)
def test_a_uri_of_sqlites_own_is_refused_and_makes_no_file(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for create in (True, False):
        with pytest.raises(NoDatabase, match=r"^target: a file: URI .*sqlite:///FILE") as caught:
            open_service(url, create=create)
        assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_hosts_engine_on_such_a_uri_is_refused_where_it_is_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NoDatabase, match="target: a file: URI"):
        open_service(create_engine("sqlite:///file:new.sqlite?uri=true"), create=True)
    shared = create_engine("sqlite:///file:new?mode=memory&cache=shared&uri=true", poolclass=StaticPool)
    with open_service(shared, create=True, clock=clock) as service:
        assert Story(service, clock).identify()["outcome"] == "accepted"
    shared.dispose()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.every_store
def test_while_ids_are_gone_through_each_may_be_read_and_acted_on(
    story: Story, telling: Callable[..., Story]
) -> None:
    story.identify()
    telling("p-2", name="Another (fictional)").identify()
    seen = []
    for id in story.service.ids():
        seen.append(id)
        assert story.service.replay(id)["same"]
        assert telling(id).record("comment")["outcome"] == "accepted"
        assert story.service.portfolio()
    assert seen == ["p-1", "p-2"]


class BusyAtFirst:
    """A connection on which SQLite says at once that it is busy, so many times."""

    def __init__(self, times: int, patience: int) -> None:
        self.times, self.patience = times, patience

    def execute(self, statement: str) -> BusyAtFirst:
        if "journal_mode" in statement and self.times:
            self.times -= 1
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorcode = sqlite3.SQLITE_BUSY
            raise error
        return self

    def fetchone(self) -> tuple[int]:
        return (self.patience,)


def test_who_makes_a_database_while_another_does_waits_for_it() -> None:
    waiting: Any = BusyAtFirst(times=2, patience=60_000)
    engines._keep_a_wal(waiting)
    assert waiting.times == 0
    hasty: Any = BusyAtFirst(times=2, patience=0)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        engines._keep_a_wal(hasty)
    assert hasty.times == 1
