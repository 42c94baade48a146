"""To whom partners were introduced, as the sustainability reviews on file say (S6.10)."""

from __future__ import annotations

from typing import Any

from partnerships.workflows.overview.listing import Listing
from partnerships.workflows.overview.look import Look


class Introductions:
    """Introductions of the review on each file, whatever the partnership's state."""

    def __init__(self, limit: int) -> None:
        self._listing = Listing(limit)
        self._reviews = 0
        self._introductions = 0
        self._running_without = 0

    def add(self, look: Look) -> None:
        """Count one partnership in."""
        self._reviews += look.reviewed_on is not None
        self._introductions += len(look.introductions)
        if not look.introductions:
            self._running_without += look.runs
        elif look.reviewed_on is not None:
            self._listing.add(
                {
                    "id": look.id,
                    "name": look.name,
                    "state": str(look.state),
                    "held_on": look.reviewed_on.isoformat(),
                    "introductions": list(look.introductions),
                }
            )

    def as_json(self) -> dict[str, Any]:
        """Give how many there are, how many running partnerships have none on file, and each in words."""
        return {
            "reviews": self._reviews,
            "partnerships": self._listing.count,
            "running_without": self._running_without,
            "introductions": self._introductions,
            **self._listing.as_json(),
        }
