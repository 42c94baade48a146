"""Contenders that renew by turns, each in a process of its own, so that none warms or weighs on another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import get_context
from time import perf_counter_ns
from types import TracebackType
from typing import Any, Protocol

STARTED = "spawn"
"""How processes are started, as `multiprocessing` calls it."""


@dataclass(frozen=True)
class Recorded:
    """What a contender's tables hold: the current state, the history's length, and the last reason there."""

    state: str
    renewals: int
    reason: str


class Contender(Protocol):
    """One way of keeping a partnership's decisions, on a database that is new and its own."""

    def prepare(self) -> None:
        """Do what comes before a renewal and is not timed."""

    def renew(self) -> None:
        """Renew once: guarded, recorded, and on disk."""

    def recorded(self) -> Recorded:
        """Read back what was recorded."""

    def asked(self, query: str) -> str:
        """Ask the database something about itself, on a connection like the one that writes."""

    def close(self) -> None:
        """Give the connections back."""


class Turn:
    """A contender in a process of its own; `where` is its module and class, the rest is given to that.

    It starts at once, and is ready where the `with` block begins.
    """

    def __init__(self, where: str, *arguments: Any, **named: Any) -> None:
        context = get_context(STARTED)
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        self.send(where, *arguments, **named)

    def __enter__(self) -> Turn:
        self.answer()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._pipe.close()
        self._process.join()

    def ask(self, what: str, *arguments: Any, **named: Any) -> Any:
        """Have it do something, and give what came of it; `renew` gives nanoseconds."""
        self.send(what, *arguments, **named)
        return self.answer()

    def send(self, what: str, *arguments: Any, **named: Any) -> None:
        """Have it begin with something."""
        self._pipe.send((what, arguments, named))

    def answer(self) -> Any:
        """Wait for what came of it."""
        failed, answer = self._pipe.recv()
        if failed:
            raise RuntimeError(answer)
        return answer


def _serve(pipe: Any) -> None:
    """Open the contender that the first message names, and do what the others ask."""
    contender: Any = None
    try:
        while True:
            what, arguments, named = pipe.recv()
            try:
                if contender is None:
                    module, _, name = what.partition(":")
                    contender, done = getattr(import_module(module), name)(*arguments, **named), None
                elif what == "renew":
                    done = _timed(contender)
                else:
                    done = getattr(contender, what)(*arguments, **named)
                pipe.send((False, done))
            except Exception as error:
                pipe.send((True, repr(error)))
    except EOFError:
        if contender is not None:
            contender.close()


def _timed(contender: Contender) -> int:
    contender.prepare()
    started = perf_counter_ns()
    contender.renew()
    return perf_counter_ns() - started


def by_turns(turns: Mapping[str, Turn], rounds: int, warm_up: int = 5) -> dict[str, list[int]]:
    """Have each renew in every round, another one first each time; give nanoseconds by name."""
    times: dict[str, list[int]] = defaultdict(list)
    names = list(turns)
    for number in range(rounds + warm_up):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            took = turns[name].ask("renew")
            if number >= warm_up:
                times[name].append(took)
    return times
