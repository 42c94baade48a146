"""Strategic partners with whom nobody talks about the end (S6.23)."""

from __future__ import annotations

from datetime import date
from typing import Any

from partnerships.lifecycle.days import is_older
from partnerships.lifecycle.vocabulary import State
from partnerships.workflows.overview.listing import Listing
from partnerships.workflows.overview.look import Look


class ExitDialogues:
    """Strategic partnerships without an exit dialogue on file, or whose last one is older than `months`.

    With 0 months a dialogue counts for good, as a review does under L7.
    """

    def __init__(self, day: date, months: int, limit: int) -> None:
        self._day, self._months = day, months
        self._listing = Listing(limit)
        self._strategic = 0

    def add(self, look: Look) -> None:
        """Count one partnership in."""
        if look.state != State.STRATEGIC:
            return
        self._strategic += 1
        last = look.talked_on
        if last is None or (self._months and is_older(last, self._months, self._day)):
            self._listing.add(
                {
                    "id": look.id,
                    "name": look.name,
                    "began_on": look.began_on.isoformat() if look.began_on else None,
                    "last_held_on": last.isoformat() if last else None,
                }
            )

    def as_json(self) -> dict[str, Any]:
        """Give how many strategic partnerships there are, how many lack a dialogue, and which."""
        return {
            "months": self._months,
            "strategic": self._strategic,
            "without": self._listing.count,
            **self._listing.as_json(),
        }
