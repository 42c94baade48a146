"""Pages of prompts: indexes in the order in which they are read, and one by id; notices that were given up.

Revision ID: 0005
"""

from __future__ import annotations

from alembic import context, op
from sqlalchemy import text

from partnerships.storage.place import Place

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the indexes; the application's further rights come with every migration."""
    _drop("by_status")
    _index("by_status", "status", "due_on", "id")
    _index("by_due_on", "due_on", "id")
    _index("by_id", "id")
    is_lost = text("again_at IS NULL AND routed_at IS NULL")
    op.create_index(
        f"{_notice()}_given_up",
        _notice(),
        ["again_at", "routed_at"],
        schema=_place().schema,
        postgresql_where=is_lost,
        sqlite_where=is_lost,
    )


def downgrade() -> None:
    """Put the one index back."""
    op.drop_index(f"{_notice()}_given_up", _notice(), schema=_place().schema)
    for name in ("by_id", "by_due_on", "by_status"):
        _drop(name)
    _index("by_status", "status", "due_on", "partnership_id")


def _index(name: str, *columns: str) -> None:
    op.create_index(f"{_table()}_{name}", _table(), list(columns), schema=_place().schema)


def _drop(name: str) -> None:
    op.drop_index(f"{_table()}_{name}", _table(), schema=_place().schema)


def _table() -> str:
    return _place().prefix + "prompt"


def _notice() -> str:
    return _place().prefix + "notice"


def _place() -> Place:
    place = context.config.attributes["place"]
    assert isinstance(place, Place)
    return place
