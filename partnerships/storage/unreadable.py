"""Entries whose rows do not hold what an entry is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from partnerships.errors import PartnershipsError
from partnerships.lifecycle.entries import Entry
from partnerships.lifecycle.fold import fold
from partnerships.lifecycle.partnership import Partnership

UNREADABLE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What an entry raises that does not say what an entry says."""


def unreadable(id: str, sequence: int | None = None) -> PartnershipsError:
    """Give the error that stops a reading at an entry, or at a history, and what looks closer."""
    which = f"entry {sequence}" if sequence is not None else "the history"
    return PartnershipsError(
        f"{which} of partnership {id} cannot be read; `partnerships audit verify` looks closer"
    )


def folded(id: str, entries: Iterable[Entry], **axes: Any) -> Partnership:
    """Rebuild a partnership as `fold` does; raises PartnershipsError where its entries cannot be read."""
    try:
        return fold(id, entries, **axes)
    except UNREADABLE:
        raise unreadable(id) from None
