"""Rhythms of civil days: anchor and n times so many months, always counted from the anchor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from partnerships.lifecycle.days import add_months


class Rhythm(NamedTuple):
    """Days every so many months after an anchor, clamped to the month's end, and then so many days later.

    The anchor itself is no day of the rhythm. Lengths are at least one month and no negative days.
    """

    anchor: date
    months: int
    days: int = 0

    def day(self, number: int) -> date | None:
        """Give the day with a number, counted from 1; None beyond the calendar's end."""
        try:
            return add_months(self.anchor, number * self.months) + timedelta(days=self.days)
        except (ValueError, OverflowError):
            return None

    def number_by(self, day: date) -> int:
        """Give the number of the latest day of the rhythm on or before a day, 0 where none has come."""
        if day <= self.anchor:
            return 0
        shifted = day - timedelta(days=self.days)
        passed = (shifted.year - self.anchor.year) * 12 + shifted.month - self.anchor.month
        number = passed // self.months
        latest = self.day(number)
        return max(number if latest is not None and latest <= day else number - 1, 0)

    def after(self, day: date) -> Iterator[date]:
        """Give the days of the rhythm after a day, in order, to the calendar's end."""
        number = self.number_by(day) + 1
        while (coming := self.day(number)) is not None:
            yield coming
            number += 1

    def nearest(self, day: date) -> date:
        """Give the day of the rhythm, or its anchor, that lies nearest to a day; the earlier of two."""
        number = self.number_by(day)
        before = self.day(number) if number else self.anchor
        following = self.day(number + 1)
        assert before is not None
        if following is None or day - before <= following - day:
            return before
        return following
