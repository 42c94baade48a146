"""Days, amounts and statuses as registers write them."""

from __future__ import annotations

from datetime import date

import pytest

from partnerships.workflows.registers.amounts import UnusableAmount, money
from partnerships.workflows.registers.days import UnusableDate, is_coarse, parse_day
from partnerships.workflows.registers.statuses import status_of


@pytest.mark.parametrize(
    "text",
    [
        "2012-09-30",
        " 2012-09-30 ",
        "2012-09-30Z",
        "2012-09-30+02:00",
        "2012-09-30T23:59:59-11:00",
        "2012-09-30 10:00",
        "30/09/2012",
        "30/9/2012 00:00",
        "30/09/2012 12:10:59",
    ],
)
def test_ways_to_write_a_day(text: str) -> None:
    assert parse_day(text) == date(2012, 9, 30)


@pytest.mark.parametrize(
    "text",
    ["2012-02-30", "31/02/2012", "09/30/2012", "2012-9-30", "30.09.2012", "soon", "2012", "٢٠١٢-٠٩-٣٠"],
)
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(UnusableDate):
        parse_day(text)


def test_blank_is_no_day_but_no_fault() -> None:
    assert parse_day("  ") is None


def test_a_year_or_a_month_is_coarse() -> None:
    assert [is_coarse(text) for text in ("2012", " 2012-09", "2012-09-30", "12")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("given", "amount"),
    [
        ("10000.0", "10000"),
        ("1339.73", "1339.73"),
        (10, "10"),
        (" 1E3 ", "1000"),
        ("0.00", "0"),
        ("007", "7"),
    ],
)
def test_amounts_become_plain_decimals(given: object, amount: str) -> None:
    assert money(given, " eur") == {"amount": amount, "currency": "EUR"}


@pytest.mark.parametrize("given", [None, "", "  "])
def test_a_currency_alone_is_no_amount(given: object) -> None:
    assert money(given, "EUR") == {}


@pytest.mark.parametrize(
    ("given", "currency"),
    [
        ("-1", "EUR"),
        ("1,000", "EUR"),
        ("NaN", "EUR"),
        ("Infinity", "EUR"),
        ("1E+999999", "EUR"),
        ("1E-999999", "EUR"),
        ("0.0000001", "EUR"),
        ("1", "XXD"),
        ("1", ""),
        ("1", None),
        ("1", 978),
        ([1], "EUR"),
    ],
)
def test_amounts_that_an_entry_cannot_hold(given: object, currency: object) -> None:
    with pytest.raises(UnusableAmount):
        money(given, currency)


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ("1", "planned"),
        ("Pipeline/identification", "planned"),
        ("2", "running"),
        ("IMPLEMENTATION", "running"),
        ("3", "ended"),
        ("Completion", "ended"),
        ("Finalisation", "ended"),
        ("4", "ended"),
        ("Post-completion", "ended"),
        ("5", "cancelled"),
        ("6", "unknown"),
        ("soon", None),
    ],
)
def test_statuses(given: str, status: str | None) -> None:
    assert status_of(given) == status
