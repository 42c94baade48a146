"""The command line as a person meets it: arguments in, a status and two streams out."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from partnerships.doors.cli import run
from tests.doors.commands import Json, lines_of, whole_life


class Ran:
    """What one run left behind."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err

    def ends(self, status: int) -> Ran:
        assert self.status == status, (self.status, self.out, self.err)
        return self

    @property
    def json(self) -> Json:
        return json.loads(self.out)

    @property
    def outcomes(self) -> list[Json]:
        return [json.loads(line) for line in self.out.splitlines()]

    def one_error_line(self) -> str:
        """The one line on standard error; nothing on standard output, and no traceback anywhere."""
        assert self.out == ""
        assert self.err.startswith("partnerships: ")
        assert self.err.count("\n") == 1, self.err
        assert "Traceback" not in self.err
        return self.err


Cli = Callable[..., Ran]


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("PARTNERSHIPS_DATABASE", "PARTNERSHIPS_KEY_FILE", "PARTNERSHIPS_DEBUG", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERM", "dumb")


@pytest.fixture
def cli(capfdbinary: pytest.CaptureFixture[bytes]) -> Cli:
    """Runs the command line in this process; `stdin` stands for what is piped in."""

    def call(*arguments: object) -> Ran:
        capfdbinary.readouterr()
        status = run([str(argument) for argument in arguments])
        sys.stdout.flush()
        sys.stderr.flush()
        out, err = capfdbinary.readouterr()
        return Ran(status, out.decode(), err.decode())

    return call


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that tests only read: one partnership that is strategic, one assessed, one with a case."""
    folder = tmp_path_factory.mktemp("lived")
    commands = folder / "commands.jsonl"
    commands.write_bytes(lines_of(whole_life()))
    status = run(["--database", str(folder / "p.sqlite"), "apply", str(commands)])
    assert status == 0
    return folder / "p.sqlite"
