"""The log over all histories, and the checkpoints over the log.

Revision ID: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from partnerships.storage.place import Place

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_SAME = {
    "log_leaf": "position = NEW.position"
    " OR (partnership_id = NEW.partnership_id AND sequence = NEW.sequence)",
    "checkpoint": "id = NEW.id",
}


def upgrade() -> None:
    """Make the tables, append-only from the first row on; the log is filled by the first checkpoint."""
    _log_leaf()
    _index_of_keys()
    _checkpoint()
    for table in _SAME:
        if _on_postgresql():
            _append_only_on_postgresql(table)
        else:
            _append_only_on_sqlite(table)


def downgrade() -> None:
    """Drop what this revision made, the mark up to which the outbox was taken too."""
    for table in _SAME:
        op.drop_table(_place().prefix + table, schema=_place().schema)
    op.execute(f"DELETE FROM {_place().named('upkeep')} WHERE name = 'log'")


def _log_leaf() -> None:
    op.create_table(
        _place().prefix + "log_leaf",
        sa.Column(
            "position",
            sa.BigInteger if _on_postgresql() else sa.Integer,
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("partnership_id", _code(64)),
        sa.Column("sequence", sa.Integer),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("hashes", sa.LargeBinary, nullable=False),
        sa.Column("note", sa.Text),
        sa.UniqueConstraint("partnership_id", "sequence", name=f"{_place().prefix}log_leaf_once"),
        schema=_place().schema,
    )


def _index_of_keys() -> None:
    """Index the few leaves that change a key, which are looked for at every checkpoint."""
    leaf, is_key = _place().prefix + "log_leaf", sa.text("kind = 'key'")
    op.create_index(
        f"{leaf}_of_keys",
        leaf,
        ["position"],
        schema=_place().schema,
        postgresql_where=is_key,
        sqlite_where=is_key,
    )


def _checkpoint() -> None:
    number = (
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True)
        if _on_postgresql()
        else sa.Column("id", sa.Integer, primary_key=True, autoincrement=True)
    )
    op.create_table(
        _place().prefix + "checkpoint",
        number,
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        schema=_place().schema,
    )


def _append_only_on_postgresql(table: str) -> None:
    name, full = _place().named(table), _place().prefix + table
    op.execute(
        f"CREATE TRIGGER {full}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {name}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {_place().named('refuse')}()"
    )
    op.execute(f"ALTER TABLE {name} ENABLE ALWAYS TRIGGER {full}_append_only")


def _append_only_on_sqlite(table: str) -> None:
    """Refuse change, deletion and replacing, by whatever key a row would be replaced."""
    name = _place().prefix + table
    refusal = f"SELECT RAISE(ABORT, '{name} is append-only')"
    op.execute(f"CREATE TRIGGER {name}_no_update BEFORE UPDATE ON {name} BEGIN {refusal}; END")
    op.execute(f"CREATE TRIGGER {name}_no_delete BEFORE DELETE ON {name} BEGIN {refusal}; END")
    op.execute(
        f"CREATE TRIGGER {name}_no_replace BEFORE INSERT ON {name}"
        f" WHEN EXISTS (SELECT 1 FROM {name} WHERE {_SAME[table]}) BEGIN {refusal}; END"
    )


def _place() -> Place:
    place = context.config.attributes["place"]
    assert isinstance(place, Place)
    return place


def _on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _code(length: int) -> sa.String:
    return sa.String(length, collation="C") if _on_postgresql() else sa.String(length)
