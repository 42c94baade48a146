"""Python programs in processes that are forked from one which has our modules loaded already.

Loading them takes longer than most of what a test starts a program for. What is said of starting and ending
itself is said of a process of its own, by `subprocess`.
"""

from __future__ import annotations

import fcntl
import os
import runpy
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.reduction import DupFd
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT, TimeoutExpired
from threading import Thread, Timer
from types import ModuleType
from typing import IO, Any, Self

import pytest

LOADED = [
    "aiosqlite",
    "alembic.command",
    "asyncpg",
    "bench.clients",
    "bench.rivals.django_fsm_2",
    "bench.rivals.eventsourcing",
    "bench.rivals.python_statemachine",
    "django.core.management.commands.runserver",
    "django.db.models",
    "fastapi",
    "flask.cli",
    "partnerships.audit.audit",
    "partnerships.audit.log.sequencer",
    "partnerships.doors.cli.app",
    "partnerships.doors.serving.process",
    "partnerships.scheduler.delivery.webhook",
    "partnerships.storage.migrate",
    "partnerships.workflows.service",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.pysqlite",
    "sqlalchemy.ext.asyncio",
    "uvicorn.config",
    "uvicorn.main",
]
MODES = ("w", "r", "r")
CONTEXT = get_context("forkserver")
CONTEXT.set_forkserver_preload([*LOADED, __name__])


class Passed:
    """A file descriptor on its way into the process."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __reduce__(self) -> tuple[Any, ...]:
        return _arrived, (DupFd(self.number),)


class Program:
    """`python ARGUMENTS`, running: as much of `subprocess.Popen`, in its words, as tests ask for."""

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        stdin: int | None = None,
        stdout: int | None = None,
        stderr: int | None = None,
        env: Mapping[str, str] | None = None,
        cwd: str | Path | None = None,
        text: bool = False,
        pipesize: int | None = None,
    ) -> None:
        ours: list[IO[Any] | None] = []
        theirs: list[int] = []
        for number, wanted in enumerate((stdin, stdout, stderr)):
            opened = None
            if wanted == PIPE:
                ends = os.pipe()
                if pipesize and hasattr(fcntl, "F_SETPIPE_SZ"):
                    fcntl.fcntl(ends[0], fcntl.F_SETPIPE_SZ, pipesize)
                theirs.append(ends[number > 0])
                mode = MODES[number]
                opened = os.fdopen(ends[number == 0], mode if text else f"{mode}b")
            elif wanted == DEVNULL:
                theirs.append(os.open(os.devnull, os.O_RDWR))
            elif wanted == STDOUT:
                theirs.append(os.dup(theirs[1]))
            else:
                theirs.append(os.dup(number))
            ours.append(opened)
        self.stdin, self.stdout, self.stderr = ours
        passed = [Passed(each) for each in theirs]
        arguments = list(map(str, arguments))
        around = dict(os.environ if env is None else env)
        folder = str(Path.cwd() if cwd is None else cwd)
        self._process = CONTEXT.Process(target=_run, args=(arguments, folder, around, passed), daemon=True)
        with pytest.MonkeyPatch.context() as patched:
            # It would begin with ours otherwise.
            patched.setitem(sys.modules, "__main__", ModuleType("__main__"))
            self._process.start()
        for each in theirs:
            os.close(each)
        self.pid: int = self._process.pid  # type: ignore[assignment]

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if (status := self._process.exitcode) is None:
            raise TimeoutExpired("python", timeout or 0)
        return status

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()

    def communicate(self, timeout: float = 120) -> tuple[Any, Any]:
        said: dict[IO[Any], Any] = {}
        late = Timer(timeout, self.kill)
        late.start()
        with self:
            if self.stdin is not None:
                with suppress(BrokenPipeError):
                    self.stdin.close()
            reading = [
                Thread(target=lambda pipe=pipe: said.update({pipe: pipe.read()}))
                for pipe in (self.stdout, self.stderr)
                if pipe is not None
            ]
            for thread in reading:
                thread.start()
            for thread in reading:
                thread.join()
        late.cancel()
        return tuple(said.get(pipe) for pipe in (self.stdout, self.stderr))  # type: ignore[arg-type,return-value]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for pipe in (self.stdin, self.stdout, self.stderr):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
        self.wait()


def _arrived(descriptor: Any) -> int:
    number: int = descriptor.detach()
    return number


def _run(arguments: list[str], folder: str, around: dict[str, str], passed: list[int]) -> None:
    for number, descriptor in enumerate(passed):
        os.dup2(descriptor, number)
        os.close(descriptor)
    at_once = 1 if around.get("PYTHONUNBUFFERED") else -1
    sys.stdin = open(0, closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", buffering=at_once, closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, errors="backslashreplace", closefd=False)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(around)
    time.tzset()
    os.chdir(folder)
    sys.path.insert(0, folder)
    how, *rest = arguments
    main = sys.modules["__main__"] = ModuleType("__main__")
    if how == "-m":
        sys.argv = rest
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    elif how == "-c":
        sys.argv = [how, *rest[1:]]
        exec(compile(rest[0], "<string>", "exec"), main.__dict__)
    else:
        sys.argv = arguments
        runpy.run_path(how, run_name="__main__")
