"""Several processes deliver at once: kill -9, server crashes, one asleep; each prompt is counted once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from partnerships import Service
from partnerships.scheduler.delivery.delivery import Delivery
from partnerships.scheduler.delivery.webhook import Webhook
from tests.crash.deliveries import LEASE, Deliverer, SharedClock, crash_course
from tests.crash.sweeps import filled
from tests.crash.workers import SECRET, check_told
from tests.postgresql.server import Server
from tests.properties.profile import LONG
from tests.scheduler.delivery.servers import Inbox, http
from tests.story import Clock

DUE = 20_000 if LONG else 90
KILLS = 30 if LONG else 4
RESTARTS = 5 if LONG else 1
STEPS = 1_500 if LONG else DUE
PROCESSES = 6 if LONG else 4
SEED = 20240301

Starting = Callable[[], Deliverer]
Due = tuple[Service, Starting, SharedClock, Inbox, str]


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def receiver(inbox: Inbox) -> Iterator[str]:
    with http(inbox) as url:
        yield url


@pytest.fixture
def due_at(tmp_path: Path, clock: Clock, inbox: Inbox, receiver: str) -> Iterator[Callable[[str], Due]]:
    """Prompts that were just made in a database, and what starts a process that delivers them."""
    started: list[Deliverer] = []
    opened: list[Service] = []
    key = tmp_path / "sealing.key"

    def at(url: str) -> Due:
        service = filled(url, key, clock, DUE)
        opened.append(service)
        assert service.sweep().asked == DUE
        shared = SharedClock(tmp_path / "clock", clock)

        def start() -> Deliverer:
            started.append(Deliverer(url, key, shared, receiver))
            return started[-1]

        return service, start, shared, inbox, receiver

    yield at
    for deliverer in started:
        deliverer.kill()
    for service in opened:
        service.close()


def deliver_the_rest(service: Service, clock: SharedClock, receiver: str) -> Any:
    """What those who were killed held goes out once their leases have ended."""
    clock.advance(LEASE)
    return service.deliver(Delivery([Webhook(receiver, SECRET)]))


def go_through_crashes(due: Due, processes: int, crashes: list[Any]) -> None:
    service, start, clock, inbox, receiver = due
    sleeper = start()
    assert sleeper.hear() == "before"
    deliverers = [start() for _ in range(processes - 1)]
    moments = crash_course(Random(SEED), deliverers, crashes, clock, steps=STEPS)
    assert moments["before"], moments
    assert moments["after"], moments
    for deliverer in deliverers:
        assert deliverer.finish()["failed"] == 0
    assert deliver_the_rest(service, clock, receiver).waiting == 0
    check_told(service, inbox, DUE)
    assert sleeper.finish()["late"] >= 1, "it slept through its lease, and another has sent its message"
    check_told(service, inbox, DUE)


def test_on_postgresql_under_kills_and_crashes_of_the_server(
    durable_server: Server, due_at: Callable[[str], Due]
) -> None:
    crashes = [None] * KILLS + [partial(durable_server.restart, "immediate")] * RESTARTS
    go_through_crashes(due_at(durable_server.create("due")), PROCESSES, crashes)


def test_on_sqlite_under_kills(tmp_path: Path, due_at: Callable[[str], Due]) -> None:
    go_through_crashes(due_at(f"sqlite:///{tmp_path / 'p.sqlite'}"), 3, [None] * KILLS)
