"""Octets: what a column of bytes gives, held to be bytes."""

from __future__ import annotations


def as_bytes(kept: object) -> bytes:
    """Give kept bytes; raises ValueError for a value of another type, which SQLite keeps as it was given."""
    if type(kept) is bytes:
        return kept
    if isinstance(kept, bytes | memoryview):
        return bytes(kept)
    told = f"a value of type {type(kept).__name__} is kept where bytes belong"
    raise ValueError(f"{told}; `partnerships audit verify` says where")
