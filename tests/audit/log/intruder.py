"""Somebody who owns the database: writes past the service, with every trigger and foreign key turned off."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, insert, select, text, update

from partnerships import Service
from partnerships.audit.log.leaves import LeafKind, heads_digest
from partnerships.audit.log.sequencer import grow, take
from partnerships.lifecycle.canonical import canonical, entry_digest, genesis
from partnerships.storage.attempts import link_attempts
from partnerships.storage.engines import WRITE
from partnerships.storage.log import Log
from tests.storage.rows import engine_of
from tests.tables import TABLES

Json = dict[str, Any]


class Intruder:
    """Changes rows; what belongs together is not kept together unless it is told to."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._engine = engine_of(service)

    @contextmanager
    def inside(self) -> Iterator[Connection]:
        with self._engine.connect().execution_options(**{WRITE: True}) as connection, _lawless(connection):
            if connection.dialect.name == "postgresql":
                for table in TABLES.metadata.tables:
                    connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
            else:
                triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
                for name in connection.execute(text(triggers)).scalars().all():
                    connection.execute(text(f"DROP TRIGGER {name}"))
            yield connection

    def run(self, *statements: Any) -> None:
        with self.inside() as connection:
            for statement in statements:
                connection.execute(statement)

    def rows(self, table: Table) -> list[Row[Any]]:
        with self._engine.connect() as connection:
            return list(connection.execute(select(table).order_by(*table.primary_key.columns)).all())

    def chain(self, id: str, sequence: int) -> Json:
        entry = TABLES.entry
        with self._engine.connect() as connection:
            kept = connection.execute(select(entry.c.canonical).where(*of(entry, id, sequence))).scalar_one()
        read: Json = json.loads(bytes(kept))
        return read

    def edit(self, id: str, sequence: int, *, rehash: bool = False, **changes: Any) -> str:
        """Write an entry's bytes anew with other values; `rehash` its digest too, which is given."""
        written = canonical(self.chain(id, sequence) | changes)
        values: Json = {"canonical": written}
        if rehash:
            values["digest"] = entry_digest(written)
        self.run(update(TABLES.entry).where(*of(TABLES.entry, id, sequence)).values(values))
        return entry_digest(written)

    def rechain(self, id: str) -> None:
        """Number and chain a history anew from its first entry, and move its head."""
        kept = [row for row in self.rows(TABLES.entry) if row.partnership_id == id]
        head = genesis(id)
        for row in kept:
            chain = json.loads(bytes(row.canonical)) | {
                "previous": head,
                "sequence": row.sequence,
                "partnership": id,
            }
            written = canonical(chain)
            head = entry_digest(written)
            self.run(
                update(TABLES.entry)
                .where(*of(TABLES.entry, id, row.sequence))
                .values(canonical=written, digest=head)
            )
        self.move_head(id, kept[-1].sequence, head)

    def move_head(self, id: str, sequence: int, head: str) -> None:
        table = TABLES.partnership
        self.run(update(table).where(table.c.id == id).values(sequence=sequence, head=head))

    def delete(
        self, id: str, *sequences: int, tables: tuple[str, ...] = ("content", "entry", "outbox")
    ) -> None:
        """Delete entries with what goes with them; all of a partnership where no sequence is named."""
        for name in tables:
            table = getattr(TABLES, name)
            where = [table.c.partnership_id == id]
            if sequences:
                where.append(table.c.sequence.in_(sequences))
            self.run(delete(table).where(*where))

    def forget(self, id: str) -> None:
        """Delete a partnership with all its rows but those of the log."""
        self.delete(id, tables=("content", "entry", "outbox", "data_key", "identifier", "prompt"))
        self.run(delete(TABLES.partnership).where(TABLES.partnership.c.id == id))

    def move(self, id: str, sequence: int, to: tuple[str, int]) -> None:
        """Give an entry's row, and its content's, another place."""
        self.run(
            *(
                update(table).where(*of(table, id, sequence)).values(partnership_id=to[0], sequence=to[1])
                for table in (TABLES.content, TABLES.entry, TABLES.outbox)
            )
        )

    def copy(self, id: str, sequence: int, to: tuple[str, int]) -> None:
        """Copy an entry with its content to another place."""
        for table in (TABLES.entry, TABLES.content):
            [row] = [r for r in self.rows(table) if (r.partnership_id, r.sequence) == (id, sequence)]
            self.run(insert(table).values({**row._mapping, "partnership_id": to[0], "sequence": to[1]}))
        self.run(insert(TABLES.outbox).values(partnership_id=to[0], sequence=to[1]))

    def rebuild_log(self, *, checkpoints_too: bool) -> None:
        """Empty the log and fill it again from what the histories say now, unsigned."""
        self.empty_log(checkpoints_too=checkpoints_too)
        self.service._run(_filled)

    def empty_log(self, *, checkpoints_too: bool) -> None:
        """Leave nothing of the log, nor of what it took."""
        emptied = [delete(TABLES.log_leaf), delete(TABLES.attempt_link), forgotten_mark()]
        if checkpoints_too:
            emptied.append(delete(TABLES.checkpoint))
        self.run(*emptied)


@contextmanager
def _lawless(connection: Connection) -> Iterator[None]:
    """A transaction without foreign keys; SQLite turns them off outside of transactions alone."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        driver.execute("PRAGMA foreign_keys = OFF")
    with connection.begin():
        yield
    if connection.dialect.name == "sqlite":
        driver.execute("PRAGMA foreign_keys = ON")


def of(table: Table, id: str, sequence: int) -> list[Any]:
    return [table.c.partnership_id == id, table.c.sequence == sequence]


def forgotten_mark() -> Any:
    """Forget up to where the log took the outbox."""
    return delete(TABLES.upkeep).where(TABLES.upkeep.c.name == "log")


def _filled(ledger: Any) -> None:
    log = Log(ledger)
    log.lock()
    assert take(log)
    grow(log, [{"kind": LeafKind.ATTEMPTS, "digest": link_attempts(ledger)}])
    grow(log, [{"kind": LeafKind.HEADS, "digest": heads_digest(log.heads())}])
