"""Histories folded, and every decision in them judged again, against what `eventsourcing` reads back.

All read the same events from SQLite files, on one core, in turns. Nothing that came of a decision is kept for
the next time: what is judged is decided anew.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from time import perf_counter_ns
from uuid import UUID

from bench.rivals.histories import Histories
from bench.scene import Clock, Commands, accepted, days, open_scene
from partnerships import Service
from partnerships.audit.judging.replay import replay
from partnerships.audit.judging.verdict import Outcome, Totals
from partnerships.lifecycle.fold import fold
from partnerships.storage.rows import Stored

Pairs = list[tuple[int, int]]


@dataclass
class Judged:
    """Nanoseconds of theirs and ours for the same histories; how many entries conformed, of how many.

    `moves` is judging the decisions, which move from state to state, each with all that it rests on;
    `judged` is judging every entry that a command made: also whether each record could be put on file.
    """

    folded: Pairs = field(default_factory=list)
    moves: Pairs = field(default_factory=list)
    judged: Pairs = field(default_factory=list)
    entries: int = 0
    conform: int = 0
    decisions: int = 0


def measure(folder: Path, histories: int, years: int, rounds: int) -> Judged:
    """Read the same histories again and again, all in a turn, the library and ours."""
    clock = Clock()
    outcome = Judged()
    with open_scene(folder, clock) as service:
        ids = list(lives(service, clock, histories, years))
        theirs = Histories.at(f"sqlite:///{folder / 'theirs.sqlite'}")
        kept = [theirs.keep(history(service, id)) for id in ids]
        outcome.entries = sum(1 for id in ids for _ in history(service, id))
        for number in range(rounds + 1):
            got, folded = _got(theirs, kept), _folded(service, ids)
            moves = _judged(service, "transitions", outcome)
            judged = _judged(service, "decisions", outcome)
            if number:
                outcome.folded.append((got, folded))
                outcome.moves.append((got, moves))
                outcome.judged.append((got, judged))
        theirs.close()
    return outcome


def peaks(folder: Path, years: int, sizes: tuple[int, int]) -> tuple[int, int]:
    """Give the most memory in bytes that judging takes for a few partnerships and for many."""
    clock = Clock()
    found = []
    with open_scene(folder, clock) as service:
        made = list(lives(service, clock, max(sizes), years))
        for size in sizes:
            chosen = made[:size]
            for _ in replay(service, chosen):
                pass
            tracemalloc.start()
            for _ in replay(service, chosen):
                pass
            found.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    return found[0], found[1]


def lives(service: Service, clock: Clock, partnerships: int, years: int) -> Iterator[str]:
    """Let partnerships run for years; each year the file is filled anew, and the partnership renewed."""
    for number in range(partnerships):
        id = f"p-{number:04}"
        clock.day = next(days())
        commands = Commands(id)
        for command in (*commands.assessed(clock.day), *commands.begun(clock.day)):
            accepted(service, command)
        for day in islice(days(), 1, years + 1):
            clock.day = day
            for command in (*commands.filled(day), *commands.round(day)):
                assert service.apply(command)["outcome"] == "accepted", command
        yield id


def history(service: Service, id: str) -> list[Stored]:
    """Give one history as it is kept."""
    with service._reading() as ledger:
        return list(ledger.history(id))


def _got(theirs: Histories, kept: list[UUID]) -> int:
    started = perf_counter_ns()
    for id in kept:
        theirs.partnership(id)
    return perf_counter_ns() - started


def _folded(service: Service, ids: list[str]) -> int:
    started = perf_counter_ns()
    with service._reading() as ledger:
        for id in ids:
            fold(id, ledger.entries(id))
    return perf_counter_ns() - started


def _judged(service: Service, of: str, outcome: Judged) -> int:
    totals = Totals()
    started = perf_counter_ns()
    for verdict in replay(service, of=of):
        totals.add(verdict)
    took = perf_counter_ns() - started
    outcome.conform, outcome.decisions = totals.outcomes[Outcome.CONFORM], totals.outcomes.total()
    return took
