"""What stands at the head of an export: when it was made, of what, and which checkpoint it can be held to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Header:
    """One export: the instant it was made (UTC), the program's version, the latest checkpoint, its size."""

    made_at: str
    version: str
    policy: str
    checkpoint: str | None = None
    checkpoint_size: int | None = None
