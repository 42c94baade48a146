"""Importing a register through the service."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from partnerships import Service
from partnerships.errors import BadRequest, NotAllowed, PartnershipsError
from partnerships.workflows.registers import ImportReport, RegisterError, import_register, read_register
from tests.registers.samples import ALL, GIVING, IATI_1, TABLE
from tests.story import Clock, Story

MANAGER = {"id": "pm-1", "party": "ims", "roles": ["programme_manager"]}
OTHER = {"id": "pm-2", "party": "ims", "roles": ["programme_manager"]}
FINANCE = {"id": "finance-1", "party": "ims", "roles": ["finance"]}
AUDITOR = {"id": "auditor-1", "party": "ims", "roles": ["auditor"]}


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.identified, report.recorded, report.unchanged, len(report.refused)


def sequences(service: Service, report: ImportReport) -> list[int]:
    return [len(service.history(id)) for id in report.ids]


def version(folder: Path, *rows: str) -> Path:
    file = folder / "partners.csv"
    file.write_text(
        "organisation,reference,status,ends_on,publisher_id\n" + "".join(f"{row},X\n" for row in rows)
    )
    return file


@pytest.mark.parametrize("path", ALL, ids=[path.name for path in ALL])
def test_every_candidate_is_identified_with_its_entries_and_nothing_decided(
    service: Service, path: Path
) -> None:
    register = read_register(path)
    report = service.import_register(path, MANAGER)
    entries = sum(len(candidate.entries) for candidate in register.candidates)
    assert counts(report) == (len(register.candidates), entries, 0, 0)
    assert list(service.ids()) == sorted(report.ids)
    assert {row["state"] for row in service.portfolio()} == {"identified"}
    for candidate in register.candidates:
        shown = service.show(candidate.id)
        assert {name: shown["partner"][name] for name in candidate.profile} == candidate.profile
        assert shown["agreements"] == []
        assert len(service.history(candidate.id)) == 1 + len(candidate.entries)


@pytest.mark.parametrize("path", ALL, ids=[path.name for path in ALL])
def test_importing_twice_changes_nothing_on_another_day_either(
    service: Service, path: Path, clock: Clock
) -> None:
    first = service.import_register(path, MANAGER)
    before = [service.history(id) for id in first.ids]
    for actor in (MANAGER, OTHER):
        clock.now += timedelta(days=40)
        again = service.import_register(path, actor)
        assert counts(again) == (0, 0, first.recorded, 0)
    assert [service.history(id) for id in first.ids] == before


def test_a_new_version_adds_what_is_new_or_changed(service: Service, tmp_path: Path) -> None:
    service.import_register(
        version(tmp_path, "Example Radio A,1,2,2024-01-31", "Example Radio A,2,2,"), MANAGER
    )
    report = service.import_register(
        version(tmp_path, "EXAMPLE RADIO A,1,3,2024-01-31", "Example Radio A,2,2,", "Example Paper B,3,2,"),
        OTHER,
    )
    assert counts(report) == (1, 2, 1, 0)
    [changed] = [item for item in service.history(report.ids[0]) if item["sequence"] == 4]
    assert changed["kind"] == "register_entry"
    assert sequences(service, report) == [4, 2]


def test_facts_that_come_back_in_a_later_version_are_recorded_again(service: Service, tmp_path: Path) -> None:
    service.import_register(version(tmp_path, "Example Radio A,1,2,"), MANAGER)
    service.import_register(version(tmp_path, "Example Radio A,1,6,"), MANAGER)
    back = service.import_register(version(tmp_path, "Example Radio A,1,2,", "Example Paper B,2,2,"), MANAGER)
    assert counts(back) == (1, 2, 0, 0)


def at_home(folder: Path, *rows: str) -> Path:
    file = folder / "partners.csv"
    header = "organisation,country,reference,publisher_id\n"
    file.write_text(header + "".join(f"{row},X\n" for row in rows), "utf-8")
    return file


@pytest.mark.parametrize(("first", "then"), [("Kenia", "Kenya"), ("", "KE"), ("KE", ""), ("Kenya", "Kenia")])
def test_a_country_that_is_mended_or_lost_makes_no_other_partner(
    service: Service, tmp_path: Path, first: str, then: str
) -> None:
    before = service.import_register(at_home(tmp_path, f"Example Radio A,{first},1"), MANAGER)
    for _ in range(2):
        after = service.import_register(at_home(tmp_path, f"Example Radio A,{then},1"), OTHER)
        assert after.ids == before.ids
        assert counts(after) == (0, 0, 1, 0)


def test_a_country_that_the_register_says_since_is_told_until_it_is_on_file(
    service: Service, tmp_path: Path
) -> None:
    [id] = service.import_register(at_home(tmp_path, "Example Radio A,,1"), MANAGER).ids
    file = at_home(tmp_path, "Example Radio A,KE,1")
    [remark] = service.import_register(file, MANAGER).remarks
    assert (remark.reference, remark.reason) == (id, "on file without a country; the register says KE")
    profile = {"name": "Example Radio A", "country": "KE"}
    command = {"do": "record", "id": id, "kind": "partner_profile", "body": profile, "actor": MANAGER}
    assert service.apply(command)["outcome"] == "accepted"
    assert service.import_register(file, MANAGER).remarks == []


def test_a_name_in_two_countries_stays_two(service: Service, tmp_path: Path) -> None:
    service.import_register(at_home(tmp_path, "Example Radio A,,1"), MANAGER)
    two = service.import_register(at_home(tmp_path, "Example Radio A,KE,1", "Example Radio A,UG,2"), MANAGER)
    assert counts(two) == (2, 2, 0, 0)
    one = service.import_register(at_home(tmp_path, "Example Radio A,TZ,1", "Example Radio A,UG,2"), MANAGER)
    assert counts(one) == (1, 1, 1, 0)


def test_who_is_on_file_in_another_country_since_is_another_partner(service: Service, tmp_path: Path) -> None:
    [id] = service.import_register(at_home(tmp_path, "Example Radio A,,1"), MANAGER).ids
    profile = {"name": "Example Radio A", "country": "UG"}
    service.apply({"do": "record", "id": id, "kind": "partner_profile", "body": profile, "actor": MANAGER})
    report = service.import_register(at_home(tmp_path, "Example Radio A,KE,1"), MANAGER)
    assert counts(report) == (1, 1, 0, 0)


@pytest.mark.parametrize("actor", [MANAGER, OTHER], ids=["the same person", "another person"])
def test_an_older_version_does_not_come_back(service: Service, tmp_path: Path, actor: dict[str, Any]) -> None:
    service.import_register(version(tmp_path, "Example Radio A,1,2,"), MANAGER)
    service.import_register(version(tmp_path, "Example Radio A,1,3,"), MANAGER)
    report = service.import_register(version(tmp_path, "Example Radio A,1,2,"), actor)
    assert counts(report) == (0, 0, 1, 0)
    assert sequences(service, report) == [3]


def by_publisher(folder: Path, publisher: str, status: str) -> Path:
    file = folder / "partners.csv"
    header = "organisation,reference,status,ends_on,publisher,publisher_id\n"
    file.write_text(f"{header}Example Radio A,1,{status},2024-01-31,{publisher},XX-1\n", "utf-8")
    return file


@pytest.mark.parametrize("renamed", ["Example Funds", ""])
def test_a_publisher_that_is_named_otherwise_says_no_entry_twice(
    service: Service, tmp_path: Path, renamed: str
) -> None:
    [id] = service.import_register(by_publisher(tmp_path, "Example Fund", "running"), MANAGER).ids
    report = service.import_register(by_publisher(tmp_path, renamed, "running"), MANAGER)
    assert (report.ids, counts(report)) == ((id,), (0, 0, 1, 0))
    report = service.import_register(by_publisher(tmp_path, renamed, "ended"), MANAGER)
    assert counts(report) == (0, 1, 0, 0)
    shown = service.show(id)
    assert (shown["register"], shown["overdue"], shown["findings"]) == ("ended", False, [])


def test_an_import_that_was_cut_off_is_completed(service: Service) -> None:
    class CutOff(Exception):
        pass

    def cut(done: int, total: int) -> None:
        if done == 5:
            raise CutOff

    with pytest.raises(CutOff):
        service.import_register(IATI_1, MANAGER, progress=cut)
    report = service.import_register(IATI_1, MANAGER)
    register = read_register(IATI_1)
    assert report.refused == []
    assert sequences(service, report) == [1 + len(candidate.entries) for candidate in register.candidates]


def test_who_may_not_identify_is_told_so_once_for_each_candidate(service: Service) -> None:
    report = service.import_register(GIVING, FINANCE)
    assert counts(report) == (0, 0, 0, 3)
    for outcome in report.refused:
        assert (outcome["outcome"], outcome["reference"]) == ("refused", None)
        assert {finding["clause"] for finding in outcome["findings"]} == {"L2"}
        assert "line" not in outcome
    assert list(service.ids()) == []


def test_who_may_put_no_record_on_file_is_told_each_reference(service: Service, tmp_path: Path) -> None:
    service.import_register(version(tmp_path, "Example Radio A,1,2,"), MANAGER)
    report = service.import_register(version(tmp_path, "Example Radio A,1,3,"), AUDITOR)
    assert counts(report) == (0, 0, 0, 1)
    assert report.refused[0]["reference"] == "1"


PARTNER = {
    "id": "partner-1",
    "party": "partner",
    "roles": ["partner_representative"],
    "partnerships": ["p-1"],
}


@pytest.mark.parametrize(
    ("actor", "error", "said"),
    [
        (PARTNER, NotAllowed, "partner-1 may import no register"),
        (MANAGER | {"id": "a b"}, BadRequest, "the actor cannot be read: actor.id"),
        (None, BadRequest, "name an actor"),
    ],
    ids=["the partner's side", "an impossible actor", "nobody"],
)
def test_who_cannot_import_at_all(
    service: Service, actor: dict[str, Any], error: type[PartnershipsError], said: str
) -> None:
    with pytest.raises(error, match=said):
        service.import_register(TABLE, actor)
    assert list(service.ids()) == []


def test_progress_is_told_to_the_end(service: Service) -> None:
    told: list[tuple[int, int]] = []
    report = service.import_register(TABLE, MANAGER, progress=lambda done, total: told.append((done, total)))
    total = report.identified + report.recorded
    assert told == [(done, total) for done in range(1, total + 1)]


def test_the_report_is_json(service: Service) -> None:
    report = service.import_register(TABLE, MANAGER)
    told = json.loads(json.dumps(report.as_dict()))
    assert (told["identified"], told["recorded"], told["unchanged"], told["refused"]) == (4, 3, 0, [])
    assert told["digest"] == read_register(TABLE).digest
    assert told["left_out"][0] == {
        "row": 6,
        "reference": "EX-3",
        "reason": "it ends (2023-04-01) before it starts (2023-05-01)",
    }
    assert told["ids"] == list(report.ids)


def test_a_file_that_cannot_be_read_writes_nothing(service: Service, tmp_path: Path) -> None:
    (tmp_path / "cut.json").write_bytes(GIVING.read_bytes()[:-40])
    with pytest.raises(RegisterError, match="the JSON is broken or cut off"):
        service.import_register(tmp_path / "cut.json", MANAGER)
    assert list(service.ids()) == []


def test_an_entry_that_a_person_took_back_is_not_recorded_again(service: Service, tmp_path: Path) -> None:
    [id] = service.import_register(version(tmp_path, "Example Radio A,1,2,"), MANAGER).ids
    withdrawal = {
        "do": "withdraw",
        "id": id,
        "sequence": 2,
        "reason": "another organisation",
        "actor": MANAGER,
    }
    assert service.apply(withdrawal)["outcome"] == "accepted"
    report = service.import_register(version(tmp_path, "Example Radio A,1,2,", "Example Paper B,2,2,"), OTHER)
    assert counts(report) == (1, 1, 1, 0)


def test_a_partner_whose_other_partnership_ended_in_a_crisis_is_remarked(
    service: Service, telling: Callable[..., Story]
) -> None:
    telling("p-1", identifiers=[{"scheme": "EX-REG", "value": "17"}]).to("terminated_for_crisis")
    report = service.import_register(TABLE, MANAGER)
    [warned] = [remark for remark in report.remarks if remark.reason.startswith("L6")]
    assert warned.reference == report.ids[0]


class Raced:
    """A service in which somebody else imports the same register between the look and the write."""

    def __init__(self, service: Service, other: dict[str, Any]) -> None:
        self.service = service
        self.other = other

    def apply_lines(self, lines: Iterable[bytes], *, batch: int = 1) -> Iterator[dict[str, Any]]:
        import_register(self.service, IATI_1, self.other)
        return self.service.apply_lines(lines, batch=batch)

    def history(self, id: str) -> list[dict[str, Any]]:
        return self.service.history(id)

    def show(self, id: str) -> dict[str, Any]:
        return self.service.show(id)

    def ids(self) -> Iterator[str]:
        return self.service.ids()


def test_two_imports_at_once_identify_once(service: Service) -> None:
    report = import_register(Raced(service, OTHER), IATI_1, MANAGER)
    assert (report.identified, report.refused) == (0, [])
    assert {service.history(id)[0]["actor"]["id"] for id in report.ids} == {"pm-2"}


def test_two_imports_at_once_by_one_person_record_once(service: Service) -> None:
    report = import_register(Raced(service, MANAGER), IATI_1, MANAGER)
    assert report.refused == []
    register = read_register(IATI_1)
    assert sequences(service, report) == [1 + len(candidate.entries) for candidate in register.candidates]
