"""Where a server and its clients run while they are compared."""

from __future__ import annotations

import os
from contextlib import closing

import pytest

from bench import handwritten_postgresql, processors
from tests.postgresql.databases import Databases
from tests.postgresql.server import Server

pytestmark = pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity"), reason="this system does not let a process choose its processors"
)
EVERYWHERE = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()


def of_a_new_connection(server: Server) -> set[int]:
    with closing(handwritten_postgresql.connect(server.url("postgres"))) as connection:
        return os.sched_getaffinity(connection.info.backend_pid)


def test_a_server_is_kept_apart_from_its_clients_where_there_are_two_processors(server: Server) -> None:
    with processors.apart(server) as where:
        is_apart = os.sched_getaffinity(0).isdisjoint(of_a_new_connection(server))
    assert is_apart == (len(EVERYWHERE) > 1) == where.startswith("the server on processor")
    assert os.sched_getaffinity(0) == of_a_new_connection(server) == EVERYWHERE


def test_a_server_is_kept_with_its_clients(server: Server) -> None:
    with processors.together(server):
        assert os.sched_getaffinity(0) == of_a_new_connection(server) == {min(EVERYWHERE)}
    assert os.sched_getaffinity(0) == of_a_new_connection(server) == EVERYWHERE


def test_a_server_that_is_given_runs_where_it_does(server: Server) -> None:
    given = Databases(server._address)
    with processors.apart(given) as where:
        assert where == "wherever they come to run"
        assert os.sched_getaffinity(0) == EVERYWHERE
    given.close()
