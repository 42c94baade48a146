"""Statements, written in SQLAlchemy Core and compiled once for each dialect, run on the driver's cursor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Connection,
    Dialect,
    Executable,
    Table,
    bindparam,
    delete,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite as SQLiteDialect

from partnerships.storage import tables


class Statement:
    """A statement with named parameters, compiled once for each dialect.

    Running the compiled text on the driver's cursor takes a fifth of what SQLAlchemy's own execution does,
    and a decision runs six of them.
    """

    def __init__(self, executable: Executable) -> None:
        self._executable = executable
        self._texts: dict[str, str] = {}

    def run(self, connection: Connection, **parameters: Any) -> Any:
        """Run it in the connection's transaction; give the driver's cursor."""
        text = self._texts.get(connection.dialect.name) or self._compile(connection.dialect)
        cursor = connection.connection.cursor()
        cursor.execute(text, parameters)
        return cursor

    def one(self, connection: Connection, **parameters: Any) -> Sequence[Any] | None:
        """Run it and give its first row, or None."""
        row: Sequence[Any] | None = self.run(connection, **parameters).fetchone()
        return row

    def _compile(self, dialect: Dialect) -> str:
        # SQLite's driver takes named parameters too, and so no order has to be kept.
        named = SQLiteDialect(paramstyle="named") if dialect.name == "sqlite" else dialect
        text = str(self._executable.compile(dialect=named))  # type: ignore[attr-defined]
        self._texts[dialect.name] = text
        return text


def _insert(table: Table, *leaving_out: str) -> Statement:
    names = [column.name for column in table.columns if column.name not in leaving_out]
    return Statement(insert(table).values({name: bindparam(name) for name in names}).inline())


_partnership = tables.partnership
PROJECTION = tuple(column.name for column in _partnership.columns)

INSERT_ENTRY = _insert(tables.entry)
INSERT_CONTENT = _insert(tables.content)
INSERT_DATA_KEY = _insert(tables.data_key)
INSERT_KEY = _insert(tables.command_key)
INSERT_ATTEMPT = _insert(tables.attempt, "id")
INSERT_OUTBOX = _insert(tables.outbox, "position")
INSERT_PARTNERSHIP = _insert(_partnership)
INSERT_IDENTIFIER = _insert(tables.identifier)
INSERT_META = _insert(tables.meta)

UPDATE_PARTNERSHIP = Statement(
    update(_partnership)
    .where(_partnership.c.id == bindparam("seen_id"), _partnership.c.sequence == bindparam("seen_sequence"))
    .values({name: bindparam(name) for name in PROJECTION if name != "id"})
)
"""Moves the projection only from the sequence that the decision saw."""

SELECT_PARTNERSHIP = Statement(
    select(_partnership.c.sequence, _partnership.c.head, _partnership.c.file, _partnership.c.sealed).where(
        _partnership.c.id == bindparam("id")
    )
)
_marked = (_partnership.c.crisis_mark == literal_column("1")) & (_partnership.c.id != bindparam("id"))
SELECT_MARKED_NAMESAKE = Statement(
    select(_partnership.c.id).where(
        _marked,
        _partnership.c.name_key == bindparam("name_key"),
        _partnership.c.country == bindparam("country"),
    )
)
SELECT_MARKED_IDENTIFIER = Statement(
    select(_partnership.c.id)
    .join(tables.identifier, tables.identifier.c.partnership_id == _partnership.c.id)
    .where(
        _marked,
        tables.identifier.c.scheme == bindparam("scheme"),
        tables.identifier.c.value == bindparam("value"),
    )
)
DELETE_IDENTIFIERS = Statement(
    delete(tables.identifier).where(tables.identifier.c.partnership_id == bindparam("partnership_id"))
)
SELECT_KEY = Statement(
    select(tables.command_key.c.fingerprint, tables.command_key.c.outcome).where(
        tables.command_key.c.key == bindparam("key")
    )
)
SELECT_DATA_KEY = Statement(
    select(tables.data_key.c.wrapped).where(
        tables.data_key.c.partnership_id == bindparam("partnership_id"),
        tables.data_key.c.scope == bindparam("scope"),
    )
)
SELECT_META = Statement(select(tables.meta.c.value).where(tables.meta.c.name == bindparam("name")))

_history = (
    select(
        tables.entry.c.sequence,
        tables.entry.c.digest,
        tables.entry.c.canonical,
        tables.content.c.salt,
        tables.content.c.body,
        tables.content.c.scope,
        tables.content.c.sealed,
    )
    .select_from(tables.entry.outerjoin(tables.content))
    .where(tables.entry.c.partnership_id == bindparam("partnership_id"))
)
SELECT_HISTORY = Statement(
    _history.where(tables.entry.c.sequence > bindparam("after")).order_by(tables.entry.c.sequence)
)
SELECT_ENTRY = Statement(_history.where(tables.entry.c.sequence == bindparam("sequence")))
