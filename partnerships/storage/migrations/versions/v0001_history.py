"""The history, its contents, the projection, keys, attempts and outbox.

Revision ID: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

P = "partnerships_"
_POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KEYS = {
    "entry": ("partnership_id", "sequence"),
    "content": ("partnership_id", "sequence"),
    "data_key": ("partnership_id", "scope"),
    "command_key": ("key",),
    "attempt": ("id",),
    "outbox": ("position",),
    "meta": ("name",),
}


def upgrade() -> None:
    """Make the tables, and the triggers that keep the history append-only."""
    _history()
    _projection()
    _logs()
    if op.get_bind().dialect.name == "sqlite":
        for table, keys in _KEYS.items():
            _append_only(table, keys)


def downgrade() -> None:
    """Drop all that is ours."""
    for table in (
        "outbox",
        "attempt",
        "command_key",
        "identifier",
        "partnership",
        "data_key",
        "content",
        "entry",
        "meta",
    ):
        op.drop_table(P + table)


def _history() -> None:
    op.create_table(
        f"{P}meta",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        f"{P}entry",
        sa.Column("partnership_id", sa.String(64), primary_key=True),
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("canonical", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        f"{P}content",
        sa.Column("partnership_id", sa.String(64), primary_key=True),
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("salt", sa.LargeBinary),
        sa.Column("body", sa.LargeBinary),
        sa.Column("scope", sa.String(80)),
        sa.Column("sealed", sa.LargeBinary),
        sa.ForeignKeyConstraint(
            ["partnership_id", "sequence"],
            [f"{P}entry.partnership_id", f"{P}entry.sequence"],
            name=f"{P}content_belongs_to_entry",
        ),
    )
    op.create_table(
        f"{P}data_key",
        sa.Column("partnership_id", sa.String(64), primary_key=True),
        sa.Column("scope", sa.String(80), primary_key=True),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
    )


def _projection() -> None:
    op.create_table(
        f"{P}partnership",
        sa.Column("id", sa.String(64), primary_key=True),
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
    op.create_table(
        f"{P}identifier",
        sa.Column("partnership_id", sa.String(64), primary_key=True),
        sa.Column("scheme", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, primary_key=True),
    )
    for table, name, columns in (
        ("partnership", "by_state", ["state", "id"]),
        ("partnership", "by_name", ["name_key", "country"]),
        ("partnership", "by_late_from", ["late_from", "id"]),
        ("identifier", "by_value", ["scheme", "value"]),
    ):
        op.create_index(f"{P}{table}_{name}", f"{P}{table}", columns)


def _logs() -> None:
    op.create_table(
        f"{P}command_key",
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
    )
    op.create_table(
        f"{P}attempt",
        sa.Column("id", _POSITION, primary_key=True, autoincrement=True),
        sa.Column("partnership_id", sa.String(64), nullable=False),
        sa.Column("recorded_at", sa.String(32), nullable=False),
        sa.Column("asked", sa.String(64), nullable=False),
        sa.Column("actor", sa.String(64)),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("findings", sa.Text, nullable=False),
    )
    op.create_index(f"{P}attempt_by_partnership", f"{P}attempt", ["partnership_id", "id"])
    op.create_table(
        f"{P}outbox",
        sa.Column("position", _POSITION, primary_key=True, autoincrement=True),
        sa.Column("partnership_id", sa.String(64), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
    )


def _append_only(table: str, keys: tuple[str, ...]) -> None:
    """Refuse change and deletion; and INSERT OR REPLACE, which deletes without firing a delete trigger.

    A row is replaced by its key or by SQLite's hidden number for it (-1 where none is given).
    """
    name = P + table
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
