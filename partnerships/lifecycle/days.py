"""Civil days: parsing, and adding months from an anchor, clamped to the month's end."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def parse_day(text: object) -> date:
    """Read an ISO day written out as YYYY-MM-DD; raises ValueError for anything else."""
    if type(text) is date:
        return text
    if not isinstance(text, str) or not _DAY.fullmatch(text):
        raise ValueError("must be a day written as YYYY-MM-DD")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text} is not a day of the calendar") from None


def parse_instant(text: object) -> datetime:
    """Read an ISO instant with its offset, as UTC; raises ValueError for anything else."""
    if isinstance(text, datetime):
        moment = text
    elif isinstance(text, str):
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise ValueError("must be an instant such as 2024-03-01T09:30:00Z") from None
    else:
        raise ValueError("must be an instant such as 2024-03-01T09:30:00Z")
    if moment.tzinfo is None:
        raise ValueError("must say its offset from UTC, such as 2024-03-01T09:30:00Z")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("must be an instant whose day in UTC is one of the calendar") from None


@lru_cache(maxsize=4096)
def write_day(day: date) -> str:
    """Write a day as YYYY-MM-DD; the same few days are written again and again."""
    return day.isoformat()


def write_instant(moment: datetime) -> str:
    """Write an instant in UTC to the microsecond, so that text order is time order."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return f"{write_day(moment.date())}T{moment.time().isoformat('microseconds')}Z"


def add_months(anchor: date, months: int) -> date:
    """Give the same day `months` later, or the month's last day where that day does not exist."""
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    try:
        return date(year, month + 1, anchor.day)
    except ValueError:
        return date(year, month + 1, calendar.monthrange(year, month + 1)[1])


def is_older(anchor: date, months: int, day: date) -> bool:
    """Tell whether more than `months` have passed from an anchor to a day; the last day is in time."""
    try:
        return add_months(anchor, months) < day
    except ValueError:
        # The calendar ends before they have passed.
        return False


def day_after(day: date) -> date:
    """Give the next day; the calendar's last day has none and is given itself."""
    return day + timedelta(days=1) if day < date.max else day
