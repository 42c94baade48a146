"""A database that fails sets nobody aside: one clear error, nothing by halves, and the next one completes."""

from __future__ import annotations

import shutil
import sqlite3
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

import partnerships.scheduler.sweep as sweeping
from partnerships import DatabaseFailed, Service, open_service
from partnerships.errors import DatabaseFailed as Failed
from partnerships.storage.documents import keep_documents
from partnerships.storage.engines import open_engine
from partnerships.storage.failures import spoils_one_row
from tests.crash.meetings import check_whole
from tests.scheduler.sweep.asking import record, take_over
from tests.scheduler.sweep.conftest import TAKING_OVER
from tests.storage.rows import all_rows, another, engine_of, everything
from tests.storage.test_more_failures import at_most
from tests.story import Clock

DUE = 60
END = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction'"


@pytest.fixture
def path(template: Path, tmp_path: Path) -> Path:
    for suffix in ("", ".key"):
        shutil.copy(f"{template}{suffix}", f"{tmp_path / 'f.sqlite'}{suffix}")
    return tmp_path / "f.sqlite"


def filled(service: Service, count: int = DUE) -> None:
    for number in range(count):
        take_over(service, f"p-{number:03}", "2024-01-15")


def made_of(service: Service) -> dict[str, list[Any]]:
    """Every row but what a sweep writes as it begins."""
    return {n: rows for n, rows in everything(service).items() if n not in ("upkeep", "document")}


def settled(service: Service, count: int = DUE) -> None:
    """Each was asked once, and nothing is left over."""
    assert len({row.partnership_id for row in all_rows(service, "prompt")}) == count
    assert len(all_rows(service, "prompt")) == len(all_rows(service, "notice")) == count
    assert all_rows(service, "set_aside") == []
    check_whole(service)


def test_a_disk_that_is_full_in_the_middle_of_a_sweep(
    path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "BATCH", 10)
    engine = open_engine(path, 30)
    with open_service(engine, clock=clock, policy=TAKING_OVER) as service:
        filled(service)
        with engine.connect() as connection:
            used = int(connection.exec_driver_sql("PRAGMA page_count").scalar() or 0)
    told: list[int] = []
    with at_most(engine, used + 8), open_service(engine, clock=clock) as service:
        with pytest.raises(DatabaseFailed, match="full"):
            service.sweep(progress=lambda done, total: told.append(done))
        assert told, "some batches found room"
        assert len(all_rows(service, "prompt")) == told[-1], "what was told is kept, and nothing of the rest"
        assert len(all_rows(service, "notice")) == told[-1]
        assert all_rows(service, "set_aside") == []
        check_whole(service)
    with open_service(engine, clock=clock) as service:
        assert service.sweep().asked == DUE - told[-1]
        settled(service)


def test_a_file_that_grew_beyond_what_the_database_takes_is_set_aside_alone(path: Path, clock: Clock) -> None:
    """SQLite has a longest row; a limit set for each connection stands in for a gigabyte."""
    with open_service(path, clock=clock, policy=TAKING_OVER) as service:
        filled(service, 3)
        take_over(service, "p-big", "2024-01-15")
        record(service, "p-big", "strategic_importance", "2024-03-01", reason="x" * 9_000)
        service._run(partial(keep_documents, policies=service._context.versions))
        (big,) = [row for row in all_rows(service, "partnership") if row.id == "p-big"]
    engine = open_engine(path, 30)
    row = sum(len(str(value)) for value in big) + len(big)

    def limit(connection: sqlite3.Connection, _record: Any) -> None:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, row + 100)

    event.listen(engine, "connect", limit)
    with open_service(engine, clock=clock) as service:
        report = service.sweep()
        assert report.asked == 3
        assert [(one.partnership, one.error) for one in report.set_aside] == [("p-big", "DataError")]
        check_whole(service)
    event.remove(engine, "connect", limit)
    engine.dispose()
    clock.advance(days=1)
    with open_service(engine, clock=clock) as service:
        assert service.sweep().asked == 1
        settled(service, 4)


@pytest.mark.on_postgresql
def test_a_rule_of_the_database_s_own_that_refuses_a_row_sets_it_aside_alone(
    service: Service, taking: Service
) -> None:
    filled(taking, 3)
    with engine_of(service).begin() as connection:
        connection.exec_driver_sql(
            "ALTER TABLE partnerships_notice ADD CONSTRAINT none CHECK (partnership_id <> 'p-001')"
        )
    report = service.sweep()
    assert report.asked == 2
    assert [(one.partnership, one.error) for one in report.set_aside] == [("p-001", "CheckViolation 23514")]
    assert len(service.history("p-001")) == 1
    check_whole(service)


@pytest.fixture
def ended(service: Service, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids at which a sweep loses its connection, once each, while it holds its rows."""
    look, ids = sweeping.look, list[str]()

    def look_and_lose(row: Any, *rest: Any) -> Any:
        if row[0] in ids:
            ids.remove(row[0])
            with engine_of(service).connect() as connection:
                connection.exec_driver_sql(END)
        return look(row, *rest)

    monkeypatch.setattr(sweeping, "look", look_and_lose)
    monkeypatch.setattr(sweeping, "BATCH", 10)
    return ids


@pytest.mark.on_postgresql
def test_a_connection_that_is_lost_is_made_again(service: Service, taking: Service, ended: list[str]) -> None:
    filled(taking)
    ended += ["p-005", "p-019"]
    with another(service) as other:
        report = other.sweep()
    assert (report.asked, report.looked_at, report.set_aside) == (DUE, DUE, [])
    assert ended == []
    settled(service)


@pytest.mark.on_postgresql
def test_without_patience_a_lost_connection_is_one_error_and_nothing_is_half_written(
    service: Service, taking: Service, ended: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(taking)
    ended += ["p-005"]
    before = made_of(service)
    with another(service) as other:
        monkeypatch.setattr(other._writers, "_patience", 0)
        with pytest.raises(DatabaseFailed, match="connection"):
            other.sweep()
    assert made_of(service) == before
    assert service.sweep().asked == DUE
    settled(service)


@pytest.mark.parametrize(
    ("cause", "state", "alone"),
    [
        (sqlite3.IntegrityError(), None, True),
        (sqlite3.DataError(), None, True),
        (sqlite3.OperationalError(), None, False),
        (sqlite3.DatabaseError(), None, False),
        (Exception(), "23505", True),
        (Exception(), "22001", True),
        (Exception(), "54000", True),
        (Exception(), "57014", False),
        (Exception(), "53100", False),
        (Exception(), "42501", False),
        (None, None, False),
    ],
)
def test_which_failures_are_one_row_s(cause: Exception | None, state: str | None, alone: bool) -> None:
    error = Failed("failed", sqlstate=state, unknown=False)
    error.__cause__ = cause
    assert spoils_one_row(error) == alone
    assert spoils_one_row(KeyError("a file's field"))
