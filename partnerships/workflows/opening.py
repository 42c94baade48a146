"""Opening a database: its engine, its schema, and the sealing key that belongs to it."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import platformdirs
from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from partnerships.errors import BadRequest, NoDatabase, SealingKeyError
from partnerships.storage.engines import WRITE, is_memory, open_engine, sqlite_file
from partnerships.storage.era import needs_era
from partnerships.storage.failures import (
    DAMAGED,
    PROTECTED,
    is_coming,
    is_damage,
    is_write_protected,
    reason_of,
    sqlstate,
)
from partnerships.storage.key_ids import FINGERPRINTS, FIRST, current_key, named
from partnerships.storage.place import Place
from partnerships.storage.revision import NEWEST, current
from partnerships.storage.roles import misses_rights
from partnerships.storage.sealing import SealingKey, make_key_file, read_key_file
from partnerships.storage.statements import statements_at
from partnerships.storage.tables import tables_at

_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 1.0
"""Seconds between two looks whether a server is back."""

_ADVICE = {
    "25006": "open it without `create`, or where it may be written",
    "3F000": "name a schema that this login may use",
    "42501": "give this login the right, or run `partnerships migrate` as one that has it",
}
"""What helps, by SQLSTATE, where a server was there and refused."""


@dataclass(frozen=True)
class Opened:
    """A database that is ready, and the holder of its sealing key."""

    engine: Engine
    place: Place
    key: KeyHolder
    timeout: float
    is_hosts: bool

    @property
    def key_file(self) -> Path | None:
        """Give the key's file."""
        return self.key.place


def open_database(
    target: str | Path | URL | Engine,
    *,
    create: bool,
    key_file: str | Path | None,
    place: Place,
    timeout: float,
) -> Opened:
    """Open a database; with `create`, make or migrate it first.

    A server that restarts is waited for, `timeout` seconds at most. Raises NoDatabase where it is absent, not
    ours or waits for a migration, and BadRequest for a schema on SQLite, which has none.
    """
    engine = open_engine(target, timeout)
    is_hosts = isinstance(target, Engine)
    pause, until = _FIRST_PAUSE, monotonic() + timeout
    try:
        while True:
            try:
                return _opened(
                    engine, is_hosts, create=create, key_file=key_file, place=place, timeout=timeout
                )
            except (DBAPIError, PoolTimeout, sqlite3.Error, OSError) as error:
                comes = is_coming(error, engine.dialect)
                if not comes or monotonic() >= until:
                    raise _not_opened(error, engine, timeout if comes else None) from None
            sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
    except BaseException:
        if not is_hosts:
            engine.dispose()
        raise


def _opened(
    engine: Engine,
    is_hosts: bool,
    *,
    create: bool,
    key_file: str | Path | None,
    place: Place,
    timeout: float,
) -> Opened:
    if place.schema is not None and engine.dialect.name != "postgresql":
        raise BadRequest("schema: SQLite has no schemas; leave it out")
    file = sqlite_file(engine)
    if file is not None and not create and not file.exists():
        raise NoDatabase(f"there is no database at {file}; run `partnerships migrate` to make one")
    if create:
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            # Readable by its owner alone from the first byte on; SQLite gives its WAL the same mode.
            file.touch(mode=0o600)
        with engine.connect() as connection:
            _refuse_newer(current(connection, place), file)
            ready = current(connection, place) == NEWEST and not _is_from_a_dump(connection, place)
        if not ready:
            # Alembic takes a tenth of a second to load, which only a migration is worth.
            from partnerships.storage.migrate import migrate

            migrate(engine, place)
    with engine.connect() as connection:
        _check_schema(connection, place, file)
    key_place = None if file is None and _in_memory(engine) else _key_place(file, key_file)
    return Opened(engine, place, _key_holder(engine, place, key_place), timeout, is_hosts)


def _not_opened(error: Exception, engine: Engine, waited: float | None) -> NoDatabase:
    state = sqlstate(error)
    if state in _ADVICE:
        advice = _ADVICE[state]
    elif isinstance(error, PoolTimeout):
        advice = "give one back, or make the pool larger"
    elif (file := sqlite_file(engine)) is None:
        advice = "check the URL, and that the server runs"
    elif is_damage(error):
        advice = DAMAGED
    elif is_write_protected(error) or (file.exists() and not os.access(file.parent, os.W_OK)):
        advice = PROTECTED
    else:
        advice = "check the path, its rights, and that the disk has room"
    did = f"the database did not come within {waited:g} s" if waited else "the database cannot be opened"
    return NoDatabase(f"{did}: {reason_of(error)}; {advice}")


def _in_memory(engine: Engine) -> bool:
    return engine.dialect.name == "sqlite" and is_memory(engine.url)


def _is_restored(connection: Connection, place: Place) -> bool:
    """Tell whether the outbox came from another cluster by a dump, and no new era has begun."""
    return connection.dialect.name == "postgresql" and needs_era(connection, place) is not None


def _is_from_a_dump(connection: Connection, place: Place) -> bool:
    """Tell whether a dump left something to be put right: the outbox's order, or roles and their rights."""
    return connection.dialect.name == "postgresql" and (
        needs_era(connection, place) is not None or misses_rights(connection, place)
    )


def _check_schema(connection: Connection, place: Place, file: Path | None) -> None:
    has, wants = current(connection, place), NEWEST
    if has == wants:
        if _is_restored(connection, place):
            raise NoDatabase("the database was restored from a dump; run `partnerships migrate` once")
        return
    _refuse_newer(has, file)
    where = _where(file)
    if has is None:
        raise NoDatabase(f"{where} holds no partnerships yet; run `partnerships migrate`")
    raise NoDatabase(f"{where} has revision {has} and needs {wants}; run `partnerships migrate`")


def _refuse_newer(revision: str | None, file: Path | None) -> None:
    if revision is not None and revision > NEWEST:
        raise NoDatabase(
            f"{_where(file)} has revision {revision}, of a newer version of Partnerships than this one, which"
            f" knows {NEWEST}; go on with that version"
        )


def _where(file: Path | None) -> str:
    return f"the database at {file}" if file else "the database"


def _key_place(file: Path | None, key_file: str | Path | None) -> Path:
    named = key_file or os.environ.get("PARTNERSHIPS_KEY_FILE")
    if named:
        return Path(named).expanduser()
    if file is not None:
        return file.with_name(file.name + ".key")
    return Path(platformdirs.user_data_dir("partnerships")) / "sealing.key"


class KeyHolder:
    """Gives the database's sealing key on first use, so that what is not sealed is read without it."""

    def __init__(
        self, place: Path | None, id: str, key: SealingKey | None = None, fingerprints: bytes | None = None
    ) -> None:
        """Hold the key with this id; `fingerprints` is the wrapped key that digests commands, if kept."""
        self.place = place
        self.id = id
        self._key = key
        self._fingerprints = fingerprints

    def __call__(self) -> SealingKey:
        """Give the key; raises SealingKeyError where it is missing or another database's."""
        if self._key is None:
            if self.place is None:
                raise SealingKeyError(
                    "the key of this database in memory is gone with the service that made it"
                )
            self._key = read_key_file(self.place)
        if self._key.id != self.id:
            raise SealingKeyError(
                "the sealing key is not the one that this database is under; name the right one in"
                " PARTNERSHIPS_KEY_FILE"
            )
        if self._fingerprints is not None:
            self._key.take_fingerprint_key(self._fingerprints)
            self._fingerprints = None
        return self._key


def _key_holder(engine: Engine, place: Place, file: Path | None) -> KeyHolder:
    """Hold the database's key; the first opening makes it, and the database remembers which one it was."""
    with engine.connect() as connection:
        known = _known_key(connection, place)
    if known is not None:
        id, fingerprints = known
        kept = engine.__dict__.get(FIRST)
        return KeyHolder(file, id, kept if file is None else None, fingerprints)
    key = SealingKey.fresh() if file is None else make_key_file(file)
    try:
        with engine.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
            known = _known_key(connection, place)
            if known is None:
                table = tables_at(place, engine.dialect.name).meta
                connection.execute(table.insert().values(name=FIRST, value=key.id))
            id, fingerprints = known or (key.id, None)
    except IntegrityError:
        # Another process that opened at the same moment was first.
        return _key_holder(engine, place, file)
    if file is None:
        # A database in memory lives as long as its engine, and so does its key.
        engine.__dict__[FIRST] = key
    return KeyHolder(file, id, key, fingerprints)


def _known_key(connection: Connection, place: Place) -> tuple[str, bytes | None] | None:
    """Give the id of the key in use, and the wrapped key that digests commands where an earlier one did."""
    cursor = connection.connection.cursor()
    known = current_key(cursor, place, connection.dialect)
    if known is None:
        return None
    number, id = known
    statement = statements_at(place, connection.dialect).select_meta
    row = statement.one(cursor, {"name": named(FINGERPRINTS, number)}) if number > 1 else None
    return id, bytes.fromhex(row[0]) if row is not None else None
