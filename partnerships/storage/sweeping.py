"""Statements of the sweep: which partnerships to look at, and what looking at them leaves."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BindParameter,
    Dialect,
    Executable,
    Select,
    Table,
    Update,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    select,
    tuple_,
    update,
)

from partnerships.storage.place import Place
from partnerships.storage.statements import Statement
from partnerships.storage.tables import AT_ONCE, Tables, tables_at

_ready: dict[tuple[Place, str, str], SweepStatements] = {}


def sweep_statements(place: Place, dialect: Dialect) -> SweepStatements:
    """Give the sweep's statements for the tables at a place, compiled once in a process."""
    kind = (place, dialect.name, dialect.driver)
    if kind not in _ready:
        _ready[kind] = SweepStatements(tables_at(place, dialect.name), dialect)
    return _ready[kind]


class SweepStatements:
    """What a sweep reads and writes beside the entries themselves."""

    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        def ready(executable: Executable) -> Statement:
            return Statement(executable, dialect)

        partnership, aside, upkeep = tables.partnership, tables.set_aside, tables.upkeep
        self.claim = ready(_claim(tables))
        self.count = ready(
            select(func.count())
            .select_from(partnership)
            .where(partnership.c.next_due_on <= bindparam("bound"))
        )
        self.ever_made = ready(
            select(tables.prompt.c.id).where(tables.prompt.c.partnership_id == bindparam("of_partnership"))
        )
        self.insert_prompt = ready(insert(tables.prompt).values(_named(tables.prompt)).inline())
        self.insert_notice = ready(
            insert(tables.notice)
            .values(
                {
                    name: bindparam(name)
                    for name in ("partnership_id", "prompt_id", "step", "made_at", "again_at")
                }
            )
            .inline()
        )
        self.move = ready(
            _seen(tables).values(
                {name: bindparam(name) for name in ("sequence", "head", "file", "next_due_on")}
            )
        )
        self.look_again = ready(_seen(tables).values(next_due_on=bindparam("next_due_on")))
        self.page = ready(
            select(partnership.c.id)
            .where(partnership.c.id > bindparam("after"))
            .order_by(partnership.c.id)
            .limit(bindparam("limit"))
        )
        self.look_at_page = ready(
            update(partnership)
            .where(partnership.c.id > bindparam("after"), partnership.c.id <= bindparam("last"))
            .values(next_due_on=literal_column(f"'{AT_ONCE}'"))
        )
        self.all_set_aside = ready(select(*aside.c).order_by(aside.c.partnership_id))
        self.one_set_aside = ready(
            select(aside.c.since, aside.c.tries).where(aside.c.partnership_id == bindparam("of_partnership"))
        )
        self.insert_set_aside = ready(insert(aside).values(_named(aside)).inline())
        self.delete_set_aside = ready(
            delete(aside).where(aside.c.partnership_id == bindparam("partnership_id"))
        )
        self.select_upkeep = ready(select(upkeep.c.value).where(upkeep.c.name == bindparam("name")))
        self.insert_upkeep = ready(insert(upkeep).values(_named(upkeep)).inline())
        self.update_upkeep = ready(
            update(upkeep).where(upkeep.c.name == bindparam("of_name")).values(value=bindparam("value"))
        )


def _claim(tables: Tables) -> Select[tuple[str, int, str, str, str]]:
    """Read a few partnerships that are due for a look; on PostgreSQL, those that nobody else holds.

    On SQLite the whole transaction is its writer's alone. What is sealed stays unread: no prompt rests on it.
    """
    table = tables.partnership
    return (
        select(table.c.id, table.c.sequence, table.c.head, table.c.file, table.c.next_due_on)
        .where(
            table.c.next_due_on <= bindparam("bound"),
            tuple_(table.c.next_due_on, table.c.id) > tuple_(bindparam("after_day"), bindparam("after_id")),
        )
        .order_by(table.c.next_due_on, table.c.id)
        .limit(bindparam("limit"))
        .with_for_update(skip_locked=True)
    )


def _seen(tables: Tables) -> Update:
    table = tables.partnership
    return update(table).where(
        table.c.id == bindparam("seen_id"), table.c.sequence == bindparam("seen_sequence")
    )


def _named(table: Table) -> dict[str, BindParameter[Any]]:
    return {column.name: bindparam(column.name) for column in table.c}
