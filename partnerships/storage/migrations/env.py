"""Alembic's way in; the connection is handed over by `partnerships.storage.migrate`."""

from __future__ import annotations

from alembic import context

from partnerships.storage.tables import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
)
with context.begin_transaction():
    context.run_migrations()
