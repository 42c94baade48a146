"""What a service lends to a delivery: its database, its clock and its settings."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from partnerships.lifecycle.days import write_instant
from partnerships.scheduler.context import Context
from partnerships.storage.ledger import Ledger

T = TypeVar("T")

OVERDUE = timedelta(hours=1)
"""What waits longer is taken by nobody: no process delivers, or none has the channel."""


class Run(Protocol):
    """Runs work in a transaction of its own, and once more where that failed and nothing was kept."""

    def __call__(self, work: Callable[[Ledger], T]) -> T:
        """Commit what the work writes, and give its result."""
        ...


@dataclass(frozen=True, slots=True)
class Post:
    """A database and who looks at it.

    `writing` runs work in a transaction, `reading` gives one moment of the database. `origin` tells this
    database from any other, so that no two make the same key.
    """

    writing: Run
    reading: Callable[[], AbstractContextManager[Ledger]]
    context: Context
    origin: str

    def now(self) -> datetime:
        """Give the instant of the service's clock."""
        return self.context.clock()

    def instant(self) -> str:
        """Give that instant as it is stored."""
        return write_instant(self.now())
