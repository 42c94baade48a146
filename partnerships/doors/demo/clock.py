"""The story's clock: it spans years and stands still while a person reads."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta


class StoryClock:
    """A clock that tells the day of the story, a second later at each reading."""

    def __init__(self, day: date) -> None:
        self._now = datetime.combine(day, time(9), tzinfo=UTC)

    def __call__(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now

    def turn_to(self, day: date) -> None:
        """Go on to nine o'clock of `day`, never back."""
        self._now = max(self._now, datetime.combine(day, time(9), tzinfo=UTC))
