"""Engines: how a database is opened so that what is acknowledged is on disk."""

from __future__ import annotations

import sqlite3
from os import PathLike
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import parse_qsl
from weakref import WeakSet

from sqlalchemy import Connection, Dialect, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool

from partnerships.errors import NoDatabase

WRITE = "partnerships_write"
_BUSY_PAUSE = 0.01
BACKENDS = ("sqlite", "postgresql")
_MAY_BE_BLANK = ("options", "prepare_threshold")
"""Blank, so that PgBouncer is asked for no start-up parameter, and for no prepared statement."""


def open_engine(target: str | Path | URL | Engine, timeout: float) -> Engine:
    """Give an engine for a URL, a path to an SQLite file, or an engine of the host's, which is left as it is.

    No writer waits for another's lock longer than `timeout` seconds.
    Raises NoDatabase for a URL that names no database we know, for SQLite's own URIs, and for what is no
    target at all.
    """
    if isinstance(target, Engine):
        if target.dialect.name not in BACKENDS:
            raise NoDatabase(f"we keep our tables on SQLite or PostgreSQL, not on {target.dialect.name}")
        if target.dialect.name == "sqlite" and not is_memory(target.url):
            _refuse_uri(str(target.url.database))
        return target
    url = _url(target)
    if url.get_backend_name() == "postgresql":
        return _postgresql(url, timeout)
    if is_memory(url):
        one = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
        engine = create_engine(url, hide_parameters=True, **one)
    else:
        arguments = {"timeout": timeout, "factory": _Connection}
        engine = create_engine(url, hide_parameters=True, connect_args=arguments)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _postgresql(url: URL, timeout: float) -> Engine:
    arguments: dict[str, Any] = {"connect_timeout": max(int(timeout), 1)}
    if "options" not in url.query:
        # Half for whoever sleeps in a transaction, so that those who wait for its locks get them in time.
        # To PostgreSQL no milliseconds at all mean for ever.
        waits, idles = max(int(timeout * 1000), 1), int(timeout * 500)
        arguments["options"] = f"-c lock_timeout={waits} -c idle_in_transaction_session_timeout={idles}"
    if "prepare_threshold" in url.query:
        arguments["prepare_threshold"] = _threshold(url)
        url = url.difference_update_query(["prepare_threshold"])
    if "client_encoding" not in url.query:
        # Whatever the database or this machine is set to, a text goes over as it is.
        arguments["client_encoding"] = "utf8"
    if "application_name" not in url.query:
        arguments["application_name"] = "partnerships"
    # Readers ask first whether a pooled connection lives; the writer's is found dead before it has written.
    # No table of ours has an hstore, so that no connection need ask what it is here.
    return create_engine(
        url,
        connect_args=arguments,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_timeout=timeout,
        use_native_hstore=False,
    )


def _url(target: object) -> URL:
    if not isinstance(target, str | PathLike | URL):
        # Anything has a text; taken for a path, it would name a new file in whatever folder this runs in.
        raise NoDatabase(
            f"target: a value of the type {type(target).__name__} names no database; give a path, a URL, or"
            " an engine of SQLAlchemy's, which `open_async` takes where it is asynchronous"
        )
    if "\0" in str(target):
        raise NoDatabase("target: no path has a NUL character in it")
    if not isinstance(target, URL) and "://" not in str(target):
        _refuse_uri(str(target))
        return URL.create("sqlite", database=_absolute(Path(target).expanduser()))
    try:
        url = target if isinstance(target, URL) else _with_blanks(str(target))
        if url.drivername in ("postgresql", "postgres"):
            url = url.set(drivername="postgresql+psycopg")
        if url.get_backend_name() == "sqlite":
            _refuse_uri(str(url.database))
            if not is_memory(url):
                url = url.set(database=_absolute(Path(str(url.database))))
        if url.get_backend_name() in BACKENDS:
            dialect = url.get_dialect()
            _refuse_driver(url, dialect)
            _threshold(url)
            dialect.import_dbapi()
            dialect().create_connect_args(url)
            return url
    except ModuleNotFoundError as error:
        wanted = "install it, or write postgresql:// and install 'partnerships[postgresql]'"
        raise NoDatabase(f"the database's driver {error.name} is not there; {wanted}") from None
    except (ArgumentError, ImportError, ValueError):
        pass
    raise NoDatabase(
        "the database URL is not one we know; write sqlite:///FILE, a path, or postgresql://HOST/NAME"
    )


def _with_blanks(text: str) -> URL:
    """Read a URL with what is left blank on purpose, which SQLAlchemy drops."""
    given = parse_qsl(text.rpartition("?")[2], keep_blank_values=True)
    blank = {name: "" for name, value in given if name in _MAY_BE_BLANK and not value}
    return make_url(text).update_query_dict(blank)


def _threshold(url: URL) -> int | None:
    """Give after how many times psycopg prepares a statement; left blank, never."""
    told = str(url.query.get("prepare_threshold", ""))
    return int(told) if told else None


def _absolute(path: Path) -> str:
    """Hold on to the file that is meant now, and the key beside it, whatever folder this process goes to."""
    return str(path.absolute())


def _refuse_uri(database: str) -> None:
    """Refuse SQLite's own `file:` URIs: the file would be looked for under that name, and its key beside."""
    if database.startswith("file:"):
        raise NoDatabase(
            "target: a file: URI of SQLite's is not taken; write the file's path, sqlite:///FILE, or sqlite://"
            " for a database in memory"
        )


def _refuse_driver(url: URL, dialect: type[Dialect]) -> None:
    """Refuse what is asynchronous or does not know libpq's time limits; a host's engine may use it."""
    if dialect.is_async or (dialect.name == "postgresql" and not dialect.driver.startswith("psycopg")):
        raise NoDatabase(
            f"the URL begins with {url.drivername}://, a driver for engines of your own alone; write sqlite:///FILE"
            " or postgresql://HOST/NAME, or give the engine (an asynchronous one to `open_async`)"
        )


def begin_reading(connection: Connection, *, pauses: bool) -> None:
    """Begin at once to read; with `pauses` the reading, which holds no lock, may be idle for an hour.

    A limit that the URL's own options set stays.
    """
    begin_at_once(connection)
    if pauses and connection.dialect.name == "postgresql" and "options" not in connection.engine.url.query:
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '1h'")


def begin_at_once(connection: Connection, *, writes: bool = False) -> None:
    """Begin the driver's transaction where a host's plain engine would put it off.

    Python's SQLite drivers begin only before a change. A savepoint before that would commit when it is
    released, and two readings would see two moments. One that `writes` takes its lock at once: after a look
    it would get none where somebody else wrote meanwhile, however long it waited.
    """
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite" and not driver.in_transaction:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def has_ended(connection: Connection) -> bool:
    """Tell whether SQLite ended a driver's transaction by itself, as it may on a full disk."""
    if connection.dialect.name != "sqlite" or connection.closed or connection.invalidated:
        return False
    driver: Any = connection.connection.driver_connection
    return not driver.in_transaction


def sqlite_file(engine: Engine) -> Path | None:
    """Give the file of an SQLite engine, or None for another database or one in memory."""
    if engine.dialect.name != "sqlite" or is_memory(engine.url):
        return None
    return Path(str(engine.url.database))


def is_memory(url: URL) -> bool:
    """Tell whether an SQLite URL names a database in memory."""
    named = url.database in (None, "", ":memory:") or "mode=memory" in str(url.database)
    return named or url.query.get("mode") == "memory"


class _Connection(sqlite3.Connection):
    """Stops, with a rollback and when it is closed, whatever is still being read.

    Since Python 3.11 the driver leaves it, and it lives as long as an error's traceback: SQLite then stays in
    the past for whoever gets the connection next, and one that was closed keeps its locks.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._cursors: WeakSet[sqlite3.Cursor] = WeakSet()

    def cursor(self, *arguments: Any, **options: Any) -> Any:
        cursor = super().cursor(*arguments, **options)
        self._cursors.add(cursor)
        return cursor

    def rollback(self) -> None:
        self._stop()
        super().rollback()

    def close(self) -> None:
        self._stop()
        super().close()

    def _stop(self) -> None:
        for cursor in list(self._cursors):
            cursor.close()


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver's own BEGIN comes too late for savepoints and DDL; BEGIN is ours (see _begin_sqlite).
    connection.isolation_level = None
    _keep_a_wal(connection)
    for pragma in ("synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _keep_a_wal(connection: sqlite3.Connection) -> None:
    """Have a WAL; SQLite lets nobody wait for it, though those who make a database together meet there."""
    (patience,) = connection.execute("PRAGMA busy_timeout").fetchone()
    until = monotonic() + patience / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            is_busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not is_busy or monotonic() >= until:
                raise
        sleep(_BUSY_PAUSE)


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes its lock at once: one that reads first and writes later would deadlock with another.
    writes = connection.get_execution_options().get(WRITE, False)
    # On the driver's own cursor: SQLAlchemy's execution takes more than the rest of opening a transaction.
    cursor = connection.connection.cursor()
    cursor.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
    cursor.close()
