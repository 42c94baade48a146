"""The tables. `partnership_id` leads every key, so that they can be partitioned by it."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

PREFIX = "partnerships_"
VERSION_TABLE = f"{PREFIX}version"

metadata = MetaData()

#: SQLite numbers only INTEGER primary keys by itself.
_Position = BigInteger().with_variant(Integer(), "sqlite")

meta = Table(
    f"{PREFIX}meta",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

entry = Table(
    f"{PREFIX}entry",
    metadata,
    Column("partnership_id", String(64), primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("digest", String(64), nullable=False),
    Column("canonical", LargeBinary, nullable=False),
)
"""The history: canonical bytes with ids, codes, days and commitments only."""

content = Table(
    f"{PREFIX}content",
    metadata,
    Column("partnership_id", String(64), primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("salt", LargeBinary),
    Column("body", LargeBinary),
    Column("scope", String(80)),
    Column("sealed", LargeBinary),
    ForeignKeyConstraint(
        ["partnership_id", "sequence"],
        [f"{PREFIX}entry.partnership_id", f"{PREFIX}entry.sequence"],
        name=f"{PREFIX}content_belongs_to_entry",
    ),
)
"""What entries say. Open contents have salt and body; sealed ones are encrypted whole, by scope."""

data_key = Table(
    f"{PREFIX}data_key",
    metadata,
    Column("partnership_id", String(64), primary_key=True),
    Column("scope", String(80), primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)
"""A key for each crisis case, wrapped by the key outside the database."""

partnership = Table(
    f"{PREFIX}partnership",
    metadata,
    Column("id", String(64), primary_key=True),
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
)
"""The projection: the current state and file of each partnership, kept in the same transaction."""

identifier = Table(
    f"{PREFIX}identifier",
    metadata,
    Column("partnership_id", String(64), primary_key=True),
    Column("scheme", Text, primary_key=True),
    Column("value", Text, primary_key=True),
)

command_key = Table(
    f"{PREFIX}command_key",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("outcome", Text, nullable=False),
)
"""Idempotency keys and the first outcome under each, kept for good."""

attempt = Table(
    f"{PREFIX}attempt",
    metadata,
    Column("id", _Position, primary_key=True, autoincrement=True),
    Column("partnership_id", String(64), nullable=False),
    Column("recorded_at", String(32), nullable=False),
    Column("asked", String(64), nullable=False),
    Column("actor", String(64)),
    Column("fingerprint", String(64), nullable=False),
    Column("findings", Text, nullable=False),
)
"""Refusals: a keyed digest of the command and the codes found, never a body. No actor for a crisis record."""

outbox = Table(
    f"{PREFIX}outbox",
    metadata,
    Column("position", _Position, primary_key=True, autoincrement=True),
    Column("partnership_id", String(64), nullable=False),
    Column("sequence", Integer, nullable=False),
)
"""Every accepted entry, in the order of acceptance, for the event feed."""

Index(f"{PREFIX}partnership_by_state", partnership.c.state, partnership.c.id)
Index(f"{PREFIX}partnership_by_name", partnership.c.name_key, partnership.c.country)
Index(f"{PREFIX}partnership_by_late_from", partnership.c.late_from, partnership.c.id)
Index(f"{PREFIX}identifier_by_value", identifier.c.scheme, identifier.c.value)
Index(f"{PREFIX}attempt_by_partnership", attempt.c.partnership_id, attempt.c.id)

APPEND_ONLY = (entry, content, command_key, attempt, outbox, data_key, meta)
"""Tables whose rows are never changed, replaced or deleted."""
