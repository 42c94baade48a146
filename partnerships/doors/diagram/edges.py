"""The arrows of the state machine, read from the table of triggers."""

from __future__ import annotations

from typing import NamedTuple

from partnerships.lifecycle.table import NOTHING, TRIGGERS
from partnerships.lifecycle.vocabulary import Trigger


class Edge(NamedTuple):
    """One arrow: a trigger that leads from one state (None: no partnership yet) to another."""

    trigger: str
    source: str | None
    target: str


def edges() -> tuple[Edge, ...]:
    """Return every arrow that the table of triggers allows, in the table's order.

    `renew` leads from each active state to itself alone.
    """
    found: list[Edge] = []
    for row in TRIGGERS:
        trigger = str(row.trigger)
        for source in row.sources:
            for target in row.targets:
                if row.trigger is Trigger.RENEW and source != target:
                    continue
                found.append(Edge(trigger, None if source == NOTHING else str(source), str(target)))
    return tuple(found)
