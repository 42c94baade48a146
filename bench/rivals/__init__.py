"""What others would use instead, each written as its own documentation says.

All are given what ours is given: the command that renews, with its actor and reason. Each guards the decision
by state and endline, keeps all of it in a history of its own and moves the current state, in one transaction
that is on disk when it ends. None of them checks more, chains, digests or keeps a file of evidence.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import UTC, date, datetime
from typing import Any

from bench.scene import Commands, days

STATE = "active_activity"
ENDLINE = date(9000, 1, 1)


def today() -> date:
    """Give the day on which a guard asks."""
    return datetime.now(UTC).date()


class Rival(ABC):
    """Renews one partnership; `command` is the decision that the next renewal is given."""

    def __init__(self) -> None:
        self._days = days()
        self._commands = Commands("p-1")
        self.command = self._next()

    @abstractmethod
    def renew(self) -> None:
        """Renew once: guarded, recorded, and on disk."""

    def prepare(self) -> None:
        """Renew once untimed: what comes before ours warms it as well."""
        self.renew()
        self.command = self._next()

    def _next(self) -> dict[str, Any]:
        return self._commands.renewal(next(self._days))
