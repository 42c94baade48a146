"""360Giving JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from partnerships.workflows.registers import read_register
from tests.registers.samples import GIVING
from tests.registers.test_iati import entries, left_out


def grant(**fields: Any) -> dict[str, Any]:
    return {
        "id": "360G-example:1",
        "title": "A grant",
        "recipientOrganization": [{"id": "EX-1", "name": "Example Radio A"}],
        "fundingOrganization": [{"id": "360G-example", "name": "Example Trust"}],
        **fields,
    }


def saved(folder: Path, *grants: dict[str, Any]) -> Path:
    file = folder / "g.json"
    file.write_text(json.dumps({"grants": grants}))
    return file


def test_the_funder_is_the_source_and_no_day_of_publication_is_said() -> None:
    register = read_register(GIVING)
    assert (register.format, register.source) == ("360giving", "Example Trust (360G-example)")
    assert register.published_on is None


def test_the_profile_holds_what_the_register_says_and_no_address() -> None:
    assert read_register(GIVING).candidates[0].profile == {
        "name": "Example Press A",
        "country": "GB",
        "works_in": ["GB"],
        "identifiers": [{"scheme": "charityNumber", "value": "000001"}],
    }


def test_a_duration_and_the_day_of_the_award_are_notes_not_dates() -> None:
    assert entries(read_register(GIVING), "Example Press A") == [
        {
            "reference": "360G-example:1",
            "title": "Small press",
            "status": "unknown",
            "amount": "10000",
            "currency": "GBP",
            "note": "awarded on 2019-03-26; planned duration as given: 12 months",
        }
    ]


def test_a_start_and_a_duration_make_no_end(tmp_path: Path) -> None:
    file = saved(tmp_path, grant(plannedDates=[{"startDate": "2020-01-01", "duration": 12}]))
    [entry] = entries(read_register(file), "Example Radio A")
    assert entry["starts_on"] == "2020-01-01"
    assert "ends_on" not in entry
    assert entry["note"] == "planned duration as given: 12"


def test_days_are_read_with_the_day_first_and_a_time_of_day() -> None:
    first = read_register(GIVING).candidates[1].entries[0]
    assert (first["starts_on"], first["ends_on"], first["status"]) == ("2019-06-01", "2020-05-31", "unknown")


def test_an_actual_end_before_the_last_change_means_ended() -> None:
    second = read_register(GIVING).candidates[1].entries[1]
    assert (second["starts_on"], second["ends_on"], second["status"]) == ("2018-02-01", "2019-01-31", "ended")


@pytest.mark.parametrize("modified", [None, "2019-01-30", "some day"])
def test_an_actual_end_that_lay_ahead_or_without_a_last_change_says_nothing(
    tmp_path: Path, modified: str | None
) -> None:
    file = saved(tmp_path, grant(actualDates=[{"endDate": "2019-01-31"}], dateModified=modified))
    assert entries(read_register(file), "Example Radio A")[0]["status"] == "unknown"


def test_one_name_in_two_countries_is_two_candidates() -> None:
    found = [
        each.profile for each in read_register(GIVING).candidates if each.profile["name"] == "Example Radio B"
    ]
    assert [profile["country"] for profile in found] == ["ZA", "KE"]


def test_every_row_left_out_says_why_and_names_no_person() -> None:
    assert left_out(read_register(GIVING)) == [
        (3, "360G-example:3", "the amount is negative or no plain number; the entry is taken without it"),
        (4, "360G-example:4", "a grant to an individual"),
        (5, "360G-example:5", "the recipient organisation has no name"),
        (6, "360G-example:6", "the planned start '2019-06' is no day; it is kept as a note"),
        (7, "360G-example:7", "'EXAMPLE TRUST' is the publisher itself"),
        (None, "NONE-0", "the identifier (org-id) is given to 2 organisations, so it is dropped"),
    ]


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("the netherlands", "NL"),
        ("NETHERLANDS", "NL"),
        ("Tanzania", "TZ"),
        ("USA", "US"),
        ("ke", "KE"),
        ("England", None),
        ("Georgia", None),
        ("Atlantis", None),
        ("404", None),
    ],
)
def test_a_country_is_resolved_exactly_or_by_the_file_itself_or_not_at_all(
    tmp_path: Path, name: str, country: str | None
) -> None:
    places = [
        {"name": "THE NETHERLANDS", "countryCode": "NL"},
        # The file's Georgia is the American state: where file and ISO differ, neither is believed.
        {"name": "Georgia", "countryCode": "US"},
    ]
    file = saved(
        tmp_path,
        grant(
            beneficiaryLocation=places,
            recipientOrganization=[{"name": "Example Radio A", "addressCountry": name}],
        ),
    )
    assert read_register(file).candidates[0].profile.get("country") == country


def test_one_located_country_stands_in_for_an_address(tmp_path: Path) -> None:
    located = [{"name": "Example Radio A", "location": [{"countryCode": "UG"}, {"countryCode": "UG"}]}]
    file = saved(tmp_path, grant(recipientOrganization=located))
    assert read_register(file).candidates[0].profile["country"] == "UG"


def test_an_amount_for_several_recipients_is_no_one_s(tmp_path: Path) -> None:
    both = [{"name": "Example Radio A"}, {"name": "Example Paper B"}]
    file = saved(tmp_path, grant(recipientOrganization=both, amountAwarded=10, currency="EUR"))
    register = read_register(file)
    assert [len(each.entries) for each in register.candidates] == [1, 1]
    assert all("amount" not in each.entries[0] for each in register.candidates)
