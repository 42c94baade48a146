"""Several processes over one PostgreSQL: kill -9, crashes, one asleep; each prompt is made and told once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from random import Random

import pytest

from partnerships import Service
from tests.crash.sweeps import Starting, check_delivered, check_made, crash_course, due_at
from tests.postgresql.server import Server
from tests.properties.profile import LONG
from tests.scheduler.delivery.servers import Inbox, http
from tests.storage.rows import engine_of
from tests.story import Clock

PROCESSES = 6 if LONG else 4
DUE = 20_000 if LONG else 160
BATCH = 100 if LONG else 8
KILLS = 30 if LONG else 3
RESTARTS = 5 if LONG else 1
SEED = 20240301

SLEEPING = "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'"


@pytest.fixture
def due(durable_server: Server, tmp_path: Path, clock: Clock) -> Iterator[tuple[Service, Starting]]:
    """Partnerships with a prompt due, on a server that may crash, and what starts a sweeper there."""
    url, key = durable_server.create("due"), tmp_path / "sealing.key"
    with due_at(url, key, clock, DUE, BATCH) as made:
        yield made


def test_under_crashes_of_all_each_prompt_is_made_once_and_delivered_under_one_key(
    durable_server: Server, due: tuple[Service, Starting], clock: Clock
) -> None:
    service, start = due
    asleep = start(freezes="look", timeout=2)
    asleep.freeze()
    inbox = Inbox()
    with http(inbox) as receiver:
        sweepers = [start(receiver=receiver) for _ in range(PROCESSES - 1)]
        crashes = [None] * KILLS + [partial(durable_server.restart, "immediate")] * RESTARTS
        # As many batches again are delivered.
        crash_course(Random(SEED), sweepers, crashes, batches=2 * DUE // BATCH * 2 // 3)
        for sweeper in sweepers:
            assert sweeper.complete()["set_aside"] == []
        service.sweep()
        asleep.thaw()
        asleep.finish()
        assert service.sweep().looked_at == 0
        check_delivered(service, clock, inbox, receiver, DUE)
    check_made(service, DUE)


def test_what_a_sleeper_holds_is_passed_over_and_made_once_it_has_let_go(
    due: tuple[Service, Starting],
) -> None:
    """The server ends a session that sleeps in its transaction; until then nobody waits for it."""
    service, start = due
    asleep = start(freezes="look", timeout=2)
    asleep.freeze()
    others = service.sweep()
    assert others.asked == DUE - BATCH
    with engine_of(service).connect().execution_options(isolation_level="AUTOCOMMIT") as watching:
        while watching.exec_driver_sql(SLEEPING).scalar():
            pass
    assert service.sweep().asked == BATCH
    asleep.thaw()
    assert asleep.finish().get("asked", 0) == 0, "what it did is lost; it gives up, or finds all made"
    check_made(service, DUE)


def test_a_sleeper_that_wakes_in_time_makes_what_it_holds(due: tuple[Service, Starting]) -> None:
    service, start = due
    asleep = start(freezes="look", timeout=600)
    asleep.freeze()
    assert service.sweep().asked == DUE - BATCH
    asleep.thaw()
    assert asleep.finish()["asked"] == BATCH
    check_made(service, DUE)
