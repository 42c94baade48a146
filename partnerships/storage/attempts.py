"""The chain over the attempts log, by which an attempt that is altered or taken out is missed.

The sequencer fills it, one process at a time, so that no command waits for another's: attempts are taken in
the order in which it meets them, by what has no link yet and never by a number above the last.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Column, Dialect, Executable, Table, bindparam, exists, func, insert, select

from partnerships.lifecycle.canonical import plain_canonical
from partnerships.storage.ledger import Ledger
from partnerships.storage.place import Place
from partnerships.storage.statements import Statement
from partnerships.storage.tables import Tables

ATTEMPT_DOMAIN = b"partnerships/attempt/1\n"
GENESIS = "0" * 64

_PAGE = 1000
_BEFORE_ALL = -(2**63)

_ready: dict[tuple[Place, str, str], AttemptStatements] = {}


class AttemptStatements:
    """The statements of the attempts' chain, for one place and dialect."""

    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        def compiled(executable: Executable) -> Statement:
            return Statement(executable, dialect)

        attempt, link = tables.attempt, tables.attempt_link
        taken = exists().where(link.c.attempt_id == attempt.c.id)
        self.head = compiled(select(link.c.position, link.c.digest).order_by(link.c.position.desc()).limit(1))
        self.unlinked = compiled(
            select(*_said(attempt))
            .where(attempt.c.id > bindparam("after"), ~taken)
            .order_by(attempt.c.id)
            .limit(bindparam("limit"))
        )
        self.count_unlinked = compiled(select(func.count()).select_from(attempt).where(~taken))
        self.insert = compiled(insert(link).values({c.name: bindparam(c.name) for c in link.c}).inline())
        self.linked = compiled(
            select(link.c.position, link.c.attempt_id, link.c.digest, *_said(attempt))
            .select_from(link.outerjoin(attempt, attempt.c.id == link.c.attempt_id))
            .where(link.c.position > bindparam("after"))
            .order_by(link.c.position)
            .limit(bindparam("limit"))
        )


def attempt_digest(previous: str, said: Sequence[Any]) -> str:
    """Chain an attempt, column by column, to the digest before it."""
    return hashlib.sha256(ATTEMPT_DOMAIN + bytes.fromhex(previous) + plain_canonical(list(said))).hexdigest()


def link_attempts(ledger: Ledger) -> str | None:
    """Link every attempt that is not linked yet, and give the chain's head, or None while there is none.

    Runs in the sequencer's transaction, which lets nobody else append.
    """
    statements, cursor = _statements(ledger), ledger.cursor
    row = statements.head.one(cursor, {})
    position, head = (int(row[0]), str(row[1])) if row is not None else (-1, GENESIS)
    after = _BEFORE_ALL
    # Whatever commits a lower number meanwhile is met by the next round, which begins at the first again.
    while unlinked := statements.unlinked.all(cursor, {"after": after, "limit": _PAGE}):
        links, after = [], unlinked[-1][0]
        for said in unlinked:
            position, head = position + 1, attempt_digest(head, said)
            links.append({"position": position, "attempt_id": said[0], "digest": head})
        ledger.wrote = True
        statements.insert.many(cursor, links)
    return head if position >= 0 else None


def linked_attempts(ledger: Ledger) -> Iterator[tuple[int, int, str, Sequence[Any]]]:
    """Give every link: position, attempt's number, digest, and the attempt (nulls where it is gone)."""
    statements, after = _statements(ledger), -1
    while page := statements.linked.all(ledger.cursor, {"after": after, "limit": _PAGE}):
        for row in page:
            yield row[0], row[1], row[2], row[3:]
        after = page[-1][0]


def count_unlinked(ledger: Ledger) -> int:
    """Give how many attempts are not linked yet: those since the latest checkpoint."""
    row = _statements(ledger).count_unlinked.one(ledger.cursor, {})
    assert row is not None
    return int(row[0])


def _said(attempt: Table) -> list[Column[Any]]:
    names = ("id", "partnership_id", "recorded_at", "asked", "actor", "fingerprint", "findings")
    return [attempt.c[name] for name in names]


def _statements(ledger: Ledger) -> AttemptStatements:
    dialect = ledger.connection.dialect
    kind = (ledger.tables.place, dialect.name, dialect.driver)
    if kind not in _ready:
        _ready[kind] = AttemptStatements(ledger.tables, dialect)
    return _ready[kind]
