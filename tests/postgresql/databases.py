"""The databases of one running server: made, named by URL, dropped."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Connection, create_engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from tests.postgresql.binaries import NoServer

ADDRESS = "PARTNERSHIPS_TEST_POSTGRESQL"
DRIVER = "postgresql+psycopg"


class Databases:
    """Databases made and dropped through one address, that of a role which may create databases.

    Whatever was made and not dropped goes with `close`.
    """

    def __init__(self, address: URL) -> None:
        self._address = address.set(drivername=DRIVER)
        self._admin = create_engine(
            self._address, isolation_level="AUTOCOMMIT", pool_pre_ping=True, pool_size=2, max_overflow=0
        )
        # Several test processes, and several runs, may share a server that was named to them.
        self._token = uuid.uuid4().hex[:8]
        self._made: dict[str, str] = {}

    def check(self) -> None:
        """Raise what SQLAlchemy raises where the server does not answer."""
        self._admin.connect().close()

    def url(self, database: str) -> str:
        """The URL that opens a database, a password included."""
        return self._address.set(database=self._name(database)).render_as_string(hide_password=False)

    def create(self, database: str, template: str | None = None, encoding: str | None = None) -> str:
        """Make a database, empty or like a template that nobody is connected to, and give its URL.

        `encoding` is another than the server's own.
        """
        name = f"partnerships_{self._token}_{database}"
        with self._admin.connect() as connection:
            source = self._quoted(connection, self._name(template) if template else "template0")
            # Copying files is three times as fast as writing a small database to the log first.
            how = " STRATEGY file_copy" if (connection.dialect.server_version_info or ()) >= (15,) else ""
            if encoding is not None:
                how += f" ENCODING '{encoding}' LOCALE 'C'"
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {source}{how}")
        self._made[database] = name
        return self.url(database)

    def drop(self, database: str) -> None:
        """Drop a database that `create` made, whoever is connected to it."""
        with self._admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {self._made[database]} WITH (FORCE)")
        del self._made[database]

    def close(self) -> None:
        """Drop what is left and let go of the server."""
        for database in list(self._made):
            self.drop(database)
        self._admin.dispose()

    def _name(self, database: str) -> str:
        return self._made.get(database, database)

    def _quoted(self, connection: Connection, name: str) -> str:
        return connection.dialect.identifier_preparer.quote(name)


@contextmanager
def given_databases() -> Iterator[Databases]:
    """The databases of the server that the environment names, dropped at the end.

    Raises NoServer where it does not answer.
    """
    try:
        databases = Databases(make_url(os.environ[ADDRESS]))
        databases.check()
    except SQLAlchemyError as error:
        raise NoServer(f"The server that {ADDRESS} names cannot be used: {error}") from None
    try:
        yield databases
    finally:
        databases.close()


class Spares:
    """Databases like one template, one after the other.

    Nothing is made or dropped while a test runs: a feed waits for the oldest transaction of the whole server.
    """

    def __init__(
        self, databases: Databases, migrate: Callable[[str], object], name: str = "template"
    ) -> None:
        """Make the template: an empty database, then whatever `migrate` does to its URL."""
        self._databases = databases
        self._template = name
        migrate(databases.create(name))
        self._count = 0

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a fresh database, the caller's until the block ends."""
        name = self._make()
        try:
            yield self._databases.url(name)
        finally:
            self._databases.drop(name)

    def close(self) -> None:
        """Drop the template."""
        self._databases.drop(self._template)

    def _make(self) -> str:
        self._count += 1
        name = f"{self._template}_{self._count}"
        self._databases.create(name, template=self._template)
        return name
