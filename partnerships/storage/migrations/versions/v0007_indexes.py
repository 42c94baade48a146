"""Indexes: partnerships by country, by who looks after them, and by who stands in for that person.

Revision ID: 0007
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import context, op

from partnerships.storage.place import Place

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_COLUMNS = ("country", "responsible", "deputy")
_PAGE = 500


def upgrade() -> None:
    """Add who stands in for whoever is responsible, as the files say, and make the indexes."""
    op.add_column(_named("partnership"), sa.Column("deputy", sa.String(64)), schema=_place().schema)
    _fill()
    table = _named("partnership")
    for column in _COLUMNS:
        op.create_index(f"{table}_by_{column}", table, [column, "id"], schema=_place().schema)


def downgrade() -> None:
    """Drop what this revision made."""
    table = _named("partnership")
    for column in reversed(_COLUMNS):
        op.drop_index(f"{table}_by_{column}", table, schema=_place().schema)
    op.drop_column(table, "deputy", schema=_place().schema)


def _fill() -> None:
    columns: tuple[sa.ColumnClause[str], ...] = (sa.column("id"), sa.column("file"), sa.column("deputy"))
    table = sa.table(_named("partnership"), *columns, schema=_place().schema)
    after = ""
    named = sa.select(table.c.id, table.c.file).where(table.c.file.contains('"deputy":'))
    while (
        page := op.get_bind()
        .execute(
            named.where(table.c.id > sa.bindparam("after")).order_by(table.c.id).limit(_PAGE),
            {"after": after},
        )
        .all()
    ):
        found = list(_deputies(page))
        if found:
            put = sa.update(table).where(table.c.id == sa.bindparam("of")).values(deputy=sa.bindparam("who"))
            op.get_bind().execute(put, found)
        after = page[-1].id


def _deputies(rows: Any) -> Iterator[dict[str, str]]:
    """Give who stands in where a file names somebody; one that cannot be read waits for its next entry."""
    for id, file in rows:
        try:
            who = json.loads(file)["file"]["records"]["arrangement"]["body"].get("deputy")
        except (AttributeError, LookupError, TypeError, ValueError):
            continue
        if isinstance(who, str):
            yield {"of": id, "who": who}


def _named(table: str) -> str:
    return _place().prefix + table


def _place() -> Place:
    place = context.config.attributes["place"]
    assert isinstance(place, Place)
    return place
