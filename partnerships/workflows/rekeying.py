"""Changing the sealing key of a database: a new file, every case's key wrapped anew, the old file kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from partnerships.errors import BadRequest, DatabaseFailed, SealingKeyError
from partnerships.storage.failures import failures, may_be_kept, reason_of
from partnerships.storage.rekeying import rekey
from partnerships.storage.sealing import SealingKey, make_key_file

if TYPE_CHECKING:
    from partnerships.workflows.service import Service


def change_sealing_key(service: Service, new: str | Path) -> dict[str, Any]:
    """Put the key in a file in use, which is made where it is not there, and wrap all keys under it.

    Gives {"wrapped", "key", "before"}: how many keys, the new file, and the one that was in use until now.
    What is sealed stays as it is, and so do digests of commands. Services that are open go on with the old
    key and cannot seal under it: they have to be opened anew. Raises BadRequest for a database in memory or a
    login that does not own the tables, SealingKeyError without the old key or where the new one cannot be
    written, and DatabaseFailed, whose `unknown` tells that either key may be the one in use.
    """
    opened = service._opened
    if opened.key_file is None:
        raise BadRequest("a database in memory keeps its key in memory")
    path = Path(new).expanduser()
    with _failures(opened.engine.dialect), service._turn:
        old = opened.key()
        # On disk before anything is wrapped under it.
        wrapped = rekey(opened.engine, opened.place, old, _made(path))
    return {"wrapped": wrapped, "key": str(path), "before": str(opened.key_file)}


def _made(path: Path) -> SealingKey:
    try:
        return make_key_file(path)
    except OSError as error:
        raise SealingKeyError(
            f"the sealing key {path} cannot be written: {error.strerror}; the key before it stays in use"
        ) from error


@contextmanager
def _failures(dialect: Any) -> Iterator[None]:
    """Where the server may have kept it and never answered, nobody throws the new key away."""
    try:
        with failures(dialect):
            yield
    except DatabaseFailed as error:
        cause = error.__cause__
        if cause is None or not may_be_kept(cause, dialect):
            raise
        raise DatabaseFailed(
            "the database failed, and which sealing key is in use is unknown: keep both files, and ask"
            f" `partnerships doctor` under each: {reason_of(cause)}",
            sqlstate=error.sqlstate,
            unknown=True,
        ) from cause
