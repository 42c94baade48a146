"""Opening a database: its engine, its schema, and the sealing key that belongs to it."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import platformdirs
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from partnerships.errors import NoDatabase, SealingKeyError
from partnerships.storage import statements
from partnerships.storage.engines import WRITE, is_memory, open_engine, sqlite_file
from partnerships.storage.migrate import current, migrate, newest
from partnerships.storage.sealing import SealingKey, make_key_file, read_key_file

_KEY_ID = "sealing_key"


@dataclass(frozen=True)
class Opened:
    """A database that is ready, its sealing key, and the key's file (None: in memory only)."""

    engine: Engine
    key: SealingKey
    key_file: Path | None


def open_database(target: str | Path | Engine, *, create: bool, key_file: str | Path | None) -> Opened:
    """Open a database; with `create`, make or migrate it first.

    Raises NoDatabase where it is absent, not ours or waits for a migration, and SealingKeyError where the
    key is missing or is another database's.
    """
    engine = open_engine(target)
    file = sqlite_file(engine)
    try:
        if file is not None and not create and not file.exists():
            raise NoDatabase(f"there is no database at {file}; run `partnerships migrate` to make one")
        if create:
            if file is not None:
                file.parent.mkdir(parents=True, exist_ok=True)
            with engine.connect() as connection:
                ready = current(connection) == newest()
            if not ready:
                migrate(engine)
        with engine.connect() as connection:
            _check_schema(connection, file)
        place = None if file is None and _in_memory(engine) else _key_place(file, key_file)
        return Opened(engine, _key(engine, place), place)
    except (DBAPIError, sqlite3.Error, OSError) as error:
        reason = getattr(error, "orig", None) or error
        raise NoDatabase(f"the database cannot be opened: {reason}; check the path and its rights") from None


def _in_memory(engine: Engine) -> bool:
    return engine.dialect.name == "sqlite" and is_memory(engine.url)


def _check_schema(connection: Connection, file: Path | None) -> None:
    has, wants = current(connection), newest()
    if has == wants:
        return
    where = f"the database at {file}" if file else "the database"
    if has is None:
        raise NoDatabase(f"{where} holds no partnerships yet; run `partnerships migrate`")
    raise NoDatabase(f"{where} has revision {has} and needs {wants}; run `partnerships migrate`")


def _key_place(file: Path | None, key_file: str | Path | None) -> Path:
    named = key_file or os.environ.get("PARTNERSHIPS_KEY_FILE")
    if named:
        return Path(named).expanduser()
    if file is not None:
        return file.with_name(file.name + ".key")
    return Path(platformdirs.user_data_dir("partnerships")) / "sealing.key"


def _key(engine: Engine, place: Path | None) -> SealingKey:
    """Give the database's key; the first use makes it, and the database remembers which one it was."""
    with engine.connect() as connection:
        row = statements.SELECT_META.one(connection, name=_KEY_ID)
    if row is None:
        key = SealingKey.fresh() if place is None else make_key_file(place)
        with engine.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
            row = statements.SELECT_META.one(connection, name=_KEY_ID)
            if row is None:
                statements.INSERT_META.run(connection, name=_KEY_ID, value=key.id)
                row = (key.id,)
    elif place is not None:
        key = read_key_file(place)
    else:
        key = _kept_in_memory(engine, str(row[0]))
    if key.id != row[0]:
        raise SealingKeyError(
            "the sealing key is not the one that this database was made with; name the right one in"
            " PARTNERSHIPS_KEY_FILE"
        )
    if place is None:
        engine.__dict__[_KEY_ID] = key
    return key


def _kept_in_memory(engine: Engine, id: str) -> SealingKey:
    key = engine.__dict__.get(_KEY_ID)
    if not isinstance(key, SealingKey):
        raise SealingKeyError("the key of this database in memory is gone with the service that made it")
    return key
