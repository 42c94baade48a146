"""Places for small benchmarks: SQLite files, and databases of a server that waits for the disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import turns
from bench.places import Files, Place, ServerDatabases
from tests.forked import CONTEXT
from tests.postgresql.binaries import NoServer
from tests.postgresql.server import LASTING, Server


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A server that is set as the benchmark's is, though its data lie in memory."""
    try:
        running = Server(settings=LASTING)
    except NoServer as error:
        pytest.fail(str(error), pytrace=False)
    with running:
        yield running


@pytest.fixture
def files(tmp_path: Path) -> Place:
    return Files(tmp_path)


@pytest.fixture
def databases(server: Server, tmp_path: Path) -> Iterator[Place]:
    with ServerDatabases(server, tmp_path) as place:
        yield place


@pytest.fixture(params=["files", "databases"])
def place(request: pytest.FixtureRequest) -> Place:
    """Either of them."""
    found: Place = request.getfixturevalue(request.param)
    return found


@pytest.fixture(autouse=True)
def starting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Contenders are not measured here, so that they may begin with what is loaded already."""
    monkeypatch.setattr(turns, "STARTED", CONTEXT.get_start_method())
