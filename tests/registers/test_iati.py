"""IATI activity XML, in words (1.0x) and in codes (2.0x)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from partnerships.workflows.registers import Register, read_register
from tests.registers.samples import IATI_1, IATI_2


def entries(register: Register, name: str) -> list[dict[str, Any]]:
    """The entries of one candidate, without what is the same in all of them."""
    [found] = [candidate for candidate in register.candidates if candidate.profile["name"] == name]
    same = {"source": register.source, "source_digest": register.digest}
    assert all(same.items() <= entry.items() for entry in found.entries)
    return [{key: value for key, value in entry.items() if key not in same} for entry in found.entries]


def left_out(register: Register) -> list[tuple[int | None, str | None, str]]:
    return [(item.row, item.reference, item.reason) for item in register.left_out]


def activity(inner: str) -> str:
    named = "<reporting-org ref='XX-EX-1'>Example Fund</reporting-org><iati-identifier>A1</iati-identifier>"
    return f"<iati-activities version='1.03'><iati-activity>{named}{inner}</iati-activity></iati-activities>"


def test_words_name_the_register_and_its_day() -> None:
    register = read_register(IATI_1)
    assert (register.format, register.source) == ("iati", "Example Media Fund (XX-EX-1)")
    assert register.published_on == "2020-02-01"


def test_words_give_roles_dates_status_and_a_single_budget() -> None:
    assert entries(read_register(IATI_1), "Example Radio A")[0] == {
        "reference": "XX-EX-1-A1",
        "title": "Newsroom training",
        "status": "running",
        "starts_on": "2018-03-01",
        "ends_on": "2019-12-31",
        "amount": "1500.5",
        "currency": "USD",
    }


def test_actual_dates_win_over_planned_ones() -> None:
    [_, second] = entries(read_register(IATI_1), "Example Radio A")
    assert (second["starts_on"], second["ends_on"], second["status"]) == ("2017-05-01", "2018-02-28", "ended")


def test_each_of_several_implementers_gets_an_entry_without_the_amount_of_the_whole() -> None:
    register = read_register(IATI_1)
    first, second = entries(register, "Example Radio A")[1], entries(register, "Example Paper B")[0]
    assert first == second
    assert "amount" not in first


def test_several_countries_and_implementers_say_not_who_works_where() -> None:
    profiles = {each.profile["name"]: each.profile for each in read_register(IATI_1).candidates}
    assert profiles["Example Radio A"] == {"name": "Example Radio A", "works_in": ["KE"]}
    assert profiles["Example Paper B"] == {"name": "Example Paper B"}


def test_an_activity_without_title_goes_by_its_identifier_and_a_year_stays_a_note() -> None:
    assert entries(read_register(IATI_1), "Example Paper B Trust") == [
        {
            "reference": "XX-EX-1-A6",
            "title": "XX-EX-1-A6",
            "status": "cancelled",
            "note": "planned start as given: 2019",
        }
    ]


def test_every_row_left_out_says_why() -> None:
    assert left_out(read_register(IATI_1)) == [
        (3, "XX-EX-1-A3", "no implementing organisation"),
        (
            4,
            "XX-EX-1-A4",
            "'Example Media Fund Country Office Kenya' is an office of the publisher: its name and a place",
        ),
        (5, "XX-EX-1-A5", "unusable date: the planned end is '2019-02-30'"),
        (6, "XX-EX-1-A6", "the planned start '2019' is no day; it is kept as a note"),
        (6, "XX-EX-1-A6", "the implementing organisation has no name (identifier XX-EX-7)"),
        (None, "XX-EX-0", "the identifier (org-id) is given to 2 organisations, so it is dropped"),
    ]


def test_codes_and_narratives_say_the_same_as_words() -> None:
    register = read_register(IATI_2)
    assert (register.source, register.published_on) == ("Example Support (XX-EX-2)", "2021-06-30")
    assert register.candidates[0].profile == {
        "name": "Example Radio A",
        "works_in": ["KE", "XK"],
        "identifiers": [{"scheme": "org-id", "value": "XX-EX-21"}],
    }
    assert entries(register, "Example Radio A") == [
        {
            "reference": "XX-EX-2-B1",
            "title": "Local radio",
            "status": "running",
            "starts_on": "2019-04-01",
            "ends_on": "2021-03-31",
        }
    ]


def test_the_publisher_is_no_partner_by_reference_or_by_name() -> None:
    assert left_out(read_register(IATI_2)) == [
        (1, "XX-EX-2-B1", "the amount has no ISO 4217 currency; the entry is taken without it"),
        (2, "XX-EX-2-B2", "it ends (2019-12-31) before it starts (2020-01-01)"),
        (3, "XX-EX-2-B3", "'Example Support Secretariat' carries the publisher's own identifier"),
        (3, "XX-EX-2-B3", "'EXAMPLE SUPPORT' is the publisher itself"),
    ]


def test_what_only_begins_like_the_publisher_stays_a_candidate() -> None:
    assert entries(read_register(IATI_2), "Example Support Group of Readers") == [
        {"reference": "XX-EX-2-B3", "title": "Our own work", "status": "planned"}
    ]


def test_suspended_is_neither_running_nor_over(tmp_path: Path) -> None:
    file = tmp_path / "a.xml"
    file.write_text(
        activity("<participating-org role='4'>Example Radio A</participating-org><activity-status code='6'/>")
    )
    assert entries(read_register(file), "Example Radio A")[0]["status"] == "unknown"


def test_an_unheard_of_status_is_unknown_and_remarked(tmp_path: Path) -> None:
    file = tmp_path / "a.xml"
    file.write_text(
        activity(
            "<participating-org role='4'>Example Radio A</participating-org><activity-status code='99'/>"
        )
    )
    register = read_register(file)
    assert entries(register, "Example Radio A")[0]["status"] == "unknown"
    assert [item.reason for item in register.remarks] == ["the status '99' is not known; taken as unknown"]


def test_one_name_in_several_countries_is_remarked(tmp_path: Path) -> None:
    file = tmp_path / "a.xml"
    file.write_text(
        activity(
            "<participating-org role='4'>Example Ministry</participating-org>"
            "<recipient-country code='KE'/><recipient-country code='UG'/>"
        )
    )
    [remark] = read_register(file).remarks
    assert remark.reason == (
        "'Example Ministry' is named in several countries (KE, UG): check that it is one organisation"
    )


def test_several_budgets_are_not_added_up(tmp_path: Path) -> None:
    file = tmp_path / "a.xml"
    budget = "<budget><value currency='EUR'>100</value></budget>"
    file.write_text(activity("<participating-org role='4'>Example Radio A</participating-org>" + budget * 2))
    assert "amount" not in entries(read_register(file), "Example Radio A")[0]


def test_another_encoding_that_the_file_declares_is_read(tmp_path: Path) -> None:
    text = activity("<participating-org role='4'>Exämple Rädio</participating-org>")
    for encoding in ("utf-16", "iso-8859-1"):
        file = tmp_path / f"{encoding}.xml"
        file.write_bytes(f"<?xml version='1.0' encoding='{encoding}'?>{text}".encode(encoding))
        assert entries(read_register(file), "Exämple Rädio")[0]["reference"] == "A1"


def test_many_activities_are_read_one_at_a_time(tmp_path: Path) -> None:
    one = (
        "<iati-activity><reporting-org ref='XX-EX-1'>Example Fund</reporting-org>"
        "<iati-identifier>A{}</iati-identifier><transaction><value>1</value></transaction>"
        "<participating-org role='4'>Example Radio A</participating-org></iati-activity>"
    )
    file = tmp_path / "a.xml"
    file.write_text(f"<iati-activities>{''.join(one.format(n) for n in range(2000))}</iati-activities>")
    assert len(entries(read_register(file), "Example Radio A")) == 2000
