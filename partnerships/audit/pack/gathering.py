"""What goes into a pack, read from the database in order and in constant memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, func, null, select

from partnerships.storage.ledger import Ledger
from partnerships.storage.octets import as_bytes
from partnerships.storage.unreadable import UNREADABLE, unreadable

_AT_ONCE = 1000

Head = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Kept:
    """One entry as it is kept, with its place in the log; what was erased or not asked for is None."""

    partnership: str
    sequence: int
    digest: str
    canonical: bytes
    position: int
    salt: bytes | None
    body: bytes | None
    scope: str | None
    sealed: bytes | None


class Gathering:
    """Reads the log's first `size` leaves and their entries; `ids` narrows entries to some partnerships."""

    def __init__(self, ledger: Ledger, size: int, ids: Sequence[str] | None) -> None:
        self._connection = ledger.connection
        self._tables = ledger.tables
        self._size = size
        self._ids = ids

    def leaves(self) -> Iterator[tuple[str, str]]:
        """Give kind and digest of each leaf, in the log's order."""
        leaf = self._tables.log_leaf
        query = select(leaf.c.kind, leaf.c.digest).where(leaf.c.position < self._size)
        return ((row[0], row[1]) for row in self._run(query.order_by(leaf.c.position)))

    def entries(self, *, sealed: bool) -> Iterator[Kept]:
        """Give the entries in the order of partnership and sequence; with `sealed`, sealed contents too.

        The auditor's role may not read the sealed column: it is asked for only where something is opened.
        """
        entry, content, leaf = self._tables.entry, self._tables.content, self._tables.log_leaf
        columns = [
            entry.c.partnership_id,
            entry.c.sequence,
            entry.c.digest,
            entry.c.canonical,
            leaf.c.position,
        ]
        columns += [content.c.salt, content.c.body, content.c.scope]
        query = (
            select(*columns, content.c.sealed if sealed else null())
            .select_from(entry)
            .join(leaf, _same(entry, leaf))
            .outerjoin(content, _same(entry, content))
            .where(leaf.c.position < self._size)
        )
        if self._ids is not None:
            query = query.where(entry.c.partnership_id.in_(self._ids))
        for row in self._run(query.order_by(entry.c.partnership_id, entry.c.sequence)):
            yield _kept(row)

    def heads(self) -> Iterator[Head]:
        """Give every partnership's last entry within the leaves, in the order of ids."""
        leaf = self._tables.log_leaf
        newest = (
            select(leaf.c.partnership_id, func.max(leaf.c.sequence).label("sequence"))
            .where(leaf.c.position < self._size, leaf.c.partnership_id.is_not(None))
            .group_by(leaf.c.partnership_id)
            .subquery("newest")
        )
        query = select(leaf.c.partnership_id, leaf.c.sequence, leaf.c.digest).join(
            newest, _same(leaf, newest)
        )
        return ((row[0], row[1], row[2]) for row in self._run(query.order_by(leaf.c.partnership_id)))

    def count_later(self) -> int:
        """Count the entries that the leaves do not cover."""
        entry, leaf = self._tables.entry, self._tables.log_leaf
        covered = leaf.c.partnership_id.is_not(None) & (leaf.c.position < self._size)
        queries = [
            select(func.count()).select_from(entry),
            select(func.count()).select_from(leaf).where(covered),
        ]
        if self._ids is not None:
            queries = [
                query.where(table.c.partnership_id.in_(self._ids))
                for query, table in zip(queries, (entry, leaf), strict=True)
            ]
        in_all, in_log = (int(self._connection.execute(query).scalar_one()) for query in queries)
        return max(in_all - in_log, 0)

    def count_erased_later(self) -> int:
        """Count the contents of these entries that were erased by entries that the leaves do not cover."""
        erased, leaf = self._tables.erased, self._tables.log_leaf
        by = leaf.alias("by_leaf")
        says_so = and_(by.c.partnership_id == erased.c.partnership_id, by.c.sequence == erased.c.by_sequence)
        query = (
            select(func.count())
            .select_from(erased)
            .join(leaf, _same(erased, leaf))
            .outerjoin(by, says_so)
            .where(leaf.c.position < self._size, func.coalesce(by.c.position, self._size) >= self._size)
        )
        if self._ids is not None:
            query = query.where(erased.c.partnership_id.in_(self._ids))
        return int(self._connection.execute(query).scalar_one())

    def _run(self, query: Select[Any]) -> Iterator[Sequence[Any]]:
        yield from self._connection.execute(query, execution_options={"yield_per": _AT_ONCE})


def _kept(row: Any) -> Kept:
    id, sequence, digest, canonical, position, salt, body, scope, sealed = row
    try:
        read = as_bytes(canonical), position, _bytes(salt), _bytes(body), scope, _bytes(sealed)
    except UNREADABLE:
        raise unreadable(id, sequence) from None
    return Kept(id, sequence, digest, *read)


def _same(one: Any, other: Any) -> Any:
    return and_(one.c.partnership_id == other.c.partnership_id, one.c.sequence == other.c.sequence)


def _bytes(value: Any) -> bytes | None:
    return None if value is None else as_bytes(value)
