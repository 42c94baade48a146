"""The histories of some partnerships, or of all, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from sqlalchemy import func, select

from partnerships.audit.walk import Walk
from partnerships.errors import UnknownPartnership
from partnerships.storage.ledger import Ledger

_PAGE = 500

Progress = Callable[[int, int | None], None]
"""Is told how many partnerships are done, and of how many."""


def walks(
    ledger: Ledger, ids: Sequence[str] | None, *, sealed: bool = False, progress: Progress | None = None
) -> Iterator[Walk]:
    """Give the walk through each partnership's history, in order of id, or as they are named.

    Raises UnknownPartnership for an id that is not on file.
    """
    chosen = every_id(ledger) if ids is None else _known(ledger, ids)
    total = len(ids) if ids is not None else how_many(ledger) if progress else None
    for done, id in enumerate(chosen):
        if progress is not None:
            progress(done, total)
        yield Walk(id, ledger.history(id, sealed=sealed))
    if progress is not None and total is not None:
        progress(total, total)


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


def _known(ledger: Ledger, ids: Iterable[str]) -> Iterator[str]:
    for id in ids:
        if next(iter(ledger.history(id)), None) is None:
            raise UnknownPartnership(
                f"there is no partnership {id!r}; `partnerships list` shows those on file"
            )
        yield id
