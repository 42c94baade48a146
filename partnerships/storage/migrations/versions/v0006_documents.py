"""The documents that entries name by their digest: policies and settings, kept beside the history.

Revision ID: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from partnerships.storage.place import Place

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, append-only from the first row on; the next sweep or checkpoint fills it."""
    op.create_table(
        _table(),
        sa.Column(
            "digest", sa.String(64, collation="C") if _on_postgresql() else sa.String(64), primary_key=True
        ),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        schema=_place().schema,
    )
    if _on_postgresql():
        _append_only_on_postgresql()
    else:
        _append_only_on_sqlite()


def downgrade() -> None:
    """Drop the table; settings of an earlier time have to be handed over again."""
    op.drop_table(_table(), schema=_place().schema)


def _append_only_on_postgresql() -> None:
    name = _place().named("document")
    op.execute(
        f"CREATE TRIGGER {_table()}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {name}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {_place().named('refuse')}()"
    )
    op.execute(f"ALTER TABLE {name} ENABLE ALWAYS TRIGGER {_table()}_append_only")


def _append_only_on_sqlite() -> None:
    """Refuse change, deletion and replacing, by the key or by the number that SQLite gives a row."""
    name = _table()
    refusal = f"SELECT RAISE(ABORT, '{name} is append-only')"
    op.execute(f"CREATE TRIGGER {name}_no_update BEFORE UPDATE ON {name} BEGIN {refusal}; END")
    op.execute(f"CREATE TRIGGER {name}_no_delete BEFORE DELETE ON {name} BEGIN {refusal}; END")
    op.execute(
        f"CREATE TRIGGER {name}_no_replace BEFORE INSERT ON {name}"
        f" WHEN EXISTS (SELECT 1 FROM {name} WHERE digest = NEW.digest OR rowid = NEW.rowid)"
        f" BEGIN {refusal}; END"
    )


def _table() -> str:
    return _place().prefix + "document"


def _place() -> Place:
    place = context.config.attributes["place"]
    assert isinstance(place, Place)
    return place


def _on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
