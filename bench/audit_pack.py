"""A pack made and verified: entries a second, and the memory that each takes.

`python -m bench.audit_pack [ENTRIES]` runs this alone, with a bar where a person watches.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.scene import Clock, Commands, accepted, days, open_scene
from partnerships.lifecycle.canonical import commitment, entry_digest, genesis, plain_canonical

LONG = 25
"""Entries of one partnership."""

# The kernel's own high-water mark of this very process: what getrusage tells begins with the parent's.
_MEMORY = (
    "print(next(line for line in open('/proc/self/status') if 'VmHWM' in line).split()[1], file=sys.stderr)"
)
_MAKE = f"""
import sys
from partnerships import open_service
from partnerships.audit.audit import open_audit
from partnerships.audit.pack.writing import PackRequest, write_pack
from partnerships.doors.cli.progress import progress_bar
with open_service(sys.argv[1]) as service, progress_bar("packing", None) as move:
    write_pack(service, sys.argv[2], PackRequest(contents="open"), progress=move)
{_MEMORY}
"""
_VERIFY = f"""
import runpy, sys
program, *sys.argv = sys.argv[1], *sys.argv[1:]
try:
    runpy.run_path(program, run_name="__main__")
except SystemExit as stop:
    {_MEMORY}
    raise
"""


@dataclass(frozen=True)
class Step:
    """One step: seconds on the clock, seconds of a core, the most memory of its process in megabytes."""

    seconds: float
    core: float
    megabytes: float


@dataclass(frozen=True)
class Outcome:
    """A pack of so many entries: its size in megabytes, what making and what verifying it took."""

    entries: int
    megabytes: float
    logged: float
    made: Step
    verified: Step


def measure(folder: Path, entries: int, name: str = "pack") -> Outcome:
    """Make a database of so many entries, pack it with its contents, and let the pack verify itself."""
    database = folder / "ours.sqlite"
    _fill(folder, database, entries)
    logged = _checkpoint(database, folder / "log.key")
    pack = folder / name
    made = _run([sys.executable, "-c", _MAKE, str(database), str(pack)])
    if pack.suffix == ".zip":
        program, size = folder / "verify.py", pack.stat().st_size
        program.write_bytes(
            (Path(__file__).parents[1] / "partnerships/audit/standalone/verify.py").read_bytes()
        )
    else:
        program, size = pack / "verify.py", sum(file.stat().st_size for file in pack.rglob("*"))
    verified = _run([sys.executable, "-I", "-S", "-c", _VERIFY, str(program), str(pack)])
    return Outcome(entries, size / 1e6, logged, made, verified)


def _fill(folder: Path, database: Path, entries: int) -> None:
    """Let one partnership live, and write its history again under other ids, each with a chain of its own."""
    clock = Clock()
    with open_scene(folder, clock) as service:
        commands, calendar = Commands("p-0"), days()
        for command in (*commands.assessed(clock.day), *commands.begun(clock.day)):
            accepted(service, command)
        rounds = ((day, command) for day in calendar for command in commands.round(day))
        for clock.day, command in islice(rounds, LONG):
            accepted(service, command)
        with service._opened.engine.begin() as connection:
            raw: Any = connection.connection.driver_connection
            with closing(raw.cursor()) as cursor:
                query = "SELECT canonical, salt, body FROM partnerships_entry JOIN partnerships_content"
                cursor.execute(f"{query} USING (partnership_id, sequence) ORDER BY sequence LIMIT {LONG}")
                life = [(json.loads(canonical), salt, body) for canonical, salt, body in cursor.fetchall()]
                rows = islice(_copies(life), entries - LONG)
                while batch := list(islice(rows, 10_000)):
                    _insert(cursor, batch)


def _copies(life: list[tuple[Any, bytes, bytes]]) -> Iterator[tuple[str, int, str, bytes, bytes, bytes]]:
    number = 0
    while True:
        number += 1
        id = f"p-{number}"
        previous = genesis(id)
        for chain, salt, body in life:
            chain |= {"partnership": id, "previous": previous, "content": commitment(salt, body)}
            canonical = plain_canonical(chain)
            previous = entry_digest(canonical)
            yield id, chain["sequence"], previous, canonical, salt, body


def _insert(cursor: Any, batch: list[tuple[str, int, str, bytes, bytes, bytes]]) -> None:
    into = "INSERT INTO partnerships_"
    cursor.executemany(f"{into}entry VALUES (?, ?, ?, ?)", [row[:4] for row in batch])
    named = f"{into}content (partnership_id, sequence, salt, body) VALUES (?, ?, ?, ?)"
    cursor.executemany(named, [(*row[:2], *row[4:]) for row in batch])
    cursor.executemany(f"{into}outbox (partnership_id, sequence) VALUES (?, ?)", [row[:2] for row in batch])


def _checkpoint(database: Path, key: Path) -> float:
    """Take all of it into the log and sign it; gives seconds."""
    from partnerships import open_service
    from partnerships.audit.audit import open_audit

    with open_service(database) as service:
        open_audit(service).make_key(key)
        started = perf_counter()
        open_audit(service, key_file=key).checkpoint()
        return perf_counter() - started


def _run(command: list[str]) -> Step:
    started, used = perf_counter(), _core()
    done = subprocess.run(command, capture_output=True, text=True)
    seconds, core = perf_counter() - started, _core() - used
    if done.returncode:
        raise RuntimeError(f"{done.stdout}\n{done.stderr}")
    return Step(seconds, core, int(done.stderr.split()[-1]) / 1024)


def _core() -> float:
    """Give the seconds of a core that finished children took."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def lines(outcome: Outcome) -> Iterator[str]:
    """Say what was measured."""
    yield f"pack of {outcome.entries:,} entries with contents: {outcome.megabytes:,.0f} MB"
    yield f"  into the log: {outcome.logged:.1f} s, {outcome.entries / outcome.logged:,.0f} entries/s"
    for name, step in (("made", outcome.made), ("verified", outcome.verified)):
        rate = f"{outcome.entries / step.core:,.0f} entries/s of a core"
        took = f"{step.seconds:.1f} s ({step.core:.1f} s of a core)"
        yield f"  {name}: {took}, {rate}, at most {step.megabytes:,.0f} MB of memory"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as here:
        for text in lines(
            measure(Path(here), int((sys.argv[1:] or ["50000"])[0].replace("_", "")), *sys.argv[2:])
        ):
            print(text)
