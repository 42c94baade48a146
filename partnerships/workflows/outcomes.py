"""Outcomes of commands, in the contract's JSON shapes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from partnerships.lifecycle.findings import Finding
from partnerships.lifecycle.records.reading import Problem

Outcome = dict[str, Any]


def accepted(id: str, state: str | None, sequence: int, warnings: Iterable[Finding]) -> Outcome:
    """Say that a command was accepted, under which sequence, with what it was warned of."""
    return {
        "outcome": "accepted",
        "id": id,
        "state": state,
        "sequence": sequence,
        "warnings": [finding.as_dict() for finding in warnings],
    }


def refused(id: str, state: str | None, findings: Iterable[Finding]) -> Outcome:
    """Say that a command was refused, with every unmet finding."""
    return {
        "outcome": "refused",
        "id": id,
        "state": state,
        "findings": [finding.as_dict() for finding in findings],
    }


def invalid(problems: Iterable[Problem]) -> Outcome:
    """Say what cannot be read, field by field."""
    errors = [{"field": field, "message": message} for field, message in dict.fromkeys(problems)]
    return {"outcome": "invalid", "errors": errors}


def conflict(id: str, expected: int, sequence: int) -> Outcome:
    """Say that the history has moved on, or is not that far yet."""
    return {"outcome": "conflict", "id": id, "expected_sequence": expected, "sequence": sequence}


def not_found(id: str) -> Outcome:
    """Say that there is no such partnership."""
    return {"outcome": "not_found", "id": id}
