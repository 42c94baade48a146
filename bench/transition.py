"""A whole command against the hand-written code: guarded, recorded, digested, chained and on disk."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from itertools import islice
from pathlib import Path
from time import perf_counter_ns

from bench import handwritten
from bench.handwritten import Step
from bench.scene import ROUND, Clock, Commands, accepted, days, open_scene

OURS, GIVEN, ENCODED = "ours.sqlite", "by_hand.sqlite", "by_hand_encoding.sqlite"

Times = dict[str, list[tuple[int, int, int]]]
"""For each step of a round, nanoseconds: ours, by hand with the bytes given, by hand that encodes."""


def measure(folder: Path, rounds: int, warm_up: int = 3) -> Times:
    """Renew a partnership with a full file again and again, each step by us and then twice by hand.

    The three databases are one file copied; each step's rows are read from ours, untimed, and written by hand
    into the others. What all hold in the end is for `differences` to compare.
    """
    clock = Clock()
    times: Times = defaultdict(list)
    commands = Commands("p-1")
    with open_scene(folder, clock) as service:
        for command in (
            *commands.assessed(clock.day),
            *commands.begun(clock.day),
            *commands.filled(clock.day),
        ):
            accepted(service, command)
        for name in (GIVEN, ENCODED):
            with (
                closing(sqlite3.connect(folder / OURS)) as ours,
                closing(sqlite3.connect(folder / name)) as copy,
            ):
                ours.backup(copy)
        with (
            closing(sqlite3.connect(folder / OURS)) as ours,
            closing(handwritten.connect(folder / GIVEN)) as given,
            closing(handwritten.connect(folder / ENCODED)) as encoded,
        ):
            for number, day in enumerate(islice(days(), rounds + warm_up)):
                clock.day = day
                for name, command in zip(ROUND, commands.round(day), strict=True):
                    started = perf_counter_ns()
                    accepted(service, command)
                    first = perf_counter_ns() - started
                    step = handwritten.read_step(ours, "p-1", command["key"])
                    saying = handwritten.Saying.of(step)
                    second = _by_hand(given, step, saying.given)
                    third = _by_hand(encoded, step, saying.encode)
                    if number >= warm_up:
                        times[name].append((first, second, third))
    return times


def differences(folder: Path) -> list[str]:
    """Name the tables in which the databases do not all hold the same rows and bytes."""
    apart = []
    with closing(sqlite3.connect(folder / OURS)) as ours:
        query = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
        for (table,) in ours.execute(query).fetchall():
            rows = ours.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
            for name in (GIVEN, ENCODED):
                with closing(sqlite3.connect(folder / name)) as by_hand:
                    if by_hand.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() != rows:
                        apart.append(f"{table} of {name}")
    return apart


def _by_hand(connection: sqlite3.Connection, step: Step, make: Callable[[str], Step]) -> int:
    started = perf_counter_ns()
    handwritten.write(connection, step.projection[0], step.key[0], make)
    return perf_counter_ns() - started
