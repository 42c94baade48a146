"""The definition checks itself: what `transitions` accepts without a word is looked for here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from partnerships.lifecycle.clauses import Clause
from partnerships.lifecycle.guards.base import Guard
from partnerships.lifecycle.machine import Lifecycle
from partnerships.lifecycle.settings import Settings
from partnerships.lifecycle.table import NOTHING, Row
from partnerships.lifecycle.vocabulary import ACTIVE_STATES, CONTINUATIONS, ENDED_STATES, State, Trigger

#: What is enforced apart from the table of triggers: on a record, a correction, an opening, or as a finding.
CHECKS: Mapping[str, tuple[str, ...]] = {
    "S5.4": ("finding on a strategic partner whose type changed",),
    "S5.9": ("check on record agreement",),
    "S5.12": ("check on record agreement",),
    "S5.16": ("finding on a strategic agreement past its endline",),
    "S6.18": ("check on record agreement", "finding on an agreement past its endline"),
    "L2": ("check on every record", "check on withdraw, revert and take_over"),
    "L3": ("check on record crisis_closure",),
    "L4": ("check on open", "encryption of crisis contents", "the two sides' views"),
    "L5": ("check on record exception",),
    "L6": ("warning on record partner_profile",),
    "L7": ("warning on record arrangement",),
    "L9": ("check on every record", "check on withdraw, revert and take_over"),
    "L10": ("check on every record",),
    "L11": ("check on record agreement", "check on revert"),
}


def guards_of(rows: Sequence[Row]) -> dict[str, tuple[Guard, list[str]]]:
    """Give every guard by name, with the triggers that ask it."""
    found: dict[str, tuple[Guard, list[str]]] = {}
    for row in rows:
        for target in row.targets:
            for guard in row.guards_into(target):
                triggers = found.setdefault(guard.name, (guard, []))[1]
                if str(row.trigger) not in triggers:
                    triggers.append(str(row.trigger))
    return found


def enforcers(rows: Sequence[Row], clauses: Mapping[str, Clause]) -> dict[str, list[str]]:
    """Give, for each clause, everything that enforces it, as `policy` prints it."""
    found: dict[str, list[str]] = defaultdict(list)
    for guard, triggers in guards_of(rows).values():
        word = "warning" if guard.warns else "guard"
        for clause in guard.clauses:
            found[clause].append(f"{word} {guard.name} ({', '.join(triggers)})")
    return {
        clause.id: [*found[clause.id], *CHECKS.get(clause.id, ()), *clause.held_by]
        for clause in clauses.values()
    }


def contradictions(rows: Sequence[Row], clauses: Mapping[str, Clause], lifecycle: Lifecycle) -> list[str]:
    """List everything in a definition that contradicts itself; empty for a sound one."""
    return [
        *_unknown_states(rows),
        *_unreachable(lifecycle),
        *_ways_out(lifecycle),
        *_unenforced(rows, clauses),
        *_unknown_clauses(rows, clauses),
        *_unguarded(rows),
        *_shortcuts(lifecycle),
    ]


def _unknown_states(rows: Sequence[Row]) -> Iterator[str]:
    known = {NOTHING, *(str(state) for state in State)}
    for row in rows:
        for state in (*row.sources, *((str(row.target),) if row.target else ())):
            if state not in known:
                yield f"{row.trigger} names the unknown state {state}"
        if row.target is None and not row.returns:
            for state in set(row.sources) - ACTIVE_STATES:
                yield f"{row.trigger} stays in {state}, which is no active state"
    named = [row.trigger for row in rows]
    for trigger in Trigger:
        if named.count(trigger) != 1:
            yield f"{trigger} has {named.count(trigger)} rows instead of one"


def _unreachable(lifecycle: Lifecycle) -> Iterator[str]:
    edges = [(source, target) for _, source, target in lifecycle.edges()]
    # A continuation comes back to where the partnership was, so it reaches no state anew.
    onward = [(source, target) for name, source, target in lifecycle.edges() if name not in CONTINUATIONS]
    reached = _closure({NOTHING}, onward)
    ending = _closure({str(state) for state in ENDED_STATES}, [(target, source) for source, target in edges])
    for state in State:
        if state not in reached:
            yield f"{state} cannot be reached"
        if state not in ending:
            yield f"{state} reaches no end"


def _closure(start: set[str], edges: Sequence[tuple[str, str]]) -> set[str]:
    found = set(start)
    while new := {target for source, target in edges if source in found} - found:
        found |= new
    return found


def _ways_out(lifecycle: Lifecycle) -> Iterator[str]:
    for trigger, source, _ in lifecycle.edges():
        if source in ENDED_STATES and trigger != Trigger.REIDENTIFY:
            yield f"{trigger} leaves {source}, which only reidentify may leave"


def _unenforced(rows: Sequence[Row], clauses: Mapping[str, Clause]) -> Iterator[str]:
    held = enforcers(rows, clauses)
    refusing = {
        clause for guard, _ in guards_of(rows).values() if not guard.warns for clause in guard.clauses
    }
    for clause in clauses.values():
        by_other = bool(CHECKS.get(clause.id)) or bool(clause.held_by)
        if "G" in clause.software and clause.id not in refusing and not by_other:
            yield f"{clause.id} is to be guarded and nothing enforces it"
        if "W" in clause.software and not held[clause.id]:
            yield f"{clause.id} is to be warned of and nothing does"


def _unknown_clauses(rows: Sequence[Row], clauses: Mapping[str, Clause]) -> Iterator[str]:
    for guard, _ in guards_of(rows).values():
        for clause in guard.clauses:
            if clause not in clauses:
                yield f"guard {guard.name} cites the unknown clause {clause}"


def _unguarded(rows: Sequence[Row]) -> Iterator[str]:
    settings = Settings()
    for row in rows:
        for target in row.targets:
            guards = [guard for guard in row.guards_into(target) if not guard.warns]
            if not any(guard.is_on(settings) for guard in guards):
                yield f"{row.trigger} into {target} has no guard"


def _shortcuts(lifecycle: Lifecycle) -> Iterator[str]:
    for name in lifecycle.machine.events:
        if name.startswith("to_"):
            yield f"the machine offers the unguarded shortcut {name}"
