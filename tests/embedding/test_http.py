"""Every outcome and every error has its HTTP status."""

from __future__ import annotations

import pytest

from partnerships import (
    BadRequest,
    DatabaseFailed,
    NotAllowed,
    PartnershipsError,
    Service,
    UnknownPartnership,
)
from partnerships.doors.embedding.http import status_of
from partnerships.workflows.registers import RegisterError
from tests.embedding.commands import assess, identify


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (identify("p-2"), 201),
        ({**identify("p-1"), "do": "record", "kind": "partner_profile"}, 200),
        (assess("p-1"), 422),
        ({"do": "nothing"}, 400),
        ({**assess("p-1"), "expected_sequence": 7}, 409),
        (assess("p-9"), 404),
    ],
)
def test_the_status_says_what_came_of_the_command(
    service: Service, command: dict[str, object], status: int
) -> None:
    service.apply(identify("p-1"))
    assert status_of(service.apply(command)) == status


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (BadRequest("no such day"), 400),
        (RegisterError("a.csv", "line 1", "is no register", "save it as CSV"), 400),
        (NotAllowed("not yours"), 403),
        (UnknownPartnership("not on file"), 404),
        (PartnershipsError("damaged"), 500),
        (DatabaseFailed("locked"), 503),
    ],
)
def test_the_status_says_whose_the_error_is(error: PartnershipsError, status: int) -> None:
    assert status_of(error) == status
