"""The path that one partnership took through the states, read from its history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from partnerships.doors.diagram.edges import Edge


class Step(NamedTuple):
    """One change of state: its number from 1, and its arrow; a take-over is on no arrow of the table."""

    number: int
    edge: Edge


def path_taken(history: Iterable[Mapping[str, Any]]) -> tuple[Step, ...]:
    """Return the changes of state in `history` (the shape of `history`), those reverted left out."""
    moves: list[Edge] = []
    for entry in history:
        kind = entry.get("entry")
        if kind == "reversal":
            if moves:
                moves.pop()
        elif kind in ("identification", "transition", "takeover") and entry.get("to"):
            trigger = entry.get("trigger") or ("identify" if kind == "identification" else "take_over")
            source = None if kind == "identification" else entry.get("from")
            moves.append(Edge(str(trigger), source, str(entry["to"])))
    return tuple(Step(number, edge) for number, edge in enumerate(moves, start=1))
