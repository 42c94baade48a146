"""Prompts, the sweep that makes them, and their deliveries.

Revision ID: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

from partnerships.storage.place import Place

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TABLES = ("message_item", "message", "notice", "upkeep", "set_aside", "prompt")
_AT_ONCE = "0001-01-01"


def upgrade() -> None:
    """Make the tables; the first sweep looks at every partnership that is there."""
    partnership = _place().prefix + "partnership"
    due = sa.Column("next_due_on", _code(10), server_default=_AT_ONCE)
    op.add_column(partnership, due, schema=_place().schema)
    _index("partnership", "by_next_due_on", "next_due_on", "id")
    _prompts()
    _deliveries()


def downgrade() -> None:
    """Drop what this revision made; the histories keep their prompts."""
    for table in _TABLES:
        op.drop_table(_place().prefix + table, schema=_place().schema)
    partnership = _place().prefix + "partnership"
    op.drop_index(f"{partnership}_by_next_due_on", partnership, schema=_place().schema)
    op.drop_column(partnership, "next_due_on", schema=_place().schema)


def _prompts() -> None:
    _table(
        "prompt",
        sa.Column("partnership_id", _code(64), primary_key=True),
        sa.Column("id", _code(32), primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("due_on", sa.String(10), nullable=False),
        sa.Column("clause", sa.String(16), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("made_on", sa.String(10), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("closed_by", sa.Integer),
        sa.Column("endline", sa.String(10)),
    )
    _index("prompt", "by_status", "status", "due_on", "partnership_id")
    _never_taken_out("prompt", ("partnership_id", "id"))
    _table(
        "set_aside",
        sa.Column("partnership_id", _code(64), primary_key=True),
        sa.Column("since", sa.String(32), nullable=False),
        sa.Column("error", sa.String(120), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
    )
    _table(
        "upkeep", sa.Column("name", _code(64), primary_key=True), sa.Column("value", sa.Text, nullable=False)
    )


def _deliveries() -> None:
    _table(
        "notice",
        _number("number"),
        sa.Column("partnership_id", _code(64), nullable=False),
        sa.Column("prompt_id", _code(32), nullable=False),
        sa.Column("step", sa.String(16), nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("routed_at", sa.String(32)),
        *_tries(),
        sa.UniqueConstraint("partnership_id", "prompt_id", "step", name=f"{_place().prefix}notice_once"),
    )
    _index("notice", "by_again_at", "again_at", "number")
    _table(
        "message",
        sa.Column("id", _code(64), primary_key=True),
        sa.Column("channel", _code(64), nullable=False),
        sa.Column("recipient", _code(64), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("sent_at", sa.String(32)),
        *_tries(),
    )
    _index("message", "by_again_at", "again_at", "id")
    _index("message", "by_status", "status", "made_at")
    _table(
        "message_item",
        sa.Column("message_id", _code(64), primary_key=True),
        sa.Column("partnership_id", _code(64), primary_key=True),
        sa.Column("prompt_id", _code(32), primary_key=True),
        sa.Column("step", sa.String(16), primary_key=True),
    )
    _index("message_item", "by_prompt", "partnership_id", "prompt_id")


def _never_taken_out(table: str, keys: tuple[str, ...]) -> None:
    """Refuse deletion, emptying and replacing: a prompt that is gone would be made again."""
    name, full = _place().named(table), _place().prefix + table
    if _on_postgresql():
        op.execute(
            f"CREATE TRIGGER {full}_never_taken_out BEFORE DELETE OR TRUNCATE ON {name}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {_place().named('refuse')}()"
        )
        op.execute(f"ALTER TABLE {name} ENABLE ALWAYS TRIGGER {full}_never_taken_out")
        return
    same = " AND ".join(f"{key} = NEW.{key}" for key in keys)
    refusal = f"SELECT RAISE(ABORT, '{name} is never taken from')"
    op.execute(f"CREATE TRIGGER {name}_no_delete BEFORE DELETE ON {name} BEGIN {refusal}; END")
    op.execute(
        f"CREATE TRIGGER {name}_no_replace BEFORE INSERT ON {name}"
        f" WHEN EXISTS (SELECT 1 FROM {name} WHERE ({same}) OR rowid = NEW.rowid) BEGIN {refusal}; END"
    )


def _tries() -> list[sa.Column[object]]:
    return [
        sa.Column("tries", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("again_at", sa.String(32)),
        sa.Column("lease_until", sa.String(32)),
        sa.Column("fence", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("error", sa.String(120)),
    ]


def _place() -> Place:
    place = context.config.attributes["place"]
    assert isinstance(place, Place)
    return place


def _on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _table(name: str, *parts: sa.schema.SchemaItem) -> None:
    op.create_table(_place().prefix + name, *parts, schema=_place().schema)


def _index(table: str, name: str, *columns: str) -> None:
    full = _place().prefix + table
    op.create_index(f"{full}_{name}", full, list(columns), schema=_place().schema)


def _code(length: int) -> sa.String:
    return sa.String(length, collation="C") if _on_postgresql() else sa.String(length)


def _number(name: str) -> sa.Column[int]:
    if _on_postgresql():
        return sa.Column(name, sa.BigInteger, sa.Identity(), primary_key=True)
    return sa.Column(name, sa.Integer, primary_key=True, autoincrement=True)
