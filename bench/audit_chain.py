"""The audit log measured: chains and everything verified, entries taken into the log, a receipt.

`python -m bench.audit_chain [ENTRIES]` runs this alone.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import literal_column, select

from bench.scene import Clock, Commands, accepted, days, open_scene
from partnerships import Service, open_audit, open_service
from partnerships.audit.audit import Audit
from partnerships.audit.verifying import streams
from partnerships.audit.verifying.chains import Chains
from partnerships.audit.verifying.instants import Instants
from partnerships.lifecycle.canonical import commitment, entry_digest, genesis, plain_canonical
from partnerships.storage.ledger import Ledger

LIFE = 25
"""Entries of one partnership."""

_VERIFY = """
import sys
from partnerships import open_service
from partnerships.audit.audit import Audit
with open_service(sys.argv[1]) as service:
    assert Audit(service).verify().is_sound
print(next(line for line in open('/proc/self/status') if 'VmHWM' in line).split()[1])
"""

Row = tuple[str, int, str, bytes, bytes, bytes]


@dataclass(frozen=True)
class Outcome:
    """What was measured on so many entries; rates are entries a second of a core, memory megabytes."""

    entries: int
    chains: float
    everything: float
    taken: float
    nothing_new: float
    receipt: float
    megabytes: float


def measure(folder: Path, entries: int) -> Outcome:
    """Fill an SQLite database, take it into the log, and verify it: the chains alone, then all of it."""
    database, key = folder / "ours.sqlite", folder / "log.key"
    fill(folder, entries)
    with open_service(database) as service:
        Audit(service).make_key(key)
        audit = open_audit(service, key_file=key)
        taken = entries / _took(audit.checkpoint)
        nothing_new, receipt = _took(audit.checkpoint), _took(lambda: audit.receipt("p-1", 3))
        chains = max(entries / _took(lambda: _chains(service, entries)) for _ in range(5))
        everything = entries / _took(lambda: _sound(audit))
    done = subprocess.run([sys.executable, "-c", _VERIFY, str(database)], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return Outcome(entries, chains, everything, taken, nothing_new, receipt, int(done.stdout) / 1024)


def fill(folder: Path, entries: int) -> None:
    """Let one partnership live, and write its history again under other ids, each with a chain of its own."""
    clock = Clock()
    with open_scene(folder, clock) as service:
        commands = Commands("p-0")
        for command in (*commands.assessed(clock.day), *commands.begun(clock.day)):
            accepted(service, command)
        rounds = ((day, command) for day in days() for command in commands.round(day))
        while len(service.history("p-0")) < LIFE:
            clock.day, command = next(rounds)
            accepted(service, command)
        with service._opened.engine.begin() as connection:
            raw: Any = connection.connection.driver_connection
            with closing(raw.cursor()) as cursor:
                query = "SELECT canonical, salt, body FROM partnerships_entry JOIN partnerships_content"
                cursor.execute(f"{query} USING (partnership_id, sequence) ORDER BY sequence")
                life = [(json.loads(canonical), salt, body) for canonical, salt, body in cursor.fetchall()]
                rows = _copies(life, (entries - LIFE) // LIFE)
                while batch := list(islice(rows, 10_000)):
                    _insert(cursor, batch)


def _copies(life: list[tuple[Any, bytes, bytes]], number: int) -> Iterator[Row]:
    for copy in range(1, number + 1):
        id = f"p-{copy}"
        previous = genesis(id)
        for chain, salt, body in life:
            chain |= {"partnership": id, "previous": previous, "content": commitment(salt, body)}
            canonical = plain_canonical(chain)
            previous = entry_digest(canonical)
            yield id, chain["sequence"], previous, canonical, salt, body


def _insert(cursor: Any, batch: list[Row]) -> None:
    into = "INSERT INTO partnerships_"
    cursor.executemany(f"{into}entry VALUES (?, ?, ?, ?)", [row[:4] for row in batch])
    named = f"{into}content (partnership_id, sequence, salt, body) VALUES (?, ?, ?, ?)"
    cursor.executemany(named, [(*row[:2], *row[4:]) for row in batch])
    cursor.executemany(f"{into}outbox (partnership_id, sequence) VALUES (?, ?)", [row[:2] for row in batch])
    columns = "id, sequence, head, state, name, name_key, crisis_mark, file"
    copied = (
        f"{into}partnership ({columns}) SELECT ?, ?, ?, state, name, name_key, crisis_mark, file"
        " FROM partnerships_partnership WHERE id = 'p-0'"
    )
    cursor.executemany(copied, [row[:3] for row in batch if row[1] == LIFE])


def _took(work: Callable[[], object]) -> float:
    """Give the seconds of this process's core."""
    started = process_time()
    work()
    return process_time() - started


def _chains(service: Service, entries: int) -> None:
    """Verify form, digest, place, chain and end of every history, and nothing else."""
    with service._reading() as ledger:
        chains = Chains(streams.rows(ledger, streams.projections(ledger)), Instants(()))
        faults = list(chains.check(_entries(ledger), lambda more: None))
        assert (faults, chains.entries) == ([], entries), faults[:3]


def _entries(ledger: Ledger) -> Iterator[Any]:
    entry = ledger.tables.entry
    nothing: Any = literal_column("NULL")
    columns = (*entry.c, nothing, nothing, nothing, nothing, nothing)
    return streams.stream(ledger, select(*columns).order_by(entry.c.partnership_id, entry.c.sequence))


def _sound(audit: Audit) -> None:
    found = audit.verify()
    assert found.is_sound, found.faults[:3]


def lines(outcome: Outcome) -> Iterator[str]:
    """Say what was measured."""
    yield f"{outcome.entries:,} entries on SQLite, rates a second of a core"
    yield f"  chains verified, best of five: {outcome.chains:,.0f} entries/s (target 200,000)"
    yield f"  all of it verified, contents and log too: {outcome.everything:,.0f} entries/s"
    yield f"    in at most {outcome.megabytes:,.0f} MB of memory"
    yield f"  taken into the log and signed: {outcome.taken:,.0f} entries/s"
    yield f"  a checkpoint where nothing is new: {outcome.nothing_new * 1000:.1f} ms"
    yield f"  a receipt: {outcome.receipt * 1000:.1f} ms"


if __name__ == "__main__":
    began = perf_counter()
    with tempfile.TemporaryDirectory() as here:
        count = int((sys.argv[1:] or ["100000"])[0].replace("_", ""))
        for text in lines(measure(Path(here), count - count % LIFE)):
            print(text)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(f"  {perf_counter() - began:.0f} s in all, {used.ru_utime + used.ru_stime:.0f} s of a core")
