"""Whether the instants that entries claim fit the checkpoints between which they came into the log."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import timedelta

from partnerships.lifecycle.days import parse_instant, write_instant

SLACK = timedelta(hours=1)
"""How far an entry may lie outside: clocks differ, and a host's transaction may be long."""


class Instants:
    """Between which instants an entry at a position of the log was recorded.

    `windows` are pairs of the earliest and the latest, one before each of `sizes` and one after the last.
    """

    def __init__(self, checkpoints: Iterable[tuple[int, str]]) -> None:
        """Take sizes with the instants of their signing; raises ValueError for what is no instant."""
        first: dict[int, str] = {}
        for size, made_at in checkpoints:
            first.setdefault(size, made_at)
        pairs = sorted(first.items())
        moments = [parse_instant(made_at) for _, made_at in pairs]
        self.sizes = [size for size, _ in pairs]
        earliest = ["", *(write_instant(moment - SLACK) for moment in moments)]
        latest = [*(write_instant(moment + SLACK) for moment in moments), "~"]
        self.windows = list(zip(earliest, latest, strict=True))

    def around(self, position: int | None) -> tuple[str, str]:
        """Give the earliest and the latest instant; without a position those after the newest checkpoint."""
        return self.windows[-1 if position is None else bisect_right(self.sizes, position)]
