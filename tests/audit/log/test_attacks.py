"""Every attack of the matrix on every store: exactly these rules notice it, and no others."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from partnerships.audit.verifying.layers import LAYERS, RULES
from partnerships.audit.verifying.verify import Verification
from tests.audit.log.attacks import ATTACKS, Attack
from tests.audit.log.world import World

ROOT = Path(__file__).resolve().parents[3]
AUDIT = ROOT / "partnerships" / "audit"


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


def test_every_attack_names_rules_that_there_are() -> None:
    assert {rule for attack in ATTACKS for rule in attack.alone | attack.held} <= set(RULES)


def test_every_rule_that_the_code_names_is_explained() -> None:
    named = set()
    for file in AUDIT.rglob("*.py"):
        named |= set(re.findall(r'Fault\(\s*"([a-z]+\.[a-z_]+)"', file.read_text("utf-8")))
    named |= {"content.alone", "outbox.alone"}
    assert named == set(RULES)
    assert {rule.partition(".")[0] for rule in RULES} == set(LAYERS)


def test_the_page_of_attacks_is_made_of_this_matrix(tmp_path: Path) -> None:
    script = ROOT / "docs" / "generate_attacks.py"
    subprocess.run([sys.executable, script, tmp_path / "attacks.md"], check=True, cwd=ROOT)
    made = (tmp_path / "attacks.md").read_text("utf-8")
    page = (ROOT / "docs" / "reference" / "attacks.md").read_text("utf-8")
    assert made == page, "run `python docs/generate_attacks.py`"
