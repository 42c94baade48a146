"""A whole command against the hand-written code: guarded, recorded, digested, chained and on disk."""

from __future__ import annotations

from collections import defaultdict
from contextlib import ExitStack, closing
from itertools import cycle, islice, permutations
from time import perf_counter_ns

from bench.places import Place
from bench.saying import Make, Saying
from bench.scene import ROUND, Clock, Commands, accepted, days
from partnerships import open_service

OURS = "ours"
GIVEN, ENCODED, PIPELINED = "bytes given", "encoding, digesting", "encoding, in a pipeline"

Times = dict[str, dict[str, list[tuple[int, int]]]]
"""For each way by hand and each step of a round, nanoseconds: ours, and by hand in the same turn."""


def measure(place: Place, rounds: int, warm_up: int = 3) -> Times:
    """Renew a partnership with a full file again and again, each step by us and then by hand in each way.

    All databases are copies of one; each step's rows are read from ours, untimed, and written by hand into
    the others, in every order in turn. What was written is read back each time, untimed, so that nobody finds
    caches and disk warmer than another. What all hold in the end is for `differences`.
    """
    clock = Clock()
    times: Times = {way: defaultdict(list) for way in ways(place)}
    commands = Commands("p-1")
    url = place.make(OURS)
    with open_service(url, create=True, clock=clock, key_file=place.key_file) as service:
        for command in (
            *commands.assessed(clock.day),
            *commands.begun(clock.day),
            *commands.filled(clock.day),
        ):
            accepted(service, command)
    with ExitStack() as stack:
        names = {way: place.copy(OURS, _name(way)) and _name(way) for way in ways(place)}
        connections = {way: stack.enter_context(closing(place.connect(name))) for way, name in names.items()}
        readers = {
            name: stack.enter_context(closing(place.connect(name))) for name in (OURS, *names.values())
        }
        service = stack.enter_context(open_service(url, clock=clock, key_file=place.key_file))
        orders = cycle(permutations(names))
        for number, day in enumerate(islice(days(), rounds + warm_up)):
            clock.day = day
            for step, command in zip(ROUND, commands.round(day), strict=True):
                started = perf_counter_ns()
                accepted(service, command)
                first = perf_counter_ns() - started
                saying = Saying.of(place.hand.read_step(readers[OURS], "p-1", command["key"]))
                for way in next(orders):
                    make: Make = saying.given if way == GIVEN else saying.encode
                    write = place.hand.write_in_a_pipeline if way == PIPELINED else place.hand.write
                    started = perf_counter_ns()
                    write(connections[way], "p-1", command["key"], make)
                    by_hand = perf_counter_ns() - started
                    Saying.of(place.hand.read_step(readers[names[way]], "p-1", command["key"]))
                    if number >= warm_up:
                        times[way][step].append((first, by_hand))
    return times


def ways(place: Place) -> list[str]:
    """Name the ways in which it is written by hand."""
    return [GIVEN, ENCODED, PIPELINED] if place.pipelined else [GIVEN, ENCODED]


def differences(place: Place) -> list[str]:
    """Name the tables in which the databases do not all hold the same rows and bytes."""
    return place.differences(OURS, [_name(way) for way in ways(place)])


def _name(way: str) -> str:
    return {GIVEN: "by_hand", ENCODED: "by_hand_encoding", PIPELINED: "by_hand_pipelined"}[way]
