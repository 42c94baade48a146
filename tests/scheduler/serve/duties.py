"""Duties for tests: what they do is counted, and a round waits for nobody but the test."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from queue import SimpleQueue
from typing import Any

from apscheduler.events import EVENT_JOB_EXECUTED
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler

from partnerships.scheduler.clock import Duty, Health, Report, Watch
from partnerships.scheduler.clock.alarm import job_id
from partnerships.scheduler.clock.logs import NAME

PATIENCE = 180
"""Seconds after which a test gives up; no test counts on how long anything takes."""


class Hands:
    """A clock of seconds that only the test moves."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


class Rounds:
    """A duty that counts its rounds; `work` is done in each."""

    def __init__(
        self, name: str = "sweep", every: float = 3600, work: Callable[[], Report | None] = lambda: None
    ):
        self.number, self.work = 0, work
        self.duty = Duty(name, every, self._run)

    def _run(self) -> Report:
        self.number += 1
        return self.work() or Report({"made": 1})


class Alarm:
    """A scheduler that runs, and the rounds that ended on it."""

    def __init__(self, scheduler: BaseScheduler) -> None:
        self.scheduler = scheduler
        self.ended: SimpleQueue[str] = SimpleQueue()
        scheduler.add_listener(lambda event: self.ended.put(event.job_id), EVENT_JOB_EXECUTED)

    def awaited(self, number: int = 1) -> list[str]:
        """Waits until so many more rounds are over; gives whose they were."""
        jobs = [self.ended.get(timeout=PATIENCE) for _ in range(number)]
        return sorted(job.removeprefix("partnerships.") for job in jobs)

    def ring(self, duty: str = "sweep", ahead: timedelta = timedelta()) -> None:
        """Sets the time of a duty's next round, by default now."""
        self.scheduler.get_job(job_id(duty)).modify(next_run_time=datetime.now(UTC) + ahead)


class Lines(logging.Handler):
    """What was logged, as the objects that the lines hold."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(json.loads(record.getMessage()))

    @property
    def events(self) -> list[str]:
        return [line["event"] for line in self.lines]


@contextmanager
def logged() -> Iterator[Lines]:
    lines, log = Lines(), logging.getLogger(NAME)
    level = log.level
    log.addHandler(lines)
    log.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        log.removeHandler(lines)
        log.setLevel(level)


@contextmanager
def started(scheduler: BackgroundScheduler) -> Iterator[Alarm]:
    alarm = Alarm(scheduler)
    scheduler.start()
    try:
        yield alarm
    finally:
        scheduler.shutdown(wait=True)


def watch(**limits: float) -> tuple[Watch, Hands]:
    """A watch whose clock stands still, and the clock's hands."""
    hands = Hands()
    return Watch(Health(limits, hands)), hands


def fails(error: Exception) -> Callable[[], Report]:
    def work() -> Report:
        raise error

    return work
