"""Where databases are made, compared and removed: files in a folder, or databases of a server."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Protocol

import psycopg

from bench import handwritten, handwritten_postgresql
from tests.postgresql.databases import Databases

FILLED_BY_DATABASE = {"transaction"}
"""Columns that tell databases apart by themselves: PostgreSQL's number of the transaction."""


class Place(Protocol):
    """Databases by name, and the hand-written code for their kind.

    `durable` is what to ask a connection, and the answers where a commit waits for the disk.
    """

    name: str
    hand: Any
    pipelined: bool
    key_file: Path | None
    durable: ClassVar[dict[str, str]]

    def make(self, name: str) -> str:
        """Make an empty database and give its URL."""

    def copy(self, source: str, name: str) -> str:
        """Make a copy of a database that nobody writes to, and give its URL."""

    def connect(self, name: str) -> Any:
        """Open a database with the driver alone, as the hand-written code does."""

    def differences(self, first: str, others: list[str]) -> list[str]:
        """Name the tables in which others do not hold the same rows and bytes as the first."""


class Files:
    """SQLite files in a folder."""

    name = "SQLite"
    hand = handwritten
    pipelined = False
    key_file = None
    durable: ClassVar = {"PRAGMA journal_mode": "wal", "PRAGMA synchronous": "2"}

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def make(self, name: str) -> str:
        """Give the URL of a file that is not there yet."""
        return f"sqlite:///{self._file(name)}"

    def copy(self, source: str, name: str) -> str:
        """Copy with SQLite's own backup."""
        with (
            closing(sqlite3.connect(self._file(source))) as whole,
            closing(sqlite3.connect(self._file(name))) as copy,
        ):
            whole.backup(copy)
        return self.make(name)

    def connect(self, name: str) -> sqlite3.Connection:
        """Open a file."""
        return handwritten.connect(self._file(name))

    def differences(self, first: str, others: list[str]) -> list[str]:
        """Compare every table."""
        names = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
        return _differences(self, first, others, names)

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.sqlite"


class ServerDatabases:
    """Databases of a PostgreSQL server, dropped at the end; sealing keys are kept in a folder."""

    name = "PostgreSQL"
    hand = handwritten_postgresql
    pipelined = True
    durable: ClassVar = {"SHOW fsync": "on", "SHOW synchronous_commit": "on"}

    def __init__(self, databases: Databases, folder: Path) -> None:
        self._databases = databases
        self._made: list[str] = []
        self.key_file = folder / "postgresql.key"

    def __enter__(self) -> ServerDatabases:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        for name in self._made:
            self._databases.drop(name)

    def make(self, name: str) -> str:
        """Make an empty database."""
        self._made.append(name)
        return self._databases.create(name)

    def copy(self, source: str, name: str) -> str:
        """Copy with PostgreSQL's templates."""
        self._made.append(name)
        return self._databases.create(name, template=source)

    def connect(self, name: str) -> psycopg.Connection:
        """Open a database."""
        return handwritten_postgresql.connect(self._databases.url(name))

    def differences(self, first: str, others: list[str]) -> list[str]:
        """Compare every table."""
        names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
        return _differences(self, first, others, names)


def _differences(place: Place, first: str, others: list[str], names: str) -> list[str]:
    apart = []
    with closing(place.connect(first)) as ours:
        for (table,) in ours.execute(names).fetchall():
            rows = _rows(ours, table)
            for name in others:
                with closing(place.connect(name)) as other:
                    if _rows(other, table) != rows:
                        apart.append(f"{table} of {name}")
    return apart


def _rows(connection: Any, table: str) -> list[tuple[Any, ...]]:
    cursor = connection.execute(f"SELECT * FROM {table}")
    kept = [at for at, column in enumerate(cursor.description) if column[0] not in FILLED_BY_DATABASE]
    return sorted((tuple(row[at] for at in kept) for row in cursor.fetchall()), key=repr)
