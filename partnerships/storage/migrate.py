"""Migrations: bringing a database to this version's schema, under a version table of our own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text
from sqlalchemy.schema import CreateSchema

from partnerships.errors import NoDatabase
from partnerships.storage.engines import WRITE
from partnerships.storage.era import begin_era
from partnerships.storage.place import Place
from partnerships.storage.revision import current
from partnerships.storage.roles import grant

_SCRIPTS = Path(__file__).parent / "migrations"


def migrate(engine: Engine, place: Place, revision: str = "head") -> None:
    """Bring a database to a revision; running it again changes nothing, nor do ten that start at once.

    On PostgreSQL it also gives the three roles their rights again, and begins a new era of the outbox where
    the database was restored from a dump. Raises NoDatabase for a new one that is not in UTF8.
    """
    with _writing(engine, place) as connection:
        _check_encoding(connection, place)
        if place.schema is not None:
            connection.execute(CreateSchema(place.schema, if_not_exists=True))
        command.upgrade(_config(connection, place), revision)
        if connection.dialect.name == "postgresql" and revision == "head":
            grant(connection, place)
            begin_era(connection, place)


def _check_encoding(connection: Connection, place: Place) -> None:
    """Begin only where a partner's name can be kept in every script; raises NoDatabase elsewhere."""
    if connection.dialect.name != "postgresql" or current(connection, place) is not None:
        return
    encoding = connection.execute(text("SHOW server_encoding")).scalar()
    if encoding != "UTF8":
        raise NoDatabase(
            f"the database is in {encoding}, where names in some scripts cannot be kept; make one in UTF8"
        )


def downgrade(engine: Engine, place: Place, revision: str) -> None:
    """Take a database back to an earlier revision; `base` drops all that is ours."""
    with _writing(engine, place) as connection:
        command.downgrade(_config(connection, place), revision)


@contextmanager
def _writing(engine: Engine, place: Place) -> Iterator[Connection]:
    with engine.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            # One at a time: a second one finds the work done.
            connection.execute(
                text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"),
                {"name": f"{place.schema}.{place.version_table}"},
            )
        yield connection


def _config(connection: Connection, place: Place) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    config.attributes["place"] = place
    return config
