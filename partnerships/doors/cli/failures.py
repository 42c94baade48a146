"""What a person reads when something goes wrong: one line that says what to do, never a traceback."""

from __future__ import annotations

import contextlib
import os
import sys
import traceback

from partnerships.doors.text import shortened
from partnerships.errors import (
    BadRequest,
    DatabaseFailed,
    NoDatabase,
    PartnershipsError,
    SealingKeyError,
)

DEBUG = "PARTNERSHIPS_DEBUG"
_USAGE = (BadRequest, DatabaseFailed, NoDatabase, SealingKeyError)
FOUND, WRONG_USAGE, INTERRUPTED = 1, 2, 130


class Failure(PartnershipsError):
    """Raised when a command cannot go on; it carries its one line and the exit status."""

    def __init__(self, message: str, status: int = WRONG_USAGE) -> None:
        super().__init__(message)
        self.status = status


def say(message: str) -> None:
    """Write one line to standard error; text of others in it cannot reach the terminal's controls."""
    # When the other end of standard error is gone, nobody is left to tell.
    with contextlib.suppress(OSError):
        print(f"partnerships: {shortened(message, 600)}", file=sys.stderr, flush=True)


def report(error: Exception) -> int:
    """Tell a person about `error` in one line and return the exit status that it means."""
    if os.environ.get(DEBUG):
        traceback.print_exception(error)
    if isinstance(error, Failure):
        say(str(error))
        return error.status
    if isinstance(error, PartnershipsError):
        say(str(error))
        return WRONG_USAGE if isinstance(error, _USAGE) else FOUND
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        say(f"{where}{error.strerror or error}")
        return WRONG_USAGE
    cause = getattr(error, "orig", None) or error
    if type(error).__module__.startswith(("sqlalchemy", "sqlite3")):
        say(f"the database cannot be used: {cause}; `partnerships doctor` looks closer")
        return WRONG_USAGE
    say(f"unexpected {type(error).__name__}: {cause}; nothing half-done was kept; {DEBUG}=1 shows where")
    return WRONG_USAGE
