"""The database itself refuses to change, replace or delete what is append-only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, Table, delete, insert, select, update
from sqlalchemy.exc import DBAPIError

from partnerships import Service
from tests.storage.rows import engine_of, everything
from tests.tables import PLACE
from tests.tables import TABLES as tables

APPEND_ONLY = [
    "meta",
    "entry",
    "content",
    "data_key",
    "command_key",
    "attempt",
    "outbox",
    "log_leaf",
    "checkpoint",
    "erased",
    "legal_hold",
    "attempt_link",
    "document",
]
pytestmark = pytest.mark.every_store


def test_these_tables_are_append_only() -> None:
    assert [table.name.removeprefix(PLACE.prefix) for table in tables.append_only] == APPEND_ONLY
    projections = {"partnership", "identifier", "prompt"}
    deliveries = {"notice", "message", "message_item"}
    upkeep = {"set_aside", "upkeep"}
    assert {name.removeprefix(PLACE.prefix) for name in tables.metadata.tables} == {
        *APPEND_ONLY,
        *projections,
        *deliveries,
        *upkeep,
    }


def _first(connection: Connection, table: Table) -> dict[str, Any]:
    return dict(connection.execute(select(table).limit(1)).mappings().one())


def _update(table: Table, row: dict[str, Any]) -> Any:
    return update(table).values({name: row[name] for name in row})


def _update_one(table: Table, row: dict[str, Any]) -> Any:
    last = list(table.columns)[-1]
    return update(table).where(*_is(table, row)).values({last.name: last})


def _delete(table: Table, row: dict[str, Any]) -> Any:
    return delete(table).where(*_is(table, row))


def _delete_all(table: Table, _row: dict[str, Any]) -> Any:
    return delete(table)


def _replace(table: Table, row: dict[str, Any]) -> Any:
    return insert(table).prefix_with("OR REPLACE", dialect="sqlite").values(row)


def _ignore(table: Table, row: dict[str, Any]) -> Any:
    return insert(table).values(row)


def _is(table: Table, row: dict[str, Any]) -> list[Any]:
    return [column == row[column.name] for column in table.primary_key.columns]


WAYS: list[Callable[[Table, dict[str, Any]], Any]] = [
    _update,
    _update_one,
    _delete,
    _delete_all,
    _replace,
    _ignore,
]


@pytest.mark.parametrize("name", APPEND_ONLY)
def test_no_row_is_changed_replaced_or_deleted(filled: Service, name: str) -> None:
    table = tables.metadata.tables[PLACE.prefix + name]
    before = everything(filled)
    for way in WAYS:
        with engine_of(filled).connect() as connection:
            row = _first(connection, table)
            with pytest.raises(DBAPIError, match=f"{table.name} is append-only|UNIQUE|duplicate key"):
                connection.execute(way(table, row))
            connection.rollback()
        assert everything(filled) == before, way.__name__


def test_the_triggers_speak_where_replace_would_not_ask_them(filled: Service) -> None:
    """SQLite deletes a replaced row without its delete trigger; the refusal is the insert's own."""
    for table in tables.append_only:
        with engine_of(filled).connect() as connection:
            if connection.dialect.name != "sqlite":
                return
            row = _first(connection, table)
            with pytest.raises(DBAPIError, match=f"{table.name} is append-only"):
                connection.execute(_replace(table, row))
            names = ", ".join(row)
            with pytest.raises(DBAPIError, match=f"{table.name} is append-only"):
                connection.exec_driver_sql(
                    f"REPLACE INTO {table.name} ({names}) SELECT {names} FROM {table.name}"
                )


def test_a_content_belongs_to_an_entry(filled: Service) -> None:
    orphan = insert(tables.content).values(partnership_id="p-none", sequence=1)
    with engine_of(filled).connect() as connection, pytest.raises(DBAPIError, match=r"(?i)foreign key"):
        connection.execute(orphan)
