"""The host's choices: the policies, the clock, the door, and the civil day where a partnership is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.policy import Policy, in_force
from partnerships.lifecycle.records import Arrangement
from partnerships.lifecycle.settings import Settings


@dataclass(frozen=True)
class Context:
    """The host's choices for one service."""

    policies: Sequence[Policy]
    clock: Callable[[], datetime]
    door: str
    principal: str | None

    @cached_property
    def settings(self) -> Settings:
        """Give the settings of the newest policy version, which hold for everything but decisions."""
        return self.versions[-1].settings

    @cached_property
    def versions(self) -> tuple[Policy, ...]:
        """Give the policy versions in the order in which they come into force."""
        return tuple(sorted(self.policies, key=lambda policy: policy.in_force_from))

    def policy(self, day: date) -> tuple[Policy, bool]:
        """Give the version in force on a day, and whether the day lies before the first one."""
        return in_force(self.versions, day)

    def today(self, partnership: Partnership | None = None) -> date:
        """Give the civil day in the partnership's time zone, or else the office's."""
        zone = self.settings.office_time_zone
        arrangement = partnership.file.get(Arrangement) if partnership else None
        if arrangement is not None:
            zone = arrangement.raw.get("time_zone", zone)
        now = self.clock()
        if zone == "UTC" and now.tzinfo is UTC:
            return now.date()
        return now.astimezone(ZoneInfo(zone)).date()
