"""Databases of a host, and commands that one host or another gives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.postgresql.databases import Databases
from tests.postgresql.fixtures import postgresql  # noqa: F401


@pytest.fixture
def postgresql_host(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an empty PostgreSQL database, dropped behind the test."""
    databases: Databases = request.getfixturevalue("postgresql")
    name = f"host_{uuid4().hex[:8]}"
    yield databases.create(name)
    databases.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def host_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a host's database on either backend."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'host.sqlite'}"
    return str(request.getfixturevalue("postgresql_host"))
