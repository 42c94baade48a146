"""Legal holds chained, in the order in which they were placed and lifted; the log has the chain's head."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from partnerships.audit.verifying.fault import Fault
from partnerships.audit.verifying.instants import SLACK
from partnerships.lifecycle.canonical import plain_canonical, read_json
from partnerships.lifecycle.days import parse_instant
from partnerships.storage.holds import Hold, holds, steps
from partnerships.storage.ledger import Ledger
from partnerships.storage.octets import as_bytes
from partnerships.storage.unreadable import UNREADABLE
from partnerships.storage.upkeep import remember, remembered

_DOMAIN = b"partnerships/hold/1\n"
_GENESIS = bytes(32)
_STATED = "holds"
"""The row of `upkeep` that has the head which the newest leaf states; without it that is stated once more."""

RULES = {
    "holds.altered": "A legal hold, or its lifting, is not what the log states, or was taken out.",
    "holds.erased": "Something was erased while a legal hold stood.",
}
"""What each rule means."""


def new_head(ledger: Ledger) -> str | None:
    """Give the chain's head where no leaf states it yet, to be stated by one now, or None."""
    *_, head = ["", *_heads(ledger)]
    if not head or head == remembered(ledger, _STATED):
        return None
    remember(ledger, _STATED, head)
    return head


def check_holds(ledger: Ledger, stated: Sequence[tuple[int, str]]) -> Iterator[Fault]:
    """Give the first of the log's leaves, by position and digest, that states what the holds are not."""
    heads = set(_heads(ledger))
    for position, digest in stated:
        if digest not in heads:
            detail = "the legal holds are not those of this leaf: a step was altered, or taken out"
            yield Fault("holds.altered", detail, position=position)
            return


def check_held(ledger: Ledger) -> Iterator[Fault]:
    """Give erasures of what was held then: the hold may have been taken out for that, and put back.

    Clocks differ, so the hold has to be placed, and not lifted, an hour before and after.
    """
    try:
        stood = [(hold.partnership, *_times(hold)) for hold in holds(ledger)]
    except (TypeError, ValueError):
        # A step that cannot be read is told where it is held against the log.
        return
    for id, since, until in stood:
        for sequence, at in _erasures(ledger, id):
            if since + SLACK < at and (until is None or at < until - SLACK):
                yield Fault("holds.erased", "erased while a legal hold stood", id, sequence)


def count_unstated(ledger: Ledger, stated: Sequence[tuple[int, str]]) -> int:
    """Give how many steps came after the newest leaf."""
    heads = ["", *_heads(ledger)]
    newest = stated[-1][1] if stated else ""
    return len(heads) - 1 - heads.index(newest) if newest in heads else 0


def _heads(ledger: Ledger) -> Iterator[str]:
    """Give the digest of each step, chained to the one before."""
    before = _GENESIS
    for step in steps(ledger):
        before = sha256(_DOMAIN + before + _written(step)).digest()
        yield before.hex()


def _times(hold: Hold) -> tuple[datetime, datetime | None]:
    lifted = hold.lifted
    return parse_instant(hold.placed_at), parse_instant(lifted["at"]) if lifted is not None else None


def _erasures(ledger: Ledger, id: str) -> Iterator[tuple[int, datetime]]:
    """Give a partnership's erasures, each with its instant; one that cannot be read is told elsewhere."""
    entry, erased = ledger.tables.entry, ledger.tables.erased
    named = select(erased.c.by_sequence).where(erased.c.partnership_id == id)
    query = select(entry.c.sequence, entry.c.canonical).where(
        entry.c.partnership_id == id, entry.c.sequence.in_(named)
    )
    for sequence, canonical in ledger.connection.execute(query).all():
        with suppress(*UNREADABLE):
            yield sequence, parse_instant(read_json(as_bytes(canonical))["recorded_at"])


def _written(step: Sequence[Any]) -> bytes:
    """Write what is kept of a step; SQLite keeps values of any type as it was given them."""
    try:
        return plain_canonical(list(step))
    except (TypeError, ValueError):
        return repr(step).encode(errors="surrogateescape")
