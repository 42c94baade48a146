"""PostgreSQL's programs are found, and run, wherever the project lies and whoever runs the tests."""

from __future__ import annotations

import importlib.util
import json
import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgresql import binaries
from tests.postgresql.binaries import WHEEL, NoServer, find_binaries, newest_first, server_user
from tests.postgresql.server import Server

TELL = """
import json
from tests.postgresql.server import Server
with Server() as server:
    server.create("x")
    print(json.dumps({"programs": str(server.binaries), "uid": server.user.uid}))
"""


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """A folder that nobody but its owner enters, with the test server's code and the wheel in it."""
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o700)
    shutil.copytree(Path(__file__).parent, folder / "tests" / "postgresql")
    found = importlib.util.find_spec(WHEEL)
    assert found is not None
    assert found.origin is not None
    package = Path(found.origin).parent
    no_headers = shutil.ignore_patterns("include", "__pycache__")
    for part in (package, package.with_name(f"{WHEEL}.libs")):
        if part.is_dir():
            shutil.copytree(part, folder / part.name, symlinks=True, ignore=no_headers)
    return folder


def permissions(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Mode, owner and group of a folder, of all in it and of every folder above it."""
    statuses = {path: path.lstat() for path in [folder, *folder.parents, *folder.rglob("*")]}
    return {str(path): (status.st_mode, status.st_uid, status.st_gid) for path, status in statuses.items()}


def test_a_server_starts_from_a_closed_folder_and_opens_nothing(closed: Path) -> None:
    before, users = permissions(closed), pwd.getpwall()
    environment = {**os.environ, "PYTHONPATH": str(closed), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", TELL]
    done = subprocess.run(command, cwd=closed, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["uid"] != 0
    assert Path(told["programs"]).is_relative_to(closed) == (os.geteuid() != 0)
    assert Path(told["programs"]).parent.name.startswith("pginstall")
    assert not Path(told["programs"]).exists() or os.geteuid() != 0
    assert permissions(closed) == before
    assert pwd.getpwall() == users


def test_the_wheel_is_preferred_and_its_newest_version(server: Server) -> None:
    folders = list(binaries.candidates())
    of_wheel = [folder for folder in folders if binaries.is_of_wheel(folder)]
    assert of_wheel
    assert folders[: len(of_wheel)] == of_wheel
    assert server.binaries.parent.name == of_wheel[0].parent.name


def test_versions_are_numbers() -> None:
    folders = [Path("/usr/lib/postgresql") / name for name in ("9", "17", "15")]
    assert [folder.name for folder in newest_first(iter(folders))] == ["17", "15", "9"]
    folders = [Path("pginstall"), Path("pginstall18")]
    assert [folder.name for folder in newest_first(iter(folders))] == ["pginstall18", "pginstall"]


def test_programs_that_do_not_run_are_passed_over(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "spare").mkdir()
    (tmp_path / "broken" / "initdb").write_text("no program")
    monkeypatch.setattr(binaries, "candidates", lambda: iter([tmp_path / "broken", server.binaries]))
    assert find_binaries(server_user(), tmp_path / "spare") == server.binaries


def test_where_none_runs_every_place_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "candidates", lambda: iter([tmp_path / "nothing"]))
    with pytest.raises(NoServer, match="nothing"):
        find_binaries(server_user(), tmp_path)


def test_root_that_can_become_nobody_else_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(binaries, "UNPRIVILEGED", ("no-such-user",))
    with pytest.raises(NoServer, match="ordinary user"):
        server_user()
