"""What the tests of the log begin with: a world that is made once on each store, and copied."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from partnerships import Service, open_service
from partnerships.audit.audit import open_audit
from tests.audit.log.world import World, make_world
from tests.conftest import copied
from tests.postgresql.databases import Databases, Spares
from tests.story import Clock


@pytest.fixture(scope="session")
def worlds() -> dict[str, World]:
    """The worlds that databases are copies of, by store."""
    return {}


@pytest.fixture(scope="session")
def lived_template(
    template: Path, worlds: dict[str, World], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder, clock = tmp_path_factory.mktemp("lived"), Clock()
    with open_service(copied(template, folder), clock=clock) as service:
        worlds["sqlite-file"] = make_world(service, clock, folder)
    return folder / "p.sqlite"


@pytest.fixture(scope="session")
def lived_spares(
    postgresql: Databases, worlds: dict[str, World], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Spares]:
    folder, clock = tmp_path_factory.mktemp("lived"), Clock()

    def live(url: str) -> None:
        with open_service(url, create=True, clock=clock, key_file=folder / "sealing.key") as service:
            worlds["postgresql"] = make_world(service, clock, folder)

    made = Spares(postgresql, live, "lived")
    made.key = folder / "sealing.key"
    yield made
    made.close()


@pytest.fixture
def begun(store: str, request: pytest.FixtureRequest) -> str:
    return "lived_" if "world" in request.fixturenames and store != "sqlite-memory" else ""


@pytest.fixture
def world(
    service: Service, clock: Clock, tmp_path: Path, store: str, begun: str, worlds: dict[str, World]
) -> World:
    if not begun:
        return make_world(service, clock, tmp_path)
    made, key_file = worlds[store], tmp_path / "log.key"
    shutil.copy(made.key_file, key_file)
    clock.now = made.clock.now
    audit = open_audit(service, key_file=key_file)
    return replace(made, service=service, clock=clock, audit=audit, key_file=key_file, kept=list(made.kept))
