"""An SQLite file that is damaged: it is said, with what to do, and whatever can still be read is."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from partnerships import DatabaseFailed, NoDatabase, Service, open_service
from partnerships.storage.failures import DAMAGED
from tests.story import Clock, Story

PAGE = 4096


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "p.sqlite"
    with open_service(path, create=True, clock=(clock := Clock())) as service:
        Story(service, clock).to("assessed")
    return path


def wipe(path: Path, table: str) -> None:
    """Fill the first page of a table with zeros."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        query = "SELECT rootpage FROM sqlite_schema WHERE name = ?"
        (number,) = connection.execute(query, (table,)).fetchone()
    with path.open("r+b") as file:
        file.seek((number - 1) * PAGE)
        file.write(bytes(PAGE))


def checks(service: Service) -> dict[str, tuple[bool, str]]:
    return {each["check"]: (each["ok"], each["detail"]) for each in service.doctor()}


def test_what_cannot_be_opened_is_damaged(path: Path) -> None:
    wipe(path, "partnerships_meta")
    with pytest.raises(NoDatabase, match=DAMAGED):
        open_service(path)


def test_what_cannot_be_read_is_damaged_and_the_rest_is_there(path: Path) -> None:
    wipe(path, "partnerships_content")
    with open_service(path) as service:
        with pytest.raises(DatabaseFailed, match=DAMAGED):
            service.history("p-1")
        assert service.show("p-1")["state"] == "assessed"


def test_the_doctor_looks_no_further(path: Path) -> None:
    with open_service(path) as service:
        assert checks(service)["integrity"] == (True, "ok")
    wipe(path, "partnerships_content")
    with open_service(path) as service:
        found = checks(service)
    *_, last = found
    assert last == "integrity"
    is_whole, detail = found["integrity"]
    assert not is_whole
    assert DAMAGED in detail
    assert "\n" not in detail
