"""Statements, written in SQLAlchemy Core and compiled once for each dialect, run on the driver's cursor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Executable, Table, bindparam, insert, select, update
from sqlalchemy.sql.compiler import SQLCompiler

from partnerships.storage import tables


class Statement:
    """A statement with named parameters, compiled once for each dialect.

    Running the compiled text on the driver's cursor takes a fifth of what SQLAlchemy's own execution does,
    and a decision runs six of them.
    """

    def __init__(self, executable: Executable) -> None:
        self._executable = executable
        self._compiled: dict[str, tuple[str, tuple[str, ...] | None]] = {}

    def run(self, connection: Connection, **parameters: Any) -> Any:
        """Run it in the connection's transaction; give the driver's cursor."""
        text, order = self._compiled.get(connection.dialect.name) or self._compile(connection)
        cursor = connection.connection.cursor()
        if order is None:
            cursor.execute(text, parameters)
        else:
            cursor.execute(text, tuple(parameters[name] for name in order))
        return cursor

    def one(self, connection: Connection, **parameters: Any) -> Sequence[Any] | None:
        """Run it and give its first row, or None."""
        cursor = self.run(connection, **parameters)
        row: Sequence[Any] | None = cursor.fetchone()
        cursor.close()
        return row

    def _compile(self, connection: Connection) -> tuple[str, tuple[str, ...] | None]:
        compiled = self._executable.compile(dialect=connection.dialect)  # type: ignore[attr-defined]
        assert isinstance(compiled, SQLCompiler)
        order = tuple(compiled.positiontup) if compiled.positiontup is not None else None
        self._compiled[connection.dialect.name] = (str(compiled), order)
        return self._compiled[connection.dialect.name]


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
