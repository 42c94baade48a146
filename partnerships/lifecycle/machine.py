"""The state machine, run by `transitions`: one shared machine for a policy version's table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from transitions import Event, EventData, Machine, Transition

from partnerships.lifecycle.table import NOTHING, Row
from partnerships.lifecycle.vocabulary import ACTIVE_STATE, BEGINNINGS, State, Trigger

Judge = Callable[[State, Row], bool]


@dataclass(slots=True)
class Subject:
    """The throw-away thing that the shared machine moves; it lives for one decision."""

    state: str
    left: State | None = None


class Edge(Transition):
    """An edge with its condition and nothing around it.

    No table has callbacks, and to look for them and log that there are none takes longer than to move.
    """

    def execute(self, event_data: EventData) -> bool:
        """Move if the condition holds."""
        if not all(condition.check(event_data) for condition in self.conditions):
            return False
        if self.dest:
            self._change_state(event_data)
        return True


class Step(Event):
    """The edges of one trigger, of which the first that may be taken is; without callbacks, as they are."""

    def trigger(self, model: object, *args: Any, **kwargs: Any) -> bool:
        """Move the model along an edge from its state, if there is one."""
        edges = self.transitions.get(getattr(model, self.machine.model_attribute), ())
        event_data = EventData(None, self, self.machine, model, args, kwargs)
        return any(edge.execute(event_data) for edge in edges)


class Moves(Machine):
    """The machine of `transitions`, made of these."""

    transition_cls = Edge
    event_cls = Step


class Lifecycle:
    """Moves subjects along a table's edges, each guarded by what the caller's judge says.

    The machine holds no model of its own and no `to_<state>` shortcuts: these would pass every guard by.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = {row.trigger: row for row in rows}
        self.machine = Moves(
            model=None,
            states=[NOTHING, *(str(state) for state in State)],
            initial=NOTHING,
            auto_transitions=False,
            send_event=True,
            queued=False,
        )
        for row in self.rows.values():
            # A renewal stays where it is, which `transitions` calls an internal transition: it has no target.
            targets = row.targets if row.returns else (row.target,)
            for source in row.sources:
                for target in targets:
                    may_move = partial(_may_move, row, target or State(source))
                    self.machine.add_transition(
                        str(row.trigger), str(source), target and str(target), conditions=may_move
                    )

    def edges(self) -> list[tuple[str, str, str]]:
        """List every edge as (trigger, source, target)."""
        return [
            (str(name), source, str(edge.dest or source))
            for name, event in self.machine.events.items()
            for source, edges in event.transitions.items()
            for edge in edges
        ]

    def target(self, state: str, trigger: Trigger, left: State | None) -> State | None:
        """Give the state that a trigger leads to from here, or None where there is no such step."""
        row = self.rows[trigger]
        if state not in row.sources:
            return None
        target = left if row.returns else row.target or State(state)
        if target is None or not _is_other_relation(state, trigger, left):
            return None
        return target

    def fire(self, subject: Subject, trigger: Trigger, judge: Judge) -> bool:
        """Move a subject if there is such a step and the judge is satisfied; give whether it moved.

        The judge is asked only where there is such a step.
        """
        return self.machine.events[trigger].trigger(subject, judge)


def _is_other_relation(state: str, trigger: Trigger, left: State | None) -> bool:
    """From transitioning, a beginning enters another category than the one left; the same one is extended."""
    if trigger not in BEGINNINGS or state != State.TRANSITIONING:
        return True
    return ACTIVE_STATE[BEGINNINGS[trigger]] != left


def _may_move(row: Row, target: State, event: EventData) -> bool:
    """Tell whether the edge leads where this subject goes, and the judge is satisfied."""
    subject, (judge,) = cast("Subject", event.model), event.args
    if row.returns and target != subject.left:
        return False
    if not _is_other_relation(subject.state, row.trigger, subject.left):
        return False
    return bool(judge(target, row))
