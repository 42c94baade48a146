"""A PostgreSQL server of our own, on a unix socket in a folder that goes with the process that made it."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import URL

from tests.postgresql.binaries import NoServer, User, find_binaries, server_user
from tests.postgresql.databases import ADDRESS, DRIVER, Databases, given_databases

SUPERUSER = "postgres"
PORT = 5432
# A socket's path is cut at 107 bytes on Linux and at 103 elsewhere.
LONGEST_SOCKET = 103
MEMORY = Path("/dev/shm")
ENOUGH_MEMORY = 2 * 1024**3
PATIENCE = 60

COMMON = {
    "listen_addresses": "",
    "port": str(PORT),
    "max_connections": "100",
    "log_timezone": "UTC",
    "timezone": "UTC",
}
LASTING = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
# Nothing outlives the run, so nothing is spent on surviving a crash.
PASSING = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_wal_size": "64MB",
    "min_wal_size": "32MB",
    "autovacuum": "off",
}

# Waits until the process that holds the other end of its input is gone, however that came.
KEEPER = 'cat >/dev/null; "$1" stop -m immediate -D "$2" -t 60 >/dev/null 2>&1; shift 2; rm -rf "$@"'


class Server(Databases):
    """A running server. `with Server() as server:` or `close`; it also goes when this process is killed.

    `durable` writes every commit to the disk before it is acknowledged, as a server at work does; without it
    data lies in memory where there is room. `settings` are further ones, named as in postgresql.conf.
    Raises NoServer where there is no PostgreSQL, or it does not start; its log is shown then.
    """

    def __init__(self, durable: bool = False, settings: Mapping[str, str] | None = None) -> None:
        self.durable = durable
        self.user = server_user()
        self.folder = private_folder(socket_places(), self.user)
        self.data = self.folder / "data"
        self._log = self.folder / "log"
        self._keeper: subprocess.Popen[bytes] | None = None
        chosen = COMMON | (LASTING if durable else PASSING) | dict(settings or {})
        self._settings = {**chosen, "unix_socket_directories": str(self.folder)}
        try:
            if not durable:
                self.data = roomy_folder(self.folder, self.user) / "data"
            (self.folder / "programs").mkdir()
            self.binaries = find_binaries(self.user, self.folder / "programs")
            self._keep()
            self._initdb()
            self.start()
        except BaseException:
            self._clean_up()
            raise
        query = {"host": str(self.folder), "port": str(PORT)}
        super().__init__(URL.create(DRIVER, username=SUPERUSER, database="postgres", query=query))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start it and wait until it accepts connections."""
        options = shlex.join(part for pair in self._settings.items() for part in ("-c", "=".join(pair)))
        self._control("start", "-l", str(self._log), "-o", options)

    def stop(self, mode: str = "fast") -> None:
        """Stop it and wait until it has gone: `fast` in good order, `immediate` as a crash would."""
        self._control("stop", "-m", mode)

    def restart(self, mode: str = "fast") -> None:
        """Stop and start it; after `immediate` it recovers from its log before it accepts connections."""
        self.stop(mode)
        self.start()

    @property
    def pid(self) -> int:
        """Give the number of its first process, which starts one for each connection."""
        return int((self.data / "postmaster.pid").read_text("utf-8").split()[0])

    def log(self) -> str:
        """What the server wrote so far."""
        return self._log.read_text("utf-8", errors="replace") if self._log.exists() else ""

    def close(self) -> None:
        """Stop it and remove everything it wrote."""
        self._admin.dispose()
        self._clean_up()

    def _initdb(self) -> None:
        options = ("--no-sync", "--encoding=UTF8", "--locale=C", "--auth=trust", f"--username={SUPERUSER}")
        done = self.user.run(self.binaries / "initdb", "-D", self.data, *options)
        if done.returncode:
            raise NoServer(f"PostgreSQL's initdb failed:\n{done.stdout}")

    def _control(self, action: str, *options: str) -> None:
        where = ("-D", self.data, "-w", "-t", str(PATIENCE))
        done = self.user.run(self.binaries / "pg_ctl", action, *where, *options)
        if done.returncode:
            last = "\n".join(self.log().splitlines()[-40:])
            raise NoServer(f"PostgreSQL does not {action}:\n{done.stdout}\nThe end of its log:\n{last}")

    def _keep(self) -> None:
        """Set somebody to clean up behind this process; nothing of it is asked but to be gone."""
        self.user.own(self.folder)
        folders = [str(folder) for folder in {self.folder, self.data.parent}]
        command = ["sh", "-c", KEEPER, "keeper", str(self.binaries / "pg_ctl"), str(self.data), *folders]
        self._keeper = subprocess.Popen(command, stdin=subprocess.PIPE, **self.user.options())

    def _clean_up(self) -> None:
        if self._keeper is not None and self._keeper.stdin is not None:
            self._keeper.stdin.close()
            self._keeper.wait(2 * PATIENCE)
        for folder in {self.folder, self.data.parent}:
            shutil.rmtree(folder, ignore_errors=True)


def socket_places() -> list[Path]:
    """Where a server's folder may lie: its name must leave room for a socket's path."""
    name = len(f"/pg-12345678/.s.PGSQL.{PORT}")
    places = dict.fromkeys([tempfile.gettempdir(), "/tmp", "/var/tmp", str(MEMORY)])
    return [Path(place) for place in places if len(os.fsencode(place)) + name <= LONGEST_SOCKET]


def roomy_folder(otherwise: Path, user: User) -> Path:
    """A new folder in memory, or the one given where memory has no room for data."""
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ENOUGH_MEMORY:
        return otherwise
    return private_folder([MEMORY, otherwise], user)


def private_folder(places: list[Path], user: User) -> Path:
    """A new folder, the user's alone, in the first place where the user reaches it.

    Raises NoServer where it is reached in none of them.
    """
    for place in places:
        try:
            folder = Path(tempfile.mkdtemp(prefix="pg-", dir=place))
        except OSError:
            continue
        user.own(folder)
        if user.run("test", "-w", folder).returncode == 0:
            return folder
        folder.rmdir()
    raise NoServer(f"The user {user.uid} can write in none of {', '.join(map(str, places))}.")


@contextmanager
def running_databases() -> Iterator[Databases]:
    """The databases of the server that the environment names, else those of a new server of our own."""
    with given_databases() if os.environ.get(ADDRESS) else Server() as databases:
        yield databases
