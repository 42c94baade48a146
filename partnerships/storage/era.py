"""Eras of the outbox: its order is that of PostgreSQL's transactions, which a restored dump begins anew."""

from __future__ import annotations

from sqlalchemy import Connection, text

from partnerships.storage.place import Place

_RESTORED = """
SELECT era FROM {outbox} ORDER BY era DESC, transaction DESC LIMIT 1
"""
_AHEAD = """
SELECT max(transaction) >= (pg_snapshot_xmax(pg_current_snapshot())::text)::bigint
FROM {outbox} WHERE era = :era
"""
_DEFAULT = """
SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d
JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
WHERE d.adrelid = '{outbox}'::regclass AND a.attname = 'era'
"""


def era_in_force(connection: Connection, place: Place) -> int:
    """Give the era that what is written now belongs to."""
    default = text(_DEFAULT.format(outbox=place.named("outbox")))
    return int(connection.execute(default).scalar_one())


def needs_era(connection: Connection, place: Place) -> int | None:
    """Give the era that has to begin, or None: rows of the current one come from another cluster's future."""
    outbox = place.named("outbox")
    newest = connection.execute(text(_RESTORED.format(outbox=outbox))).scalar()
    if newest is None:
        return None
    if era_in_force(connection, place) > newest:
        return None
    ahead = connection.execute(text(_AHEAD.format(outbox=outbox)), {"era": newest}).scalar()
    return newest + 1 if ahead else None


def begin_era(connection: Connection, place: Place) -> None:
    """Begin a new era where one is needed, so that no reader of the feed passes new entries by."""
    era = needs_era(connection, place)
    if era is not None:
        connection.execute(text(f"ALTER TABLE {place.named('outbox')} ALTER COLUMN era SET DEFAULT {era:d}"))
