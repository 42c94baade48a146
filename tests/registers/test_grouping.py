"""Which rows name the same organisation, and under which id."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.workflows.registers import Candidate, Register, read_register
from partnerships.workflows.registers.names import clean, normal
from tests.registers.samples import ALL

HEADER = "organisation,country,identifier,reference,publisher,publisher_id\n"
ADDRESSES = re.compile(r"street|postal|post_?code|e-?mail|address|person|phone", re.IGNORECASE)


def read(folder: Path, *rows: str, header: str = HEADER) -> Register:
    file = folder / "t.csv"
    file.write_text(header + "".join(row + "\n" for row in rows), "utf-8")
    return read_register(file)


def only(register: Register) -> Candidate:
    [candidate] = register.candidates
    return candidate


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Example Radio A", "EXAMPLE radio a"),
        ("Example Radio A", "  Example\u00a0Radio\u3000A  "),
        ("Example Radio A", "Example-Radio, A."),
        ("Maison d'Exemple", "Maison d’Exemple"),
        ("Example – Radio", "Example - Radio"),
        ("Example Straße", "EXAMPLE STRASSE"),
        ("Example Café", "Example Cafe\u0301"),
        ("Ｅｘａｍｐｌｅ", "Example"),
        ("Example Radio", "Exam\u00adple Ra\u200bdio"),
    ],
)
def test_spellings_of_one_name(one: str, other: str) -> None:
    assert normal(one) == normal(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Example Radio A", "Example Radio B"),
        ("Example Radio", "Example Radio Ltd"),
        ("Example Café", "Example Cafe"),
        ("Example & Co", "Example and Co"),
        ("Example Radio+", "Example Radio"),
        ("ExampleRadio", "Example Radio"),
        ("Radio Example", "Example Radio"),
        ("Example \ue000", "Example \ue001"),
    ],
)
def test_names_that_merely_resemble(one: str, other: str) -> None:
    assert normal(one) != normal(other)


@given(st.text())
def test_a_cleaned_and_normalised_name_is_text_that_stays_as_it_is(text: str) -> None:
    shown = clean(text)
    shown.encode()
    assert clean(shown) == shown
    assert normal(normal(text)) == normal(text)


def test_the_spelling_most_often_given_is_shown(tmp_path: Path) -> None:
    rows = ("EXAMPLE RADIO A,,,1,,", "Example Radio A,,,2,,", "Example Radio A,,,3,,")
    assert only(read(tmp_path, *rows)).profile["name"] == "Example Radio A"


def test_an_identifier_joins_no_names_and_is_dropped_when_shared(tmp_path: Path) -> None:
    register = read(
        tmp_path, "Example Radio A,,N/A,1,,", "Example Paper B,,N/A,2,,", "Example Film C,,EX-3,3,,"
    )
    assert [each.profile for each in register.candidates] == [
        {"name": "Example Radio A"},
        {"name": "Example Paper B"},
        {"name": "Example Film C", "identifiers": [{"scheme": "org-id", "value": "EX-3"}]},
    ]
    [reported] = register.left_out
    assert (reported.row, reported.reference) == (None, "N/A")


def test_several_identifiers_of_one_name_are_kept_and_remarked(tmp_path: Path) -> None:
    register = read(tmp_path, "Example Radio A,,EX-1,1,,", "Example Radio A,,EX-2,2,,")
    assert [each["value"] for each in only(register).profile["identifiers"]] == ["EX-1", "EX-2"]
    [remark] = register.remarks
    assert remark.reason == (
        "'Example Radio A' is given under several identifiers (EX-1, EX-2): check that it is one organisation"
    )


def test_a_row_without_a_country_joins_the_only_one_that_is_known(tmp_path: Path) -> None:
    assert only(read(tmp_path, "Example Radio A,,,1,,", "Example Radio A,KE,,2,,")).profile["country"] == "KE"


def test_a_row_without_a_country_joins_neither_of_two(tmp_path: Path) -> None:
    rows = ("Example Radio A,,,1,,", "Example Radio A,KE,,2,,", "Example Radio A,UG,,3,,")
    assert [each.profile.get("country") for each in read(tmp_path, *rows).candidates] == [None, "KE", "UG"]


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("Example Fund", True),
        ("EXAMPLE FUND.", True),
        ("Example Fund Kenya", True),
        ("Example Fund - Kinshasa", True),
        ("Example Fund (Country Office, Rwanda)", True),
        ("Example Fund Headquarters", True),
        ("Example Fund for Radio", False),
        ("Example Funding", False),
        ("Kenya Example Fund", False),
        ("The Example Fund Kenya", False),
    ],
)
def test_the_publishers_offices_are_its_name_and_a_place(tmp_path: Path, name: str, own: bool) -> None:
    register = read(tmp_path, f'"{name}",,,1,Example Fund,XX-EX-1')
    assert (len(register.candidates), len(register.left_out)) == ((0, 1) if own else (1, 0))


def test_the_id_follows_publisher_name_and_country_alone(tmp_path: Path) -> None:
    first = only(read(tmp_path, "Example Radio A,KE,EX-1,1,Example Fund,XX-EX-1")).id
    same = ("EXAMPLE radio-a,Kenya,,9,Another spelling,xx-ex-1",)
    assert only(read(tmp_path, *same)).id == first
    others = [
        "Example Radio A,UG,EX-1,1,Example Fund,XX-EX-1",
        "Example Radio A,,EX-1,1,Example Fund,XX-EX-1",
        "Example Radio A,KE,EX-1,1,Example Fund,XX-EX-2",
        "Example Radio A,KE,EX-1,1,Example Fund,",
        "Example Radio B,KE,EX-1,1,Example Fund,XX-EX-1",
    ]
    assert len({first} | {only(read(tmp_path, row)).id for row in others}) == 6


def test_the_id_is_fixed_for_good(tmp_path: Path) -> None:
    row = "Example Radio A,KE,EX-1,1,Example Fund,XX-EX-1"
    assert only(read(tmp_path, row)).id == "reg-5dc711f4791933d90bb89a8f"


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["Example Radio A", "EXAMPLE RADIO-A", "Example Radio B", "Example Fund Kenya", "-"]),
        st.sampled_from(["", "KE", "UG", "Atlantis"]),
        st.sampled_from(["", "N/A", "EX-1", "EX-2"]),
    ),
    max_size=12,
)


@given(rows=ROWS, data=st.data())
def test_the_order_of_the_rows_changes_nothing_and_no_row_is_lost(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]], data: st.DataObject
) -> None:
    folder = tmp_path_factory.getbasetemp()
    lines = [f"{','.join(row)},R{number},Example Fund,XX-EX-1" for number, row in enumerate(rows)]
    one = read(folder, *lines)
    other = read(folder, *data.draw(st.permutations(lines)))

    def told(register: Register) -> set[tuple[str, str | None, frozenset[str], frozenset[str]]]:
        return {
            (
                candidate.id,
                candidate.profile.get("country"),
                frozenset(given["value"] for given in candidate.profile.get("identifiers", [])),
                frozenset(entry["reference"] for entry in candidate.entries),
            )
            for candidate in register.candidates
        }

    assert told(one) == told(other)
    taken = [entry["reference"] for candidate in one.candidates for entry in candidate.entries]
    assert len(taken) == len(set(taken))
    assert set(taken) | {item.reference for item in one.left_out if item.row} >= {
        f"R{number}" for number in range(len(rows))
    }


@pytest.mark.parametrize("path", ALL, ids=[path.name for path in ALL])
def test_every_candidate_fits_the_contract(path: Path) -> None:
    register = read_register(path)
    assert register.candidates
    ids = [candidate.id for candidate in register.candidates]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[A-Za-z0-9._-]{1,64}", id) for id in ids)
    for candidate in register.candidates:
        assert {"name"} <= set(candidate.profile) <= {"name", "country", "works_in", "identifiers"}
        for entry in candidate.entries:
            assert entry["source_digest"] == register.digest
            assert {"source", "source_digest", "reference", "title", "status"} <= set(entry)
            assert not ADDRESSES.search(" ".join(entry))


@pytest.mark.parametrize("path", ALL, ids=[path.name for path in ALL])
def test_reading_twice_gives_the_same(path: Path) -> None:
    assert read_register(path) == read_register(str(path))
