"""Published registers that nobody here wrote, read where they are at hand.

Each row of CLAIMS says one thing about one file; the claims on the project's own register hold everywhere.
The figures were counted apart from the readers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from partnerships.workflows.registers import Register, read_register
from tests.registers.samples import CAFOD, DEMO, INDIGO

PUBLISHED = "2013-01-23"


def entries(register: Register) -> list[dict[str, str]]:
    return [entry for candidate in register.candidates for entry in candidate.entries]


def running(register: Register) -> int:
    return sum(entry["status"] == "running" for entry in entries(register))


def with_dates(register: Register) -> int:
    return sum("starts_on" in entry or "ends_on" in entry for entry in entries(register))


def late(register: Register) -> int:
    return sum(entry["status"] == "running" and entry["ends_on"] < PUBLISHED for entry in entries(register))


def reasons(register: Register) -> Counter[str]:
    return Counter(item.reason.partition(":")[0] for item in register.left_out)


def countries(register: Register) -> Counter[str | None]:
    return Counter(candidate.profile.get("country") for candidate in register.candidates)


def several(register: Register) -> int:
    return sum(len(candidate.entries) > 1 for candidate in register.candidates)


def without_identifier(register: Register) -> int:
    return sum("identifiers" not in candidate.profile for candidate in register.candidates)


def total(register: Register) -> Decimal:
    return sum((Decimal(entry["amount"]) for entry in entries(register)), Decimal(0))


OFFICES = {
    "'CAFOD Kinshasa' is an office of the publisher": 10,
    "'CAFOD Rwanda' is an office of the publisher": 1,
}
SPELLINGS = {
    "GB": 105, "ZA": 19, "KE": 11, "UG": 10, "US": 9, "GH": 8, "CM": 6, "NG": 4, "NL": 4, "TZ": 4,
    "ZM": 2, "ZW": 2, "RW": 2, "LR": 1, "FR": 1, "TG": 1, "MA": 1, "SL": 1,
}  # fmt: skip

CLAIMS: list[tuple[Path, str, Callable[[Register], object], object]] = [
    (CAFOD, "source", lambda r: r.source, "CAFOD (GB-CHC-285776)"),
    (CAFOD, "published", lambda r: r.published_on, PUBLISHED),
    (CAFOD, "every activity is there or left out", lambda r: len(entries(r)) + len(r.left_out), 57),
    (CAFOD, "21 implementing organisations, two of them offices", lambda r: len(r.candidates), 19),
    (CAFOD, "12 with several activities, one of them an office", several, 11),
    (CAFOD, "47 running, 8 of them by an office", running, 39),
    (CAFOD, "25 past their planned end, 6 of them by an office", late, 19),
    (CAFOD, "left out", reasons, OFFICES),
    (CAFOD, "no country of an organisation is said", countries, {None: 19}),
    (CAFOD, "where they work is", lambda r: {tuple(c.profile["works_in"]) for c in r.candidates}, {("CD",)}),
    (INDIGO, "source", lambda r: r.source, "Indigo Trust (360G-indigotrust)"),
    (INDIGO, "every grant is there", lambda r: len(entries(r)), 269),
    (INDIGO, "organisations", lambda r: len(r.candidates), 191),
    (INDIGO, "with several grants", several, 44),
    (INDIGO, "one id for 67 organisations", lambda r: [(i.reference, i.reason) for i in r.left_out],
     [("DUMMY01", "the identifier (org-id) is given to 67 organisations, so it is dropped")]),
    (INDIGO, "no other identifier", without_identifier, 39),
    (INDIGO, "countries in several spellings", countries, SPELLINGS),
    (INDIGO, "money", total, Decimal("8053545.40")),
    (INDIGO, "no grant is said to run", lambda r: {entry["status"] for entry in entries(r)}, {"unknown"}),
    (INDIGO, "no duration became an end", with_dates, 0),
    (INDIGO, "two identifiers of one", lambda r: [i.reference for i in r.remarks], ["360G-indigotrust:IND4"]),
    (DEMO, "source", lambda r: r.source, "CAFOD (GB-CHC-285776)"),
    (DEMO, "published", lambda r: r.published_on, PUBLISHED),
    (DEMO, "left out", reasons, {"'CAFOD Kinshasa' is an office of the publisher": 1}),
    (DEMO, "past their planned end", late, 11),
]  # fmt: skip


AT_HAND = [claim for claim in CLAIMS if claim[0].exists()]


@pytest.mark.parametrize(
    ("path", "told", "expected"),
    [(path, told, expected) for path, _, told, expected in AT_HAND],
    ids=[f"{path.name}: {claim}" for path, claim, _, _ in AT_HAND],
)
def test_a_register_says(path: Path, told: Callable[[Register], object], expected: object) -> None:
    assert told(read_register(path)) == expected


def facts(register: Register) -> set[tuple[str | None, ...]]:
    return {
        (
            candidate.id,
            *(entry.get(name) for name in ("source", "reference", "status", "starts_on", "ends_on")),
        )
        for candidate in register.candidates
        for entry in candidate.entries
    }


@pytest.mark.parametrize(
    "path", [path for path in (DEMO, CAFOD) if path.exists()], ids=lambda path: path.name
)
def test_the_demo_register_says_nothing_else_than_the_published_file(path: Path) -> None:
    demo = facts(read_register(DEMO))
    assert len(demo) == 27
    assert demo <= facts(read_register(path))
