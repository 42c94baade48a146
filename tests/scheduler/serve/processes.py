"""Processes that serve, and what they say while they do."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from subprocess import PIPE
from threading import Thread
from typing import Any

from tests.forked import Program
from tests.scheduler.serve.duties import PATIENCE

Json = dict[str, Any]
MOST_LINES = 1000


class Process:
    """A Python process; its standard error is read as it comes, a JSON object a line."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        env = {**os.environ, **environment}
        self.running = Program(arguments, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=env, text=True)
        self.lines: list[Json] = []
        self._said: SimpleQueue[str] = SimpleQueue()
        Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.running.stderr is not None
        for line in self.running.stderr:
            self._said.put(line)
        self._said.put("")

    def until(self, event: str) -> Json:
        """Waits until it has told of an event; gives the line."""
        for _ in range(MOST_LINES):
            if not (line := self._said.get(timeout=PATIENCE)):
                break
            self.lines.append(json.loads(line))
            if self.lines[-1]["event"] == event:
                return self.lines[-1]
        raise AssertionError(f"it never told of {event}: {self.lines}")

    def say(self, text: str) -> None:
        assert self.running.stdin is not None
        self.running.stdin.write(text)
        self.running.stdin.flush()

    def tell(self, number: signal.Signals) -> None:
        self.running.send_signal(number)

    def ended(self) -> int:
        """Waits for its end, reads what it still says, and gives its status."""
        status = self.running.wait(PATIENCE)
        while line := self._said.get(timeout=PATIENCE):
            self.lines.append(json.loads(line))
        return status

    @property
    def events(self) -> list[str]:
        return [line["event"] for line in self.lines]

    def total(self, what: str) -> int:
        """What all its sweeps did together."""
        return sum(line[what] for line in self.lines if line["event"] == "sweep.done")


@contextmanager
def running(*arguments: str, **environment: str) -> Iterator[Process]:
    process = Process(*arguments, **environment)
    try:
        yield process
    finally:
        process.running.kill()
        process.running.communicate()


@contextmanager
def serving(database: tuple[str, Path], *arguments: str, **environment: str) -> Iterator[Process]:
    """`partnerships serve` on a database, with its key beside it."""
    url, key = database
    command = ["-m", "partnerships.doors.cli", "--database", url, "serve", *arguments]
    with running(*command, PARTNERSHIPS_KEY_FILE=str(key), **environment) as process:
        yield process
