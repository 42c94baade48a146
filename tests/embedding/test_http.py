"""Every outcome has its HTTP status."""

from __future__ import annotations

import pytest

from partnerships import Service
from partnerships.doors.embedding.http import status_of
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
