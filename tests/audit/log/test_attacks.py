"""Every attack of the matrix on every store: exactly these rules notice it, and no others."""

from __future__ import annotations

import pytest

from partnerships.audit.verify import Verification
from tests.audit.log.attacks import ATTACKS, Attack
from tests.audit.log.world import World


def rules(found: Verification) -> set[str]:
    return {fault.rule for fault in found.faults}


@pytest.mark.every_store
def test_nothing_is_found_where_nothing_was_done(world: World) -> None:
    assert world.alone().faults == []
    assert world.held_against().faults == []


@pytest.mark.every_store
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.does.__name__)
def test_an_attack_is_noticed_by_these_layers_and_no_others(world: World, attack: Attack) -> None:
    attack.does(world)
    alone, held = world.alone(), world.held_against()
    assert rules(alone) == attack.alone, alone.faults
    assert rules(held) == attack.alone | attack.held, held.faults
