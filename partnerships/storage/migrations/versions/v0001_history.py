"""The history, its contents, the projection, keys, attempts and outbox.

Revision ID: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from partnerships.storage.place import Place

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_KEYS = {
    "entry": ("partnership_id", "sequence"),
    "content": ("partnership_id", "sequence"),
    "data_key": ("partnership_id", "scope"),
    "command_key": ("key",),
    "attempt": ("id",),
    "outbox": ("position",),
    "meta": ("name",),
}
_TABLES = (
    "outbox",
    "attempt",
    "command_key",
    "identifier",
    "partnership",
    "data_key",
    "content",
    "entry",
    "meta",
)
_TRANSACTION = "((pg_current_xact_id())::text)::bigint"


def upgrade() -> None:
    """Make the tables, and the triggers that keep the history append-only."""
    _history()
    _projection()
    _logs()
    if _on_postgresql():
        _refusing_function()
    for table, keys in _KEYS.items():
        if _on_postgresql():
            _append_only_on_postgresql(table)
        else:
            _append_only_on_sqlite(table, keys)


def downgrade() -> None:
    """Drop all that is ours."""
    for table in _TABLES:
        op.drop_table(_place().prefix + table, schema=_place().schema)
    if _on_postgresql():
        op.execute(f"DROP FUNCTION {_place().named('refuse')}()")


def _place() -> Place:
    place = context.config.attributes["place"]
    assert isinstance(place, Place)
    return place


def _on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _table(name: str, *parts: sa.schema.SchemaItem) -> None:
    op.create_table(_place().prefix + name, *parts, schema=_place().schema)


def _index(table: str, name: str, *columns: str, hashed: bool = False) -> None:
    full = _place().prefix + table
    using = "hash" if hashed else "btree"
    op.create_index(f"{full}_{name}", full, list(columns), schema=_place().schema, postgresql_using=using)


def _code(length: int) -> sa.String:
    return sa.String(length, collation="C") if _on_postgresql() else sa.String(length)


def _number(name: str) -> sa.Column[int]:
    if _on_postgresql():
        return sa.Column(name, sa.BigInteger, sa.Identity(), primary_key=True)
    return sa.Column(name, sa.Integer, primary_key=True, autoincrement=True)


def _history() -> None:
    prefix, schema = _place().prefix, _place().schema
    _table(
        "meta", sa.Column("name", _code(64), primary_key=True), sa.Column("value", sa.Text, nullable=False)
    )
    _table(
        "entry",
        sa.Column("partnership_id", _code(64), primary_key=True),
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("canonical", sa.LargeBinary, nullable=False),
    )
    entry = f"{schema}.{prefix}entry" if schema else f"{prefix}entry"
    _table(
        "content",
        sa.Column("partnership_id", _code(64), primary_key=True),
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("salt", sa.LargeBinary),
        sa.Column("body", sa.LargeBinary),
        sa.Column("scope", sa.String(80)),
        sa.Column("sealed", sa.LargeBinary),
        sa.ForeignKeyConstraint(
            ["partnership_id", "sequence"],
            [f"{entry}.partnership_id", f"{entry}.sequence"],
            name=f"{prefix}content_belongs_to_entry",
        ),
    )
    _table(
        "data_key",
        sa.Column("partnership_id", _code(64), primary_key=True),
        sa.Column("scope", _code(80), primary_key=True),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
    )


def _projection() -> None:
    _table(
        "partnership",
        sa.Column("id", _code(64), primary_key=True),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("category", sa.String(16)),
        sa.Column("endline", sa.String(10)),
        sa.Column("late_from", sa.String(10)),
        sa.Column("register", sa.String(16)),
        sa.Column("ended_as", sa.String(32)),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_key", sa.Text, nullable=False),
        sa.Column("type", sa.String(32)),
        sa.Column("level", sa.String(16)),
        sa.Column("country", sa.String(2)),
        sa.Column("responsible", sa.String(64)),
        sa.Column("crisis_mark", sa.Integer, nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary),
    )
    _index("partnership", "by_state", "state", "id")
    _index("partnership", "by_late_from", "late_from", "id")
    if _on_postgresql():
        _table(
            "identifier",
            _number("id"),
            sa.Column("partnership_id", _code(64), nullable=False),
            sa.Column("scheme", sa.Text, nullable=False),
            sa.Column("value", sa.Text, nullable=False),
        )
        _index("identifier", "by_partnership", "partnership_id")
        # Texts of any length: an ordinary index refuses one beyond 2.7 kB.
        _index("identifier", "by_value", "value", hashed=True)
        _index("partnership", "by_name", "name_key", hashed=True)
        return
    _table(
        "identifier",
        sa.Column("partnership_id", sa.String(64), primary_key=True),
        sa.Column("scheme", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, primary_key=True),
    )
    _index("identifier", "by_value", "scheme", "value")
    _index("partnership", "by_name", "name_key", "country")


def _logs() -> None:
    _table(
        "command_key",
        sa.Column("key", _code(200), primary_key=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
    )
    _table(
        "attempt",
        _number("id"),
        sa.Column("partnership_id", _code(64), nullable=False),
        sa.Column("recorded_at", sa.String(32), nullable=False),
        sa.Column("asked", sa.String(64), nullable=False),
        sa.Column("actor", sa.String(64)),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("findings", sa.Text, nullable=False),
    )
    _index("attempt", "by_partnership", "partnership_id", "id")
    ordering = []
    if _on_postgresql():
        ordering = [
            sa.Column("era", sa.Integer, nullable=False, server_default=sa.text("1")),
            sa.Column("transaction", sa.BigInteger, nullable=False, server_default=sa.text(_TRANSACTION)),
        ]
    _table(
        "outbox",
        _number("position"),
        sa.Column("partnership_id", _code(64), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        *ordering,
    )
    if _on_postgresql():
        _index("outbox", "in_order", "era", "transaction", "position")


def _refusing_function() -> None:
    op.execute(
        f"CREATE FUNCTION {_place().named('refuse')}() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME"
        " USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )


def _append_only_on_postgresql(table: str) -> None:
    """Refuse change, deletion and emptying, also where a session replays replication (ALWAYS)."""
    name, full = _place().named(table), _place().prefix + table
    op.execute(
        f"CREATE TRIGGER {full}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {name}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {_place().named('refuse')}()"
    )
    op.execute(f"ALTER TABLE {name} ENABLE ALWAYS TRIGGER {full}_append_only")


def _append_only_on_sqlite(table: str, keys: tuple[str, ...]) -> None:
    """Refuse change and deletion; and INSERT OR REPLACE, which deletes without firing a delete trigger.

    A row is replaced by its key or by SQLite's hidden number for it (-1 where none is given).
    """
    name = _place().prefix + table
    same = " AND ".join(f"{key} = NEW.{key}" for key in keys)
    message = f"{name} is append-only"
    op.execute(
        f"CREATE TRIGGER {name}_no_update BEFORE UPDATE ON {name} BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )
    op.execute(
        f"CREATE TRIGGER {name}_no_delete BEFORE DELETE ON {name} BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )
    op.execute(
        f"CREATE TRIGGER {name}_no_replace BEFORE INSERT ON {name}"
        f" WHEN EXISTS (SELECT 1 FROM {name} WHERE ({same}) OR rowid = NEW.rowid)"
        f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )
