"""A duty: something that one process does again and again, and what it says afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from partnerships.errors import BadRequest

LONGEST = 366 * 86400
"""The longest interval, in seconds."""


class Stopped(Exception):
    """Raised by a duty that was told to end and did, between two batches; what it did so far is kept."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth a log line of its own: codes, ids and numbers, nothing that people wrote.

    One that is `passing` is tried again by itself, so that nobody need look at it yet.
    """

    event: str
    facts: Mapping[str, str | int | None]
    passing: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What one round did: `counts` add up from round to round, `standing` is how things are now."""

    counts: Mapping[str, int]
    standing: Mapping[str, int] = field(default_factory=dict)
    notes: Sequence[Note] = ()


@dataclass(frozen=True, slots=True)
class Duty:
    """A round of work under a name, every so many seconds; several may run it at once, on any machine.

    Raises BadRequest for an interval that cannot be.
    """

    name: str
    every: float
    run: Callable[[], Report]

    def __post_init__(self) -> None:
        if not 0 < self.every <= LONGEST:
            raise BadRequest(f"every: {self.name} needs more than 0 seconds, and at most {LONGEST}")
