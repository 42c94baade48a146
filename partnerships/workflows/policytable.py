"""The clause catalogue as a table: every clause, our reading of it, and what enforces it."""

from __future__ import annotations

from typing import Any

from partnerships.lifecycle.definition import enforcers
from partnerships.lifecycle.policy import POLICY_1_1, Policy


def policy_table(policy: Policy = POLICY_1_1) -> list[dict[str, Any]]:
    """Give every clause of a policy version in the contract's shape."""
    held = enforcers(policy.rows, policy.clauses)
    return [
        {
            "clause": clause.id,
            "strength": str(clause.strength),
            "text": clause.text,
            "enforced_by": held[clause.id],
            "reading": clause.reading,
        }
        for clause in policy.clauses.values()
    ]
