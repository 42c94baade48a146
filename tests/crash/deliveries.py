"""Processes that deliver from one database to one receiver, stopped before and after each message."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from tests.crash.workers import SECRET, Worker
from tests.story import Clock

LEASE = timedelta(minutes=5)

# Tells of each message before and after it is posted, and then waits until it may go on.
PROGRAM = """
import json, sys
from datetime import datetime, timedelta
from pathlib import Path
from partnerships import DatabaseFailed, open_service
from partnerships.scheduler.delivery.backoff import Backoff
from partnerships.scheduler.delivery.delivery import Delivery
from partnerships.scheduler.delivery.webhook import Webhook

url, key, clock, receiver, secret = sys.argv[1:]

service = open_service(url, key_file=key, clock=lambda: datetime.fromisoformat(Path(clock).read_text()))

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


class Deliverer(Worker):
    """A process with one round of deliveries; it stands `before` or `after` a message."""

    def __init__(self, url: str, key: Path, clock: SharedClock, receiver: str) -> None:
        super().__init__(PROGRAM, url, key, clock.file, receiver, SECRET)


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
