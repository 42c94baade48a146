"""The histories of some partnerships, or of all, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from sqlalchemy import func, select

from partnerships.audit.judging.walk import Walk
from partnerships.storage.ledger import Ledger
from partnerships.storage.rows import Stored
from partnerships.storage.unreadable import UNREADABLE, unreadable
from partnerships.workflows.arguments import read_id, unknown

_PAGE = 500

Progress = Callable[[int, int | None], None]
"""Is told how many partnerships are done, and of how many."""


def histories(
    ledger: Ledger,
    ids: Sequence[str] | None = None,
    *,
    sealed: bool = False,
    progress: Progress | None = None,
) -> Iterator[tuple[str, Iterator[Stored]]]:
    """Give each partnership's id and its entries, in order of id, or as they are named.

    With `sealed`, sealed contents are opened but for those whose key was destroyed. Raises
    UnknownPartnership for an id that is not on file, and SealingKeyError where key or bytes do not fit.
    """
    chosen = every_id(ledger) if ids is None else ids
    total = len(ids) if ids is not None else how_many(ledger) if progress else None
    for done, id in enumerate(chosen):
        if progress is not None:
            progress(done, total)
        history = _opened(ledger, read_id(id)) if sealed else ledger.history(read_id(id))
        first = next(history, None)
        if first is None:
            raise unknown(id)
        yield id, chain((first,), history)
    if progress is not None and total is not None:
        progress(total, total)


def walks(
    ledger: Ledger,
    ids: Sequence[str] | None = None,
    *,
    sealed: bool = False,
    progress: Progress | None = None,
) -> Iterator[Walk]:
    """Give the walk through each partnership's history, as `histories` gives them."""
    for id, history in histories(ledger, ids, sealed=sealed, progress=progress):
        yield Walk(id, history, opens=sealed)


def go_through(id: str, history: Iterator[Stored], take: Callable[[Stored], None]) -> Stored | None:
    """Let each entry be taken, and give the last; raises PartnershipsError at one that is none, naming it."""
    sequence, stored = 0, None
    while True:
        try:
            sequence += 1
            stored = next(history)
            stored.as_entry()
            take(stored)
        except StopIteration:
            return stored
        except UNREADABLE:
            raise unreadable(id, sequence) from None


def _opened(ledger: Ledger, id: str) -> Iterator[Stored]:
    """Give the entries with sealed contents opened, but for those whose key was destroyed."""
    key = ledger.statements.select_data_key
    for stored in ledger.history(id):
        scope = {"partnership_id": id, "scope": stored.scope}
        if stored.is_sealed and key.one(ledger.cursor, scope) is not None:
            opened = ledger.entry(id, stored.sequence, sealed=True)
            assert opened is not None
            stored = opened
        yield stored


def every_id(ledger: Ledger) -> Iterator[str]:
    """Give every partnership that has an entry, in order of id, whatever the projection holds."""
    column, after = ledger.tables.entry.c.partnership_id, ""
    query = select(column).distinct().order_by(column).limit(_PAGE)
    while page := ledger.connection.execute(query.where(column > after)).scalars().all():
        yield from page
        after = page[-1]


def how_many(ledger: Ledger) -> int:
    """Give the number of partnerships that have an entry."""
    column = ledger.tables.entry.c.partnership_id
    return int(ledger.connection.execute(select(func.count(column.distinct()))).scalar_one())
