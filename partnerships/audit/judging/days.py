"""The civil day on which an entry was recorded, where its partnership was looked after then."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.settings import Settings
from partnerships.scheduler.zones import zone_of


def recorded_day(recorded_at: str, partnership: Partnership, settings: Settings) -> date:
    """Give the civil day of an instant (UTC, as recorded) in the partnership's zone, or else the office's."""
    zone = zone_of(partnership, settings)
    return date.fromisoformat(recorded_at[:10]) if zone == "UTC" else _day_in(recorded_at, zone)


@lru_cache(maxsize=1024)
def _day_in(recorded_at: str, zone: str) -> date:
    return datetime.fromisoformat(recorded_at).astimezone(ZoneInfo(zone)).date()
