"""What others would use for the same: one APScheduler job a partnership, for the record.

A job does nothing when it is due: what is timed is the scheduler alone, with no prompt made and no history
written. The jobs lie in memory, or in a table of SQLite's by APScheduler's own store for SQLAlchemy.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Semaphore
from time import perf_counter_ns
from typing import Any

from apscheduler.events import EVENT_JOB_EXECUTED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler

FAR = datetime.now(UTC) + timedelta(days=365)


@dataclass(frozen=True)
class Alarm:
    """Nanoseconds: to add a job for each partnership, to find none of them due, and to run those due."""

    jobs: int
    due: int
    adding: int
    idle: int
    running: int

    def __str__(self) -> str:
        added = f"{self.jobs} added in {self.adding / 1e9:.1f} s"
        return f"{added}; nothing due: {self.idle / 1e3:.0f} us; {self.due} due: {self.running / 1e6:.0f} ms"


def measure(folder: Path, jobs: int, due: int) -> dict[str, Alarm]:
    """Measure both stores."""
    file = f"sqlite:///{folder / 'jobs.sqlite'}"
    return {
        "in memory": _measure(MemoryJobStore(), jobs, due),
        "SQLAlchemyJobStore on SQLite": _measure(SQLAlchemyJobStore(url=file), jobs, due),
    }


def remind(partnership: str) -> None:
    """Stand for what would be done for a partnership."""


def _measure(store: Any, jobs: int, due: int) -> Alarm:
    scheduler = BackgroundScheduler(
        jobstores={"default": store},
        executors={"default": ThreadPoolExecutor(1)},
        job_defaults={"misfire_grace_time": None, "coalesce": True},
        timezone=UTC,
    )
    scheduler.start(paused=True)
    started = perf_counter_ns()
    for number in range(jobs):
        _add(scheduler, f"p-{number}", FAR)
    adding = perf_counter_ns() - started
    started = perf_counter_ns()
    assert store.get_due_jobs(datetime.now(UTC)) == []
    store.get_next_run_time()
    idle = perf_counter_ns() - started
    done = Semaphore(0)
    scheduler.add_listener(lambda event: done.release(), EVENT_JOB_EXECUTED)
    for number in range(due):
        _add(scheduler, f"due-{number}", datetime.now(UTC))
    started = perf_counter_ns()
    scheduler.resume()
    for _ in range(due):
        done.acquire()
    running = perf_counter_ns() - started
    scheduler.shutdown()
    return Alarm(jobs, due, adding, idle, running)


def _add(scheduler: BackgroundScheduler, partnership: str, at: datetime) -> None:
    scheduler.add_job(remind, "date", run_date=at, args=[partnership], id=partnership)
