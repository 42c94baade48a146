"""Many clients at once, each a process: ours against the hand-written code, in turns of some seconds.

A client takes a partnership and puts a round of renewal on it, five commands, each a transaction of its own;
then the next partnership, at random. The hand-written code is told what the five commands say, and encodes
and digests it for the partnership that it has locked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from pathlib import Path
from random import Random
from time import monotonic

from bench import handwritten_postgresql as hand
from bench.places import Place
from bench.saying import Saying
from bench.scene import FIRST_DAY, Clock, Commands, Json, accepted
from bench.turns import Turn
from partnerships import open_service

DAY = 0.005
"""How many seconds a day of the scene lasts: a partnership's next round is on a later day."""

TEMPLATE, SAMPLE = "template", "sample"


@dataclass(frozen=True)
class Load:
    """How many clients there are, on how many partnerships, and how long and how often each side runs."""

    clients: int
    partnerships: int
    seconds: float
    turns: int


@dataclass(frozen=True)
class Run:
    """One turn of one side: commands kept in a second, and outcomes that were something else."""

    rate: float
    others: int


Pair = tuple[Run, Run]
"""A turn of ours and one by hand."""

Sides = tuple[list[Turn], list[Turn]]
"""The clients of ours, and those by hand."""


class Ours:
    """A client of the service; `since` is when the scene's days began, alike for all clients."""

    def __init__(self, url: str, key_file: Path, number: int, since: float) -> None:
        self._clock = Clock()
        self._service = open_service(url, clock=self._clock, key_file=key_file)
        self._since = since
        self._visits = _Visits(number)

    def run(self, seconds: float, ids: list[str]) -> tuple[int, int]:
        """Apply rounds for so long; count what was accepted and what was not."""
        kept = others = 0
        end = monotonic() + seconds
        while monotonic() < end:
            id, keys = self._visits.next(ids)
            self._clock.day = FIRST_DAY + timedelta(days=int((monotonic() - self._since) / DAY))
            for command in Commands(id, keys, FIRST_DAY).round(self._clock.day):
                if self._service.apply(command)["outcome"] == "accepted":
                    kept += 1
                else:
                    others += 1
        return kept, others

    def close(self) -> None:
        """Close the service."""
        self._service.close()


class ByHand:
    """A client with a connection of psycopg's."""

    def __init__(self, url: str, number: int, sayings: list[Saying]) -> None:
        self._connection = hand.connect(url)
        self._sayings = sayings
        self._visits = _Visits(number)

    def run(self, seconds: float, ids: list[str]) -> tuple[int, int]:
        """Write rounds for so long, and count what was written."""
        kept = 0
        end = monotonic() + seconds
        while monotonic() < end:
            id, keys = self._visits.next(ids)
            for step, saying in enumerate(self._sayings):
                hand.write(self._connection, id, f"{keys}-{step}", saying.encode)
                kept += 1
        return kept, 0

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class _Visits:
    """Gives one partnership after the other, at random but always alike, and a new prefix for its keys."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._random = Random(number)
        self._count = 0

    def next(self, ids: list[str]) -> tuple[str, str]:
        self._count += 1
        return self._random.choice(ids), f"{self._number}.{self._count}"


def measure(place: Place, load: Load) -> tuple[list[Pair], list[Pair]]:
    """Run ours and by hand in turns: all clients on all partnerships, and each on partnerships of its own."""
    ids = [f"p-{number}" for number in range(load.partnerships)]
    sayings = _begin(place, ids)
    ours, by_hand = (place.copy(TEMPLATE, name) for name in ("clients_ours", "clients_by_hand"))
    since, numbers = monotonic(), range(load.clients)
    with ExitStack() as stack:
        sides = (
            [Turn("bench.clients:Ours", ours, place.key_file, number, since) for number in numbers],
            [Turn("bench.clients:ByHand", by_hand, number, sayings) for number in numbers],
        )
        for turn in (*sides[0], *sides[1]):
            stack.enter_context(turn)
        shared = _turns(sides, [ids for _ in numbers], load)
        return shared, _turns(sides, [ids[n :: load.clients] for n in numbers], load)


def _turns(sides: Sides, parts: list[list[str]], load: Load) -> list[Pair]:
    """Let both sides run, another one first each time; a first short run of each is not counted."""
    for side in sides:
        _run(side, parts, load.seconds / 4)
    pairs = []
    for number in range(load.turns):
        order = sides if number % 2 == 0 else sides[::-1]
        runs = [_run(side, parts, load.seconds) for side in order]
        pairs.append((runs[number % 2], runs[1 - number % 2]))
    return pairs


def _run(clients: list[Turn], parts: list[list[str]], seconds: float) -> Run:
    """Let all clients of a side run at once."""
    started = monotonic()
    for client, part in zip(clients, parts, strict=True):
        client.send("run", seconds, part)
    counts = [client.answer() for client in clients]
    took = monotonic() - started
    return Run(sum(kept for kept, _ in counts) / took, sum(others for _, others in counts))


def _begin(place: Place, ids: list[str]) -> list[Saying]:
    """Make the database that all others are copies of; say what a round leaves."""
    clock = Clock()
    url = place.make(TEMPLATE)
    with open_service(url, create=True, clock=clock, key_file=place.key_file) as service:
        begun = (_life(Commands(id)) for id in [SAMPLE, *ids])
        lines = (json.dumps(command).encode() for command in chain.from_iterable(begun))
        for outcome in service.apply_lines(lines, batch=500):
            assert outcome["outcome"] == "accepted", outcome
        clock.day += timedelta(days=1)
        sayings = []
        with closing(place.connect(TEMPLATE)) as reader:
            for command in Commands(SAMPLE, "sample.1", FIRST_DAY).round(clock.day):
                accepted(service, command)
                sayings.append(Saying.of(place.hand.read_step(reader, SAMPLE, command["key"])))
    return sayings


def _life(commands: Commands) -> Iterable[Json]:
    yield from commands.assessed(FIRST_DAY)
    yield from commands.begun(FIRST_DAY)
    yield from commands.filled(FIRST_DAY)
