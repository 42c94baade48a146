"""Residue: the pages in which a database may still hold what was deleted or overwritten.

A row that is gone leaves its bytes in free pages (SQLite) or dead tuples (PostgreSQL), and so does every
older copy of a projection. Only rewriting the tables takes them out; until that was done, `upkeep` says so.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, bindparam, insert, select, text, update

from partnerships.lifecycle.canonical import plain_canonical, read_json
from partnerships.storage.engines import is_memory
from partnerships.storage.failures import is_failure, kind_of
from partnerships.storage.ledger import Ledger
from partnerships.storage.place import Place
from partnerships.storage.statements import Statement
from partnerships.storage.tables import Tables

_NAME = "erasure_residue"
_HOLDING = ("content", "data_key", "partnership", "identifier", "command_key")
"""The tables whose rows change or go."""

_PATIENCE = "2s"
"""How long a long reading of a table of PostgreSQL's is waited for, such as a verification or a dump."""

_ready: dict[tuple[Place, str, str], ResidueStatements] = {}


@dataclass(frozen=True, slots=True)
class Residue:
    """Whether the database's own pages are clean of what was erased, and what to do where they are not."""

    is_clean: bool
    detail: str

    def as_json(self) -> dict[str, Any]:
        """Give it as JSON."""
        return {"clean": self.is_clean, "detail": self.detail}


CLEAN = Residue(
    True, "the database's files were rewritten without it; backups and archived logs are not ours"
)

CLEAN_UP = "run `partnerships audit erase --clean`"


class ResidueStatements:
    """The statements that remember what has to be rewritten."""

    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        table = tables.upkeep
        self.select = Statement(select(table.c.value).where(table.c.name == bindparam("name")), dialect)
        self.insert = Statement(
            insert(table).values(name=bindparam("name"), value=bindparam("value")).inline(), dialect
        )
        change = update(table).where(table.c.name == bindparam("of_name")).values(value=bindparam("value"))
        self.update = Statement(change, dialect)
        self.update_seen = Statement(change.where(table.c.value == bindparam("seen")), dialect)


def mark_residue(ledger: Ledger) -> None:
    """Remember, in the erasure's own transaction, that the tables have to be rewritten."""
    statements, value = _statements(ledger), _written(_mark(ledger))
    ledger.wrote = True
    if statements.update.run(ledger.cursor, {"of_name": _NAME, "value": value}).rowcount == 0:
        statements.insert.run(ledger.cursor, {"name": _NAME, "value": value})


def residue_of(ledger: Ledger) -> Residue:
    """Tell whether there is something to rewrite since the last erasure."""
    kept = _kept(ledger)
    if ledger.connection.dialect.name == "postgresql":
        now = _files(ledger.cursor, ledger.tables.place)
        kept = {table: file for table, file in kept.items() if now.get(table) == file}
    if not kept:
        return CLEAN
    return Residue(False, _advice(ledger.connection.dialect.name, sorted(kept)))


def scrub(engine: Engine, place: Place) -> str | None:
    """Rewrite what may hold residue, outside any transaction; gives why it could not, or None.

    SQLite's whole file is written anew and its write-ahead log cut to nothing, once readers are done or the
    engine's time limit has passed. PostgreSQL's tables are rewritten where this login owns them, and no long
    reading has them.
    """
    with engine.connect() as connection:
        try:
            if engine.dialect.name == "postgresql":
                return _scrub_postgresql(connection, place)
            return _scrub_sqlite(connection)
        except Exception as error:
            if not is_failure(error, engine.dialect):
                raise
            return f"the database did not let them be rewritten ({kind_of(error)})"


def residue_seen(ledger: Ledger) -> str:
    """Give what there is to rewrite, as it is remembered; another erasure changes it."""
    return _written(_kept(ledger))


def forget_residue(ledger: Ledger, seen: str) -> None:
    """Remember that everything was rewritten, where nothing was erased since what was `seen` before that."""
    ledger.wrote = True
    told = {"of_name": _NAME, "value": _written({}), "seen": seen}
    _statements(ledger).update_seen.run(ledger.cursor, told)


def _scrub_sqlite(connection: Connection) -> str | None:
    driver: Any = connection.connection.driver_connection
    driver.execute("VACUUM")
    if is_memory(connection.engine.url):
        return None
    cursor = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    busy = cursor.fetchone()[0]
    cursor.close()
    return "a reader kept the write-ahead log from being cut" if busy else None


def _scrub_postgresql(connection: Connection, place: Place) -> str | None:
    owned = "SELECT pg_has_role(c.relowner, 'USAGE') FROM pg_class c WHERE c.oid = to_regclass(:name)"
    names, ours = [place.named(table) for table in _HOLDING], []
    for name in names:
        with connection.begin():
            if connection.execute(text(owned), {"name": name}).scalar():
                # Everybody else waits behind whoever waits for a whole table.
                connection.execute(text(f"SET LOCAL lock_timeout = '{_PATIENCE}'"))
                connection.execute(text(f"LOCK TABLE {name} IN ACCESS EXCLUSIVE MODE"))
                ours.append(name)
    connection.execution_options(isolation_level="AUTOCOMMIT")
    for name in ours:
        connection.execute(text(f"VACUUM (FULL) {name}"))
    left = [name for name in names if name not in ours]
    return f"this login does not own {', '.join(left)}" if left else None


def _advice(dialect: str, tables: list[str]) -> str:
    if dialect == "postgresql":
        return "free pages may still hold what was erased; let the tables' owner run " + " ".join(
            f"VACUUM (FULL) {table};" for table in tables
        )
    return f"free pages may still hold what was erased; {CLEAN_UP}"


def _mark(ledger: Ledger) -> dict[str, int]:
    """Give what tells erasures before a rewriting from those after it: on SQLite a number drawn for each."""
    if ledger.connection.dialect.name == "postgresql":
        return _files(ledger.cursor, ledger.tables.place)
    return {"database": secrets.randbits(48)}


def _files(cursor: Any, place: Place) -> dict[str, int]:
    """Give the number of the file that each table is kept in; rewriting a table gives it another."""
    found = {}
    for table in _HOLDING:
        name = place.named(table)
        cursor.execute("SELECT pg_relation_filenode(to_regclass(%s))", [name])
        found[name] = int(cursor.fetchone()[0])
    return found


def _kept(ledger: Ledger) -> dict[str, int]:
    row = _statements(ledger).select.one(ledger.cursor, {"name": _NAME})
    kept: dict[str, int] = read_json(row[0]) if row is not None else {}
    return kept


def _written(files: dict[str, int]) -> str:
    return plain_canonical(files).decode()


def _statements(ledger: Ledger) -> ResidueStatements:
    dialect = ledger.connection.dialect
    kind = (ledger.tables.place, dialect.name, dialect.driver)
    if kind not in _ready:
        _ready[kind] = ResidueStatements(ledger.tables, dialect)
    return _ready[kind]
