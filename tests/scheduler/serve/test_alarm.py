"""APScheduler as the alarm clock: each duty at once and at its interval, whatever the clock does."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from apscheduler.events import EVENT_JOB_MAX_INSTANCES
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.schedulers.background import BackgroundScheduler

from partnerships.scheduler.clock import add_duties
from partnerships.scheduler.clock.alarm import ALIAS, MOST_JITTER, job_id, mend
from tests.scheduler.serve.duties import PATIENCE, Alarm, Rounds, fails, logged, started, watch


def test_a_duty_runs_at_once_and_again_when_its_time_has_come() -> None:
    rounds, scheduler = Rounds(), BackgroundScheduler(timezone=UTC)
    add_duties(scheduler, [rounds.duty])
    with started(scheduler) as alarm:
        alarm.awaited()
        alarm.ring()
        alarm.awaited()
    assert rounds.number == 2


def test_thirteen_months_asleep_are_made_up_for_by_one_round() -> None:
    rounds, scheduler = Rounds(every=3600), BackgroundScheduler(timezone=UTC)
    add_duties(scheduler, [rounds.duty])
    with started(scheduler) as alarm:
        alarm.awaited()
        alarm.ring(ahead=timedelta(days=-396))
        alarm.awaited()
        assert scheduler.get_job(job_id("sweep")).next_run_time > datetime.now(UTC)
    assert rounds.number == 2


def test_a_clock_that_jumps_back_does_not_silence_a_duty() -> None:
    """The clock stood a day ahead when the duty last ran, so that its next time seemed a day away."""
    rounds, scheduler = Rounds(every=60), BackgroundScheduler(timezone=UTC)
    add_duties(scheduler, [rounds.duty])
    with started(scheduler) as alarm:
        alarm.awaited()
        assert mend(scheduler) == []
        alarm.ring(ahead=timedelta(days=1))
        assert mend(scheduler) == ["sweep"]
        alarm.awaited()
        assert mend(scheduler) == []
        scheduler.pause_job(job_id("sweep"))
        assert mend(scheduler) == []


@pytest.mark.parametrize("every", [1, 60, 86400])
def test_machines_spread_and_nothing_is_ever_too_late(every: float) -> None:
    scheduler = BackgroundScheduler(timezone=UTC)
    add_duties(scheduler, [Rounds(every=every).duty])
    scheduler.start(paused=True)
    job = scheduler.get_job(job_id("sweep"))
    assert (job.coalesce, job.misfire_grace_time, job.max_instances) == (True, None, 1)
    assert job.trigger.interval == timedelta(seconds=every)
    assert 0 < job.trigger.jitter <= min(every / 10, MOST_JITTER)
    scheduler.shutdown()


def test_a_round_that_still_runs_is_not_started_again() -> None:
    began, skipped, go_on = Event(), Event(), Event()

    def work() -> None:
        began.set()
        assert go_on.wait(PATIENCE)

    rounds, scheduler = Rounds(work=work), BackgroundScheduler(timezone=UTC)
    add_duties(scheduler, [rounds.duty])
    scheduler.add_listener(lambda _event: skipped.set(), EVENT_JOB_MAX_INSTANCES)
    with logged() as lines, started(scheduler) as alarm:
        assert began.wait(PATIENCE)
        alarm.ring()
        assert skipped.wait(PATIENCE)
        go_on.set()
    assert rounds.number == 1
    assert lines.events == ["sweep.still_running", "sweep.done"]


def test_one_duty_that_fails_stops_neither_itself_nor_the_others() -> None:
    bad, good = Rounds("deliver", work=fails(OSError("no"))), Rounds("sweep")
    scheduler = BackgroundScheduler(timezone=UTC)
    add_duties(scheduler, [bad.duty, good.duty])
    with logged() as lines, started(scheduler) as alarm:
        for _ in range(2):
            assert alarm.awaited(2) == ["deliver", "sweep"]
            alarm.ring("deliver")
            alarm.ring("sweep")
        alarm.awaited(2)
    assert sorted(lines.events) == ["deliver.failed"] * 3 + ["sweep.done"] * 3


def test_shutting_down_waits_for_the_round_that_runs() -> None:
    began, go_on, over = Event(), Event(), Event()

    def work() -> None:
        began.set()
        assert go_on.wait(PATIENCE)
        over.set()

    scheduler = BackgroundScheduler(timezone=UTC)
    add_duties(scheduler, [Rounds(work=work).duty])
    with started(scheduler):
        assert began.wait(PATIENCE)
        go_on.set()
    assert over.is_set()


def test_no_duty_goes_into_a_store_of_the_hosts(tmp_path: Path) -> None:
    """A host may keep its own jobs in a database; two processes on one stored job run it twice."""
    host = SQLAlchemyJobStore(url=f"sqlite:///{tmp_path}/jobs.sqlite")
    scheduler = BackgroundScheduler(jobstores={"default": host}, timezone=UTC)
    add_duties(scheduler, [Rounds().duty])
    with started(scheduler) as alarm:
        alarm.awaited()
        assert host.get_all_jobs() == []
        assert [job.name for job in scheduler.get_jobs(ALIAS)] == ["sweep"]


def test_the_same_duties_run_in_a_portal_on_asyncio() -> None:
    rounds = Rounds()

    async def portal() -> None:
        scheduler = AsyncIOScheduler(timezone=UTC)
        add_duties(scheduler, [rounds.duty])
        alarm = Alarm(scheduler)
        scheduler.start()
        await asyncio.to_thread(alarm.awaited)
        scheduler.shutdown()

    asyncio.run(portal())
    assert rounds.number == 1


def test_the_watch_knows_a_duty_before_its_first_round() -> None:
    held, hands = watch(sweep=60)
    scheduler = BackgroundScheduler(timezone=UTC)
    assert add_duties(scheduler, [Rounds().duty], held) is held
    hands.seconds += 7
    assert 'partnerships_last_good_age_seconds{duty="sweep"} 7.0' in held.metrics.text().decode()
