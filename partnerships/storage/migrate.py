"""Migrations: bringing a database to this version's schema, under a version table of our own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from partnerships.storage.engines import WRITE
from partnerships.storage.tables import VERSION_TABLE

_SCRIPTS = Path(__file__).parent / "migrations"


def newest() -> str:
    """Give the revision that this version of the package needs."""
    head = ScriptDirectory(str(_SCRIPTS)).get_current_head()
    assert head is not None
    return head


def current(connection: Connection) -> str | None:
    """Give the revision that the database has, or None for one that is not ours yet."""
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    return context.get_current_revision()


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring a database to a revision; running it again changes nothing."""
    with _writing(engine) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take a database back to an earlier revision; `base` drops all that is ours."""
    with _writing(engine) as connection:
        command.downgrade(_config(connection), revision)


@contextmanager
def _writing(engine: Engine) -> Iterator[Connection]:
    with engine.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
        yield connection


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
