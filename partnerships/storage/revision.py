"""The schema's revision: the one that a database has, and the one that this version of the package needs."""

from __future__ import annotations

from sqlalchemy import Connection

from partnerships.storage.place import Place

NEWEST = "0007"
"""The last of the migrations; kept here too, so that no reading waits for Alembic to be loaded."""


def current(connection: Connection, place: Place) -> str | None:
    """Give the revision that the database has, or None for one that is not ours yet."""
    if not connection.dialect.has_table(connection, place.version_table, schema=place.schema):
        return None
    asked = f"SELECT version_num FROM {place.named('version')}"
    return connection.exec_driver_sql(asked).scalar_one_or_none()
