"""A process that works on a database and is told when to go on; and what came to whom it told."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any, Self

from partnerships import Service
from tests.crash.meetings import moment
from tests.forked import Program
from tests.scheduler.delivery.servers import Inbox

Json = dict[str, Any]

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Worker:
    """A process that tells where it stands, line by line, and waits until it may go on.

    `report` is the JSON that it told at its end, None while it runs or once it was killed. One that freezes
    itself is a child of this process, which alone is told of it.
    """

    def __init__(self, program: str, *arguments: str | Path, freezes: bool = False) -> None:
        self._command = ["-c", program, *map(str, arguments)]
        self._freezes = freezes
        self.start()

    def start(self) -> Self:
        """Start it, or start it again."""
        self.report: Json | None = None
        self.process: Popen[str] | Program
        if self._freezes:
            command = [sys.executable, *self._command]
            self.process = Popen(command, stdin=PIPE, stdout=PIPE, text=True)
        else:
            self.process = Program(self._command, stdin=PIPE, stdout=PIPE, text=True)
        return self

    def hear(self) -> str:
        """Wait until it tells where it stands, or that it is over; it goes no further until it may."""
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
        """Let it go on to where it tells again."""
        assert self.process.stdin is not None
        if self.report is None:
            self.process.stdin.write("\n")
            self.process.stdin.flush()

    def kill(self) -> None:
        """End it as a crash would, where it is, unless it has ended."""
        with self.process:
            self.process.send_signal(signal.SIGKILL)

    def freeze(self) -> None:
        """Wait until it froze itself."""
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WNOWAIT)

    def thaw(self) -> None:
        """Let it go on from there."""
        self.process.send_signal(signal.SIGCONT)

    def finish(self) -> Json:
        """Let it come to its end, and give its report."""
        out, _ = self.process.communicate()
        assert self.process.returncode == 0, self.process.returncode
        if self.report is None:
            self.report = json.loads(out.splitlines()[-1])
        return self.report


def check_told(service: Service, inbox: Inbox, count: int) -> None:
    """Each prompt came to the receiver under one key and no other, and is noted as sent."""
    told: dict[str, set[str]] = {}
    for post in inbox.posts:
        prompt = json.loads(post.body)["data"]["id"]
        told.setdefault(prompt, set()).add(post.headers["webhook-id"])
    assert len(inbox.keys) == len(told) == count
    assert {len(keys) for keys in told.values()} == {1}
    with moment(service) as now:
        assert set(told) == {row.id for row in now.rows("prompt")}
        assert {row.status for row in now.rows("message")} == {"sent"}
        assert {row.id for row in now.rows("message")} == inbox.keys
        assert all(row.routed_at for row in now.rows("notice"))
    assert service.undelivered() == []
