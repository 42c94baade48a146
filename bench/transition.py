"""A whole command against the hand-written code: guarded, recorded, digested, chained and on disk."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from contextlib import closing
from itertools import islice
from pathlib import Path
from time import perf_counter_ns

from bench import handwritten
from bench.scene import ROUND, Clock, Commands, accepted, days, open_scene

Times = dict[str, list[tuple[int, int]]]
"""For each step of a round, pairs of nanoseconds: ours, then the hand-written."""


def measure(folder: Path, rounds: int, warm_up: int = 3) -> Times:
    """Renew a partnership with a full file again and again, each step by us and then by hand.

    The two databases are one file copied; each step's rows are read from ours, untimed, and written by hand
    into the other. What both hold in the end is for `differences` to compare.
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
        with (
            closing(sqlite3.connect(folder / "ours.sqlite")) as ours,
            closing(sqlite3.connect(folder / "by_hand.sqlite")) as copy,
        ):
            ours.backup(copy)
        with (
            closing(sqlite3.connect(folder / "ours.sqlite")) as ours,
            closing(handwritten.connect(folder / "by_hand.sqlite")) as by_hand,
        ):
            for number, day in enumerate(islice(days(), rounds + warm_up)):
                clock.day = day
                for step, command in zip(ROUND, commands.round(day), strict=True):
                    started = perf_counter_ns()
                    outcome = service.apply(command)
                    took = perf_counter_ns() - started
                    assert outcome["outcome"] == "accepted", outcome
                    rows = handwritten.read_step(ours, "p-1", command["key"])
                    started = perf_counter_ns()
                    handwritten.write(by_hand, rows)
                    if number >= warm_up:
                        times[step].append((took, perf_counter_ns() - started))
    return times


def differences(folder: Path) -> list[str]:
    """Name the tables in which the two databases do not hold the same rows and bytes."""
    with (
        closing(sqlite3.connect(folder / "ours.sqlite")) as ours,
        closing(sqlite3.connect(folder / "by_hand.sqlite")) as by_hand,
    ):
        tables = [
            name
            for (name,) in ours.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        ]
        query = "SELECT * FROM {} ORDER BY 1"
        return [
            table
            for table in tables
            if ours.execute(query.format(table)).fetchall() != by_hand.execute(query.format(table)).fetchall()
        ]
