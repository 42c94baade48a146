"""Outcomes and errors as HTTP's status numbers, whichever framework answers."""

from __future__ import annotations

from typing import Any

from partnerships.errors import BadRequest, DatabaseFailed, NotAllowed, PartnershipsError, UnknownPartnership
from partnerships.workflows.registers.error import RegisterError

_OUTCOMES = {"refused": 422, "invalid": 400, "conflict": 409, "not_found": 404}
_ERRORS = {BadRequest: 400, NotAllowed: 403, UnknownPartnership: 404, DatabaseFailed: 503, RegisterError: 400}


def status_of(told: dict[str, Any] | PartnershipsError) -> int:
    """Give the status of an answer that carries this outcome, or the error that a reading raised.

    201 where it opened a partnership, 200 where another command was accepted; 500 for an error that is not
    the asker's.
    """
    if isinstance(told, PartnershipsError):
        return _ERRORS.get(type(told), 500)
    if told["outcome"] == "accepted":
        return 201 if told["sequence"] == 1 else 200
    return _OUTCOMES[told["outcome"]]
