"""Civil days and instants: months from an anchor, clamped; ISO text and nothing else."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.lifecycle.days import (
    add_months,
    day_after,
    is_older,
    parse_day,
    parse_instant,
    write_instant,
)

DAYS = st.dates(date(1600, 1, 1), date(2400, 12, 31))
MONTHS = st.integers(-600, 600)


@pytest.mark.parametrize(
    ("anchor", "months", "day"),
    [
        ("2024-01-31", 1, "2024-02-29"),
        ("2023-01-31", 1, "2023-02-28"),
        ("1900-01-31", 1, "1900-02-28"),
        ("2000-01-31", 1, "2000-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2024-02-29", 1, "2024-03-29"),
        ("2024-01-31", 2, "2024-03-31"),
        ("2024-08-31", 6, "2025-02-28"),
        ("2024-12-31", 1, "2025-01-31"),
        ("2024-12-15", 0, "2024-12-15"),
        ("2024-03-31", -1, "2024-02-29"),
        ("2024-01-15", -1, "2023-12-15"),
        ("2024-01-15", -13, "2022-12-15"),
    ],
)
def test_months_are_added_and_clamped_to_the_months_end(anchor: str, months: int, day: str) -> None:
    assert add_months(date.fromisoformat(anchor), months) == date.fromisoformat(day)


@given(DAYS, MONTHS)
def test_the_day_of_the_month_stays_or_is_the_months_last(anchor: date, months: int) -> None:
    day = add_months(anchor, months)
    last = calendar.monthrange(day.year, day.month)[1]
    assert (day.year - anchor.year) * 12 + day.month - anchor.month == months
    assert day.day == min(anchor.day, last)


@given(DAYS, MONTHS, MONTHS)
def test_more_months_never_come_earlier(anchor: date, one: int, other: int) -> None:
    few, many = sorted((one, other))
    assert add_months(anchor, few) <= add_months(anchor, many)
    assert (add_months(anchor, few) == add_months(anchor, many)) == (few == many)


@given(st.dates(max_value=date(9999, 12, 30)))
def test_the_day_after_is_the_next_one(day: date) -> None:
    assert day_after(day) - day == timedelta(days=1)


@given(st.dates())
def test_a_day_is_read_as_it_is_written(day: date) -> None:
    assert parse_day(day.isoformat()) == day == parse_day(day)


@pytest.mark.parametrize(
    "text",
    [
        *("2024-2-3", "20240203", "2024-W05-6", "2024-02-30", "2023-02-29", "2024-13-01", "0000-01-01"),
        *("2024-02-03T00:00", " 2024-02-03", "2024-02-03\n", "٢٠٢٤-02-03", "", None, 20240203, 1.5, True),
        datetime(2024, 2, 3, tzinfo=UTC),
    ],
)
def test_nothing_else_is_a_day(text: Any) -> None:
    with pytest.raises(ValueError, match=r"day"):
        parse_day(text)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2024-03-01T09:30:00Z", "2024-03-01T09:30:00.000000Z"),
        ("2024-03-01T09:30:00+05:45", "2024-03-01T03:45:00.000000Z"),
        ("2024-03-01T00:30:00.25-01:00", "2024-03-01T01:30:00.250000Z"),
    ],
)
def test_an_instant_is_written_in_utc_to_the_microsecond(text: str, written: str) -> None:
    assert write_instant(parse_instant(text)) == written


@pytest.mark.parametrize("text", ["2024-03-01", "2024-03-01T09:30:00", "yesterday", "", None, 17, True])
def test_an_instant_says_its_offset(text: Any) -> None:
    with pytest.raises(ValueError, match=r"must"):
        parse_instant(text)


@given(
    st.lists(
        st.datetimes(
            datetime(1900, 1, 1),  # noqa: DTZ001 - hypothesis asks for bounds without a zone
            datetime(2200, 1, 1),  # noqa: DTZ001
            timezones=st.builds(timezone, st.timedeltas(timedelta(hours=-14), timedelta(hours=14))),
        ),
        min_size=2,
        max_size=5,
    )
)
def test_the_order_of_written_instants_is_the_order_of_time(moments: list[datetime]) -> None:
    assert sorted(map(write_instant, moments)) == [write_instant(moment) for moment in sorted(moments)]
    assert [parse_instant(write_instant(moment)) for moment in moments] == moments


def test_no_month_passes_beyond_the_calendars_end() -> None:
    assert is_older(date(9998, 12, 31), 11, date.max)
    assert not is_older(date(9999, 1, 1), 36, date.max)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_an_instant_outside_the_calendar_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="calendar"):
        parse_instant(text)
