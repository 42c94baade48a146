"""What several tests of the scheduler process begin with."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text

from partnerships import Service
from tests.doors.commands import lines_of, strategic
from tests.storage.rows import engine_of
from tests.story import Clock


@pytest.fixture
def fill(service: Service, clock: Clock) -> Callable[[int], None]:
    """Puts so many strategic partnerships on file that nobody talked about the end of."""

    def put(number: int) -> None:
        clock.set("2024-03-13T09:00:00+00:00")
        commands = [command for each in range(number) for command in strategic(f"p-{each}")]
        wanted = [command for command in commands if command.get("kind") != "exit_dialogue"]
        outcomes = list(service.apply_lines(lines_of(wanted).splitlines(keepends=True), batch=64))
        assert {outcome["outcome"] for outcome in outcomes} == {"accepted"}

    return put


@pytest.fixture
def broken(service: Service) -> Callable[[str], None]:
    """Spoils what is kept of a partnership, so that no sweep can read it."""

    def spoil(id: str) -> None:
        with engine_of(service).begin() as connection:
            spoilt = connection.execute(
                text("UPDATE partnerships_partnership SET file = '{\"state\": 1}' WHERE id = :id"), {"id": id}
            )
            assert spoilt.rowcount == 1

    return spoil
