"""The event feed: every accepted entry as a CloudEvent, in the order of acceptance, nothing sealed in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, literal_column, select, tuple_

from partnerships.errors import BadRequest
from partnerships.lifecycle.partnership import Partnership
from partnerships.storage.era import era_in_force
from partnerships.storage.ledger import Ledger
from partnerships.storage.unreadable import unreadable
from partnerships.workflows.arguments import read_count, read_text
from partnerships.workflows.histories import row
from partnerships.workflows.numbering import Numbering
from partnerships.workflows.viewer import Viewer

_SOURCE = "urn:partnerships"
_LARGEST = {"era": 2**31 - 1, "transaction": 2**63 - 1, "position": 2**63 - 1}
_DIGITS = 40


def feed(ledger: Ledger, *, after: str | None = None, limit: int = 1000) -> list[dict[str, Any]]:
    """Give the events after a cursor (CloudEvents 1.0); the last one's `cursor` is where to go on."""
    order = _order(ledger)
    query = _entries(ledger, order).order_by(*order).limit(read_count(limit, "limit"))
    if after:
        query = query.where(tuple_(*order) > _read_cursor(after, order))
    if len(order) > 1:
        query = query.where(_settled(ledger))
    events = []
    for item in ledger.connection.execute(query).all():
        if item.digest is None:
            raise unreadable(item.partnership_id, item.sequence)
        said = item.sequence, item.digest, item.canonical, item.body, item.scope, None
        stored = ledger.stored(item.partnership_id, said)
        # The operator sees no case, so the partnership's own file is not asked, nor the key for it.
        partnership = Partnership(item.partnership_id)
        viewer = Viewer(None)
        data = row(stored, partnership, viewer, Numbering(None, ()))
        events.append(
            {
                "specversion": "1.0",
                "id": f"{item.partnership_id}/{item.sequence}",
                "source": _SOURCE,
                "type": f"partnerships.entry.{stored.chain['entry']}",
                "subject": item.partnership_id,
                "time": stored.chain["recorded_at"],
                "datacontenttype": "application/json",
                "cursor": ".".join(str(getattr(item, column.name)) for column in order),
                "data": data,
            }
        )
    return events


def _entries(ledger: Ledger, order: Sequence[ColumnElement[int]]) -> Select[Any]:
    """Read each place in the feed with the entry that it names, and nothing sealed."""
    outbox, entry, content = ledger.tables.outbox, ledger.tables.entry, ledger.tables.content
    said = entry.c.digest, entry.c.canonical, content.c.body, content.c.scope
    columns: list[ColumnElement[Any]] = [*order, outbox.c.partnership_id, outbox.c.sequence, *said]
    return select(*columns).select_from(
        outbox.outerjoin(entry, _same(outbox, entry)).outerjoin(content, _same(entry, content))
    )


def _same(one: Table, other: Table) -> ColumnElement[bool]:
    return and_(one.c.partnership_id == other.c.partnership_id, one.c.sequence == other.c.sequence)


def _order(ledger: Ledger) -> tuple[ColumnElement[int], ...]:
    """The order of acceptance: that of transactions where several write at once."""
    columns = ledger.tables.outbox.c
    if ledger.connection.dialect.name == "postgresql":
        return columns.era, columns.transaction, columns.position
    return (columns.position,)


def _settled(ledger: Ledger) -> ColumnElement[bool]:
    """Only what lies below the oldest running transaction: one that still runs may come out before the rest.

    The reader's own is one that still runs. Nothing of an earlier era runs: it came with a dump.
    """
    outbox = ledger.tables.outbox.c
    oldest: ColumnElement[int] = literal_column("(pg_snapshot_xmin(pg_current_snapshot())::text)::bigint")
    return (outbox.era < era_in_force(ledger.connection, ledger.tables.place)) | (outbox.transaction < oldest)


def _read_cursor(cursor: str, order: tuple[ColumnElement[int], ...]) -> tuple[int, ...]:
    numbers = read_text(cursor, "after").split(".")
    if len(numbers) != len(order) or not all(map(_is_number, numbers)):
        raise BadRequest("a cursor is what an earlier event carried as its `cursor`")
    return tuple(
        min(int(number), _LARGEST[column.name]) for number, column in zip(numbers, order, strict=True)
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _DIGITS
