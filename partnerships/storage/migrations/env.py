"""Alembic's way in; connection and place are handed over by `partnerships.storage.migrate`."""

from __future__ import annotations

from alembic import context

from partnerships.storage.tables import tables_at

attributes = context.config.attributes
connection, place = attributes["connection"], attributes["place"]
context.configure(
    connection=connection,
    target_metadata=tables_at(place, connection.dialect.name).metadata,
    version_table=place.version_table,
    version_table_schema=place.schema,
)
with context.begin_transaction():
    context.run_migrations()
