"""Ours and what others would use, each renewing in turn, all with the same durability."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from bench.places import Place
from bench.scene import REASON
from bench.turns import Recorded, Turn, by_turns

OURS = "ours"
RIVALS: dict[str, tuple[str, dict[str, Any]]] = {
    "django-fsm-2, django-fsm-log": ("bench.rivals.django_fsm_2:Contender", {}),
    "eventsourcing": ("bench.rivals.eventsourcing:Contender", {}),
    "eventsourcing, tuned": ("bench.rivals.eventsourcing:Contender", {"tuned": True}),
    "eventsourcing, tuned and cached": (
        "bench.rivals.eventsourcing:Contender",
        {"tuned": True, "cached": True},
    ),
    "python-statemachine over the ORM": ("bench.rivals.python_statemachine:Contender", {}),
}
TUNED = {name for name in RIVALS if "tuned" in name}
"""Set up beyond what the library's documentation says: for information."""

LIBRARIES = ("django", "django-fsm-2", "django-fsm-log", "eventsourcing", "python-statemachine")


@dataclass(frozen=True)
class Outcome:
    """Nanoseconds of each renewal by contender; what each recorded; how its connection keeps a commit."""

    times: dict[str, list[int]]
    recorded: dict[str, Recorded]
    kept: dict[str, dict[str, str]]


def measure(place: Place, rounds: int, warm_up: int = 5) -> Outcome:
    """Have each renew in every round, another one first each time.

    What comes before the timed renewal is not timed: with ours the records that it rests on, with a rival
    another renewal.
    """
    turns = {OURS: Turn("bench.ours:Contender", place.make("ours"), place.key_file)}
    for number, (name, (where, options)) in enumerate(RIVALS.items()):
        turns[name] = Turn(where, place.make(f"rival_{number}"), **options)
    with ExitStack() as stack:
        for turn in turns.values():
            stack.enter_context(turn)
        times = by_turns(turns, rounds, warm_up)
        recorded = {name: turn.ask("recorded") for name, turn in turns.items()}
        kept = {
            name: {query: turn.ask("asked", query) for query in place.durable} for name, turn in turns.items()
        }
        return Outcome(times, recorded, kept)


def amiss(place: Place, outcome: Outcome, renewals: int) -> list[str]:
    """Name the contenders that did not record every renewal with its reason, or do not wait for the disk."""
    wrong = []
    for name, recorded in outcome.recorded.items():
        wanted = Recorded("active_activity", renewals * (1 if name == OURS else 2), REASON)
        if recorded != wanted or outcome.kept[name] != place.durable:
            wrong.append(name)
    return wrong
