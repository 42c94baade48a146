"""When a failed try is made again: later each time, and not at the same moment as all the others."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Backoff:
    """Pauses that double from `first` to `longest`, each shortened by up to a half; `tries` in all.

    By default the last of twelve tries is made about half a day after the first.
    """

    first: timedelta = timedelta(seconds=30)
    longest: timedelta = timedelta(hours=6)
    tries: int = 12
    chance: Callable[[], float] = field(default=random.random, repr=False)

    def after(self, tries: int) -> timedelta | None:
        """Give the pause after so many failed tries, or None where there is no other."""
        if tries >= self.tries:
            return None
        times: int = 2 ** min(max(tries - 1, 0), 20)
        doubled = self.first * times
        return min(doubled, self.longest) * (1 - self.chance() / 2)
