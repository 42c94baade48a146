"""Where entries are in the log, and which checkpoint first covers them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from partnerships.storage.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Covered:
    """The sizes of all checkpoints, in order."""

    sizes: Sequence[int]

    @classmethod
    def of(cls, ledger: Ledger) -> Covered:
        """Read the sizes."""
        size = ledger.tables.checkpoint.c.size
        return cls(ledger.connection.execute(select(size).distinct().order_by(size)).scalars().all())

    def by(self, position: int | None) -> int | None:
        """Give the size of the first checkpoint that covers a leaf, or None where none does."""
        if position is None:
            return None
        number = bisect_right(self.sizes, position)
        return self.sizes[number] if number < len(self.sizes) else None


def places(ledger: Ledger, id: str) -> dict[int, dict[str, int | None]]:
    """Give {"position", "checkpoint"} for each sequence of a partnership that is in the log."""
    leaf, covered = ledger.tables.log_leaf, Covered.of(ledger)
    query = select(leaf.c.sequence, leaf.c.position).where(leaf.c.partnership_id == id)
    return {
        sequence: {"position": position, "checkpoint": covered.by(position)}
        for sequence, position in ledger.connection.execute(query)
    }
