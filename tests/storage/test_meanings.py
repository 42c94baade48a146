"""What a database's error means, by what drivers say of it; nothing is asked of a database."""

from __future__ import annotations

import sqlite3
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from partnerships.errors import DatabaseFailed, PartnershipsError
from partnerships.storage.failures import (
    Again,
    again,
    damage_of,
    database_failed,
    failures,
    is_coming,
    is_damage,
    is_failure,
    is_write_protected,
    kind_of,
    may_be_kept,
    reason_of,
    spoils_one_row,
    sqlstate,
)


class DriverError(Exception):
    """As psycopg and asyncpg say it."""

    def __init__(self, said: Any = "it says so", **told: str) -> None:
        super().__init__(said)
        self.__dict__.update(told)


class OperationalError(DriverError):
    pass


class DataError(DriverError):
    pass


DRIVER = SimpleNamespace(
    Error=DriverError, OperationalError=OperationalError, InterfaceError=OperationalError
)
SERVER = SimpleNamespace(name="postgresql", loaded_dbapi=DRIVER, is_async=False)
LOOP = SimpleNamespace(name="postgresql", loaded_dbapi=DRIVER, is_async=True)
FILE = SimpleNamespace(name="sqlite", loaded_dbapi=sqlite3, is_async=False)


def wrapped(cause: BaseException) -> DBAPIError:
    """The error as SQLAlchemy raises it."""
    return DBAPIError("SELECT 1", {}, cause)


def of_sqlite(name: str) -> sqlite3.Error:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorname = name
    return error


def failed(cause: BaseException) -> DatabaseFailed:
    error = database_failed(cause)
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (DriverError(sqlstate="40001"), "40001"),
        (DriverError(pgcode="40P01"), "40P01"),
        (DriverError({"C": "23505", "M": "duplicate key"}), "23505"),
        (DriverError("FATAL:  the database system is starting up"), "57P03"),
        (DriverError("FATAL:  sorry, too many clients already"), "53300"),
        (DriverError("something else"), None),
        (Exception(), None),
    ],
)
def test_the_state_is_found_however_a_driver_tells_it(error: Exception, state: str | None) -> None:
    assert sqlstate(error) == sqlstate(wrapped(error)) == state


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (wrapped(DriverError()), True),
        (PoolTimeout(), True),
        (sqlite3.OperationalError(), True),
        (UnicodeEncodeError("ascii", "é", 0, 1, "no place"), True),
        (DriverError(), True),
        (KeyError(), False),
        (OSError(), False),
    ],
)
def test_whose_error_it_is(error: Exception, expected: bool) -> None:
    assert is_failure(error, SERVER) is expected


@pytest.mark.parametrize(
    ("error", "when"),
    [
        (DriverError(sqlstate="40001"), Again.AT_ONCE),
        (wrapped(DriverError(sqlstate="23505")), Again.AT_ONCE),
        (DriverError(sqlstate="57P01"), Again.LATER),
        (OperationalError("lost"), Again.LATER),
        (wrapped(OperationalError("lost")), Again.LATER),
        (DriverError("lost"), Again.NEVER),
        (OperationalError(sqlstate="25006"), Again.NEVER),
    ],
)
def test_when_it_is_worth_another_try(error: Exception, when: Again) -> None:
    assert again(error, SERVER) is when
    assert may_be_kept(error, SERVER) is (when is Again.LATER)
    assert again(error, FILE) is Again.NEVER


def test_what_sqlite_wrote_and_could_not_sync_may_be_kept() -> None:
    for error in (of_sqlite("SQLITE_IOERR_FSYNC"), wrapped(of_sqlite("SQLITE_IOERR_FSYNC"))):
        assert may_be_kept(error, FILE)
    assert not may_be_kept(of_sqlite("SQLITE_FULL"), FILE)
    assert is_damage(wrapped(of_sqlite("SQLITE_CORRUPT_INDEX")))
    assert not is_damage(of_sqlite("SQLITE_FULL"))
    assert is_write_protected(wrapped(of_sqlite("SQLITE_READONLY_DIRECTORY")))
    assert not is_write_protected(DriverError())


def test_what_is_told_is_one_line_and_quotes_no_row() -> None:
    quoting = DriverError("duplicate key\nDETAIL: Key (name)=(Somebody) already exists.")
    assert reason_of(quoting) == reason_of(wrapped(quoting)) == "duplicate key"
    assert reason_of(DriverError({"C": "23505", "M": "duplicate key", "D": "Somebody"})) == "duplicate key"
    assert "pool" in reason_of(PoolTimeout())
    assert "read-only" in str(database_failed(DriverError("no", sqlstate="25006")))
    assert "UTF8" in str(database_failed(UnicodeEncodeError("ascii", "é", 0, 1, "no place")))
    assert "backup" in str(database_failed(of_sqlite("SQLITE_CORRUPT")))
    kept, unknown = database_failed(quoting), database_failed(quoting, unknown=True)
    assert (kept.unknown, unknown.unknown) == (False, True)
    assert str(kept).endswith(": duplicate key")
    assert "nothing of this was kept" in str(kept)
    assert "unknown" in str(unknown)


def test_what_is_kept_of_it_is_its_class_and_state() -> None:
    plain, stated = DriverError("Somebody"), DataError("Somebody", sqlstate="22001")
    assert [kind_of(one) for one in (plain, wrapped(plain), failed(wrapped(plain)))] == ["DriverError"] * 3
    assert [kind_of(one) for one in (stated, failed(wrapped(stated)))] == ["DataError 22001"] * 2
    assert kind_of(DatabaseFailed("no")) == "DatabaseFailed"
    caused = KeyError("Somebody")
    caused.__cause__ = stated
    assert kind_of(caused) == "KeyError"


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (KeyError("state"), True),
        (failed(wrapped(DataError())), True),
        (failed(sqlite3.IntegrityError()), True),
        (failed(UnicodeEncodeError("ascii", "é", 0, 1, "no place")), True),
        *((failed(DriverError(sqlstate=state)), True) for state in ("22P05", "23514", "54000")),
        *((failed(DriverError(sqlstate=state)), False) for state in ("25006", "57P01", "53100")),
        (failed(of_sqlite("SQLITE_FULL")), False),
    ],
)
def test_whether_others_may_still_be_written(error: Exception, expected: bool) -> None:
    assert spoils_one_row(error) is expected


def test_whoever_goes_on_with_others_goes_on_past_damage_alone() -> None:
    assert damage_of(KeyError("state"), SERVER) == "KeyError"
    for error in (PartnershipsError("no key"), DriverError(), sqlite3.OperationalError()):
        with pytest.raises(type(error)):
            damage_of(error, SERVER)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OperationalError("FATAL:  the database system is starting up"), True),
        (OperationalError("no", sqlstate="28P01"), False),
        (wrapped(OperationalError('connection to server at "x": Connection refused')), True),
        (OperationalError("could not translate host name"), False),
        (ConnectionRefusedError(), True),
        (FileNotFoundError(), False),
        (DBAPIError("SELECT 1", {}, OperationalError("lost"), connection_invalidated=True), True),
        (DBAPIError("SELECT 1", {}, OperationalError("lost")), False),
    ],
)
def test_whether_a_server_is_waited_for(error: Exception, expected: bool) -> None:
    assert is_coming(error, SERVER) is expected
    assert not is_coming(error, LOOP)
    assert not is_coming(error, FILE)


def test_a_callers_error_is_the_databases_with_its_state_and_any_other_as_it_was() -> None:
    error = DriverError(sqlstate="25006")
    with pytest.raises(DatabaseFailed) as told:
        with failures(SERVER):
            raise error
    assert (told.value.sqlstate, told.value.__cause__) == ("25006", error)
    with pytest.raises(KeyError):
        with failures(SERVER):
            raise KeyError("state")


@pytest.mark.parametrize(
    ("errors", "state"),
    [
        ([DriverError(sqlstate="57P01"), OSError(), OperationalError("closed")], "57P01"),
        ([KeyError("state"), OperationalError("closed")], None),
        ([DriverError(sqlstate="57P01"), DriverError(sqlstate="25P02")], "25P02"),
    ],
)
def test_why_a_connection_was_lost_is_told_and_not_that_it_was(
    errors: list[Exception], state: str | None
) -> None:
    for before, error in pairwise(errors):
        error.__context__ = before
    with pytest.raises(DatabaseFailed) as told:
        with failures(SERVER):
            raise errors[-1]
    assert told.value.sqlstate == state


def test_a_socket_is_waited_for_where_its_folder_is(tmp_path: Path) -> None:
    for folder, expected in ((tmp_path, True), (tmp_path / "none", False)):
        said = f'connection to server on socket "{folder}/.s.PGSQL.5432" failed: No such file or directory'
        assert is_coming(wrapped(OperationalError(said)), SERVER) is expected
