"""No byte of what was erased stays in the database's own files; where one might, it is said."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import text

from partnerships import Service
from partnerships.audit.erasing import erasure
from partnerships.audit.erasing.erasure import clean_up, residue
from partnerships.storage.ledger import Ledger
from partnerships.storage.place import Place
from partnerships.storage.residue import Residue
from partnerships.storage.roles import APPLICATION, role_name
from tests.audit.erasure.erasing import HOW, asks, erased
from tests.storage.logins import login
from tests.storage.rows import another, database_files, engine_of
from tests.story import Clock, Story

WORD = "Amara-Zeldovich"


def told(story: Story) -> list[int]:
    """A word in many versions of a profile, an assessment and a sealed case, each projected again."""
    story.profile["name"] = WORD
    story.to("active_activity")
    for number in range(30):
        story.has("partner_profile", name=WORD, note=f"{WORD} {number} " + "x" * 500)
    at = story.has("comment", about=1, text=WORD)
    said = [row["sequence"] for row in story.history() if WORD in str(row["body"])]
    assert at in said
    return said


def bytes_of(folder: Path) -> bytes:
    return b"".join(database_files(folder).values())


def doctor(service: Service) -> dict[str, Any]:
    return next(check for check in service.doctor() if check["check"] == "erasure")


def test_the_file_and_its_log_hold_none_of_it(story: Story, tmp_path: Path) -> None:
    said = told(story)
    assert bytes_of(tmp_path).count(WORD.encode()) > 30
    outcome = erased(story, *said)
    assert outcome["remains"]["clean"]
    assert WORD.encode() not in bytes_of(tmp_path)
    assert WORD.lower().encode() not in bytes_of(tmp_path).lower()
    assert doctor(story.service)["ok"]


def test_what_is_not_cleaned_yet_is_said(story: Story, tmp_path: Path) -> None:
    said = told(story)
    assert residue(story.service).is_clean
    outcome = asks(story, *said, clean=False)
    assert not outcome["remains"]["clean"]
    assert "--clean" in outcome["remains"]["detail"]
    assert WORD.encode() in bytes_of(tmp_path)
    found = doctor(story.service)
    assert (found["ok"], "--clean" in found["detail"]) == (False, True)
    assert clean_up(story.service).is_clean
    assert WORD.encode() not in bytes_of(tmp_path)
    assert doctor(story.service)["ok"]


def test_a_reader_keeps_the_pages_and_nothing_hides_it(story: Story, tmp_path: Path) -> None:
    said = told(story)
    impatient = another(story.service, timeout=0.05)
    with engine_of(story.service).connect() as reader:
        reader.execute(text("SELECT count(*) FROM partnerships_entry")).scalar()
        story.service, service = impatient, story.service
        outcome = asks(story, *said)
        assert not outcome["remains"]["clean"]
    story.service = service
    assert clean_up(service).is_clean
    assert WORD.encode() not in bytes_of(tmp_path)
    impatient.close()


@pytest.mark.every_store
def test_what_is_erased_while_others_clean_up_waits_for_the_next(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *later = told(story)
    rewrite = erasure.scrub

    def rewritten_and_erased_once_more(*of: Any) -> str | None:
        monkeypatch.undo()
        problem = rewrite(*of)
        asks(story, *later, clean=False)
        return problem

    monkeypatch.setattr(erasure, "scrub", rewritten_and_erased_once_more)
    assert not asks(story, first)["remains"]["clean"]
    assert not doctor(story.service)["ok"]
    assert clean_up(story.service).is_clean
    assert doctor(story.service)["ok"]


@pytest.mark.every_store
@pytest.mark.parametrize("clean", [True, False])
def test_a_database_that_fails_once_it_is_done_takes_nothing_back(
    story: Story, monkeypatch: pytest.MonkeyPatch, clean: bool
) -> None:
    story.to("identified")

    def fails(_ledger: Ledger) -> Residue:
        raise sqlite3.OperationalError("disk I/O error")

    with monkeypatch.context() as patch:
        patch.setattr(erasure, "residue_of", fails)
        outcome = asks(story, 1, clean=clean)
    assert outcome["outcome"] == "accepted"
    assert not outcome["remains"]["clean"]
    assert "OperationalError" in outcome["remains"]["detail"]
    assert "erase --clean" in outcome["remains"]["detail"]
    assert clean_up(story.service).is_clean


@pytest.mark.on_postgresql
def test_postgresqls_tables_are_rewritten_by_their_owner(story: Story) -> None:
    said = told(story)
    outcome = asks(story, *said, clean=False)
    assert "VACUUM (FULL) partnerships_content;" in outcome["remains"]["detail"]
    with engine_of(story.service).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name in ("content", "data_key", "partnership", "identifier", "command_key"):
            assert not residue(story.service).is_clean
            connection.execute(text(f"VACUUM (FULL) partnerships_{name}"))
    assert residue(story.service).is_clean
    assert doctor(story.service)["ok"]


@pytest.mark.on_postgresql
def test_nobody_waits_for_long_behind_a_rewriting_that_waits_for_a_reader(story: Story) -> None:
    said = told(story)
    with engine_of(story.service).connect() as reader:
        reader.execute(text("SELECT count(*) FROM partnerships_content")).scalar()
        started = monotonic()
        remains = asks(story, *said)["remains"]
        assert monotonic() - started < 15
        assert not remains["clean"]
        assert "55P03" in remains["detail"]
        assert "VACUUM (FULL) partnerships_content;" in remains["detail"]
    assert clean_up(story.service).is_clean


@pytest.mark.on_postgresql
def test_the_application_erases_and_leaves_rewriting_to_the_owner(
    story: Story, database: tuple[str, Path], clock: Clock
) -> None:
    from partnerships import open_service
    from partnerships.audit.erasing.erasure import erase

    said = told(story)
    with login(database[0], role_name(Place(), APPLICATION)) as url:
        with open_service(url, clock=clock, key_file=database[1]) as service:
            outcome = erase(service, "p-1", **HOW, entries=said)
            assert outcome["outcome"] == "accepted"
            assert not outcome["remains"]["clean"]
            assert "does not own partnerships_content" in outcome["remains"]["detail"]
    assert clean_up(story.service).is_clean
