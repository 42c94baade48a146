"""A service is opened while its server restarts: it waits; what no waiting mends is told at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, create_engine, make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from partnerships import NoDatabase, Service, open_service
from partnerships.storage.failures import is_coming
from partnerships.workflows import opening
from tests.crash.test_postgresql_failures import fill
from tests.postgresql.server import Server
from tests.storage.logins import login, run
from tests.story import Clock, Story

pytestmark = pytest.mark.on_postgresql

FOR_EVER = 100_000.0
"""Seconds: a test in which an error is not told at once does not end."""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server of these tests' own, with few connections."""
    few = {"max_connections": "6", "superuser_reserved_connections": "0"}
    with Server(durable=True, settings=few) as made:
        yield made


@pytest.fixture
def url(server: Server) -> Iterator[str]:
    yield server.create("opened")
    server.drop("opened")


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each error met while opening was worth the waiting."""
    met: list[bool] = []
    judge = opening.is_coming

    def judged_so(error: BaseException, dialect: Any) -> bool:
        met.append(judge(error, dialect))
        return met[-1]

    monkeypatch.setattr(opening, "is_coming", judged_so)
    return met


def with_url(url: str, **parts: Any) -> str:
    return make_url(url).set(**parts).render_as_string(hide_password=False)


def meanwhile(judged: list[bool], work: Callable[[], Service], then: Callable[[], None]) -> Service:
    """Begin to open, and once that waits have the server come back."""
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(work)
        while not judged:
            assert not waiting.done(), waiting.result()
        then()
        return waiting.result()


@pytest.mark.parametrize("mode", ["fast", "immediate"])
@pytest.mark.parametrize("hosts", [False, True], ids=["ours", "host's"])
def test_a_server_that_is_away_is_waited_for(
    server: Server, url: str, tmp_path: Path, clock: Clock, judged: list[bool], mode: str, hosts: bool
) -> None:
    key = tmp_path / "sealing.key"
    with open_service(url, create=True, key_file=key, clock=clock) as service:
        Story(service, clock).identify()
    engine = create_engine(url, poolclass=NullPool)
    target = engine if hosts else url
    server.stop(mode)
    opened = meanwhile(
        judged, lambda: open_service(target, key_file=key, clock=clock, timeout=FOR_EVER), server.start
    )
    with opened as service:
        assert service.show("p-1")["state"] == "identified"
    assert all(judged)


def test_a_new_database_is_made_once_the_server_is_back(
    server: Server, url: str, tmp_path: Path, clock: Clock, judged: list[bool]
) -> None:
    server.stop()

    def work() -> Service:
        return open_service(url, create=True, key_file=tmp_path / "k", clock=clock, timeout=FOR_EVER)

    with meanwhile(judged, work, server.start) as service:
        assert Story(service, clock).identify()["outcome"] == "accepted"


def test_a_server_without_a_free_connection_is_waited_for(
    server: Server, url: str, tmp_path: Path, clock: Clock, judged: list[bool]
) -> None:
    open_service(url, create=True, key_file=tmp_path / "k").close()
    with ExitStack() as taken:
        fill(taken, make_url(url))
        opened = meanwhile(
            judged,
            lambda: open_service(url, key_file=tmp_path / "k", clock=clock, timeout=FOR_EVER),
            taken.close,
        )
    with opened as service:
        assert service.ids()


def test_one_that_stays_away_is_told_with_the_time(server: Server, url: str, tmp_path: Path) -> None:
    server.stop()
    try:
        with pytest.raises(NoDatabase, match=r"did not come within 0\.1 s: .*that the server runs") as caught:
            open_service(url, key_file=tmp_path / "k", timeout=0.1)
        assert "\n" not in str(caught.value)
    finally:
        server.start()


def test_what_no_waiting_mends_is_told_at_once(
    server: Server, url: str, tmp_path: Path, judged: list[bool]
) -> None:
    wrong = {
        "database .*nowhere.* does not exist": with_url(url, database="nowhere"),
        "role .*nobody.* does not exist": with_url(url, username="nobody"),
        "resolve host|not known": with_url(url, host="no-such-host.invalid", query={}),
        "No such file": with_url(url, query={"host": str(tmp_path / "absent")}),
    }
    for said, target in wrong.items():
        with pytest.raises(NoDatabase, match=said) as caught:
            open_service(target, key_file=tmp_path / "k", timeout=FOR_EVER)
        assert "\n" not in str(caught.value)
    assert judged == [False] * len(wrong)


def test_a_wrong_password_is_told_at_once_and_not_repeated(
    server: Server, url: str, tmp_path: Path, judged: list[bool]
) -> None:
    rules = server.data / "pg_hba.conf"
    trusting = rules.read_text()
    try:
        rules.write_text("local all postgres trust\nlocal all all scram-sha-256\n")
        run(url, "SELECT pg_reload_conf()")
        with login(url, "pg_monitor") as clerk, pytest.raises(NoDatabase, match="password") as caught:
            open_service(with_url(clerk, password="not-this-one"), key_file=tmp_path / "k", timeout=FOR_EVER)
        assert "not-this-one" not in str(caught.value)
    finally:
        rules.write_text(trusting)
        run(url, "SELECT pg_reload_conf()")
    assert judged == [False]


@pytest.mark.parametrize(
    ("setting", "helps"),
    [
        ("search_path TO 'nowhere'", "name a schema that this login may use"),
        ("default_transaction_read_only TO on", "open it without `create`"),
    ],
)
def test_a_refusal_of_a_server_that_runs_says_what_helps(
    url: str, tmp_path: Path, judged: list[bool], setting: str, helps: str
) -> None:
    run(url, f"ALTER DATABASE {make_url(url).database} SET {setting}")
    with pytest.raises(NoDatabase, match=helps):
        open_service(url, create=True, key_file=tmp_path / "k", timeout=FOR_EVER)
    assert judged == [False]


def test_a_login_without_the_right_to_make_tables_is_told_what_helps(
    url: str, tmp_path: Path, judged: list[bool]
) -> None:
    run(url, "REVOKE CREATE ON SCHEMA public FROM public")
    with login(url, "pg_monitor") as clerk, pytest.raises(NoDatabase, match="give this login the right"):
        open_service(clerk, create=True, key_file=tmp_path / "k", timeout=FOR_EVER)
    assert judged == [False]


def test_a_key_that_cannot_be_written_is_told_at_once(url: str, tmp_path: Path, judged: list[bool]) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NoDatabase):
        open_service(url, create=True, key_file=tmp_path / "file" / "k", timeout=FOR_EVER)
    assert judged == [False]


def test_an_asynchronous_engine_waits_for_nobody(judged: list[bool]) -> None:
    """To wait in its loop would stop everything else there."""
    url = URL.create("postgresql+psycopg", host="127.0.0.1", port=1, database="x")
    engine = create_async_engine(url, poolclass=NullPool)
    assert not is_coming(ConnectionRefusedError(), engine.dialect)
