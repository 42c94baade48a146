"""Further ways into an append-only table, by anybody's connection to the file: each is refused there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from partnerships import Service
from tests.storage.rows import everything
from tests.story import Story
from tests.tables import TABLES as tables

NAMES = [table.name for table in tables.append_only]
#: The key's columns of each table, and what a key looks like that no row has.
KEYS = {table.name: [column.name for column in table.primary_key.columns] for table in tables.append_only}


@pytest.fixture
def filled(filled: Service, story: Story) -> Story:
    return story


@pytest.fixture
def foreign(filled: Story, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that some other program made, with none of our settings."""
    with closing(sqlite3.connect(tmp_path / "p.sqlite", isolation_level=None)) as connection:
        yield connection


def fresh_key(connection: sqlite3.Connection, name: str) -> dict[str, object]:
    """Parts of a key under which there is no row."""
    parts: dict[str, object] = {}
    for key in KEYS[name]:
        (kind,) = connection.execute(f"SELECT typeof({key}) FROM {name} LIMIT 1").fetchone()
        parts[key] = 9999 if kind == "integer" else "none-such"
    return parts


def copies(connection: sqlite3.Connection, name: str, *, rowid: str, key: bool) -> str:
    """A SELECT of a row's copy; with `key`, under a key of its own."""
    mine = fresh_key(connection, name) if key else {}
    columns = [str(row[1]) for row in connection.execute(f"PRAGMA table_info({name})")]
    values = [f"'{mine[column]}'" if column in mine else column for column in columns]
    return f"SELECT {rowid}, {', '.join(values)} FROM {name} ORDER BY rowid LIMIT 1"


def refused(connection: sqlite3.Connection, name: str, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match=f"{name} is append-only"):
        connection.execute(statement)


@pytest.mark.parametrize("name", NAMES)
def test_no_other_programs_statement_changes_a_row(
    filled: Story, foreign: sqlite3.Connection, name: str
) -> None:
    before = everything(filled.service)
    columns = ", ".join(str(row[1]) for row in foreign.execute(f"PRAGMA table_info({name})"))
    keys = ", ".join(KEYS[name])
    last = columns.split(", ")[-1]
    for statement in (
        f"UPDATE {name} SET {last} = {last}",
        f"UPDATE OR REPLACE {name} SET rowid = rowid + 1000",
        f"UPDATE OR IGNORE {name} SET {last} = NULL",
        f"DELETE FROM {name}",
        f"DELETE FROM {name} WHERE rowid IN (SELECT max(rowid) FROM {name})",
        f"REPLACE INTO {name} ({columns}) SELECT {columns} FROM {name}",
        f"INSERT OR REPLACE INTO {name} ({columns}) SELECT {columns} FROM {name}",
        f"INSERT INTO {name} ({columns}) SELECT {columns} FROM {name} WHERE true"
        f" ON CONFLICT ({keys}) DO UPDATE SET {last} = NULL",
    ):
        for pragma in ("recursive_triggers = ON", "recursive_triggers = OFF", "foreign_keys = OFF"):
            foreign.execute(f"PRAGMA {pragma}")
            refused(foreign, name, statement)
    assert everything(filled.service) == before


@pytest.mark.parametrize("name", NAMES)
def test_a_row_is_not_replaced_by_its_hidden_number(
    filled: Story, foreign: sqlite3.Connection, name: str
) -> None:
    """A row of an SQLite table has a number of its own; a new row that claims it would take its place."""
    before = everything(filled.service)
    columns = ", ".join(str(row[1]) for row in foreign.execute(f"PRAGMA table_info({name})"))
    hidden = KEYS[name] in (["id"], ["position"], ["number"])
    for verb in ("REPLACE", "INSERT OR REPLACE"):
        source = copies(foreign, name, rowid="rowid", key=not hidden)
        with pytest.raises(sqlite3.Error):
            foreign.execute(f"{verb} INTO {name} (rowid, {columns}) {source}")
    assert everything(filled.service) == before
