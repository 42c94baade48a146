"""The schema's revision: the one that a database has, and the one that this version of the package needs."""

from __future__ import annotations

from sqlalchemy import Connection

from partnerships.storage.place import Place

NEWEST = "0007"
"""The last of the migrations; kept here too, so that no reading waits for Alembic to be loaded."""


def current(connection: Connection, place: Place) -> str | None:
    """Give the revision that the database has, or None for one that is not ours yet."""
    table = ".".join(f'"{part}"' for part in (place.schema, place.version_table) if part)
    if connection.dialect.name == "postgresql":
        is_there = connection.exec_driver_sql(f"SELECT to_regclass('{table}') IS NOT NULL").scalar()
    else:
        is_there = connection.dialect.has_table(connection, place.version_table, schema=place.schema)
    if not is_there:
        return None
    return connection.exec_driver_sql(f"SELECT version_num FROM {table}").scalar_one_or_none()
