"""`decide()` alone, on partnerships with a full file: freshly loaded each time, and one that is warm."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from time import perf_counter_ns
from typing import Any

from bench.scene import Clock, Commands, Json, accepted, days, open_scene
from partnerships import POLICY_1_1, Service
from partnerships.lifecycle.commands import read_command
from partnerships.lifecycle.decide import decide
from partnerships.lifecycle.partnership import Partnership

Samples = dict[str, tuple[list[int], list[int]]]
"""For each decision, nanoseconds on freshly loaded partnerships, and on one that is warm."""

Row = tuple[int, str, str]


def measure(folder: Path, repeats: int) -> Samples:
    """Take each decision of an activity partnership's life again and again; loading is not counted."""
    clock = Clock()
    samples: Samples = {}
    with open_scene(folder, clock) as service:
        for command in _life(service, clock):
            row = _projection(folder / "ours.sqlite", command["id"])
            fresh = [_time(_load(row), command, clock) for _ in range(repeats)]
            partnership = _load(row)
            _time(partnership, command, clock)
            warm = [_time(partnership, command, clock) for _ in range(repeats)]
            samples[command["trigger"]] = (fresh, warm)
    return samples


def _life(service: Service, clock: Clock) -> Iterator[Json]:
    """Give each decision of a life, and take it once the caller has looked at it."""
    commands = Commands("p-1")
    for command in (
        *commands.assessed(clock.day),
        *commands.begun(clock.day),
        *commands.filled(clock.day),
    ):
        if command["do"] == "trigger":
            yield command
        accepted(service, command)
    clock.day = next(days())
    *records, renewal = commands.round(clock.day)
    for command in records:
        accepted(service, command)
    yield renewal
    accepted(service, renewal)
    accepted(service, commands.record("transition_plan", clock.day))
    yield commands.trigger("begin_transition", clock.day)


def _projection(file: Path, id: str) -> Row:
    with closing(sqlite3.connect(file)) as connection:
        query = "SELECT sequence, head, file FROM partnerships_partnership WHERE id = ?"
        row: Row = connection.execute(query, (id,)).fetchone()
        return row


def _load(row: Row) -> Partnership:
    sequence, head, file = row
    return Partnership.read("p-1", sequence, head, file)


def _time(partnership: Partnership, raw: dict[str, Any], clock: Clock) -> int:
    command = read_command(raw)
    started = perf_counter_ns()
    decision = decide(partnership, command, POLICY_1_1, clock.day)
    took = perf_counter_ns() - started
    assert decision.accepted, decision.findings
    return took
