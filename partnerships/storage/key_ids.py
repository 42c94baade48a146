"""Which sealing key a database is under: `meta` names the first one, and each that took its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Dialect, select

from partnerships.errors import SealingKeyError
from partnerships.storage.place import Place
from partnerships.storage.statements import Statement, statements_at

if TYPE_CHECKING:
    from partnerships.storage.ledger import Ledger

FIRST = "sealing_key"
FINGERPRINTS = "fingerprint_key"

_ready: dict[tuple[Place, str, str], Statement] = {}


def named(base: str, number: int) -> str:
    """Give a name of `meta`: plain for the first key, numbered for those after it."""
    return base if number == 1 else f"{base}/{number}"


def current_key(cursor: Any, place: Place, dialect: Dialect) -> tuple[int, str] | None:
    """Give the number and id of the key in use, or None for a database that has none yet.

    Raises SealingKeyError where the names of earlier keys are not all there.
    """
    kind = (place, dialect.name, dialect.driver)
    if kind not in _ready:
        meta = statements_at(place, dialect).tables.meta
        query = select(meta.c.name, meta.c.value).where(meta.c.name.startswith(FIRST))
        _ready[kind] = Statement(query, dialect)
    found = {str(name): str(value) for name, value in _ready[kind].all(cursor, {})}
    number = len(found)
    if found and named(FIRST, number) not in found:
        raise SealingKeyError("the database does not say which sealing key it is under: `meta` was altered")
    return (number, found[named(FIRST, number)]) if found else None


def check_current(ledger: Ledger) -> None:
    """Raise SealingKeyError where another key took the place of this one since the database was opened."""
    known = current_key(ledger.cursor, ledger.tables.place, ledger.connection.dialect)
    if known is not None and known[1] != ledger.key().id:
        raise SealingKeyError("the sealing key was changed; open the database anew, with the new one")
