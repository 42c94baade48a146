"""How long ago each duty last went well: the one sign of life that a clock cannot fake."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock
from time import monotonic
from typing import Any


class Health:
    """Ages of the last good rounds, in seconds; before the first one, since this was made.

    `stale_after` says for each duty that counts how old its last good round may be. `clock` gives seconds
    and never jumps.
    """

    def __init__(self, stale_after: Mapping[str, float], clock: Callable[[], float] = monotonic) -> None:
        self._limits = dict(stale_after)
        self._clock = clock
        self._began = clock()
        self._good: dict[str, float] = {}
        self._lock = Lock()

    def good(self, duty: str) -> None:
        """Take in that a duty went well just now."""
        with self._lock:
            self._good[duty] = self._clock()

    def age(self, duty: str) -> float:
        """Give the seconds since a duty last went well."""
        with self._lock:
            return self._clock() - self._good.get(duty, self._began)

    @property
    def is_fresh(self) -> bool:
        """Tell whether every duty that counts went well within its time."""
        return all(self.age(duty) <= limit for duty, limit in self._limits.items())

    def answer(self) -> dict[str, Any]:
        """Give the health as JSON: fresh or stale, and the age of each duty's last good round."""
        with self._lock:
            known = sorted({*self._limits, *self._good})
        return {
            "status": "fresh" if self.is_fresh else "stale",
            "duties": {
                duty: {
                    "age_seconds": round(self.age(duty), 3),
                    "stale_after_seconds": self._limits.get(duty),
                    "went_well": duty in self._good,
                }
                for duty in known
            },
        }
