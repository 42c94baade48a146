"""The edges of the machine: the contract's table written out, and nothing beside it."""

from __future__ import annotations

import pytest

from partnerships.lifecycle.machine import Lifecycle, Subject
from partnerships.lifecycle.policy import POLICY_1_1
from partnerships.lifecycle.table import NOTHING, TRIGGERS
from partnerships.lifecycle.vocabulary import ACTIVE_STATES, ENDED_STATES, State, Trigger

EDGES = [
    ("identify", "nothing", "identified"),
    ("assess", "identified", "assessed"),
    ("begin_activity", "assessed", "active_activity"),
    ("begin_activity", "transitioning", "active_activity"),
    ("begin_associate", "assessed", "active_associate"),
    ("begin_associate", "transitioning", "active_associate"),
    ("begin_strategic", "assessed", "strategic"),
    ("begin_strategic", "active_activity", "strategic"),
    ("begin_strategic", "transitioning", "strategic"),
    ("renew", "active_activity", "active_activity"),
    ("renew", "active_associate", "active_associate"),
    ("renew", "strategic", "strategic"),
    ("begin_transition", "active_activity", "transitioning"),
    ("begin_transition", "active_associate", "transitioning"),
    ("begin_transition", "strategic", "transitioning"),
    ("extend", "transitioning", "active_activity"),
    ("extend", "transitioning", "active_associate"),
    ("extend", "transitioning", "strategic"),
    ("exit", "transitioning", "exited"),
    ("decline", "identified", "exited"),
    ("decline", "assessed", "exited"),
    ("terminate_for_crisis", "active_activity", "terminated_for_crisis"),
    ("terminate_for_crisis", "active_associate", "terminated_for_crisis"),
    ("terminate_for_crisis", "strategic", "terminated_for_crisis"),
    ("terminate_for_crisis", "transitioning", "terminated_for_crisis"),
    ("reidentify", "exited", "identified"),
    ("reidentify", "terminated_for_crisis", "identified"),
]
OTHER_RELATION = {
    "begin_activity": "active_activity",
    "begin_associate": "active_associate",
    "begin_strategic": "strategic",
}
LEFT: list[State | None] = [None, *sorted(ACTIVE_STATES)]
PLACES = [NOTHING, *State]


def expected_target(trigger: str, state: str, left: State | None) -> str | None:
    """Where a trigger leads: `extend` back, a beginning into another category than the one left."""
    targets = [target for name, source, target in EDGES if (name, source) == (trigger, state)]
    if trigger == "extend":
        targets = [target for target in targets if target == left]
    if state == "transitioning" and trigger in OTHER_RELATION:
        targets = [target for target in targets if target != left]
    return targets[0] if targets else None


@pytest.fixture
def lifecycle() -> Lifecycle:
    return POLICY_1_1.lifecycle


def test_every_edge_of_the_contract_exists_and_no_other(lifecycle: Lifecycle) -> None:
    assert sorted(lifecycle.edges()) == sorted(EDGES)


def test_the_table_names_the_same_sources_and_targets() -> None:
    for row in TRIGGERS:
        mine = [edge for edge in EDGES if edge[0] == row.trigger]
        assert {str(source) for source in row.sources} == {source for _, source, _ in mine}
        assert {str(target) for target in row.targets} == {target for _, _, target in mine}


def test_there_is_a_row_for_every_trigger() -> None:
    assert [row.trigger for row in TRIGGERS] == list(Trigger)


def test_no_shortcut_to_a_state_exists(lifecycle: Lifecycle) -> None:
    assert set(lifecycle.machine.events) == set(Trigger)
    assert not [name for name in lifecycle.machine.events if name.startswith("to_")]
    assert not [name for name in dir(Subject("identified")) if name.startswith(("to_", "may_"))]
    assert lifecycle.machine.auto_transitions is False
    assert lifecycle.machine.models == []


@pytest.mark.parametrize("state", sorted(ENDED_STATES))
def test_an_ended_partnership_moves_by_reidentify_alone(lifecycle: Lifecycle, state: State) -> None:
    assert {name for name, source, _ in lifecycle.edges() if source == state} == {"reidentify"}
    leaving = [trigger for trigger in Trigger for left in LEFT if lifecycle.target(state, trigger, left)]
    assert set(leaving) == {Trigger.REIDENTIFY}


@pytest.mark.parametrize("left", LEFT)
@pytest.mark.parametrize("trigger", Trigger)
@pytest.mark.parametrize("state", PLACES)
def test_a_trigger_leads_where_the_contract_says_or_nowhere(
    lifecycle: Lifecycle, state: str, trigger: Trigger, left: State | None
) -> None:
    expected = expected_target(trigger, state, left)
    assert lifecycle.target(state, trigger, left) == expected
    subject, asked = Subject(str(state), left), []
    moved = lifecycle.fire(subject, trigger, lambda target, row: not asked.append(target))
    if expected is None:
        assert (moved, subject.state, asked) == (False, state, [])
    else:
        assert (moved, subject.state, asked) == (True, expected, [expected])


@pytest.mark.parametrize(("trigger", "state", "target"), EDGES)
def test_no_edge_is_walked_against_the_judge(
    lifecycle: Lifecycle, trigger: str, state: str, target: str
) -> None:
    left = State(target) if trigger == "extend" else None
    subject = Subject(state, left)
    assert lifecycle.fire(subject, Trigger(trigger), lambda _target, _row: False) is False
    assert subject.state == state


def test_one_machine_serves_many_at_once(lifecycle: Lifecycle) -> None:
    inner = Subject("assessed")

    def judge(_target: State, _row: object) -> bool:
        return lifecycle.fire(inner, Trigger.BEGIN_ACTIVITY, lambda _t, _r: True)

    outer = Subject("identified")
    assert lifecycle.fire(outer, Trigger.ASSESS, judge)
    assert (outer.state, inner.state) == ("assessed", "active_activity")
