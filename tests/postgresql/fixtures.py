"""One server for each test process, started when a test first asks for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.postgresql.binaries import NoServer
from tests.postgresql.databases import Databases
from tests.postgresql.server import Server, running_databases


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Databases]:
    """Databases to make and drop; without any server, every test that asks for them fails."""
    try:
        with running_databases() as databases:
            yield databases
    except NoServer as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture
def durable_server() -> Iterator[Server]:
    """A server of this test's own that may be crashed: what it acknowledged is on the disk."""
    try:
        with Server(durable=True) as server:
            yield server
    except NoServer as error:
        pytest.fail(str(error), pytrace=False)
