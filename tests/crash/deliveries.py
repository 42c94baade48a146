"""Processes that deliver from one database to one receiver, stopped before and after each message."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from partnerships import Service
from tests.scheduler.delivery.servers import Inbox
from tests.storage.rows import all_rows
from tests.story import Clock

Json = dict[str, Any]

LEASE = timedelta(minutes=5)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

# Tells of each message before and after it is posted, and then waits until it may go on.
PROGRAM = """
import json, sys
from datetime import datetime, timedelta
from pathlib import Path
from partnerships import DatabaseFailed, NoDatabase, open_service
from partnerships.scheduler.delivery.backoff import Backoff
from partnerships.scheduler.delivery.delivery import Delivery
from partnerships.scheduler.delivery.webhook import Webhook

url, key, clock, receiver, secret = sys.argv[1:]

def opened():
    try:
        return open_service(url, key_file=key, clock=lambda: datetime.fromisoformat(Path(clock).read_text()))
    except NoDatabase:
        return None

# Whoever starts while the server does is started again, as a supervisor would.
while (service := opened()) is None:
    pass

def tell(what):
    print(what, flush=True)
    sys.stdin.readline()

class Told(Webhook):
    def send(self, message):
        tell("before")
        super().send(message)
        tell("after")

delivery = Delivery([Told(receiver, secret)], backoff=Backoff(tries=1000))
total = {}
while True:
    try:
        report = service.deliver(delivery)
        break
    except DatabaseFailed:
        continue
print(json.dumps({"sent": report.sent, "late": report.late, "failed": report.failed}), flush=True)
"""


class SharedClock:
    """A clock in a file, which every process reads and only the test moves."""

    def __init__(self, file: Path, clock: Clock) -> None:
        self.file, self.clock = file, clock
        self.advance(timedelta(0))

    def advance(self, by: timedelta) -> None:
        self.clock.now += by
        partial = self.file.with_suffix(".partial")
        partial.write_text(self.clock.now.isoformat())
        partial.rename(self.file)


class Deliverer:
    """A process with one round of deliveries; `report` is what it told at its end, None until then."""

    def __init__(self, url: str, key: Path, clock: SharedClock, receiver: str) -> None:
        self._arguments = [url, str(key), str(clock.file), receiver, SECRET]
        self.start()

    def start(self) -> None:
        self.report: Json | None = None
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *self._arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def hear(self) -> str:
        """Wait until it stands before or after a message, or its round is over."""
        assert self.process.stdout is not None
        if self.report is not None:
            return "over"
        line = self.process.stdout.readline().strip()
        assert line, "it told nothing and is gone"
        if line.startswith("{"):
            self.report = json.loads(line)
            return "over"
        return line

    def go(self) -> None:
        """Let it go on to the next such moment."""
        assert self.process.stdin is not None
        if self.report is None:
            self.process.stdin.write("\n")
            self.process.stdin.flush()

    def kill(self) -> None:
        """End it as a crash would, where it is."""
        with self.process:
            self.process.send_signal(signal.SIGKILL)

    def finish(self) -> Json:
        """Let it run to the end of its round, and give its report."""
        out, _ = self.process.communicate()
        assert self.process.returncode == 0, os.strerror(abs(self.process.returncode))
        if self.report is None:
            self.report = json.loads(out.splitlines()[-1])
        return self.report


def crash_course(
    random: Random, deliverers: list[Deliverer], crashes: list[Any], clock: SharedClock, steps: int
) -> Counter[str]:
    """Let them send in turns while every crash happens once; gives at which moments some were killed.

    A crash is a function, or None for a kill of one of them. All leases end with each.
    """
    random.shuffle(crashes)
    moments: Counter[str] = Counter()
    for crash in crashes:
        for _ in range(max(steps // len(crashes), 1)):
            chosen = random.choice(deliverers)
            chosen.hear()
            chosen.go()
        if crash is None:
            killed = random.choice(deliverers)
            moments[killed.hear()] += 1
            killed.kill()
            killed.start()
        else:
            crash()
        clock.advance(LEASE)
    return moments


def check_delivered(service: Service, inbox: Inbox, count: int) -> None:
    """Each prompt came to the receiver under one key and no other, and is noted as sent."""
    assert len(inbox.keys) == count
    prompts: dict[str, set[str]] = {}
    for post in inbox.posts:
        told = json.loads(post.body)["data"]["id"]
        prompts.setdefault(told, set()).add(post.headers["webhook-id"])
    assert len(prompts) == count
    assert {len(keys) for keys in prompts.values()} == {1}
    assert set(prompts) == {row.id for row in all_rows(service, "prompt")}
    messages = all_rows(service, "message")
    assert {row.id for row in messages} == inbox.keys
    assert {row.status for row in messages} == {"sent"}
    assert all(row.routed_at for row in all_rows(service, "notice"))
    assert service.undelivered() == []
