"""A policy version as an object: its clauses, its table of triggers, its settings, its machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

from partnerships.errors import DefinitionError
from partnerships.lifecycle.canonical import digest_of
from partnerships.lifecycle.clauses import CLAUSES, Clause
from partnerships.lifecycle.definition import contradictions
from partnerships.lifecycle.guards.base import Guard
from partnerships.lifecycle.machine import Lifecycle
from partnerships.lifecycle.settings import Settings
from partnerships.lifecycle.table import TRIGGERS, Row
from partnerships.lifecycle.vocabulary import State, Trigger


@dataclass(frozen=True)
class Policy:
    """One version of the policy, in force from a day until the next version is.

    `guards` holds, for each trigger and the state it enters, the guards that the settings leave on, in order.

    Building one checks the definition; raises DefinitionError with every contradiction.
    """

    version: str
    in_force_from: date
    clauses: Mapping[str, Clause] = field(default_factory=lambda: CLAUSES)
    rows: tuple[Row, ...] = TRIGGERS
    settings: Settings = field(default_factory=Settings)
    lifecycle: Lifecycle = field(init=False, repr=False, compare=False)
    guards: Mapping[tuple[Trigger, State], tuple[Guard, ...]] = field(init=False, repr=False, compare=False)
    digest: str = field(init=False, compare=False)
    settings_digest: str = field(init=False, compare=False)

    def __repr__(self) -> str:
        return f"Policy({self.version!r}, in force from {self.in_force_from})"

    def __post_init__(self) -> None:
        lifecycle = Lifecycle(self.rows)
        problems = contradictions(self.rows, self.clauses, lifecycle)
        if problems:
            raise DefinitionError(f"policy {self.version} contradicts itself: " + "; ".join(problems))
        guards = {
            (row.trigger, target): tuple(
                guard for guard in row.guards_into(target) if guard.is_on(self.settings)
            )
            for row in self.rows
            for target in row.targets
        }
        object.__setattr__(self, "lifecycle", lifecycle)
        object.__setattr__(self, "guards", guards)
        object.__setattr__(self, "digest", digest_of(self.document()))
        object.__setattr__(self, "settings_digest", self.settings.digest)

    def with_settings(self, **changes: Any) -> Policy:
        """Give the same version under other settings; raises DefinitionError for an unknown one."""
        unknown = set(changes) - {item.name for item in fields(Settings)}
        if unknown:
            raise DefinitionError(f"there is no setting {', '.join(sorted(unknown))}")
        return replace(self, settings=replace(self.settings, **changes))

    def document(self) -> dict[str, Any]:
        """Give what the digest is of: clauses, and triggers with their guards, in JSON's terms."""
        return {
            "version": self.version,
            "in_force_from": self.in_force_from.isoformat(),
            "clauses": [[clause.id, str(clause.strength), clause.text] for clause in self.clauses.values()],
            "triggers": [
                {
                    "trigger": str(row.trigger),
                    "sources": [str(source) for source in row.sources],
                    "targets": [str(target) for target in row.targets],
                    "guards": {
                        str(target): [guard.name for guard in row.guards_into(target)]
                        for target in row.targets
                    },
                }
                for row in self.rows
            ],
        }


POLICY_1_1 = Policy("1.1", date(2023, 10, 27))
"""Partnership Policy 1.1, in force from the day of its adoption (a reading)."""


def in_force(policies: Sequence[Policy], day: date) -> tuple[Policy, bool]:
    """Give the version in force on a day, and whether the day lies before the first version (a reading).

    `policies` come in the order in which they come into force.
    """
    for policy in reversed(policies):
        if policy.in_force_from <= day:
            return policy, False
    return policies[0], True
