"""The civil day: midnight where the partnership is looked after, in every zone, through every change."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from partnerships.lifecycle.settings import Settings
from partnerships.scheduler.zones import civil_day, latest_day, zone_of
from tests.scheduler.life import SETTINGS, Life, strategic

ZONES = sorted(zoneinfo.available_timezones())
MOMENTS = [datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=5 * step) for step in range(1760)]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def in_zone(zone: str) -> Life:
    life = Life("2023-12-01")
    life.has("arrangement", time_zone=zone)
    return life


@pytest.mark.parametrize(
    ("zone", "moment", "expected"),
    [
        ("Europe/Copenhagen", "2024-03-30T22:59:59Z", "2024-03-30"),
        ("Europe/Copenhagen", "2024-03-30T23:00:00Z", "2024-03-31"),
        ("Europe/Copenhagen", "2024-03-31T21:59:59Z", "2024-03-31"),
        ("Europe/Copenhagen", "2024-03-31T22:00:00Z", "2024-04-01"),
        ("Europe/Copenhagen", "2024-10-26T22:00:00Z", "2024-10-27"),
        ("Europe/Copenhagen", "2024-10-27T22:59:59Z", "2024-10-27"),
        ("Europe/Copenhagen", "2024-10-27T23:00:00Z", "2024-10-28"),
        ("Africa/Cairo", "2024-04-25T21:59:59Z", "2024-04-25"),
        ("Africa/Cairo", "2024-04-25T22:00:00Z", "2024-04-26"),
        ("America/Santiago", "2024-09-08T03:59:59Z", "2024-09-07"),
        ("America/Santiago", "2024-09-08T04:00:00Z", "2024-09-08"),
        ("Asia/Kathmandu", "2024-05-01T18:14:59Z", "2024-05-01"),
        ("Asia/Kathmandu", "2024-05-01T18:15:00Z", "2024-05-02"),
        ("Pacific/Kiritimati", "2024-05-01T10:00:00Z", "2024-05-02"),
        ("Pacific/Pago_Pago", "2024-05-01T10:59:59Z", "2024-04-30"),
    ],
)
def test_the_day_turns_at_the_zones_own_midnight(zone: str, moment: str, expected: str) -> None:
    life = in_zone(zone)
    assert civil_day(at(moment), life.partnership, SETTINGS) == date.fromisoformat(expected)


@pytest.mark.parametrize("zone", ZONES)
def test_in_every_zone_each_day_comes_once_and_in_order(zone: str) -> None:
    """Every five hours through a year with both changes of the clocks."""
    partnership = in_zone(zone).partnership
    days = [civil_day(moment, partnership, SETTINGS) for moment in MOMENTS]
    assert days == sorted(days)
    assert {(later - earlier).days for earlier, later in pairwise(days)} == {0, 1}
    assert all(found <= latest_day(moment) for found, moment in zip(days, MOMENTS, strict=True))


def test_what_is_due_on_a_day_that_a_zone_skips_is_due_on_the_next() -> None:
    """Samoa went from 29 to 31 December 2011."""
    life = strategic("2011-06-30")
    life.has("arrangement", time_zone="Pacific/Apia")
    found = []
    for moment in ("2011-12-30T09:59:59Z", "2011-12-30T10:00:00Z"):
        today = civil_day(at(moment), life.partnership, SETTINGS)
        found.append((today.isoformat(), [one.due_on.isoformat() for one in life.day(today).due()]))
    assert found == [("2011-12-29", []), ("2011-12-31", ["2011-12-30"])]


def test_the_arrangements_zone_comes_before_the_offices() -> None:
    office = Settings(office_time_zone="Asia/Tokyo")
    assert zone_of(Life().partnership, office) == "Asia/Tokyo"
    assert zone_of(in_zone("Africa/Nairobi").partnership, office) == "Africa/Nairobi"
    no_zone = Life()
    no_zone.has("arrangement")
    assert zone_of(no_zone.partnership, office) == "Asia/Tokyo"


@pytest.mark.parametrize("function", [latest_day, lambda at: civil_day(at, Life().partnership, SETTINGS)])
def test_an_instant_says_its_offset(function) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match="offset"):
        function(datetime(2024, 1, 1))  # noqa: DTZ001


def test_one_instant_is_due_in_the_east_and_not_yet_in_the_west() -> None:
    moment = at("2024-07-30T11:00:00Z")
    found = {}
    for zone in ("Pacific/Kiritimati", "Europe/Copenhagen", "Pacific/Pago_Pago"):
        life = strategic("2024-01-31")
        life.has("arrangement", time_zone=zone)
        today = civil_day(moment, life.partnership, SETTINGS)
        found[zone] = [str(one.kind) for one in life.day(today).due()]
    assert found == {
        "Pacific/Kiritimati": ["sustainability_review"],
        "Europe/Copenhagen": [],
        "Pacific/Pago_Pago": [],
    }
