"""A server of our own for the tests about servers, whichever server the other tests use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.postgresql.server import Server


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with Server() as server:
        yield server
