"""Outcomes as HTTP's status numbers, whichever framework answers."""

from __future__ import annotations

from typing import Any

_STATUS = {"refused": 422, "invalid": 400, "conflict": 409, "not_found": 404}


def status_of(outcome: dict[str, Any]) -> int:
    """Give the status of an answer that carries this outcome.

    201 where it opened a partnership, 200 where another command was accepted.
    """
    if outcome["outcome"] == "accepted":
        return 201 if outcome["sequence"] == 1 else 200
    return _STATUS[outcome["outcome"]]
