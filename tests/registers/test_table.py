"""CSV under documented column names."""

from __future__ import annotations

from pathlib import Path

import pytest

from partnerships.workflows.registers import RegisterError, read_register
from tests.registers.samples import TABLE
from tests.registers.test_iati import entries, left_out


def saved(folder: Path, text: str) -> Path:
    file = folder / "t.csv"
    file.write_text(text, "utf-8", newline="")
    return file


def test_columns_are_known_by_their_names_in_any_case() -> None:
    register = read_register(TABLE)
    assert (register.format, register.source) == ("csv", "Example Fund (XX-EX-3)")
    assert register.published_on == "2024-02-01"
    assert register.candidates[0].profile == {
        "name": "Example Radio A",
        "country": "KE",
        "works_in": ["KE", "UG"],
        "identifiers": [{"scheme": "EX-REG", "value": "17"}],
    }


def test_spellings_that_differ_in_spaces_and_punctuation_are_one() -> None:
    assert entries(read_register(TABLE), "Example Radio A") == [
        {
            "reference": "EX-1",
            "title": "Phone-ins, live",
            "status": "running",
            "starts_on": "2023-01-01",
            "ends_on": "2023-12-31",
            "amount": "1500.5",
            "currency": "EUR",
        },
        {"reference": "EX-2", "title": "EX-2", "status": "running", "starts_on": "2022-01-01"},
    ]


def test_a_row_without_an_activity_gives_the_organisation_alone() -> None:
    assert entries(read_register(TABLE), "Example Paper B") == []


def test_every_row_and_fact_left_out_says_why() -> None:
    assert left_out(read_register(TABLE)) == [
        (6, "EX-3", "it ends (2023-04-01) before it starts (2023-05-01)"),
        (8, "EX-4", "the amount is no number; the entry is taken without it"),
        (8, "EX-4", "the country 'Ruritania' is neither an ISO code nor name"),
        (9, "EX-4", "row 8 has this organisation and reference, with the same facts"),
        (10, "EX-5", "no organisation named"),
        (11, "EX-6", "'Example Fund Nairobi' is an office of the publisher: its name and a place"),
        (12, "EX-7", "'Example Fund Kampala Office' is an office of the publisher: its name and a place"),
        (13, None, "no reference: the organisation is taken, the activity is not"),
        (14, None, "more fields than the header has columns"),
        (15, "EX-9", "no name: '…' has no letter or digit"),
        (None, None, "the column 'E-mail' is not read"),
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_separators_line_ends_and_a_byte_order_mark(
    tmp_path: Path, separator: str, ends: str, mark: str
) -> None:
    rows = [
        ["organisation", "reference", "title"],
        ["Example Radio A", "EX-1", "On air"],
        ["Example Paper B", "", ""],
    ]
    file = saved(tmp_path, mark + "".join(separator.join(row) + ends for row in rows))
    register = read_register(file)
    assert [each.profile["name"] for each in register.candidates] == ["Example Radio A", "Example Paper B"]
    assert register.source == "publisher not named"


def test_a_row_in_which_the_file_ends_is_left_out(tmp_path: Path) -> None:
    whole = "organisation,reference,status\nExample Radio A,EX-1,running\nExample Paper B,EX-2,ended"
    assert len(read_register(saved(tmp_path, whole)).candidates) == 2
    register = read_register(saved(tmp_path, whole[:-10]))
    assert [each.profile["name"] for each in register.candidates] == ["Example Radio A"]
    assert left_out(register) == [(3, None, "the file ends in the middle of this row: it was cut off")]


def test_a_row_that_is_short_is_taken_and_remarked(tmp_path: Path) -> None:
    register = read_register(saved(tmp_path, "organisation,country,status\nExample Radio A,KE\n"))
    assert [each.profile for each in register.candidates] == [{"name": "Example Radio A", "country": "KE"}]
    [remark] = register.remarks
    assert (remark.row, remark.reason.split(";")[0]) == (2, "fewer fields than the header has columns")


def test_two_days_of_publication_are_none(tmp_path: Path) -> None:
    file = saved(
        tmp_path, "organisation,published_on\nExample Radio A,2024-01-01\nExample Paper B,2024-01-02\n"
    )
    assert read_register(file).published_on is None


def test_other_facts_under_a_reference_already_taken_are_left_out(tmp_path: Path) -> None:
    file = saved(tmp_path, "organisation,reference,status\nExample Radio A,EX-1,2\nExample Radio A,EX-1,4\n")
    register = read_register(file)
    assert entries(register, "Example Radio A") == [
        {"reference": "EX-1", "title": "EX-1", "status": "running"}
    ]
    assert left_out(register) == [(3, "EX-1", "row 2 has this organisation and reference, with other facts")]


def test_two_implementers_under_one_reference_have_an_entry_each(tmp_path: Path) -> None:
    file = saved(tmp_path, "organisation,reference\nExample Radio A,EX-1\nExample Paper B,EX-1\n")
    assert [len(each.entries) for each in read_register(file).candidates] == [1, 1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "name,reference\nExample Radio A,1\n",
            "line 1: there is no column 'organisation'; the columns are: ",
        ),
        (
            "organisation,status,Status\nA,1,2\n",
            "line 1: the column 'status' is there twice; remove one of them",
        ),
        ('organisation\n"Example Radio A\n', "line 2: the CSV is broken there (unexpected end of data)"),
        ("organisation\nA\x00B\n", "it holds NUL bytes, so it is no CSV"),
        ("organisation\n" + "A" * 10_001 + "\n", "line 2: the organisation is 10,001 characters long"),
        (
            "organisation\n" + "A" * 200_000 + "\n",
            "line 2: the CSV is broken there (field larger than field limit",
        ),
    ],
)
def test_a_table_that_cannot_be_read_says_where_and_what_to_do(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(RegisterError) as raised:
        read_register(saved(tmp_path, text))
    assert said in str(raised.value)
