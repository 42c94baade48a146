"""The log's rows: leaves in the order in which they were taken, and checkpoints over them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Dialect,
    Executable,
    Integer,
    String,
    and_,
    bindparam,
    exists,
    func,
    insert,
    literal_column,
    select,
    text,
    tuple_,
    update,
)

from partnerships.lifecycle.canonical import plain_canonical, read_json
from partnerships.storage.ledger import Ledger
from partnerships.storage.octets import as_bytes
from partnerships.storage.place import Place
from partnerships.storage.statements import Statement
from partnerships.storage.tables import Tables

HASH_BYTES = 32
_PAGE = 5000
_MARK = "log"
"""The row of `upkeep` that holds from where on the outbox may hold what is not in the log."""

Row = dict[str, Any]

_ready: dict[tuple[Place, str, str], LogStatements] = {}


@dataclass(frozen=True, slots=True)
class KeptCheckpoint:
    """A checkpoint as it is kept; `note` is the signed note as text."""

    id: int
    size: int
    root: str
    made_at: str
    note: str


class LogStatements:
    """Every statement of the log, for one place and dialect."""

    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        def compiled(executable: Executable) -> Statement:
            return Statement(executable, dialect)

        leaf, checkpoint, upkeep = tables.log_leaf, tables.checkpoint, tables.upkeep
        self.read_committed = compiled(text("SET TRANSACTION ISOLATION LEVEL READ COMMITTED"))
        self.lock = compiled(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"))
        self.size = compiled(select(func.coalesce(func.max(leaf.c.position), literal_column("-1"))))
        self.hashes = compiled(select(leaf.c.hashes).where(leaf.c.position == bindparam("position")))
        self.position = compiled(
            select(leaf.c.position).where(
                leaf.c.partnership_id == bindparam("partnership_id"), leaf.c.sequence == bindparam("sequence")
            )
        )
        self.untaken = compiled(_untaken(tables, dialect.name == "postgresql"))
        if dialect.name == "postgresql":
            self.untaken_before = compiled(_untaken_before(tables))
        self.passed_by = compiled(_untaken(tables, dialect.name == "postgresql", passed_by=True))
        self.heads = compiled(_heads(tables))
        self.statements = compiled(
            select(leaf.c.position, leaf.c.note)
            .where(leaf.c.kind == literal_column("'key'"))
            .order_by(leaf.c.position)
        )
        self.insert_leaf = compiled(insert(leaf).values({c.name: bindparam(c.name) for c in leaf.c}).inline())
        kept = [c for c in checkpoint.c if c.name != "id"]
        self.insert_checkpoint = compiled(
            insert(checkpoint).values({c.name: bindparam(c.name) for c in kept}).inline()
        )
        self.checkpoints = compiled(select(checkpoint).order_by(checkpoint.c.id))
        self.latest = compiled(select(checkpoint).order_by(checkpoint.c.id.desc()).limit(1))
        self.mark = compiled(select(upkeep.c.value).where(upkeep.c.name == bindparam("name")))
        self.insert_mark = compiled(
            insert(upkeep).values(name=bindparam("name"), value=bindparam("value")).inline()
        )
        self.update_mark = compiled(
            update(upkeep).where(upkeep.c.name == bindparam("mark")).values(value=bindparam("value"))
        )


class Log:
    """The log on one ledger's connection; never commits."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._cursor = ledger.cursor
        dialect = ledger.connection.dialect
        kind = (ledger.tables.place, dialect.name, dialect.driver)
        if kind not in _ready:
            _ready[kind] = LogStatements(ledger.tables, dialect)
        self._statements = _ready[kind]
        self._is_postgresql = dialect.name == "postgresql"

    def lock(self) -> None:
        """Let nobody else append until the transaction ends; on SQLite a writer is alone already.

        It comes first in a transaction, and sees what others committed before it got the lock.
        """
        if self._is_postgresql:
            name = self.ledger.tables.place.named("log_leaf")
            self._statements.read_committed.run(self._cursor, {})
            self._statements.lock.run(self._cursor, {"name": name})

    def size(self) -> int:
        """Give how many leaves there are."""
        return int(self._one(self._statements.size)[0]) + 1

    def node(self, level: int, index: int) -> bytes:
        """Give the hash of the complete subtree over `1 << level` leaves from `index << level` on.

        It is kept with the leaf that completed it. Raises LookupError where the log has no such row,
        and ValueError where it holds no bytes.
        """
        position = ((index + 1) << level) - 1
        row = self._statements.hashes.one(self._cursor, {"position": position})
        hashes = as_bytes(row[0]) if row is not None else b""
        found = hashes[level * HASH_BYTES : (level + 1) * HASH_BYTES]
        if len(found) != HASH_BYTES:
            raise LookupError(f"the log has no hash at level {level} of leaf {position}")
        return found

    def position_of(self, id: str, sequence: int) -> int | None:
        """Give where an entry is in the log, or None."""
        row = self._statements.position.one(self._cursor, {"partnership_id": id, "sequence": sequence})
        return int(row[0]) if row is not None else None

    def untaken(self, limit: int) -> list[Sequence[Any]]:
        """Give entries that are not in the log: partnership, sequence, digest, and their place in the outbox.

        That begins with the position, which grows along a history. The outbox is read from the mark on; what
        lies before it was taken.
        """
        return self._statements.untaken.all(self._cursor, self._from_mark(limit))

    def untaken_before(self, firsts: Mapping[str, int]) -> list[Sequence[Any]]:
        """Give the entry before each of these, by partnership, that is not in the log: as `untaken` does.

        On SQLite there is none: the outbox is in the order of the histories.
        """
        if not self._is_postgresql:
            return []
        parameters = {"ids": list(firsts), "sequences": list(firsts.values())}
        return self._statements.untaken_before.all(self._cursor, parameters)

    def passed_by(self, limit: int) -> list[tuple[str, int]]:
        """Give entries that are not in the log though the outbox has them before the mark."""
        rows = self._statements.passed_by.all(self._cursor, self._from_mark(limit))
        return [(row[0], row[1]) for row in rows]

    def move_mark(self, taken: Sequence[Sequence[Any]]) -> None:
        """Remember that nothing that is still to come lies before what was taken.

        On PostgreSQL a transaction that still runs may bring entries before those of a later one: the mark
        stays below the oldest that ran.
        """
        if self._is_postgresql:
            settled = [[row[4], row[5], row[3]] for row in taken if row[5] < row[6]]
        else:
            settled = [[row[3]] for row in taken]
        if not settled:
            return
        value = plain_canonical(max(settled)).decode()
        if self._statements.mark.one(self._cursor, {"name": _MARK}) is None:
            self._statements.insert_mark.run(self._cursor, {"name": _MARK, "value": value})
        else:
            self._statements.update_mark.run(self._cursor, {"mark": _MARK, "value": value})

    def heads(self) -> Iterator[tuple[str, int, str]]:
        """Give each partnership's latest entry in the log, in the order of the ids' bytes."""
        after = ""
        # Page by page: a server ends a session that takes long over all of them, and a driver keeps them all.
        while rows := self._statements.heads.all(self._cursor, {"after": after, "limit": _PAGE}):
            yield from ((row[0], row[1], row[2]) for row in rows)
            after = rows[-1][0]

    def append(self, leaves: Sequence[Row]) -> None:
        """Append leaves."""
        self._statements.insert_leaf.many(self._cursor, leaves)

    def key_statements(self) -> list[tuple[int, str]]:
        """Give the statements that put another key in force, each with its position."""
        rows = self._statements.statements.run(self._cursor, {}).fetchall()
        return [(row[0], row[1] or "") for row in rows]

    def keep_checkpoint(self, size: int, root: str, made_at: str, note: str) -> None:
        """Keep a checkpoint."""
        row = {"size": size, "root": root, "made_at": made_at, "note": note}
        self._statements.insert_checkpoint.run(self._cursor, row)

    def checkpoints(self) -> list[KeptCheckpoint]:
        """Give every checkpoint in the order in which they were made."""
        rows = self._statements.checkpoints.run(self._cursor, {}).fetchall()
        return [KeptCheckpoint(*row) for row in rows]

    def latest(self) -> KeptCheckpoint | None:
        """Give the newest checkpoint, or None."""
        row = self._statements.latest.one(self._cursor, {})
        return KeptCheckpoint(*row) if row is not None else None

    def meta(self, name: str) -> str | None:
        """Give a value of `meta`, or None."""
        row = self.ledger.statements.select_meta.one(self._cursor, {"name": name})
        return str(row[0]) if row is not None else None

    def keep_meta(self, name: str, value: str) -> None:
        """Keep a value for good."""
        self.ledger.statements.insert_meta.run(self._cursor, {"name": name, "value": value})

    def _from_mark(self, limit: int) -> Row:
        mark = self._mark()
        if self._is_postgresql:
            era, transaction, position = mark or (0, 0, 0)
            return {"limit": limit, "era": era, "transaction": transaction, "position": position}
        return {"limit": limit, "position": mark[0] if mark else 0}

    def _mark(self) -> list[int] | None:
        """Give the mark, or None without one that can be read: all is looked at then."""
        row = self._statements.mark.one(self._cursor, {"name": _MARK})
        try:
            mark = read_json(row[0]) if row is not None else None
        except (TypeError, ValueError):
            return None
        parts = 3 if self._is_postgresql else 1
        is_one = isinstance(mark, list) and len(mark) == parts and all(type(part) is int for part in mark)
        return mark if is_one else None

    def _one(self, statement: Statement) -> Sequence[Any]:
        row = statement.one(self._cursor, {})
        assert row is not None
        return row


def _untaken(tables: Tables, is_postgresql: bool, *, passed_by: bool = False) -> Executable:
    """Anti-join the outbox with the log, from the mark on, or up to it for what was `passed_by`.

    On PostgreSQL also tell the oldest transaction that still runs.
    """
    outbox, entry, leaf = tables.outbox, tables.entry, tables.log_leaf
    taken = exists().where(
        leaf.c.partnership_id == outbox.c.partnership_id, leaf.c.sequence == outbox.c.sequence
    )
    order: list[ColumnElement[Any]] = [outbox.c.position]
    columns = [*order]
    from_mark: ColumnElement[bool] = outbox.c.position >= bindparam("position")
    if is_postgresql:
        oldest: ColumnElement[int] = literal_column("(pg_snapshot_xmin(pg_current_snapshot())::text)::bigint")
        order = [outbox.c.era, outbox.c.transaction, outbox.c.position]
        columns = [outbox.c.position, outbox.c.era, outbox.c.transaction, oldest]
        from_mark = tuple_(*order) >= tuple_(
            bindparam("era"), bindparam("transaction"), bindparam("position")
        )
    return (
        select(outbox.c.partnership_id, outbox.c.sequence, entry.c.digest, *columns)
        .join(
            entry,
            and_(entry.c.partnership_id == outbox.c.partnership_id, entry.c.sequence == outbox.c.sequence),
        )
        .where(~from_mark if passed_by else from_mark, ~taken)
        .order_by(*order)
        .limit(bindparam("limit"))
    )


def _untaken_before(tables: Tables) -> Executable:
    """Give the entries just before those told, as far as the log has them not."""
    entry, leaf = tables.entry, tables.log_leaf
    ids = bindparam("ids", type_=ARRAY(String))
    told = func.unnest(ids, bindparam("sequences", type_=ARRAY(Integer))).table_valued("id", "sequence")
    first = told.render_derived("first")
    taken = exists().where(
        leaf.c.partnership_id == entry.c.partnership_id, leaf.c.sequence == entry.c.sequence
    )
    return (
        select(entry.c.partnership_id, entry.c.sequence, entry.c.digest)
        .join(first, and_(entry.c.partnership_id == first.c.id, entry.c.sequence == first.c.sequence - 1))
        .where(~taken)
    )


def _heads(tables: Tables) -> Executable:
    leaf = tables.log_leaf
    newest = (
        select(leaf.c.partnership_id, func.max(leaf.c.sequence).label("sequence"))
        .where(leaf.c.partnership_id > bindparam("after"))
        .group_by(leaf.c.partnership_id)
        .order_by(leaf.c.partnership_id)
        .limit(bindparam("limit"))
        .offset(literal_column("0"))
        .subquery("newest")
    )
    same = and_(leaf.c.partnership_id == newest.c.partnership_id, leaf.c.sequence == newest.c.sequence)
    return (
        select(leaf.c.partnership_id, leaf.c.sequence, leaf.c.digest)
        .join(newest, same)
        .order_by(leaf.c.partnership_id)
    )
