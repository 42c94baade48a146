"""The definition checks itself: each kind of contradiction is found and named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from partnerships.errors import DefinitionError
from partnerships.lifecycle.clauses import CLAUSES, Clause, Strength
from partnerships.lifecycle.definition import CHECKS, contradictions, enforcers
from partnerships.lifecycle.findings import Finding
from partnerships.lifecycle.guards.base import Guard, guard, warning
from partnerships.lifecycle.guards.matter import Matter
from partnerships.lifecycle.machine import Lifecycle
from partnerships.lifecycle.policy import POLICY_1_1, Policy
from partnerships.lifecycle.settings import Settings
from partnerships.lifecycle.table import TRIGGERS, Row
from partnerships.lifecycle.vocabulary import State, Trigger

Rows = tuple[Row, ...]


def with_row(trigger: Trigger, change: Callable[[Row], Row]) -> Rows:
    return tuple(change(row) if row.trigger == trigger else row for row in TRIGGERS)


def without_row(*triggers: Trigger) -> Rows:
    return tuple(row for row in TRIGGERS if row.trigger not in triggers)


def with_clause(id: str, *software: str) -> dict[str, Clause]:
    return {**CLAUSES, id: Clause(id, Strength.MUST, software, "An invented clause.")}


def without_clause(id: str) -> dict[str, Clause]:
    return {name: clause for name, clause in CLAUSES.items() if name != id}


def found(rows: Rows = TRIGGERS, clauses: dict[str, Clause] = CLAUSES) -> list[str]:
    return contradictions(rows, clauses, Lifecycle(rows))


def nowhere(row: Row) -> Row:
    return replace(row, target="nowhere")  # type: ignore[arg-type]


@guard("S9.9")
def cites_the_unknown(_matter: Matter) -> Iterator[Finding]:
    return iter(())


@warning("S5.16")
def only_warns(_matter: Matter) -> Iterator[Finding]:
    return iter(())


def turned_off(row: Row) -> Row:
    return replace(row, guards=tuple(replace(one, setting="take_over_until") for one in row.guards))


LEAVING = (Trigger.BEGIN_TRANSITION, Trigger.TERMINATE_FOR_CRISIS)

CONTRADICTIONS: dict[str, tuple[Rows, dict[str, Clause], str]] = {
    "an unknown source": (
        with_row(Trigger.ASSESS, lambda row: replace(row, sources=("identfied",))),
        CLAUSES,
        "assess names the unknown state identfied",
    ),
    "an unknown target": (
        with_row(Trigger.ASSESS, nowhere),
        CLAUSES,
        "assess names the unknown state nowhere",
    ),
    "a trigger without a row": (
        without_row(Trigger.DECLINE),
        CLAUSES,
        "decline has 0 rows instead of one",
    ),
    "a trigger with two rows": (
        (*TRIGGERS, TRIGGERS[-1]),
        CLAUSES,
        "reidentify has 2 rows instead of one",
    ),
    "a state that is not reached": (
        with_row(Trigger.ASSESS, lambda row: replace(row, target=State.IDENTIFIED)),
        CLAUSES,
        "assessed cannot be reached",
    ),
    "a crisis that is not reached": (
        with_row(Trigger.TERMINATE_FOR_CRISIS, lambda row: replace(row, target=State.EXITED)),
        CLAUSES,
        "terminated_for_crisis cannot be reached",
    ),
    "an active state that only an extension enters": (
        with_row(Trigger.BEGIN_ASSOCIATE, lambda row: replace(row, target=State.ACTIVE_ACTIVITY)),
        CLAUSES,
        "active_associate cannot be reached",
    ),
    "a dead end": (
        tuple(
            replace(row, sources=tuple(source for source in row.sources if source != State.STRATEGIC))
            if row.trigger in LEAVING
            else row
            for row in TRIGGERS
        ),
        CLAUSES,
        "strategic reaches no end",
    ),
    "another way out of an exit": (
        with_row(Trigger.ASSESS, lambda row: replace(row, sources=(*row.sources, State.EXITED))),
        CLAUSES,
        "assess leaves exited, which only reidentify may leave",
    ),
    "another way out of a crisis": (
        with_row(Trigger.EXIT, lambda row: replace(row, sources=(*row.sources, State.TERMINATED_FOR_CRISIS))),
        CLAUSES,
        "exit leaves terminated_for_crisis, which only reidentify may leave",
    ),
    "a clause to be guarded that nothing enforces": (
        TRIGGERS,
        with_clause("S9.1", "G"),
        "S9.1 is to be guarded and nothing enforces it",
    ),
    "a clause to be guarded that is only warned of": (
        with_row(
            Trigger.ASSESS,
            lambda row: replace(
                row,
                guards=tuple(replace(g, warns=True) if "S4.14" in g.clauses else g for g in row.guards),
            ),
        ),
        {**CLAUSES, "S4.14": replace(CLAUSES["S4.14"], held_by=())},
        "S4.14 is to be guarded and nothing enforces it",
    ),
    "a clause to be warned of of which nothing warns": (
        TRIGGERS,
        with_clause("S9.2", "W"),
        "S9.2 is to be warned of and nothing does",
    ),
    "a guard that cites an unknown clause": (
        with_row(Trigger.DECLINE, lambda row: replace(row, guards=(*row.guards, cites_the_unknown))),
        CLAUSES,
        "guard cites_the_unknown cites the unknown clause S9.9",
    ),
    "a code that cites an unknown clause": (
        TRIGGERS,
        without_clause("S6.22"),
        "cites the unknown clause S6.22",
    ),
    "a trigger without a guard": (
        with_row(Trigger.DECLINE, lambda row: replace(row, guards=())),
        CLAUSES,
        "decline into exited has no guard",
    ),
    "a trigger that only warns": (
        with_row(Trigger.DECLINE, lambda row: replace(row, guards=(only_warns,))),
        CLAUSES,
        "decline into exited has no guard",
    ),
    "a trigger whose guards are all off by default": (
        with_row(Trigger.DECLINE, turned_off),
        CLAUSES,
        "decline into exited has no guard",
    ),
}


def test_the_shipped_definition_contradicts_itself_nowhere() -> None:
    assert found() == []


@pytest.mark.parametrize("kind", CONTRADICTIONS)
def test_a_contradiction_is_found_and_named(kind: str) -> None:
    rows, clauses, named = CONTRADICTIONS[kind]
    assert any(problem.endswith(named) for problem in found(rows, clauses)), found(rows, clauses)


@pytest.mark.parametrize("kind", CONTRADICTIONS)
def test_no_policy_is_built_on_a_contradiction(kind: str) -> None:
    rows, clauses, named = CONTRADICTIONS[kind]
    with pytest.raises(DefinitionError, match=r"^policy 9\.9 contradicts itself: ") as caught:
        Policy("9.9", date(2030, 1, 1), clauses, rows)
    assert named in str(caught.value)
    assert "\n" not in str(caught.value)


def test_all_contradictions_are_named_at_once() -> None:
    rows = with_row(Trigger.DECLINE, lambda row: replace(row, guards=()))
    problems = found(rows, with_clause("S9.1", "G"))
    assert {"decline into exited has no guard", "S9.1 is to be guarded and nothing enforces it"} <= set(
        problems
    )


def test_a_shortcut_of_the_machine_is_found() -> None:
    lifecycle = Lifecycle(TRIGGERS)
    lifecycle.machine.add_transition("to_exited", "identified", "exited")
    assert "the machine offers the unguarded shortcut to_exited" in contradictions(
        TRIGGERS, CLAUSES, lifecycle
    )


@pytest.mark.parametrize("clause", [clause for clause in CLAUSES.values() if "G" in clause.software])
def test_what_is_to_be_guarded_names_what_enforces_it(clause: Clause) -> None:
    assert enforcers(TRIGGERS, CLAUSES)[clause.id]


def test_checks_apart_from_the_table_are_of_known_clauses() -> None:
    assert set(CHECKS) <= set(CLAUSES)


def test_the_digest_tells_definitions_apart() -> None:
    weaker = with_row(Trigger.DECLINE, lambda row: replace(row, guards=row.guards[:-1]))
    others = [
        Policy("1.1", date(2023, 10, 27), rows=weaker),
        Policy("1.2", date(2023, 10, 27)),
        Policy("1.1", date(2023, 10, 28)),
        Policy("1.1", date(2023, 10, 27), clauses=with_clause("S9.3")),
    ]
    digests = {policy.digest for policy in (POLICY_1_1, *others)}
    assert len(digests) == 1 + len(others)
    assert Policy("1.1", date(2023, 10, 27)).digest == POLICY_1_1.digest


SETTINGS: list[dict[str, Any]] = [
    {"l1_decline_reason": False},
    {"l8_mid_term_months": None},
    {"take_over_until": date(2030, 1, 1)},
    {"l7_endline_notice_days": (30,)},
    {"office_time_zone": "Africa/Nairobi"},
]


@pytest.mark.parametrize("changes", SETTINGS)
def test_settings_change_their_own_digest_and_not_the_policys(changes: dict[str, Any]) -> None:
    other = POLICY_1_1.with_settings(**changes)
    assert other.digest == POLICY_1_1.digest
    assert other.settings_digest != POLICY_1_1.settings_digest


def test_an_unknown_setting_is_named() -> None:
    with pytest.raises(DefinitionError, match="there is no setting l99_moon_phase"):
        POLICY_1_1.with_settings(l99_moon_phase=True)


OPTIONAL: dict[str, Guard] = {one.name: one for row in TRIGGERS for one in row.guards if one.setting}


@pytest.mark.parametrize("name", sorted(OPTIONAL))
def test_a_guard_is_on_by_default_and_silent_where_its_setting_is_off(name: str) -> None:
    one = OPTIONAL[name]
    assert getattr(Settings(), str(one.setting))
    off = SimpleNamespace(settings=SimpleNamespace(**{str(one.setting): False}))
    assert tuple(one.findings(off)) == ()  # type: ignore[arg-type]
