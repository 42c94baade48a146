"""Legal holds: what keeps a partnership's contents from being erased; placed and lifted, kept for good."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Dialect, bindparam, insert, select

from partnerships.lifecycle.canonical import plain_canonical, read_json
from partnerships.storage.ledger import Ledger
from partnerships.storage.place import Place
from partnerships.storage.statements import Statement
from partnerships.storage.tables import Tables

Json = dict[str, Any]

_ready: dict[tuple[Place, str, str], HoldStatements] = {}


@dataclass(frozen=True, slots=True)
class Hold:
    """One hold; `lifted` is None while it stands, else when, by whom and why it was lifted."""

    number: int
    partnership: str
    placed_at: str
    placed_by: Json
    reason: str
    lifted: Json | None = None

    def as_json(self) -> Json:
        """Give the hold as JSON."""
        return {
            "number": self.number,
            "partnership": self.partnership,
            "placed_at": self.placed_at,
            "placed_by": self.placed_by,
            "reason": self.reason,
            "lifted": self.lifted,
        }


class HoldStatements:
    """The statements of legal holds, for one place and dialect."""

    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        table = tables.legal_hold
        columns = [column for column in table.c if column.name != "number"]
        self.every = Statement(select(table).order_by(table.c.number), dialect)
        self.of_one = Statement(
            select(table).where(table.c.partnership_id == bindparam("id")).order_by(table.c.number), dialect
        )
        self.insert = Statement(
            insert(table).values({column.name: bindparam(column.name) for column in columns}).inline(),
            dialect,
        )


def holds(ledger: Ledger, id: str | None = None, *, standing: bool = False) -> list[Hold]:
    """Give the holds on a partnership or on all, in the order of their numbers; `standing`: not lifted."""
    statements = _statements(ledger)
    statement = statements.every if id is None else statements.of_one
    placed: dict[int, Hold] = {}
    for number, partnership, lifts, recorded_at, actor, reason in statement.all(ledger.cursor, {"id": id}):
        by = read_json(actor)
        if lifts is None:
            placed[number] = Hold(number, partnership, recorded_at, by, reason)
        elif lifts in placed:
            placed[lifts] = replace(placed[lifts], lifted={"at": recorded_at, "by": by, "reason": reason})
    return [hold for hold in placed.values() if hold.lifted is None or not standing]


def steps(ledger: Ledger) -> list[tuple[Any, ...]]:
    """Give every placing and lifting as it is kept, column by column, in the order of their numbers."""
    return [tuple(row) for row in _statements(ledger).every.all(ledger.cursor, {})]


def keep_hold(
    ledger: Ledger, id: str, actor: Json, reason: str, recorded_at: str, *, lifts: int | None = None
) -> None:
    """Place a hold, or lift one."""
    row = {
        "partnership_id": id,
        "lifts": lifts,
        "recorded_at": recorded_at,
        "actor": plain_canonical(actor).decode(),
        "reason": reason,
    }
    ledger.wrote = True
    _statements(ledger).insert.run(ledger.cursor, row)


def _statements(ledger: Ledger) -> HoldStatements:
    dialect = ledger.connection.dialect
    kind = (ledger.tables.place, dialect.name, dialect.driver)
    if kind not in _ready:
        _ready[kind] = HoldStatements(ledger.tables, dialect)
    return _ready[kind]
