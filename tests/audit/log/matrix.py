"""The attack matrix: what is done to the database, and which rules notice it, exactly.

`alone` is what the database gives away by itself, `held` what comes on top of it from the auditor's own older
checkpoints and public key. An empty set is a miss.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.audit.log.world import World


@dataclass(frozen=True)
class Attack:
    """One attack: its name, what is done, and the rules that notice it."""

    name: str
    does: Callable[[World], None]
    alone: frozenset[str] = field(default_factory=frozenset)
    held: frozenset[str] = field(default_factory=frozenset)
    remark: str = ""


ATTACKS: list[Attack] = []


def attack(name: str, alone: str = "", held: str = "", remark: str = "") -> Callable[..., Any]:
    """Put a function into the matrix, with the rules that notice it."""

    def put(does: Callable[[World], None]) -> Callable[[World], None]:
        ATTACKS.append(Attack(name, does, frozenset(alone.split()), frozenset(held.split()), remark))
        return does

    return put
