"""Processes that sweep one database, told when to go on; and what must be there once all is made."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from partnerships import POLICY_1_1, Service, open_service
from partnerships.scheduler.delivery.delivery import Delivery
from partnerships.scheduler.delivery.webhook import Webhook
from tests.bodies import BODIES
from tests.crash.meetings import moment, whole
from tests.crash.workers import SECRET, Worker, check_told
from tests.scheduler.delivery.servers import Inbox
from tests.story import Clock, actor

Json = dict[str, Any]

DAY = "2024-03-01"
DIRECTOR = actor("director-1")

# Tells after each batch, outside any transaction, and then waits until it may go on.
PROGRAM = """
import json, os, signal, sys
from datetime import datetime
from partnerships import DatabaseFailed, open_service
import partnerships.scheduler.sweep as sweeping
from partnerships.scheduler.delivery.delivery import Delivery
from partnerships.scheduler.delivery.webhook import Webhook

url, key, now, batch, timeout, freeze, receiver, secret = sys.argv[1:]
sweeping.BATCH = int(batch)

service = open_service(
    url, key_file=key, clock=lambda: datetime.fromisoformat(now), timeout=float(timeout)
)

def told(done, total):
    print(done, flush=True)
    sys.stdin.readline()

def frozen_once(*row, look=sweeping.look):
    sweeping.look = look
    os.kill(os.getpid(), signal.SIGSTOP)
    return look(*row)

if freeze == "look":
    sweeping.look = frozen_once

class Receiver(Webhook):
    frozen = freeze != "send"
    sent = 0

    def send(self, message):
        super().send(message)
        if not self.frozen:
            self.frozen = True
            os.kill(os.getpid(), signal.SIGSTOP)
        self.sent += 1
        if self.sent % sweeping.BATCH == 0:
            told(self.sent, None)

try:
    report = service.sweep(progress=told).as_json()
    if receiver:
        delivered = service.deliver(Delivery([Receiver(receiver, secret)]))
        report |= {"sent": delivered.sent, "late": delivered.late, "troubles": len(delivered.troubles)}
    print(json.dumps(report), flush=True)
except DatabaseFailed as error:
    print(json.dumps({"failed": error.sqlstate or str(error)}), flush=True)
"""


class Sweeper(Worker):
    """A process with one sweep, and one round of deliveries where there is a receiver.

    It tells of each batch. `freezes` says where it stops itself once: at its first `look`, its rows held, or
    after its first `send`.
    """

    def __init__(
        self,
        url: str,
        key: Path,
        clock: Clock,
        batch: int,
        *,
        timeout: float = 30,
        freezes: str = "",
        receiver: str = "",
    ) -> None:
        now = clock.now.isoformat()
        arguments = (url, key, now, str(batch), str(timeout), freezes, receiver, SECRET)
        super().__init__(PROGRAM, *arguments, freezes=bool(freezes))

    def complete(self) -> Json:
        """Let it come to its end, started again where its database failed, and give its report."""
        while "failed" in self.finish():
            self.start()
        assert self.report is not None
        return self.report


Starting = Callable[..., Sweeper]


@contextmanager
def due_at(url: str, key: Path, clock: Clock, count: int, batch: int) -> Iterator[tuple[Service, Starting]]:
    """Give so many partnerships with a prompt due, and what starts a sweeper there; all are gone after."""
    started: list[Sweeper] = []

    def start(**options: Any) -> Sweeper:
        started.append(Sweeper(url, key, clock, batch, **options))
        return started[-1]

    with filled(url, key, clock, count) as service:
        yield service, start
        for sweeper in started:
            sweeper.kill()


def taken_over(number: int) -> Json:
    """A strategic partnership that nobody talked about the end of: one prompt is due (S6.22)."""
    profile = BODIES["partner_profile"](DAY) | {"name": f"Radio {number} (fictional)"}
    taken = {"state": "strategic", "since": "2024-01-15", "body": profile, "reason": "As it ran"}
    return {"do": "take_over", "id": f"p-{number:05}", "actor": DIRECTOR, **taken}


def case_of(number: int) -> Json:
    """A crisis case, which is sealed and changes no prompt."""
    return {
        "do": "record",
        "id": f"p-{number:05}",
        "actor": actor("safeguarding-1"),
        "kind": "crisis_case",
        "body": BODIES["crisis_case"](DAY),
    }


def filled(url: str, key: Path, clock: Clock, count: int) -> Service:
    """So many partnerships, each with one prompt due; every tenth has a crisis."""
    policy = POLICY_1_1.with_settings(take_over_until=date(2030, 1, 1))
    commands = [taken_over(number) for number in range(count)]
    commands += [case_of(number) for number in range(0, count, 10)]
    with open_service(url, create=True, key_file=key, clock=clock, policy=policy) as service:
        lines = (json.dumps(command).encode() for command in commands)
        outcomes = Counter(told["outcome"] for told in service.apply_lines(lines, batch=200))
    assert outcomes == {"accepted": len(commands)}
    return open_service(url, key_file=key, clock=clock)


def crash_course(random: Random, sweepers: list[Sweeper], crashes: list[Any], batches: int) -> None:
    """Let the sweepers make so many batches in turns, and meanwhile have every crash happen once.

    A crash is a function that is called while a batch is being made; None kills one of the sweepers.
    """
    random.shuffle(crashes)
    for crash in crashes:
        for _ in range(max(batches // len(crashes), 1)):
            chosen = random.choice(sweepers)
            chosen.hear()
            if "failed" in (chosen.report or {}):
                chosen.kill()
                chosen.start()
            chosen.go()
        if crash is None:
            killed = random.choice(sweepers)
            killed.kill()
            killed.start()
        else:
            crash()


def check_made(service: Service, count: int) -> None:
    """Each prompt is there once, with entry, content, place in the feed and notice; nothing else is due."""
    with moment(service) as now:
        lengths = whole(now)
        assert len(lengths) == count
        prompts, notices, entries = now.rows("prompt"), now.rows("notice"), now.rows("entry")
        due = {row.id: row.next_due_on for row in now.rows("partnership")}
        assert now.rows("set_aside") == []
    made = {}
    for row in entries:
        chain = json.loads(bytes(row.canonical))
        if chain["entry"] == "prompt":
            assert (row.partnership_id, chain["prompt"]["id"]) not in made
            made[row.partnership_id, chain["prompt"]["id"]] = row.sequence
    assert len(made) == count
    assert {id for id, _ in made} == set(lengths)
    assert {(row.partnership_id, row.id): row.sequence for row in prompts} == made
    assert sorted((row.partnership_id, row.prompt_id, row.step) for row in notices) == sorted(
        (*prompt, "asked") for prompt in made
    )
    assert {row.kind for row in prompts} == {"exit_dialogue"}
    assert min(due.values()) > service._context.clock().date().isoformat()


def check_delivered(service: Service, clock: Clock, inbox: Inbox, receiver: str, count: int) -> None:
    """Once the leases of those who were killed are over, the receiver has one key for each prompt."""
    clock.advance(hours=1)
    while service.deliver(Delivery([Webhook(receiver, SECRET)])).waiting:
        clock.advance(hours=1)
    check_told(service, inbox, count)
