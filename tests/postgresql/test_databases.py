"""Every test has a database of its own, like the template, and none is left behind."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import make_url

from tests.postgresql.binaries import NoServer
from tests.postgresql.databases import ADDRESS, Databases, Spares
from tests.postgresql.server import Server, running_databases


def connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False))


def names(server: Server) -> set[str]:
    with connect(server.url("postgres")) as connection:
        return {str(name) for (name,) in connection.execute("SELECT datname FROM pg_database")}


def with_a_row(url: str) -> None:
    with connect(url) as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS n")


@pytest.fixture
def spares(server: Server) -> Iterator[Spares]:
    spares = Spares(server, with_a_row, name="row")
    yield spares
    spares.close()


def test_a_database_is_made_and_dropped(server: Server) -> None:
    before = names(server)
    url = server.create("one")
    assert make_url(url).drivername == "postgresql+psycopg"
    assert url == server.url("one")
    assert len(names(server) - before) == 1
    server.drop("one")
    assert names(server) == before


def test_a_database_is_like_its_template(server: Server) -> None:
    with_a_row(server.create("model"))
    with connect(server.create("copy", template="model")) as connection:
        assert connection.execute("SELECT n FROM t").fetchall() == [(1,)]
    server.drop("copy")
    server.drop("model")


def test_a_database_in_use_is_dropped_all_the_same(server: Server) -> None:
    before = names(server)
    with connect(server.create("used")) as connection:
        server.drop("used")
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    assert names(server) == before


def test_what_one_test_writes_the_next_does_not_see(spares: Spares) -> None:
    for _ in range(3):
        with spares.database() as url, connect(url) as connection:
            assert connection.execute("SELECT n FROM t").fetchall() == [(1,)]
            connection.execute("INSERT INTO t VALUES (2)")


def test_two_databases_at_once_are_two(spares: Spares) -> None:
    with spares.database() as one, spares.database() as two:
        assert one != two
        with connect(one) as connection:
            connection.execute("DELETE FROM t")
        with connect(two) as connection:
            assert connection.execute("SELECT n FROM t").fetchall() == [(1,)]


def test_spares_leave_nothing_behind(server: Server) -> None:
    before = names(server)
    spares = Spares(server, with_a_row, name="gone")
    with spares.database() as url:
        left_open = connect(url)
    spares.close()
    left_open.close()
    assert names(server) == before


def test_a_drop_that_fails_is_told(server: Server) -> None:
    spares = Spares(server, with_a_row, name="lost")
    with pytest.raises(KeyError, match="lost_1"), spares.database():
        server.drop("lost_1")
    spares.close()


def test_a_server_that_is_named_is_used(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    before = names(server)
    monkeypatch.setenv(ADDRESS, server.url("postgres"))
    with running_databases() as databases:
        assert type(databases) is Databases
        with_a_row(databases.create("theirs"))
        databases.create("copy", template="theirs")
        assert len(names(server) - before) == 2
    assert names(server) == before


def test_two_runs_share_a_server_that_is_named(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ADDRESS, server.url("postgres"))
    with running_databases() as ours, running_databases() as theirs:
        assert ours.create("same") != theirs.create("same")


@pytest.mark.parametrize("address", ["nothing", "postgresql://nobody@/x?host=/nowhere"])
def test_a_named_server_that_does_not_answer_is_told(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ADDRESS, address)
    with pytest.raises(NoServer, match=ADDRESS), running_databases():
        pass
