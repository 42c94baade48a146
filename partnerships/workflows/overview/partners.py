"""Which partnerships are with the same partner, by the identifiers that their profiles share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from sqlalchemy import exists, select, tuple_

from partnerships.storage.ledger import Ledger

T = TypeVar("T")
_AT_ONCE = 200


def sharing(ledger: Ledger, ids: list[str]) -> set[str]:
    """Give those of some partnerships that share an identifier with another one."""
    one, other = ledger.tables.identifier, ledger.tables.identifier.alias()
    is_shared = exists().where(
        other.c.scheme == one.c.scheme,
        other.c.value == one.c.value,
        other.c.partnership_id != one.c.partnership_id,
    )
    found: set[str] = set()
    for some in _parts(ids):
        query = select(one.c.partnership_id).where(one.c.partnership_id.in_(some), is_shared).distinct()
        found.update(ledger.connection.execute(query).scalars())
    return found


def with_same_partner(ledger: Ledger, id: str) -> set[str]:
    """Give all partnerships that share an identifier with this one, also by way of others; itself too."""
    table = ledger.tables.identifier
    found, known = {id}, set[tuple[str, str]]()
    ids = {id}
    while ids:
        named = set[tuple[str, str]]()
        for some in _parts(ids):
            by_id = select(table.c.scheme, table.c.value).where(table.c.partnership_id.in_(some))
            named.update((row.scheme, row.value) for row in ledger.connection.execute(by_id))
        ids = set()
        for pairs in _parts(named - known):
            by_name = select(table.c.partnership_id).where(tuple_(table.c.scheme, table.c.value).in_(pairs))
            ids.update(ledger.connection.execute(by_name.distinct()).scalars())
        known |= named
        ids -= found
        found |= ids
    return found


def _parts(items: Iterable[T]) -> Iterator[list[T]]:
    listed = list(items)
    return (listed[at : at + _AT_ONCE] for at in range(0, len(listed), _AT_ONCE))
