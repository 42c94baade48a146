"""Writers: connections that are kept ready, each for one transaction at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine


class Writers:
    """Gives a connection in a transaction of its own, which is committed where nothing is raised.

    Begin and commit go to the driver itself: through SQLAlchemy they take longer than all that is written. So
    only `Statement.run` works on such a connection.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._idle: list[Connection] = []

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Open a transaction; on SQLite it takes its lock at once, so that two writers never deadlock."""
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._engine.connect()
        driver = connection.connection
        try:
            if connection.dialect.name == "sqlite":
                driver.cursor().execute("BEGIN IMMEDIATE")
            yield connection
            driver.commit()
        except BaseException:
            driver.rollback()
            connection.close()
            raise
        if self._idle:
            # One is enough to spare a checkout; more would keep the pool from readers.
            connection.close()
        else:
            self._idle.append(connection)

    def close(self) -> None:
        """Give the connections back."""
        while self._idle:
            self._idle.pop().close()
