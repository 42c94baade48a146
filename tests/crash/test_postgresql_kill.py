"""kill -9 of workers and crashes of the server under load: what was acknowledged is there, exactly once."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from random import Random
from subprocess import PIPE
from typing import Any

import pytest

from partnerships import Service, open_service
from tests.crash.meetings import moment, whole
from tests.forked import Program
from tests.postgresql.server import Server
from tests.properties.profile import LONG
from tests.story import Clock, Story

Json = dict[str, Any]

WORKERS = 8 if LONG else 2
COMMANDS = 2500 if LONG else 120
CRASHES = 20 if LONG else 2
PARTNERSHIPS = 5
SEED = 20240301


class Worker:
    """A process that applies a file of keyed commands; `told` holds all that any run of it acknowledged."""

    def __init__(self, number: int, folder: Path, url: str, key: Path, stories: list[Story]) -> None:
        random = Random(SEED + number)
        self.commands = [
            random.choice(stories).command(
                "record",
                f"pm-{number + 1}",
                kind="comment",
                body={"about": 1, "text": f"{number}-{n}"},
                key=f"{number}-{n}",
            )
            for n in range(COMMANDS)
        ]
        self.file, self.url, self.key = folder / f"{number}.jsonl", url, key
        self.file.write_text("".join(json.dumps(command) + "\n" for command in self.commands))
        self.told: list[Json] = []

    def start(self) -> None:
        environment = {
            name: text for name, text in os.environ.items() if not name.startswith("PARTNERSHIPS_")
        }
        self.read = 0
        self.process = Program(
            ["-m", "partnerships.doors.cli", "--database", self.url, "apply", str(self.file)],
            stdout=PIPE,
            env=environment | {"PARTNERSHIPS_KEY_FILE": str(self.key)},
            # A narrow pipe: the process cannot run far ahead of what was read.
            pipesize=4096,
        )

    def hear(self, count: int) -> None:
        """Read so many outcomes, or what is left of them."""
        assert self.process.stdout is not None
        for _ in range(count):
            self._keep(self.process.stdout.readline())

    def kill(self) -> None:
        """End it as a crash would, and read what it told before."""
        self.process.send_signal(signal.SIGKILL)
        self._finish()
        assert self.process.returncode == -signal.SIGKILL

    def complete(self) -> None:
        """Let it come to the end of its file."""
        self._finish()
        assert self.process.returncode == 0
        assert self.read == COMMANDS

    def _finish(self) -> None:
        assert self.process.stdout is not None
        with self.process:
            for line in self.process.stdout:
                self._keep(line)

    def _keep(self, line: bytes) -> None:
        # What was cut in the middle of a line was not told.
        if line.endswith(b"\n"):
            outcome = json.loads(line)
            assert (outcome["outcome"], outcome["line"]) == ("accepted", self.read + 1)
            known = self.told[self.read] if self.read < len(self.told) else None
            assert known in (None, outcome), "a key gives its first outcome"
            if known is None:
                self.told.append(outcome)
            self.read += 1


@pytest.fixture
def load(durable_server: Server, tmp_path: Path, clock: Clock) -> Iterator[tuple[Service, list[Worker]]]:
    """Partnerships on a server that may crash, and workers that write to all of them."""
    url, key = durable_server.create("load"), tmp_path / "sealing.key"
    with open_service(url, create=True, key_file=key, clock=clock) as service:
        stories = [
            Story(service, clock, f"p-{n}", name=f"Radio {n} (fictional)") for n in range(PARTNERSHIPS)
        ]
        for story in stories:
            story.identify()
        workers = [Worker(number, tmp_path, url, key, stories) for number in range(WORKERS)]
        yield service, workers
        for worker in workers:
            if worker.process.poll() is None:
                worker.kill()


def check(service: Service, workers: list[Worker]) -> dict[str, int]:
    """Everything that was acknowledged is there once; what is there beside it was sent and not answered."""
    told = {(one["id"], one["sequence"]) for worker in workers for one in worker.told}
    assert len(told) == sum(len(worker.told) for worker in workers)
    with moment(service) as now:
        lengths = whole(now)
        keys = {row.key for row in now.rows("command_key")}
        said = {
            (id, entry["sequence"]): entry["body"]["text"]
            for id in lengths
            for entry in now.service.history(id, after=1)
        }
    assert len(set(said.values())) == len(said)
    assert keys == set(said.values())
    for worker in workers:
        for command, one in zip(worker.commands, worker.told, strict=False):
            assert said[one["id"], one["sequence"]] == command["body"]["text"]
    return lengths


def test_under_crashes_of_workers_and_of_the_server_every_entry_is_kept_exactly_once(
    durable_server: Server, load: tuple[Service, list[Worker]]
) -> None:
    service, workers = load
    random = Random(SEED)
    for worker in workers:
        worker.start()
    for _ in range(CRASHES):
        for worker in workers:
            worker.hear(random.randint(1, COMMANDS // (4 * CRASHES)))
        durable_server.restart("immediate")
        for worker in workers:
            worker.hear(2)
        killed = random.choice(workers)
        killed.kill()
        check(service, workers)
        killed.start()
    for worker in workers:
        worker.complete()
    lengths = check(service, workers)
    assert sum(lengths.values()) == PARTNERSHIPS + WORKERS * COMMANDS
    for worker in workers:
        assert list(service.apply_lines(worker.file.read_bytes().splitlines(), batch=50)) == worker.told
    assert check(service, workers) == lengths, "another run of everything changes nothing"
