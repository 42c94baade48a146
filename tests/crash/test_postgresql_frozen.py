"""A worker that freezes with locks in its hands: the others go on, and it is told when it wakes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from partnerships import DatabaseFailed, Service
from partnerships.audit.audit import open_audit
from tests.crash.meetings import check_whole
from tests.storage.rows import another, engine_of
from tests.story import Story

pytestmark = pytest.mark.on_postgresql

Json = dict[str, Any]

# Applies a command in an open transaction, says so, and another one once it is told to.
WORKER = """
import json, sys
from partnerships import DatabaseFailed, open_service

url, key, command = sys.argv[1:]
service = open_service(url, key_file=key, timeout=2)
with service._opened.engine.connect() as host:
    print(service.apply(command, connection=host)["outcome"], flush=True)
    sys.stdin.readline()
    try:
        service.apply(command, connection=host)
    except DatabaseFailed as error:
        print(json.dumps([str(error), error.sqlstate]), flush=True)
    host.rollback()
print(service.apply(command)["outcome"], flush=True)
"""


def comment(story: Story, text: str) -> Json:
    return story.command("record", "pm-1", kind="comment", body={"about": 1, "text": text})


@contextmanager
def worker(database: tuple[str, Path], command: Json) -> Iterator[subprocess.Popen[str]]:
    url, key = database
    with subprocess.Popen(
        [sys.executable, "-c", WORKER, url, str(key), json.dumps(command)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_frozen_worker_stops_nobody_for_longer_than_the_timeout(
    story: Story, database: tuple[str, Path]
) -> None:
    """Whoever waits longer than the timeout fails, so that an accepted command has waited no longer."""
    before = story.to("identified").show()["sequence"]
    with worker(database, comment(story, "frozen")) as frozen, another(story.service, timeout=2) as other:
        assert frozen.stdout is not None
        assert frozen.stdin is not None
        assert frozen.stdout.readline() == "accepted\n"
        frozen.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, frozen.pid, os.WSTOPPED | os.WNOWAIT)
        outcome = other.apply(comment(story, "other"))
        assert (outcome["outcome"], outcome["sequence"]) == ("accepted", before + 1)
        frozen.send_signal(signal.SIGCONT)
        frozen.stdin.write("\n")
        frozen.stdin.flush()
        said, state = json.loads(frozen.stdout.readline())
        assert state == "25P03"
        assert "idle in its transaction for too long" in said
        assert "nothing of this was kept" in said
        assert frozen.stdout.readline() == "accepted\n", "it works again in a new transaction"
        assert frozen.wait() == 0
    assert [entry["body"]["text"] for entry in story.history(after=before)] == ["other", "frozen"]
    check_whole(story.service)


def test_a_lock_that_nobody_takes_away_is_waited_for_no_longer_than_the_timeout(story: Story) -> None:
    """A transaction of somebody else's, whose server session is never ended for being idle."""
    before = story.to("identified").show()["sequence"]
    with engine_of(story.service).connect() as host, another(story.service, timeout=1) as other:
        host.exec_driver_sql("SET idle_in_transaction_session_timeout = 0")
        host.exec_driver_sql("SELECT 1 FROM partnerships_partnership FOR UPDATE")
        with pytest.raises(DatabaseFailed, match="held a lock for longer") as caught:
            other.apply(comment(story, "other"))
        assert (caught.value.sqlstate, caught.value.unknown) == ("55P03", False)
        host.rollback()
        assert other.apply(comment(story, "other"))["sequence"] == before + 1
    check_whole(story.service)


def test_whoever_takes_verdicts_may_pause_for_longer_than_a_writer(story: Story) -> None:
    """The limit of a session is half of the timeout; for a reading it is an hour, where that is asked for."""
    story.to("assessed")

    def pause(service: Service) -> None:
        with service._reading() as ledger:
            ledger.load("p-1")
            sleep(0.3)
            ledger.load("p-1")

    with another(story.service, timeout=0.2) as other, closing(open_audit(other).replay()) as verdicts:
        first = next(verdicts)
        with pytest.raises(DatabaseFailed, match="idle in its transaction for too long"):
            pause(other)
        assert len([first, *verdicts]) == len(story.history())
