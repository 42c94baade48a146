"""Who was in a crisis elsewhere when a decision was taken, by the marks that histories left (L6)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from partnerships.audit.judging.elsewhere import Elsewhere, _Mark
from partnerships.lifecycle.entries import Entry
from partnerships.lifecycle.vocabulary import EntryType
from partnerships.storage.projection import name_key

Json = dict[str, Any]

RADIO = (name_key("Example Radio (fictional)"), "KE")
PRESS = (name_key("Example Press (fictional)"), "KE")
NUMBER = ("XX-REG", "123")
CAME, WENT = "2024-03-02T09:00:00.000000Z", "2024-03-04T09:00:00.000000Z"
BETWEEN = "2024-03-03T09:00:00.000000Z"


def mark(since: str, marked: bool, name: tuple[str, str] | None = RADIO, *numbers: Any) -> _Mark:
    return _Mark(since, marked, name, frozenset(numbers or [NUMBER]))


def in_crisis(marks: dict[str, list[_Mark]], profile: Json | None, at: str = BETWEEN, *warnings: str) -> bool:
    nothing: Any = None
    elsewhere = Elsewhere(nothing)
    elsewhere.__dict__["_marks"] = marks
    entry = Entry(
        partnership="p-2",
        sequence=1,
        entry=EntryType.IDENTIFICATION,
        on=date(2024, 3, 3),
        recorded_at=at,
        warnings=warnings,
    )
    return elsewhere.in_crisis(entry.saying({"body": profile}))


NAMED: Json = {"name": "Example Radio (fictional)", "country": "KE"}
ONCE = {"p-1": [mark(CAME, True), mark(WENT, False)]}


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2024-03-02T08:59:59.999999Z", False),
        ("2024-03-02T09:00:00.000001Z", True),
        ("2024-03-04T08:59:59.999999Z", True),
        ("2024-03-04T09:00:00.000001Z", False),
    ],
)
def test_from_the_instant_at_which_the_mark_came_to_that_at_which_it_went(at: str, expected: bool) -> None:
    assert in_crisis(ONCE, NAMED, at) is expected
    assert in_crisis(ONCE, NAMED, at, "L6.crisis_elsewhere") is expected


@pytest.mark.parametrize("at", [CAME, WENT])
def test_at_that_very_instant_what_was_warned_of_tells_which_was_first(at: str) -> None:
    assert in_crisis(ONCE, NAMED, at, "S3.9.not_registered", "L6.crisis_elsewhere")
    assert not in_crisis(ONCE, NAMED, at, "S3.9.not_registered")


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        (NAMED, True),
        (NAMED | {"name": "EXAMPLE radio (fictional)"}, True),
        (NAMED | {"country": "UG"}, False),
        ({"name": NAMED["name"]}, False),
        (NAMED | {"name": "Another (fictional)"}, False),
        ({"name": "Another (fictional)", "identifiers": [{"scheme": "XX-REG", "value": "123"}]}, True),
        ({"name": "Another (fictional)", "identifiers": [{"scheme": "YY-REG", "value": "123"}]}, False),
        ({"name": "Another (fictional)", "identifiers": [{"scheme": "XX-REG", "value": "124"}]}, False),
        ({"country": "KE"}, False),
        (None, False),
    ],
)
def test_a_partner_is_known_by_name_and_country_or_by_an_identifier(
    profile: Json | None, expected: bool
) -> None:
    assert in_crisis(ONCE, profile) is expected


def test_who_has_no_name_is_not_known_by_having_none() -> None:
    nameless = {"p-1": [mark(CAME, True, None, ("YY-REG", "1"), NUMBER)]}
    assert not in_crisis(nameless, {"identifiers": [{"scheme": "ZZ-REG", "value": "9"}]})
    assert in_crisis(nameless, {"identifiers": [{"scheme": "XX-REG", "value": "123"}]})


def test_nor_by_an_identifier_that_it_bore_later() -> None:
    later = {"p-1": [mark(CAME, True, None, ("YY-REG", "1")), mark(WENT, True, None, NUMBER)]}
    assert not in_crisis(later, {"identifiers": [{"scheme": "XX-REG", "value": "123"}]})


def test_of_several_one_that_was_in_a_crisis_all_along_is_enough() -> None:
    several = {f"p-{number}": [mark(CAME, number % 2 == 0)] for number in range(10, 20)}
    several["p-1"] = [mark("2024-03-01T09:00:00.000000Z", True)]
    assert in_crisis(several, NAMED, CAME)


def test_a_partner_is_known_as_it_was_called_then() -> None:
    renamed = {"p-1": [mark(CAME, True, PRESS, ("YY-REG", "1")), mark(WENT, True)]}
    after = "2024-03-05T09:00:00.000000Z"
    assert [in_crisis(renamed, NAMED, at) for at in (BETWEEN, after)] == [False, True]
    assert [
        in_crisis(renamed, {"name": "Example Press (fictional)", "country": "KE"}, at)
        for at in (BETWEEN, after)
    ] == [True, False]


def test_its_own_case_is_none_elsewhere_and_any_other_one_is() -> None:
    assert not in_crisis({"p-2": ONCE["p-1"]}, NAMED)
    both = {"p-0": [mark(CAME, False)], "p-1": ONCE["p-1"], "p-3": [mark(CAME, False)]}
    assert in_crisis(both, NAMED)
    assert not in_crisis({}, NAMED)
