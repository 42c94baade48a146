"""Rhythms: always from the anchor, clamped to the month's end, and the day of the month comes back."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.scheduler.rhythms import Rhythm
from tests.properties.profile import examples
from tests.scheduler.life import day

DAYS = st.dates(date(1999, 1, 1), date(2101, 12, 31))


def first(rhythm: Rhythm, many: int, after: str = "0001-01-01") -> list[str]:
    return [one.isoformat() for one in islice(rhythm.after(day(after)), many)]


@pytest.mark.parametrize(
    ("anchor", "months", "days"),
    [
        ("2024-01-31", 1, ["2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31"]),
        ("2023-01-31", 1, ["2023-02-28", "2023-03-31", "2023-04-30", "2023-05-31"]),
        ("2023-08-31", 6, ["2024-02-29", "2024-08-31", "2025-02-28", "2025-08-31"]),
        ("2024-02-29", 12, ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]),
        ("2024-10-30", 4, ["2025-02-28", "2025-06-30", "2025-10-30", "2026-02-28"]),
        ("2024-12-15", 1, ["2025-01-15", "2025-02-15", "2025-03-15", "2025-04-15"]),
    ],
)
def test_every_day_is_counted_from_the_anchor(anchor: str, months: int, days: list[str]) -> None:
    assert first(Rhythm(day(anchor), months), 4) == days


def test_the_anchor_itself_is_no_day_of_the_rhythm() -> None:
    assert first(Rhythm(day("2024-03-01"), 6), 1, after="2024-02-01") == ["2024-09-01"]
    assert first(Rhythm(day("2024-03-01"), 6), 1, after="2024-03-01") == ["2024-09-01"]


def test_what_comes_after_a_day_does_not_hold_that_day() -> None:
    assert first(Rhythm(day("2024-03-31"), 1), 2, after="2024-04-30") == ["2024-05-31", "2024-06-30"]


def test_a_rhythm_may_fall_some_days_later() -> None:
    assert first(Rhythm(day("2024-02-29"), 12, days=1), 2) == ["2025-03-01", "2026-03-01"]


def test_a_rhythm_ends_with_the_calendar() -> None:
    assert first(Rhythm(day("9998-01-31"), 12), 9) == ["9999-01-31"]
    assert first(Rhythm(day("9999-12-31"), 12), 9) == []
    assert Rhythm(day("9999-06-01"), 6).nearest(day("9999-12-31")) == day("9999-12-01")


@pytest.mark.parametrize(
    ("held_on", "nearest"),
    [
        ("2023-01-01", "2024-01-31"),
        ("2024-01-31", "2024-01-31"),
        ("2024-05-01", "2024-01-31"),
        ("2024-05-02", "2024-07-31"),
        ("2024-07-31", "2024-07-31"),
        ("2024-10-31", "2024-07-31"),
        ("2024-11-01", "2025-01-31"),
    ],
)
def test_a_day_belongs_to_the_nearest_of_a_rhythm(held_on: str, nearest: str) -> None:
    assert Rhythm(day("2024-01-31"), 6).nearest(day(held_on)) == day(nearest)


@examples(normally=60, long=2000)
@given(anchor=DAYS, months=st.integers(1, 14), days=st.integers(0, 3), until=st.integers(0, 1500))
def test_a_walk_through_the_calendar_meets_the_same_days(
    anchor: date, months: int, days: int, until: int
) -> None:
    rhythm = Rhythm(anchor, months, days)
    walked = [
        anchor + timedelta(days=passed + days)
        for passed in range(1, until + 1)
        if falls(anchor, anchor + timedelta(days=passed), months)
    ]
    last = anchor + timedelta(days=until + days)
    assert list(islice(rhythm.after(anchor - timedelta(days=1)), len(walked))) == walked
    assert rhythm.number_by(last) == len(walked)
    assert next(rhythm.after(last)) > last


def falls(anchor: date, on: date, months: int) -> bool:
    """Whether a day is the anchor's day of the month, or the month's last where the anchor's day is later."""
    apart = (on.year - anchor.year) * 12 + on.month - anchor.month
    is_last = (on + timedelta(days=1)).day == 1
    return apart > 0 and apart % months == 0 and (on.day == anchor.day or (is_last and anchor.day > on.day))
