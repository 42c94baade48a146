"""Rows altered behind the service, as only a keeper could: the triggers are taken off first."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Table, delete, select, update

from tests.storage.rows import engine_of
from tests.story import Story
from tests.tables import TABLES as tables

Json = dict[str, Any]
Change = Callable[[Json], object]


def alter_content(story: Story, sequence: int, change: Change | bytes | None) -> None:
    """Change what an entry says, or put other bytes there; None takes it away, with its salt."""
    _alter(story, sequence, tables.content, "body", change)


def alter_entry(story: Story, sequence: int, change: Change | None) -> None:
    """Change what the chain holds of an entry; None leaves bytes that are no JSON."""
    _alter(story, sequence, tables.entry, "canonical", change)


def retype_entry(story: Story, sequence: int) -> None:
    """Put a number where the bytes of an entry belong, which SQLite keeps as it is given."""
    with engine_of(story.service).begin() as connection:
        _without_triggers(connection, tables.entry)
        connection.exec_driver_sql(
            f"UPDATE {tables.entry.name} SET canonical = 7 WHERE partnership_id = ? AND sequence = ?",
            (story.id, sequence),
        )


def alter_row(story: Story, **values: Any) -> None:
    """Put other values into the row that says where the partnership stands."""
    with engine_of(story.service).begin() as connection:
        row = tables.partnership
        connection.execute(update(row).where(row.c.id == story.id).values(values))


def alter_rows(story: Story, table: Table, **values: Any) -> None:
    """Put other values into every row of a table."""
    with engine_of(story.service).begin() as connection:
        _without_triggers(connection, table)
        connection.execute(update(table).values(values))


def drop_rows(story: Story, table: Table) -> None:
    """Take every row of a table away."""
    with engine_of(story.service).begin() as connection:
        _without_triggers(connection, table)
        connection.execute(delete(table))


def _alter(story: Story, sequence: int, table: Table, column: str, change: Change | bytes | None) -> None:
    place = (table.c.partnership_id == story.id) & (table.c.sequence == sequence)
    with engine_of(story.service).begin() as connection:
        _without_triggers(connection, table)
        written = None if table is tables.content else b"none"
        if isinstance(change, bytes):
            written = change
        elif change is not None:
            kept = json.loads(bytes(connection.execute(select(table.c[column]).where(place)).scalar_one()))
            change(kept)
            written = json.dumps(kept, sort_keys=True, separators=(",", ":")).encode()
        values: Json = {column: written} | ({"salt": None} if written is None else {})
        assert connection.execute(update(table).where(place).values(values)).rowcount == 1


def _without_triggers(connection: Connection, table: Table) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"ALTER TABLE {table.name} DISABLE TRIGGER USER")
        return
    named = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
    for (name,) in connection.exec_driver_sql(named, (table.name,)).all():
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
