"""The entries an export reads: of one moment of the database, in one of two orders, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select

from partnerships.audit.export.facts import Exported, Place, exported
from partnerships.audit.export.places import Covered
from partnerships.lifecycle.canonical import read_json
from partnerships.storage.ledger import Ledger
from partnerships.storage.octets import as_bytes
from partnerships.storage.rows import Stored, read_content
from partnerships.storage.unreadable import UNREADABLE, unreadable
from partnerships.workflows.arguments import read_id, unknown

_PAGE = 500


class Order(StrEnum):
    """In which order entries come: as they were recorded, or one partnership after the other."""

    RECORDED = "recorded"
    PARTNERSHIP = "partnership"


def count(ledger: Ledger, ids: Sequence[str]) -> int:
    """Give how many entries an export has; raises UnknownPartnership for an id that has none."""
    entry = ledger.tables.entry
    for id in ids:
        any_of_it = select(literal(1)).where(entry.c.partnership_id == read_id(id)).limit(1)
        if ledger.connection.execute(any_of_it).first() is None:
            raise unknown(id)
    query = select(func.count()).select_from(entry)
    return int(ledger.connection.execute(_of(query, entry.c.partnership_id, ids)).scalar_one())


def select_entries(ledger: Ledger, order: Order, ids: Sequence[str]) -> Iterator[Exported]:
    """Give the entries in an order; no more than a page of them is in memory."""
    tables = ledger.tables
    entry, content, outbox, leaf = tables.entry, tables.content, tables.outbox, tables.log_leaf
    same = (content.c.partnership_id == entry.c.partnership_id) & (content.c.sequence == entry.c.sequence)
    logged = (leaf.c.partnership_id == entry.c.partnership_id) & (leaf.c.sequence == entry.c.sequence)
    joined = entry.outerjoin(content, same).outerjoin(leaf, logged)
    by: tuple[ColumnElement[Any], ...] = (entry.c.partnership_id, entry.c.sequence)
    if order is Order.RECORDED:
        taken = (outbox.c.partnership_id == entry.c.partnership_id) & (outbox.c.sequence == entry.c.sequence)
        joined = joined.join(outbox, taken)
        by = _recorded(ledger)
    query = (
        select(
            entry.c.partnership_id,
            entry.c.sequence,
            entry.c.digest,
            entry.c.canonical,
            content.c.body,
            content.c.scope,
            leaf.c.position,
        )
        .select_from(joined)
        .order_by(*by)
    )
    query = _of(query, entry.c.partnership_id, ids)
    covered = Covered.of(ledger)
    rows: Iterable[Any] = ledger.connection.execute(query.execution_options(yield_per=_PAGE))
    for id, sequence, digest, canonical, body, scope, position in rows:
        try:
            read = read_content(as_bytes(body) if body is not None else None)
            stored = Stored(sequence, digest, read_json(as_bytes(canonical)), read, scope)
            row = exported(stored, id, Place(position, covered.by(position)))
        except UNREADABLE:
            raise unreadable(id, sequence) from None
        yield row


def _recorded(ledger: Ledger) -> tuple[ColumnElement[Any], ...]:
    """The order of acceptance, as the feed has it: that of transactions where several write at once."""
    columns = ledger.tables.outbox.c
    if ledger.connection.dialect.name == "postgresql":
        return columns.era, columns.transaction, columns.position
    return (columns.position,)


def _of(query: Select[Any], column: ColumnElement[str], ids: Sequence[str]) -> Select[Any]:
    return query.where(column.in_(ids)) if ids else query
