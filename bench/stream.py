"""`partnerships apply FILE` on files of different lengths: peak memory and rate."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, count, islice
from pathlib import Path
from time import perf_counter

from bench.scene import FIRST_DAY, Commands, Json

# A process's peak counts what its parent held when it was started; so a small one starts it.
_STARTER = """
import os, subprocess, sys
with open(sys.argv[1], "wb") as out:
    process = subprocess.Popen(sys.argv[2:], stdout=out, stderr=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(os.waitstatus_to_exitcode(status), usage.ru_maxrss)
"""
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Run:
    """One file applied: how many commands it held, the peak in bytes, and the seconds it took."""

    lines: int
    peak: int
    seconds: float

    @property
    def rate(self) -> float:
        """Give the commands a second, the start of the program included."""
        return self.lines / self.seconds


def measure(folder: Path, lines: int) -> Run:
    """Apply a file of so many commands to a new database on the command line; all have to be accepted."""
    file, outcomes = folder / f"{lines}.jsonl", folder / f"{lines}.outcomes"
    with file.open("w") as out:
        out.writelines(json.dumps(command) + "\n" for command in islice(_commands(), lines))
    program = [sys.executable, "-m", "partnerships.doors.cli", "--database", str(folder / f"{lines}.sqlite")]
    started = perf_counter()
    done = subprocess.run(
        [sys.executable, "-S", "-c", _STARTER, str(outcomes), *program, "apply", str(file)],
        capture_output=True,
        text=True,
        check=True,
    )
    took = perf_counter() - started
    status, peak = done.stdout.split()
    with outcomes.open() as told:
        accepted = sum('"outcome":"accepted"' in outcome.replace(" ", "") for outcome in told)
    assert (status, accepted) == ("0", lines), (status, accepted)
    return Run(lines, int(peak) * _RSS_UNIT, took)


def _commands() -> Iterator[Json]:
    """Give commands without end: one partnership after the other, from its identification to its renewals."""
    for number in count(1):
        commands = Commands(f"p-{number}")
        yield from chain(
            commands.assessed(FIRST_DAY),
            commands.begun(FIRST_DAY),
            commands.filled(FIRST_DAY),
        )
        yield from commands.round(FIRST_DAY)
