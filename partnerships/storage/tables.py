"""The tables. `partnership_id` leads every key, so that they can be partitioned by it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeEngine

from partnerships.storage.place import Place

APPEND_ONLY = (
    "meta",
    "entry",
    "content",
    "data_key",
    "command_key",
    "attempt",
    "outbox",
    "log_leaf",
    "checkpoint",
    "erased",
    "legal_hold",
    "attempt_link",
    "document",
)
"""Tables whose rows are never changed, replaced or deleted."""

AT_ONCE = "0001-01-01"
"""A `next_due_on` that is always past: the next sweep looks at the partnership, and finds the real day."""

THIS_TRANSACTION = "((pg_current_xact_id())::text)::bigint"
"""PostgreSQL's number of the running transaction, which is never used twice in a cluster."""


@lru_cache(maxsize=32)
def tables_at(place: Place, backend: str) -> Tables:
    """Give the tables at a place, as one database keeps them (`sqlite` or `postgresql`)."""
    return Tables(place, backend)


class Tables:
    """Every table under one prefix and schema."""

    def __init__(self, place: Place, backend: str) -> None:
        self.place = place
        self._is_postgresql = backend == "postgresql"
        self.metadata = MetaData(schema=place.schema)
        self.meta = self._table(
            "meta", Column("name", self._code(64), primary_key=True), Column("value", Text, nullable=False)
        )
        self.entry = self._entry()
        self.content = self._content()
        self.data_key = self._table(
            "data_key",
            Column("partnership_id", self._code(64), primary_key=True),
            Column("scope", self._code(80), primary_key=True),
            Column("wrapped", LargeBinary, nullable=False),
        )
        self.partnership = self._partnership()
        self.identifier = self._identifier()
        self.command_key = self._table(
            "command_key",
            Column("key", self._code(200), primary_key=True),
            Column("fingerprint", String(64), nullable=False),
            Column("outcome", Text, nullable=False),
        )
        self.attempt = self._attempt()
        self.outbox = self._outbox()
        self.prompt = self._prompt()
        self.set_aside = self._table(
            "set_aside",
            Column("partnership_id", self._code(64), primary_key=True),
            Column("since", String(32), nullable=False),
            Column("error", String(120), nullable=False),
            Column("tries", Integer, nullable=False),
        )
        self.upkeep = self._table(
            "upkeep", Column("name", self._code(64), primary_key=True), Column("value", Text, nullable=False)
        )
        self.notice = self._notice()
        self.message = self._message()
        self.message_item = self._table(
            "message_item",
            Column("message_id", self._code(64), primary_key=True),
            Column("partnership_id", self._code(64), primary_key=True),
            Column("prompt_id", self._code(32), primary_key=True),
            Column("step", String(16), primary_key=True),
        )
        self._index(self.message_item, "by_prompt", "partnership_id", "prompt_id")
        self.log_leaf = self._log_leaf()
        self.checkpoint = self._table(
            "checkpoint",
            self._number("id"),
            Column("size", BigInteger, nullable=False),
            Column("root", String(64), nullable=False),
            Column("made_at", String(32), nullable=False),
            Column("note", Text, nullable=False),
        )
        self.erased = self._table(
            "erased",
            Column("partnership_id", self._code(64), primary_key=True),
            Column("sequence", Integer, primary_key=True, autoincrement=False),
            Column("by_sequence", Integer, nullable=False),
        )
        self.legal_hold = self._legal_hold()
        self.attempt_link = self._attempt_link()
        self.document = self._table(
            "document",
            Column("digest", self._code(64), primary_key=True),
            Column("kind", String(16), nullable=False),
            Column("version", Text, nullable=False),
            Column("body", LargeBinary, nullable=False),
        )

    @property
    def append_only(self) -> list[Table]:
        """Give the tables whose rows are never changed, replaced or deleted."""
        return [getattr(self, name) for name in APPEND_ONLY]

    def _entry(self) -> Table:
        """The history: canonical bytes with ids, codes, days and commitments only."""
        return self._table(
            "entry",
            Column("partnership_id", self._code(64), primary_key=True),
            Column("sequence", Integer, primary_key=True, autoincrement=False),
            Column("digest", String(64), nullable=False),
            Column("canonical", LargeBinary, nullable=False),
        )

    def _content(self) -> Table:
        """What entries say. Open contents have salt and body; sealed ones are encrypted whole, by scope."""
        return self._table(
            "content",
            Column("partnership_id", self._code(64), primary_key=True),
            Column("sequence", Integer, primary_key=True, autoincrement=False),
            Column("salt", LargeBinary),
            Column("body", LargeBinary),
            Column("scope", String(80)),
            Column("sealed", LargeBinary),
            ForeignKeyConstraint(
                ["partnership_id", "sequence"],
                [self.entry.c.partnership_id, self.entry.c.sequence],
                name=f"{self.place.prefix}content_belongs_to_entry",
            ),
        )

    def _partnership(self) -> Table:
        """The projection: the current state and file of each partnership, kept in the same transaction."""
        table = self._table(
            "partnership",
            Column("id", self._code(64), primary_key=True),
            Column("sequence", Integer, nullable=False),
            Column("head", String(64), nullable=False),
            Column("state", String(32), nullable=False),
            Column("category", String(16)),
            Column("endline", String(10)),
            Column("late_from", String(10)),
            Column("register", String(16)),
            Column("ended_as", String(32)),
            Column("name", Text, nullable=False),
            Column("name_key", Text, nullable=False),
            Column("type", String(32)),
            Column("level", String(16)),
            Column("country", String(2)),
            Column("responsible", String(64)),
            Column("crisis_mark", Integer, nullable=False),
            Column("file", Text, nullable=False),
            Column("sealed", LargeBinary),
            Column("next_due_on", self._code(10), server_default=text(f"'{AT_ONCE}'")),
            Column("deputy", String(64)),
        )
        self._index(table, "by_next_due_on", "next_due_on", "id")
        for name in ("state", "late_from", "country", "responsible", "deputy"):
            self._index(table, f"by_{name}", name, "id")
        if self._is_postgresql:
            self._hash_index(table, "by_name", "name_key")
        else:
            self._index(table, "by_name", "name_key", "country")
        return table

    def _identifier(self) -> Table:
        """The partner's identifiers, by which the portfolio and L6 find it."""
        if not self._is_postgresql:
            table = self._table(
                "identifier",
                Column("partnership_id", String(64), primary_key=True),
                Column("scheme", Text, primary_key=True),
                Column("value", Text, primary_key=True),
            )
            self._index(table, "by_value", "scheme", "value")
            return table
        table = self._table(
            "identifier",
            self._number("id"),
            Column("partnership_id", self._code(64), nullable=False),
            Column("scheme", Text, nullable=False),
            Column("value", Text, nullable=False),
        )
        self._index(table, "by_partnership", "partnership_id")
        self._hash_index(table, "by_value", "value")
        return table

    def _attempt(self) -> Table:
        """Refusals: a keyed digest of the command and the codes found, never a body.

        No actor for a crisis record.
        """
        table = self._table(
            "attempt",
            self._number("id"),
            Column("partnership_id", self._code(64), nullable=False),
            Column("recorded_at", String(32), nullable=False),
            Column("asked", String(64), nullable=False),
            Column("actor", String(64)),
            Column("fingerprint", String(64), nullable=False),
            Column("findings", Text, nullable=False),
        )
        self._index(table, "by_partnership", "partnership_id", "id")
        return table

    def _outbox(self) -> Table:
        """Every accepted entry, in the order of acceptance, for the event feed.

        Several write at once on PostgreSQL, so that the order is that of their transactions; see `feed`.
        """
        if not self._is_postgresql:
            return self._table("outbox", self._number("position"), *self._what())
        table = self._table(
            "outbox",
            self._number("position"),
            *self._what(),
            Column("era", Integer, nullable=False, server_default=text("1")),
            Column("transaction", BigInteger, nullable=False, server_default=text(THIS_TRANSACTION)),
        )
        self._index(table, "in_order", "era", "transaction", "position")
        return table

    def _prompt(self) -> Table:
        """Every prompt ever made, and what became of it; none is ever taken out.

        The id is made of partnership, kind, subject and due day: it is their unique key, and holds no words.
        """
        table = self._table(
            "prompt",
            Column("partnership_id", self._code(64), primary_key=True),
            Column("id", self._code(32), primary_key=True),
            Column("kind", String(32), nullable=False),
            Column("due_on", String(10), nullable=False),
            Column("clause", String(16), nullable=False),
            Column("sequence", Integer, nullable=False),
            Column("made_on", String(10), nullable=False),
            Column("status", String(16), nullable=False),
            Column("closed_by", Integer),
            Column("endline", String(10)),
        )
        self._index(table, "by_status", "status", "due_on", "id")
        self._index(table, "by_due_on", "due_on", "id")
        self._index(table, "by_id", "id")
        return table

    def _notice(self) -> Table:
        """What has to be told: a prompt that was asked, or that went to the director."""
        table = self._table(
            "notice",
            self._number("number"),
            Column("partnership_id", self._code(64), nullable=False),
            Column("prompt_id", self._code(32), nullable=False),
            Column("step", String(16), nullable=False),
            Column("made_at", String(32), nullable=False),
            Column("routed_at", String(32)),
            *self._tries(),
            UniqueConstraint("partnership_id", "prompt_id", "step", name=f"{self.place.prefix}notice_once"),
        )
        self._index(table, "by_again_at", "again_at", "number")
        # The few that were given up, among all that were ever routed.
        is_lost = text("again_at IS NULL AND routed_at IS NULL")
        name = f"{table.name}_given_up"
        Index(name, table.c.again_at, table.c.routed_at, postgresql_where=is_lost, sqlite_where=is_lost)
        return table

    def _message(self) -> Table:
        """What goes to one person over one channel; the id is the key by which a receiver knows it again."""
        table = self._table(
            "message",
            Column("id", self._code(64), primary_key=True),
            Column("channel", self._code(64), nullable=False),
            Column("recipient", self._code(64), nullable=False),
            Column("day", String(10), nullable=False),
            Column("made_at", String(32), nullable=False),
            Column("status", String(16), nullable=False),
            Column("sent_at", String(32)),
            *self._tries(),
        )
        self._index(table, "by_again_at", "again_at", "id")
        self._index(table, "by_status", "status", "made_at")
        return table

    def _log_leaf(self) -> Table:
        """The log over all histories: what each leaf commits to, and the hashes of what it completes.

        A leaf's own hash comes first, then those of the subtrees that end with it, from below: so every proof
        reads a few rows.
        """
        table = self._table(
            "log_leaf",
            Column("position", self._big(), primary_key=True, autoincrement=False),
            Column("kind", String(16), nullable=False),
            Column("partnership_id", self._code(64)),
            Column("sequence", Integer),
            Column("digest", String(64), nullable=False),
            Column("hashes", LargeBinary, nullable=False),
            Column("note", Text),
            UniqueConstraint("partnership_id", "sequence", name=f"{self.place.prefix}log_leaf_once"),
        )
        # The few leaves that change a key are looked for at every checkpoint.
        is_key = text("kind = 'key'")
        name = f"{table.name}_of_keys"
        Index(name, table.c.position, postgresql_where=is_key, sqlite_where=is_key)
        return table

    def _legal_hold(self) -> Table:
        """Holds on erasure: one is placed by a row, and lifted by a later one that names it."""
        table = self._table(
            "legal_hold",
            self._number("number"),
            Column("partnership_id", self._code(64), nullable=False),
            Column("lifts", self._big()),
            Column("recorded_at", String(32), nullable=False),
            Column("actor", Text, nullable=False),
            Column("reason", Text, nullable=False),
            UniqueConstraint("lifts", name=f"{self.place.prefix}legal_hold_lifted_once"),
        )
        self._index(table, "by_partnership", "partnership_id", "number")
        return table

    def _attempt_link(self) -> Table:
        """The chain over the attempts log, in the order in which the sequencer took them."""
        return self._table(
            "attempt_link",
            Column("position", self._big(), primary_key=True, autoincrement=False),
            Column("attempt_id", self._big(), nullable=False),
            Column("digest", String(64), nullable=False),
            UniqueConstraint("attempt_id", name=f"{self.place.prefix}attempt_link_once"),
        )

    def _tries(self) -> tuple[Column[Any], ...]:
        """When it is due (null once done), and who holds it: only the newest fence may write."""
        return (
            Column("tries", Integer, nullable=False, server_default=text("0")),
            Column("again_at", String(32)),
            Column("lease_until", String(32)),
            Column("fence", Integer, nullable=False, server_default=text("0")),
            Column("error", String(120)),
        )

    def _what(self) -> tuple[Column[str], Column[int]]:
        return (
            Column("partnership_id", self._code(64), nullable=False),
            Column("sequence", Integer, nullable=False),
        )

    def _table(self, name: str, *parts: Any) -> Table:
        return Table(self.place.prefix + name, self.metadata, *parts)

    def _index(self, table: Table, name: str, *columns: str) -> None:
        Index(f"{table.name}_{name}", *(table.c[column] for column in columns))

    def _hash_index(self, table: Table, name: str, column: str) -> None:
        """Index a text of any length: PostgreSQL's ordinary index refuses one beyond 2.7 kB."""
        Index(f"{table.name}_{name}", table.c[column], postgresql_using="hash")

    def _number(self, name: str) -> Column[int]:
        """Give a column that the database numbers; SQLite does so only for INTEGER."""
        if self._is_postgresql:
            return Column(name, BigInteger, Identity(), primary_key=True)
        return Column(name, Integer, primary_key=True, autoincrement=True)

    def _big(self) -> TypeEngine[int]:
        return BigInteger() if self._is_postgresql else Integer()

    def _code(self, length: int) -> TypeEngine[str]:
        """Give a column in the order of its bytes, whatever the language of the database."""
        return String(length, collation="C") if self._is_postgresql else String(length)
