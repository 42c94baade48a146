"""Services for the tests: every store in one place, each with a clock that only a test moves."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, nullcontext
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Engine, event

from tests.postgresql.databases import Databases, Spares
from tests.postgresql.fixtures import durable_server, postgresql
from tests.properties.profile import use_profile
from tests.story import Clock, Story

if TYPE_CHECKING:
    from partnerships import Policy, Service

__all__ = ["durable_server", "postgresql"]

use_profile()

SLOW = ("bench", "crash", "docs", "embedding", "serve")
STORES = ("sqlite-file", "sqlite-memory", "postgresql")


def copied(template: Path, folder: Path) -> str:
    for suffix in ("", ".key"):
        shutil.copy(f"{template}{suffix}", f"{folder / 'p.sqlite'}{suffix}")
    return f"sqlite:///{folder / 'p.sqlite'}"


@contextmanager
def _filled_from(template: sqlite3.Connection) -> Iterator[None]:
    """Within the block a database in memory begins as a copy."""

    def fill(connection: sqlite3.Connection, _record: object) -> None:
        template.backup(connection)

    event.listen(Engine, "connect", fill)
    try:
        yield
    finally:
        event.remove(Engine, "connect", fill)


@contextmanager
def _database(
    store: str, request: pytest.FixtureRequest, folder: Path, begun: str = ""
) -> Iterator[tuple[str, Path]]:
    if store == "postgresql":
        spares = request.getfixturevalue(f"{begun}spares")
        key = folder / "sealing.key"
        shutil.copy(spares.key, key)
        with spares.database() as url:
            yield url, key
    elif store == "sqlite-memory":
        yield "sqlite://", folder / "memory.key"
    else:
        yield copied(request.getfixturevalue(f"{begun}template"), folder), folder / "p.sqlite.key"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "every_store: the test runs on every store, not on the quickest alone")
    config.addinivalue_line("markers", "on_postgresql: the test is about PostgreSQL, and runs there alone")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "store" in metafunc.fixturenames:
        marked = metafunc.definition.get_closest_marker
        alone = ["postgresql"] if marked("on_postgresql") else ["sqlite-file"]
        metafunc.parametrize("store", list(STORES) if marked("every_store") else alone)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow ones come first: no worker is left with one while the others have nothing."""
    items.sort(key=lambda item: item.path.parent.name not in SLOW)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database migrated once and copied for each test: migrating takes longer than most tests."""
    from partnerships import open_service

    path = tmp_path_factory.mktemp("template") / "p.sqlite"
    open_service(f"sqlite:///{path}", create=True).close()
    return path


@pytest.fixture(scope="session")
def memory_template() -> Iterator[sqlite3.Connection]:
    """A database in memory, migrated once."""
    from partnerships.storage.engines import open_engine
    from partnerships.storage.migrate import migrate
    from partnerships.storage.place import Place

    engine = open_engine("sqlite://", timeout=1)
    migrate(engine, Place("partnerships_"))
    with closing(sqlite3.connect(":memory:")) as template:
        with closing(engine.raw_connection()) as pooled:
            migrated: Any = pooled.driver_connection
            migrated.backup(template)
        engine.dispose()
        yield template


@pytest.fixture(scope="session")
def spares(postgresql: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spares]:
    """Databases on a real PostgreSQL, migrated once and copied for each test."""
    from partnerships import open_service

    key = tmp_path_factory.mktemp("spares") / "sealing.key"
    made = Spares(postgresql, lambda url: open_service(url, create=True, key_file=key).close())
    made.key = key
    yield made
    made.close()


@pytest.fixture(scope="session")
def settled(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """A running partnership for tests of what is never accepted, and so never changes it."""
    from partnerships import POLICY_1_1, open_service

    clock = Clock()
    url = copied(template, tmp_path_factory.mktemp("settled"))
    service = open_service(url, policy=POLICY_1_1, clock=clock)
    yield Story(service, clock).to("active_activity")
    service.close()


@pytest.fixture(scope="session")
def standing_apart() -> Iterator[ExitStack]:
    """What is open of `standing` on SQLite."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture(scope="session")
def standing_on_server(spares: Spares) -> Iterator[ExitStack]:
    """What is open of it on PostgreSQL, and is closed before the server is."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture(scope="session")
def standing(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str, Callable[[Story], Story]], Story]:
    """A partnership that a function brought somewhere, once on each store, for tests that only read."""
    from partnerships import open_service

    @cache
    def arrange(store: str, bring: Callable[[Story], Story]) -> Story:
        where = "standing_on_server" if store == "postgresql" else "standing_apart"
        stack, folder = request.getfixturevalue(where), tmp_path_factory.mktemp("standing")
        url, key = stack.enter_context(_database(store, request, folder))
        template = request.getfixturevalue("memory_template") if url == "sqlite://" else None
        clock = Clock()
        with nullcontext() if template is None else _filled_from(template):
            service = stack.enter_context(open_service(url, clock=clock, key_file=key))
        return bring(Story(service, clock))

    return arrange


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def begun() -> str:
    """What the names of the templates begin with that a test's database is a copy of; ours are empty."""
    return ""


@pytest.fixture
def database(
    store: str, begun: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[str, Path]]:
    """The URL of this test's one database, and where its key lies."""
    with _database(store, request, tmp_path, begun) as made:
        yield made


@pytest.fixture
def opened(
    database: tuple[str, Path], clock: Clock, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Service]]:
    """Opens the one database of this test, under the policy that is asked for."""
    from partnerships import POLICY_1_1, open_service

    services: list[Service] = []
    url, key = database
    template = request.getfixturevalue("memory_template") if url == "sqlite://" else None

    def open_under(policy: Policy = POLICY_1_1) -> Service:
        with nullcontext() if template is None else _filled_from(template):
            services.append(open_service(url, policy=policy, clock=clock, key_file=key))
        return services[-1]

    yield open_under
    for service in services:
        service.close()


@pytest.fixture
def service(opened: Callable[..., Service]) -> Service:
    return opened()


@pytest.fixture
def story(service: Service, clock: Clock) -> Story:
    """The partnership `p-1` with a complete profile, before it is identified."""
    return Story(service, clock)


@pytest.fixture
def telling(service: Service, clock: Clock) -> Callable[..., Story]:
    """Further partnerships in the same database, or one whose profile differs."""

    def tell(id: str = "p-1", **profile: Any) -> Story:
        return Story(service, clock, id, **profile)

    return tell


@pytest.fixture
def under(opened: Callable[..., Service], clock: Clock) -> Callable[..., Story]:
    """The partnership `p-1` under other settings: `under(l1_decline_reason=False)`."""

    from partnerships import POLICY_1_1

    def tell(**settings: Any) -> Story:
        return Story(opened(POLICY_1_1.with_settings(**settings)), clock)

    return tell
