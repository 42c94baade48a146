"""A whole write as one statement, for PostgreSQL: one round trip, and all of it or nothing.

Its parameters are named as the columns are: what several tables hold goes over once. The projection's carry
its name before the column's, such as `partnership_head`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import CTE, Executable, Table, bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_once

from partnerships.storage.tables import Tables

_FILLED_BY_DATABASE = ("position", "era", "transaction", "id")


def written_at_once(tables: Tables, *, new: bool, keyed: bool) -> Executable:
    """Move the projection from the sequence that was seen, and only then append what goes with it.

    Gives one row with 1, or 0 where another writer was first.
    """
    table = tables.partnership
    values = {column.name: bindparam(f"partnership_{column.name}", type_=column.type) for column in table.c}
    if new:
        moved = insert_once(table).values(values).on_conflict_do_nothing().returning(table.c.id).cte("moved")
    else:
        moved = (
            update(table)
            .where(
                table.c.id == bindparam("seen_id"),
                table.c.sequence == bindparam("seen_sequence"),
                table.c.head == bindparam("seen_head"),
            )
            .values({name: value for name, value in values.items() if name != "id"})
            .returning(table.c.id)
            .cte("moved")
        )
    appended = [tables.entry, tables.content, tables.outbox]
    if keyed:
        appended.append(tables.command_key)
    return (
        select(func.count())
        .select_from(moved)
        .add_cte(*(_appended(table, tables.place.prefix, moved) for table in appended))
    )


def refused_at_once(tables: Tables) -> Executable:
    """Keep a refusal, and its outcome under the command's key."""
    prefix = tables.place.prefix
    kept = _appended(tables.command_key, prefix, None)
    return select(func.count()).add_cte(kept, _appended(tables.attempt, prefix, None))


def named(projection: Mapping[str, Any]) -> dict[str, Any]:
    """Give the projection's values under the names that these statements have for them."""
    return {f"partnership_{name}": value for name, value in projection.items()}


def _appended(table: Table, prefix: str, moved: CTE | None) -> CTE:
    name = table.name.removeprefix(prefix)
    columns = [column for column in table.c if column.name not in _FILLED_BY_DATABASE]
    values = select(*(bindparam(column.name, type_=column.type) for column in columns))
    source = values if moved is None else values.select_from(moved)
    return insert(table).from_select([column.name for column in columns], source).cte(f"kept_{name}")
