"""Two writers that meet on a real PostgreSQL, and what every history must be afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from sqlalchemy import Connection, Engine

from partnerships import Service
from partnerships.lifecycle.canonical import entry_digest, genesis
from tests.storage.rows import all_rows, engine_of

Json = dict[str, Any]

WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def until_one_waits(engine: Engine, waiting: Future[Any]) -> None:
    """Look at the server until a session waits for a lock; insists that the work is not done before."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as watching:
        while not watching.exec_driver_sql(WAITING).scalar():
            assert not waiting.done(), waiting.result()


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


def check_whole(service: Service) -> dict[str, int]:
    """Every history is one chain without a gap, folds to what is live, and is in the outbox exactly once.

    Gives the length of each.
    """
    previous: dict[str, str] = {}
    lengths: dict[str, int] = {}
    rows = all_rows(service, "entry")
    for row in rows:
        id, canonical = row.partnership_id, bytes(row.canonical)
        chain = json.loads(canonical)
        assert row.sequence == lengths.get(id, 0) + 1
        assert (chain["partnership"], chain["sequence"]) == (id, row.sequence)
        assert chain["previous"] == previous.get(id, genesis(id))
        assert row.digest == entry_digest(canonical)
        previous[id], lengths[id] = row.digest, row.sequence
    events = [(row.partnership_id, row.sequence) for row in all_rows(service, "outbox")]
    assert sorted(events) == sorted((row.partnership_id, row.sequence) for row in rows)
    contents = [(row.partnership_id, row.sequence) for row in all_rows(service, "content")]
    assert sorted(contents) == sorted(events)
    live = {row.id: (row.sequence, row.head) for row in all_rows(service, "partnership")}
    assert live == {id: (lengths[id], previous[id]) for id in lengths}
    assert all(service.replay(id)["same"] for id in lengths)
    return lengths
