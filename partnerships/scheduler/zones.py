"""The civil day of a partnership: that of its arrangement's time zone, or else of the office's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.settings import Settings

_FURTHEST_EAST = timezone(timedelta(hours=14))


def zone_of(partnership: Partnership, settings: Settings) -> str:
    """Give the name of the time zone whose day counts for a partnership."""
    arrangement = partnership.file.records.get("arrangement")
    own = arrangement.raw.get("time_zone") if arrangement is not None else None
    return str(own or settings.office_time_zone)


def civil_day(moment: datetime, partnership: Partnership, settings: Settings) -> date:
    """Give the civil day of a partnership at an instant; raises ValueError for one without an offset."""
    zone = zone_of(partnership, settings)
    if zone == "UTC" and moment.tzinfo is UTC:
        return moment.date()
    return _aware(moment).astimezone(ZoneInfo(zone)).date()


def latest_day(moment: datetime) -> date:
    """Give the latest civil day anywhere at an instant: nothing with a later due day is due for anybody."""
    return _aware(moment).astimezone(_FURTHEST_EAST).date()


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("an instant needs its offset from UTC")
    return moment
