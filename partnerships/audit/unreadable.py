"""Entries whose rows do not hold what an entry is."""

from __future__ import annotations

from partnerships.errors import PartnershipsError

UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)
"""What an entry raises that does not say what an entry says."""


def unreadable(id: str, sequence: int) -> PartnershipsError:
    """Give the error that stops a reading at an entry, with its place and what looks closer."""
    told = f"entry {sequence} of partnership {id} cannot be read"
    return PartnershipsError(f"{told}; `partnerships audit verify` looks closer")
