"""What a database's error means: try again, at once or later, or give up with one clear error."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from partnerships.errors import DatabaseFailed, PartnershipsError

UNIQUE_VIOLATION = "23505"
"""Another writer was first, with a key or as the one who opens a partnership."""

SERIALIZATION_FAILURE = "40001"
"""The transaction's snapshot is too old for what it does: it has to be run again."""

_AT_ONCE = {SERIALIZATION_FAILURE, "40P01", UNIQUE_VIOLATION}
"""A serialization failure and a deadlock too are over with the transaction they ended."""

_LATER = {
    "53300",  # too many connections
    "57P01",  # an administrator shuts the server down
    "57P02",  # the server crashed
    "57P03",  # the server starts up
    "08000",
    "08001",
    "08003",
    "08004",
    "08006",
}
_PLAINLY = {
    "22P05": "the database's encoding has no place for a character of this: use a database in UTF8",
    "25006": "it is read-only here: the transaction was begun so, or the server is a standby",
    "25P01": "the host's connection is on AUTOCOMMIT, where no rollback takes anything back: take it off",
    "25P02": "an earlier statement of the host's transaction failed: roll it back first",
    "25P03": "this session was idle in its transaction for too long, so that the database ended it to free"
    " its locks",
    "55P03": "another writer held a lock for longer than the time set",
    "57014": "a statement took longer than the time set",
}
_NOT_SENT = "the connection's encoding has no place for a character of this: have it speak UTF8"
DAMAGED = "the file is damaged: put the latest backup in its place"
PROTECTED = "reading too takes a file and a folder that may be written to: check their rights, or open a copy"

_REFUSED = {
    "too many clients already": "53300",
    "too many connections for": "53300",
    "remaining connection slots are reserved": "53300",
    "the database system is shutting down": "57P03",
    "the database system is starting up": "57P03",
    "the database system is in recovery mode": "57P03",
    "the database system is not yet accepting connections": "57P03",
    "the database system is not accepting connections": "57P03",
}
"""What a server says, in English, to one who is not connected yet: drivers on libpq keep only its words."""


_NOBODY_LISTENS = ("Connection refused", "No such file or directory")
_HANGS_UP = ("server closed the connection", "Connection reset by peer")
_SOCKET = re.compile(r'on socket "([^"]+)"')
"""What libpq says, in English, of a server that is not there at this moment."""


class Again(Enum):
    """Whether and when a failed transaction is worth another try."""

    AT_ONCE = "at once"
    LATER = "later"
    NEVER = "never"


def is_failure(error: BaseException, dialect: Any) -> bool:
    """Tell whether an error is the database's, raised by SQLAlchemy or by the driver itself.

    A host's connection that does not speak UTF8 raises UnicodeEncodeError for what it has no place for.
    """
    kinds = DBAPIError | PoolTimeout | sqlite3.Error | UnicodeEncodeError
    return isinstance(error, kinds | dialect.loaded_dbapi.Error)


def sqlstate(error: BaseException) -> str | None:
    """Give the SQLSTATE that the server told, or None."""
    cause = getattr(error, "orig", None) or error
    state = getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None) or _fields(cause).get("C")
    if state:
        return str(state)
    said = str(cause)
    return next((state for words, state in _REFUSED.items() if words in said), None)


def is_damage(error: BaseException) -> bool:
    """Tell whether SQLite found its file damaged."""
    return _sqlite_error(error).startswith("SQLITE_CORRUPT")


def is_write_protected(error: BaseException) -> bool:
    """Tell whether SQLite may not write to its file or beside it."""
    return _sqlite_error(error).startswith("SQLITE_READONLY")


def _sqlite_error(error: BaseException) -> str:
    cause = getattr(error, "orig", None) or error
    return str(getattr(cause, "sqlite_errorname", ""))


def reason_of(error: BaseException) -> str:
    """Give the first line of what went wrong; a server's further lines may quote what a row holds."""
    if isinstance(error, PoolTimeout):
        return "all connections of the pool stayed in use for longer than its time limit"
    cause = getattr(error, "orig", None) or error
    return str(_fields(cause).get("M") or cause).strip().partition("\n")[0]


def _fields(cause: BaseException) -> dict[str, str]:
    """Give the fields of a server's message as pg8000 has them, by the letters of PostgreSQL's protocol."""
    first = cause.args[0] if cause.args else None
    return first if isinstance(first, dict) else {}


def kind_of(error: BaseException) -> str:
    """Give an error's class and SQLSTATE: what may be kept and logged, since a text may quote a row."""
    cause = error.__cause__ if isinstance(error, DatabaseFailed) and error.__cause__ else error
    cause = getattr(cause, "orig", None) or cause
    state = sqlstate(cause)
    return f"{type(cause).__name__} {state}" if state else type(cause).__name__


def spoils_one_row(error: BaseException) -> bool:
    """Tell whether an error comes of the rows at hand, so that others may still be written.

    The database's own failures are not among them, save where it refuses a value or a constraint fails.
    """
    if not isinstance(error, DatabaseFailed):
        return True
    cause = getattr(error.__cause__, "orig", None) or error.__cause__
    rows = ("DataError", "IntegrityError", "UnicodeEncodeError")
    refused = any(kind.__name__ in rows for kind in type(cause).__mro__)
    return refused or (error.sqlstate or "")[:2] in ("22", "23", "54")


def damage_of(error: Exception, dialect: Any) -> str:
    """Give the class of an error that comes of what one row holds, for whoever goes on with the others.

    Raises the error itself where it is the database's, or one of ours, such as a missing key.
    """
    if isinstance(error, PartnershipsError) or is_failure(error, dialect):
        raise error
    return kind_of(error)


def again(error: BaseException, dialect: Any) -> Again:
    """Tell whether a transaction that ended with this error is worth another try.

    A connection that was lost, or never made, comes without an SQLSTATE.
    """
    if dialect.name == "sqlite":
        return Again.NEVER
    state = sqlstate(error)
    if state in _AT_ONCE:
        return Again.AT_ONCE
    lost = state is None and isinstance(
        getattr(error, "orig", None) or error,
        (dialect.loaded_dbapi.OperationalError, dialect.loaded_dbapi.InterfaceError),
    )
    return Again.LATER if lost or state in _LATER else Again.NEVER


def may_be_kept(error: BaseException, dialect: Any) -> bool:
    """Tell whether what was written may be kept although its commit failed with this error.

    The connection was lost before the answer came; or SQLite wrote all of it and could not have it synced, so
    that a crash brings it back.
    """
    return again(error, dialect) is Again.LATER or _sqlite_error(error) == "SQLITE_IOERR_FSYNC"


def is_coming(error: BaseException, dialect: Any) -> bool:
    """Tell whether a server that could not be opened may only be restarting, or be full for a moment.

    Not so a host that has no address, a socket's folder that is not there, a login or a database that is
    refused. Nobody waits in an asynchronous engine, whose loop would stand still.
    """
    if dialect.name == "sqlite" or dialect.is_async:
        return False
    if sqlstate(error) is not None or getattr(error, "connection_invalidated", False):
        return again(error, dialect) is not Again.NEVER
    if isinstance(error, OSError):
        return isinstance(error, ConnectionError)
    said = str(getattr(error, "orig", None) or error)
    socket = _SOCKET.search(said)
    if socket is not None and not Path(socket[1]).parent.is_dir():
        return False
    return any(words in said for words in (*_NOBODY_LISTENS, *_HANGS_UP))


def database_failed(error: BaseException, *, unknown: bool = False) -> DatabaseFailed:
    """Give the one error that a caller meets; `unknown` where a commit was sent and not answered."""
    state = sqlstate(error)
    reason = _NOT_SENT if isinstance(error, UnicodeError) else _PLAINLY.get(state or "") or reason_of(error)
    if is_damage(error):
        reason = f"{reason}; {DAMAGED}"
    kept = (
        "whether this was kept is unknown: look at the history, or send it again with a key"
        if unknown
        else "nothing of this was kept"
    )
    return DatabaseFailed(f"the database failed, and {kept}: {reason}", sqlstate=state, unknown=unknown)


@contextmanager
def failures(dialect: Any) -> Iterator[None]:
    """Turn a database's errors into DatabaseFailed."""
    try:
        yield
    except Exception as error:
        if not is_failure(error, dialect):
            raise
        raise database_failed(_told_first(error, dialect)) from error


def _told_first(error: BaseException, dialect: Any) -> BaseException:
    """Give why a connection was lost: one that the server ended fails once more where it is given back."""
    before = error.__context__
    while sqlstate(error) is None and before is not None:
        if is_failure(before, dialect) and sqlstate(before) is not None:
            return before
        before = before.__context__
    return error
