"""The portfolio: every partnership in a line, with what is overdue on a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Dialect, Select, select

from partnerships.errors import BadRequest
from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.standing import endline, overdue_since
from partnerships.lifecycle.vocabulary import State
from partnerships.scheduler.context import Context
from partnerships.storage.failures import damage_of
from partnerships.storage.ledger import Ledger
from partnerships.storage.projection import name_key
from partnerships.storage.tables import Tables
from partnerships.workflows.arguments import Day, read_day, read_limit, read_text
from partnerships.workflows.viewer import Viewer

_PAGE = 500
_FEW = 5000


def portfolio(
    ledger: Ledger,
    context: Context,
    viewer: Viewer,
    *,
    on: Day = None,
    state: str | None = None,
    overdue: bool = False,
    name: str | None = None,
    identifier: str | None = None,
    limit: int | None = None,
    after: str | None = None,
    **equal: str | None,
) -> list[dict[str, Any]]:
    """Give the portfolio's lines in order of id, as the filters ask; lateness is judged on the day `on`.

    A late partnership whose file cannot be read is listed with what its columns say, and `unreadable` is the
    error's class.
    """
    day = read_day(on, "on") or context.today()
    most = read_limit(limit)
    table = ledger.tables.partnership
    query = _filtered(ledger.tables, state, name, identifier, equal)
    if overdue:
        query = _late(ledger, query, day)
    if viewer.is_partner:
        own = viewer.actor.partnerships if viewer.actor else None
        query = query.where(table.c.id.in_(own or ()))
    lines: list[dict[str, Any]] = []
    for line in _lines(ledger, query, day, read_text(after or "", "after")):
        if most is not None and len(lines) >= most:
            break
        if line["overdue"] or not overdue:
            lines.append(line)
    return lines


def ids(ledger: Ledger, after: str) -> list[str]:
    """Give a page of partnerships' ids after one, in order."""
    rows = ledger.statements.select_ids.all(ledger.cursor, {"after": after, "limit": _PAGE})
    return [row[0] for row in rows]


def _filtered(
    tables: Tables, state: str | None, name: str | None, identifier: str | None, equal: dict[str, str | None]
) -> Select[Any]:
    table, identifiers = tables.partnership, tables.identifier
    # The auditor's role may not read what is sealed, and nothing here needs it.
    query = select(*(column for column in table.c if column.name != "sealed"))
    if state is not None:
        if read_text(state, "state") not in set(State):
            raise BadRequest(f"there is no state {state!r}; they are {', '.join(State)}")
        query = query.where(table.c.state == state)
    if name is not None:
        query = query.where(table.c.name_key.contains(name_key(read_text(name, "name")), autoescape=True))
    if identifier is not None:
        scheme, separator, value = read_text(identifier, "identifier").partition(":")
        if not separator:
            raise BadRequest("an identifier is written SCHEME:VALUE")
        matching = select(identifiers.c.partnership_id).where(
            identifiers.c.scheme == scheme, identifiers.c.value == value
        )
        query = query.where(table.c.id.in_(matching))
    for column, wanted in equal.items():
        if column not in ("type", "level", "country", "responsible"):
            raise BadRequest(f"there is no filter {column!r}")
        if wanted is not None:
            query = query.where(table.c[column] == read_text(wanted, column))
    return query


def _late(ledger: Ledger, query: Select[Any], day: date) -> Select[Any]:
    """Leave out what is not late. A few among many are looked up first; many are met soon in order of id."""
    table = ledger.tables.partnership
    one = table.alias("late")
    late = select(one.c.id).where(one.c.late_from <= day.isoformat())
    if len(ledger.connection.execute(late.limit(_FEW + 1)).all()) <= _FEW:
        return query.where(table.c.id.in_(late))
    return query.where(table.c.late_from <= day.isoformat())


def _lines(ledger: Ledger, query: Select[Any], day: date, after: str) -> Iterator[dict[str, Any]]:
    table = ledger.tables.partnership
    while page := ledger.connection.execute(
        query.where(table.c.id > after).order_by(table.c.id).limit(_PAGE)
    ).all():
        yield from (_line(row, day, ledger.connection.dialect) for row in page)
        after = page[-1].id


def _line(row: Any, day: date, dialect: Dialect) -> dict[str, Any]:
    late = row.late_from is not None and row.late_from <= day.isoformat()
    standing = {"endline": row.endline, "overdue": late, "overdue_since": row.late_from if late else None}
    unreadable = None
    if late:
        # The column holds the earliest possible lateness; what continues an agreement later may end it.
        try:
            standing = _standing(Partnership.read(row.id, row.sequence, row.head, row.file), day)
        except Exception as error:
            unreadable = damage_of(error, dialect)
    return {
        "id": row.id,
        "name": row.name,
        "state": row.state,
        "category": row.category,
        **standing,
        "register": row.register,
        "ended_as": row.ended_as,
        "type": row.type,
        "level": row.level,
        "country": row.country,
        "responsible": row.responsible,
        "unreadable": unreadable,
    }


def _standing(partnership: Partnership, day: date) -> dict[str, Any]:
    since, last = overdue_since(partnership, day), endline(partnership)
    return {
        "endline": last.isoformat() if last else None,
        "overdue": since is not None,
        "overdue_since": since.isoformat() if since else None,
    }
