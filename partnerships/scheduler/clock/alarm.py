"""APScheduler as the alarm clock of one process: an interval for each duty, kept in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, JobEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.job import Job
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.triggers.interval import IntervalTrigger

from partnerships.scheduler.clock.duty import Duty
from partnerships.scheduler.clock.watch import Watch

ALIAS = "partnerships"
"""The name of the store, the threads and the jobs, so that the host's own are left alone."""

MOST_JITTER = 30.0


def add_duties(scheduler: BaseScheduler, duties: Sequence[Duty], watch: Watch | None = None) -> Watch:
    """Put duties on a scheduler, `BackgroundScheduler` or `AsyncIOScheduler`; give the watch over them.

    Each runs at once and then at its interval, a little later each time, so that several machines spread. A
    round that could not start in time still starts, once; one that is not over yet is not started again. They
    live in a store in memory and in threads of their own: two processes on one stored job run it twice.
    """
    watch = watch or Watch.over(duties)
    scheduler.add_jobstore(MemoryJobStore(), ALIAS)
    scheduler.add_executor(ThreadPoolExecutor(max_workers=max(len(duties), 1)), ALIAS)
    for duty in duties:
        watch.metrics.expect(duty.name)
        scheduler.add_job(
            watch.round,
            IntervalTrigger(seconds=duty.every, timezone=UTC, jitter=_jitter(duty)),
            args=[duty],
            id=job_id(duty.name),
            name=duty.name,
            jobstore=ALIAS,
            executor=ALIAS,
            coalesce=True,
            misfire_grace_time=None,
            max_instances=1,
            next_run_time=datetime.now(UTC),
        )
    scheduler.add_listener(partial(_tell, watch), EVENT_JOB_MAX_INSTANCES | EVENT_JOB_ERROR)
    return watch


def job_id(duty: str) -> str:
    """Give the id of a duty's job."""
    return f"{ALIAS}.{duty}"


def mend(scheduler: BaseScheduler) -> list[str]:
    """Start and name the duties that wait for longer than they may: the machine's clock jumped back."""
    now = datetime.now(UTC)
    waiting = [job for job in scheduler.get_jobs(ALIAS) if job.next_run_time is not None]
    late = [job for job in waiting if job.next_run_time > now + _longest(job)]
    for job in late:
        job.modify(next_run_time=now)
    return [job.name for job in late]


def _longest(job: Job) -> timedelta:
    interval: timedelta = job.trigger.interval
    return interval + timedelta(seconds=job.trigger.jitter + 1)


def _jitter(duty: Duty) -> float:
    return min(duty.every / 10, MOST_JITTER)


def _tell(watch: Watch, event: JobEvent) -> None:
    """Say what APScheduler alone knows: a round is skipped while the one before it still runs."""
    if event.jobstore != ALIAS:
        return
    duty = event.job_id.removeprefix(f"{ALIAS}.")
    watch.log.warning(f"{duty}.still_running" if event.code == EVENT_JOB_MAX_INSTANCES else f"{duty}.broken")
