"""Services for the tests: every store in one place, each with a clock that only a test moves."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.story import Clock, Story

if TYPE_CHECKING:
    from partnerships import Policy, Service

Opener = Callable[[Path, Path, Clock, "Policy"], "Service"]


def _sqlite_file(folder: Path, template: Path, clock: Clock, policy: Policy) -> Service:
    from partnerships import open_service

    for suffix in ("", ".key"):
        shutil.copy(f"{template}{suffix}", f"{folder / 'p.sqlite'}{suffix}")
    return open_service(f"sqlite:///{folder / 'p.sqlite'}", create=True, policy=policy, clock=clock)


def _sqlite_memory(folder: Path, template: Path, clock: Clock, policy: Policy) -> Service:
    from partnerships import open_service

    return open_service("sqlite://", create=True, policy=policy, clock=clock, key_file=folder / "memory.key")


STORES: dict[str, Opener] = {"sqlite-file": _sqlite_file, "sqlite-memory": _sqlite_memory}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "every_store: the test runs on every store, not on the quickest alone")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "store" in metafunc.fixturenames:
        every = metafunc.definition.get_closest_marker("every_store")
        metafunc.parametrize("store", list(STORES) if every else ["sqlite-file"])


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database migrated once and copied for each test: migrating takes longer than most tests."""
    from partnerships import open_service

    path = tmp_path_factory.mktemp("template") / "p.sqlite"
    open_service(f"sqlite:///{path}", create=True).close()
    return path


@pytest.fixture(scope="session")
def settled(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """A running partnership for tests of what is never accepted, and so never changes it."""
    from partnerships import POLICY_1_1

    clock = Clock()
    service = _sqlite_file(tmp_path_factory.mktemp("settled"), template, clock, POLICY_1_1)
    yield Story(service, clock).to("active_activity")
    service.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def opened(store: str, template: Path, tmp_path: Path, clock: Clock) -> Iterator[Callable[..., Service]]:
    """Opens the one database of this test, under the policy and with the options that are asked for."""
    services: list[Service] = []

    from partnerships import POLICY_1_1

    def open_under(policy: Policy = POLICY_1_1) -> Service:
        services.append(STORES[store](tmp_path, template, clock, policy))
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
