"""Time per transition at a short history and at a long one, in the same database."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from time import perf_counter_ns

from bench.scene import Clock, Commands, accepted, days, open_scene
from partnerships import Service

Pairs = list[tuple[int, int]]


def measure(folder: Path, long: int, repeats: int) -> Pairs:
    """Renew partnerships of some ten entries and one of `long`, in turn; give nanoseconds of both.

    Their files hold the same records; only the lengths of their histories differ.
    """
    clock = Clock()
    with open_scene(folder, clock) as service:
        old = Commands("p-long")
        _begin(service, clock, old)
        calendar = days()
        history = ((day, command) for day in calendar for command in old.round(day))
        entries = [json.dumps(command).encode() for _, command in islice(history, long)]
        clock.day = next(calendar)
        for outcome in service.apply_lines(entries, batch=200):
            assert outcome["outcome"] == "accepted", outcome
        young = [Commands(f"p-{number}") for number in range(repeats)]
        for commands in young:
            _begin(service, clock, commands)
        pairs = []
        for day, commands in zip(calendar, young, strict=False):
            clock.day = day
            pairs.append((_renewal(service, clock, commands), _renewal(service, clock, old)))
    return pairs


def _begin(service: Service, clock: Clock, commands: Commands) -> None:
    for command in (*commands.assessed(clock.day), *commands.begun(clock.day)):
        accepted(service, command)


def _renewal(service: Service, clock: Clock, commands: Commands) -> int:
    *records, renewal = commands.round(clock.day)
    for command in records:
        accepted(service, command)
    started = perf_counter_ns()
    outcome = service.apply(renewal)
    took = perf_counter_ns() - started
    assert outcome["outcome"] == "accepted", outcome
    return took
