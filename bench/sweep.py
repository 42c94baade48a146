"""The sweep: a thousand prompts due against the same by hand, and a million partnerships with nothing due."""

from __future__ import annotations

import json
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from time import perf_counter_ns
from typing import Any

from bench import handwritten_sweep
from bench.places import Place
from bench.scene import Clock, Commands
from partnerships import Service, open_service

GIVEN, ENCODED = "bytes given", "encoding, digesting"

NOTICE_DAY = date(2024, 11, 30)
"""Ninety days before the agreements of the scene end: each partnership is asked once."""

_PAGE = 50_000

Pairs = list[tuple[int, int]]


@dataclass(frozen=True)
class Size:
    """How much is swept: partnerships with one prompt due, and how often; portfolios with nothing due.

    `jobs` are partnerships that each have a job of another scheduler's.
    """

    due: int
    rounds: int
    portfolio: int
    sweeps: int
    jobs: int


def due(place: Place, count: int, rounds: int) -> dict[str, Pairs]:
    """Sweep so many partnerships with one prompt due each, by us and then by hand, each on a fresh copy.

    Gives nanoseconds of both for each way by hand. The last copies stay, for `differences`.
    """
    _make(place, count)
    pairs: dict[str, Pairs] = defaultdict(list)
    for number in range(rounds):
        ours = place.copy(_TEMPLATE, _ours(number))
        clock = Clock()
        clock.day = NOTICE_DAY
        with open_service(ours, clock=clock, key_file=place.key_file) as service:
            started = perf_counter_ns()
            report = service.sweep()
            first = perf_counter_ns() - started
        assert (report.asked, report.looked_at) == (count, count), report
        with closing(place.connect(_ours(number))) as connection:
            told = handwritten_sweep.Told(connection)
        for way in (GIVEN, ENCODED):
            place.copy(_TEMPLATE, _by_hand(way, number))
            with closing(place.connect(_by_hand(way, number))) as connection:
                make = told.given if way == GIVEN else told.encode
                started = perf_counter_ns()
                made = handwritten_sweep.sweep(connection, NOTICE_DAY.isoformat(), make)
                pairs[way].append((first, perf_counter_ns() - started))
            assert made == count
    return pairs


def differences(place: Place, rounds: int) -> list[str]:
    """Name the tables in which ours and by hand do not hold the same rows and bytes after the last round."""
    last = rounds - 1
    return place.differences(_ours(last), [_by_hand(way, last) for way in (GIVEN, ENCODED)])


def idle(place: Place, portfolio: int, sweeps: int) -> list[int]:
    """Sweep a portfolio of so many partnerships in which nothing is due; give nanoseconds of each sweep."""
    name, clock = f"idle_{portfolio}", Clock()
    url = place.make(name)
    with open_service(url, create=True, clock=clock, key_file=place.key_file) as service:
        _apply(service, [*Commands("p-0").assessed(clock.day), *Commands("p-0", "k").begun(clock.day)])
        service.sweep()
    with closing(place.connect(name)) as connection:
        _multiply(connection, portfolio)
    times = []
    for _ in range(sweeps):
        # Another service each time, as a process that has just begun.
        with open_service(url, clock=clock, key_file=place.key_file) as service:
            assert service.sweep().looked_at == 0
            started = perf_counter_ns()
            report = service.sweep()
            times.append(perf_counter_ns() - started)
            assert report.looked_at == 0
    return times


def _make(place: Place, count: int) -> None:
    clock = Clock()
    url = place.make(_TEMPLATE)
    with open_service(url, create=True, clock=clock, key_file=place.key_file) as service:
        for number in range(count):
            commands = Commands(f"p-{number:06}")
            _apply(service, [*commands.assessed(clock.day), *commands.begun(clock.day)])
        service.sweep()


def _apply(service: Service, commands: list[dict[str, Any]]) -> None:
    lines = [json.dumps(command).encode() for command in commands]
    for outcome in service.apply_lines(lines, batch=len(lines)):
        assert outcome["outcome"] == "accepted", outcome


def _multiply(connection: Any, portfolio: int) -> None:
    """Copy the one partnership's row, under ids and names of their own, as often as is wanted."""
    columns = [row[0] for row in connection.execute("SELECT * FROM partnerships_partnership").description]
    kept = ", ".join(name for name in columns if name not in ("id", "name_key"))
    for first in range(1, portfolio, _PAGE):
        last = min(first + _PAGE, portfolio) - 1
        connection.execute(
            "WITH RECURSIVE number (n) AS"
            f" (SELECT {first} UNION ALL SELECT n + 1 FROM number WHERE n < {last})"
            f" INSERT INTO partnerships_partnership (id, name_key, {kept})"
            f" SELECT 'p-' || n, 'radio ' || n, {kept} FROM partnerships_partnership, number WHERE id = 'p-0'"
        )
    connection.commit()
    connection.execute("ANALYZE partnerships_partnership")
    connection.commit()


_TEMPLATE = "sweep"


def _ours(number: int) -> str:
    return f"sweep_ours_{number}"


def _by_hand(way: str, number: int) -> str:
    return f"sweep_by_hand_{'given' if way == GIVEN else 'encoding'}_{number}"
