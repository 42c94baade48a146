"""Engines: how a database is opened so that what is acknowledged is on disk."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool

from partnerships.errors import NoDatabase

WRITE = "partnerships_write"
BUSY_SECONDS = 30


def open_engine(target: str | Path | Engine) -> Engine:
    """Give an engine for a URL, a path to an SQLite file, or an engine of the host's, which is left as it is.

    Raises NoDatabase for a URL that names no database we know.
    """
    if isinstance(target, Engine):
        return target
    url = _url(target)
    if url.get_backend_name() != "sqlite":
        return create_engine(url)
    if is_memory(url):
        engine = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
    else:
        engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _url(target: str | Path) -> URL:
    text = str(target)
    if "://" not in text:
        return URL.create("sqlite", database=str(Path(text).expanduser().absolute()))
    try:
        url = make_url(text)
        url.get_dialect()
    except (ArgumentError, ImportError, ValueError):
        raise NoDatabase("the database URL is not one we know; write sqlite:///FILE, or a path") from None
    return url


def begin_at_once(connection: Connection) -> None:
    """Begin the driver's transaction where a host's plain engine would put it off.

    Python's SQLite driver begins only before a change. A savepoint before that would commit when it is
    released, and two readings would see two moments.
    """
    driver = connection.connection
    if connection.dialect.name == "sqlite" and not driver.driver_connection.in_transaction:  # type: ignore[union-attr]
        driver.cursor().execute("BEGIN")


def sqlite_file(engine: Engine) -> Path | None:
    """Give the file of an SQLite engine, or None for another database or one in memory."""
    if engine.dialect.name != "sqlite" or is_memory(engine.url):
        return None
    return Path(str(engine.url.database))


def is_memory(url: URL) -> bool:
    """Tell whether an SQLite URL names a database in memory."""
    return url.database in (None, "", ":memory:") or "mode=memory" in str(url.database)


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver's own BEGIN comes too late for savepoints and DDL; BEGIN is ours (see _begin_sqlite).
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes its lock at once: one that reads first and writes later would deadlock with another.
    writes = connection.get_execution_options().get(WRITE, False)
    # On the driver's own cursor: SQLAlchemy's execution takes more than the rest of opening a transaction.
    cursor = connection.connection.cursor()
    cursor.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
    cursor.close()
