"""Two writers that meet on a real PostgreSQL, and what every history must be afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, select

from partnerships import Service
from partnerships.lifecycle.canonical import entry_digest, genesis
from tests.storage.rows import engine_of
from tests.tables import PLACE, TABLES

Json = dict[str, Any]

WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def until_one_waits(engine: Engine, waiting: Future[Any]) -> None:
    """Look at the server until a session waits for a lock; insists that the work is not done before."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as watching:
        while not watching.exec_driver_sql(WAITING).scalar():
            assert not waiting.done(), waiting.result()


def comes_to_wait(engine: Engine, work: Future[Any]) -> bool:
    """Look at the server until a session waits for a lock, or the work is done without."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as watching:
        while not watching.exec_driver_sql(WAITING).scalar():
            if work.done():
                return False
    return True


def meet(
    service: Service,
    first: Json,
    second: Callable[[], Any],
    end: Callable[[Connection], None] = Connection.commit,
) -> tuple[Json, Any]:
    """Hold the first in an open transaction, let the second run into it, then end the first; give both."""
    engine = engine_of(service)
    with ThreadPoolExecutor(1) as pool, engine.connect() as host:
        told = service.apply(first, connection=host)
        waiting = pool.submit(second)
        try:
            until_one_waits(engine, waiting)
        except BaseException:
            host.rollback()
            raise
        end(host)
        return told, waiting.result()


class Moment:
    """One moment of a database that others may be writing to: its rows, and a service that reads in it."""

    def __init__(self, service: Service, connection: Connection) -> None:
        self.service = service.within(connection)
        self._connection = connection

    def rows(self, name: str) -> list[Any]:
        """Every row of a table, by its name without the prefix."""
        table = TABLES.metadata.tables[PLACE.prefix + name]
        return list(self._connection.execute(select(table).order_by(*table.primary_key.columns)).all())


@contextmanager
def moment(service: Service) -> Iterator[Moment]:
    """Give one moment of a service's database."""
    with engine_of(service).connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield Moment(service, connection)
        connection.rollback()


def check_whole(service: Service) -> dict[str, int]:
    """Check the database as it is now, and give the length of each history."""
    with moment(service) as now:
        return whole(now)


def whole(now: Moment) -> dict[str, int]:
    """Every history is one chain without a gap, folds to what is live, and is in the outbox exactly once."""
    previous: dict[str, str] = {}
    lengths: dict[str, int] = {}
    rows = now.rows("entry")
    for row in rows:
        id, canonical = row.partnership_id, bytes(row.canonical)
        chain = json.loads(canonical)
        assert row.sequence == lengths.get(id, 0) + 1
        assert (chain["partnership"], chain["sequence"]) == (id, row.sequence)
        assert chain["previous"] == previous.get(id, genesis(id))
        assert row.digest == entry_digest(canonical)
        previous[id], lengths[id] = row.digest, row.sequence
    places = [(row.partnership_id, row.sequence) for row in rows]
    for beside in ("outbox", "content"):
        assert sorted((row.partnership_id, row.sequence) for row in now.rows(beside)) == sorted(places)
    live = {row.id: (row.sequence, row.head) for row in now.rows("partnership")}
    assert live == {id: (lengths[id], previous[id]) for id in lengths}
    assert all(now.service.replay(id)["same"] for id in lengths)
    return lengths
