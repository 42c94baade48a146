"""`python -m bench`: measure, print, and leave with 1 where a target is missed."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine

from bench import (
    alarms,
    audits,
    clients,
    decision,
    embedded,
    growth,
    processors,
    side_by_side,
    stream,
    sweep,
    transition,
)
from bench.places import Files, Place, ServerDatabases
from bench.report import Result, duration, file_system, machine, rates, ratio, versions
from bench.report import embedded as embedded_cost
from tests.postgresql.binaries import NoServer
from tests.postgresql.databases import ADDRESS, Databases, given_databases
from tests.postgresql.server import Server

MEMORY = Path("/dev/shm")


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    rounds: int
    decisions: int
    lines: tuple[int, ...]
    history: int
    renewals: int
    load: clients.Load
    turns: int
    sweep: sweep.Size
    audit: audits.Size


FULL = Size(
    rounds=400,
    decisions=5000,
    lines=(1_000, 10_000, 100_000),
    history=10_000,
    renewals=300,
    load=clients.Load(clients=8, partnerships=1_000, seconds=4, turns=6),
    turns=300,
    sweep=sweep.Size(due=1_000, rounds=10, portfolio=1_000_000, sweeps=50, jobs=5_000),
    audit=audits.Size(histories=32, years=10, rounds=40, chain=500_000, pack=1_000_000),
)
QUICK = Size(
    rounds=40,
    decisions=500,
    lines=(500, 2_000, 5_000),
    history=1_000,
    renewals=40,
    load=clients.Load(clients=8, partnerships=100, seconds=1, turns=2),
    turns=40,
    sweep=sweep.Size(due=1_000, rounds=5, portfolio=20_000, sweeps=20, jobs=1_000),
    audit=audits.Size(histories=32, years=10, rounds=10, chain=50_000, pack=50_000),
)


@dataclass
class Bench:
    """What every section needs: the size, where folders are made, and the PostgreSQL server."""

    size: Size
    parent: Path | None
    server: Databases | None = None

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """Give a new folder that is removed at the end."""
        with tempfile.TemporaryDirectory(prefix="partnerships-bench-", dir=self.parent) as name:
            yield Path(name)

    @contextmanager
    def files(self) -> Iterator[Place]:
        """Give a folder for SQLite files."""
        with self.folder() as folder:
            yield Files(folder)

    @contextmanager
    def databases(
        self, where: Callable[[Databases], AbstractContextManager[str]] | None = None
    ) -> Iterator[Place]:
        """Give a place for databases of the server, which runs `where` that says, or where it comes to."""
        assert self.server is not None
        with ExitStack() as stack:
            folder = stack.enter_context(self.folder())
            if where is not None:
                print(f"  {stack.enter_context(where(self.server))}")
            yield stack.enter_context(ServerDatabases(self.server, folder))

    def server_apart(self) -> AbstractContextManager[Place]:
        """Give a place for databases of the server, on a processor of its own."""
        return self.databases(processors.apart)


def _sqlite(bench: Bench, target: float | None = 1.3) -> Iterator[Result]:
    with bench.files() as place:
        yield from _transitions(bench, place, target)


def _memory(bench: Bench) -> Iterator[Result]:
    if MEMORY.is_dir():
        yield from _sqlite(Bench(bench.size, MEMORY), target=None)


def _postgresql(bench: Bench) -> Iterator[Result]:
    with bench.server_apart() as place:
        yield from _transitions(bench, place, 0.9)


def _together(bench: Bench) -> Iterator[Result]:
    with bench.databases(processors.together) as place:
        yield from _transitions(bench, place, None)


def _transitions(bench: Bench, place: Place, target: float | None) -> Iterator[Result]:
    times = transition.measure(place, bench.size.rounds)
    for way, steps in times.items():
        for step, pairs in steps.items():
            yield ratio(f"{step}; by hand {way}", pairs, None if way == transition.PIPELINED else target)
    apart = transition.differences(place)
    told = f"apart in {', '.join(apart)}" if apart else "the same"
    yield Result("rows and bytes of all", told, "the same", not apart)


def _clients(bench: Bench) -> Iterator[Result]:
    with bench.databases() as place:
        shared, own = clients.measure(place, bench.size.load)
    for name, pairs in (("all on the same", shared), ("each on its own", own)):
        others = sum(run.others for pair in pairs for run in pair)
        aside = f"; {others} outcomes were no acceptance" if others else ""
        yield rates(name, [(ours.rate, by_hand.rate) for ours, by_hand in pairs], 1.0, aside)


def _embedded(bench: Bench) -> Iterator[Result]:
    for opened in (bench.files, bench.server_apart):
        with opened() as place:
            yield embedded_cost(f"renew, {place.name}", embedded.measure(place, bench.size.turns))


def _rivals(bench: Bench) -> Iterator[Result]:
    for opened, target in ((bench.files, 1.5), (bench.server_apart, 2.0)):
        with opened() as place:
            outcome = side_by_side.measure(place, bench.size.turns, warm_up=5)
            ours = outcome.times[side_by_side.OURS]
            for name in side_by_side.RIVALS:
                pairs = list(zip(outcome.times[name], ours, strict=True))
                aimed = None if name in side_by_side.TUNED else target
                yield ratio(f"{place.name}: {name}", pairs, aimed, at_least=True)
            amiss = side_by_side.amiss(place, outcome, bench.size.turns + 5)
            told = f"not {', '.join(amiss)}" if amiss else "all"
            yield Result(f"{place.name}: recorded, and on disk", told, "all", not amiss)


def _decisions(bench: Bench) -> Iterator[Result]:
    with bench.folder() as folder:
        for trigger, (fresh, warm) in decision.measure(folder, bench.size.decisions).items():
            yield duration(f"{trigger}, freshly loaded", fresh, 60)
            yield duration(f"{trigger}, loaded before", warm, 60)


def _streams(bench: Bench) -> Iterator[Result]:
    with bench.folder() as folder:
        first: stream.Run | None = None
        for lines in bench.size.lines:
            run = stream.measure(folder, lines)
            first = first or run
            value = f"peak {run.peak / 1e6:.1f} MB, {run.seconds:.1f} s, {run.rate:.0f} a second"
            target, met = "", None
            if run is not first:
                target, met = f"peak at most 1.10 of that at {first.lines}", run.peak <= 1.1 * first.peak
            yield Result(f"{lines} commands", value, target, met)


def _growth(bench: Bench) -> Iterator[Result]:
    with bench.folder() as folder:
        yield ratio("renew", growth.measure(folder, bench.size.history, bench.size.renewals), 1.1)


def _sweeps(bench: Bench) -> Iterator[Result]:
    size = bench.size.sweep
    for opened in (bench.files, bench.databases):
        with opened() as place:
            for way, pairs in sweep.due(place, size.due, size.rounds).items():
                yield ratio(f"{place.name}: {size.due} due; by hand {way}", pairs, 3.0)
            apart = sweep.differences(place, size.rounds)
            told = f"apart in {', '.join(apart)}" if apart else "the same"
            yield Result(f"{place.name}: rows and bytes of all", told, "the same", not apart)
            for portfolio in (size.due, size.portfolio):
                times = sweep.idle(place, portfolio, size.sweeps)
                yield duration(f"{place.name}: nothing due of {portfolio}", times, 5000)
    with bench.folder() as folder:
        for name, alarm in alarms.measure(folder, size.jobs, size.due).items():
            yield Result(f"APScheduler, a job a partnership: {name}", str(alarm))


def _judging(bench: Bench) -> Iterator[Result]:
    with bench.folder() as folder:
        yield from audits.judging(folder, bench.size.audit)


def _verifying(bench: Bench) -> Iterator[Result]:
    with bench.folder() as folder:
        yield from audits.verifying(folder, bench.size.audit)


@dataclass(frozen=True)
class Section:
    """One part of the report."""

    title: str
    results: Callable[[Bench], Iterator[Result]]
    needs_server: bool = False


SECTIONS = {
    "sqlite": Section("One command on SQLite, ours against by hand, in turns", _sqlite),
    "memory": Section("The same without a disk, for information", _memory),
    "postgresql": Section("One command on PostgreSQL, ours against by hand, in turns", _postgresql, True),
    "together": Section("The same with all on one processor, for information", _together, True),
    "clients": Section("Many clients on PostgreSQL, ours against by hand, in turns", _clients, True),
    "embedded": Section("Inside a host's transaction, for information", _embedded, True),
    "rivals": Section("What others would use, against ours, in turns", _rivals, True),
    "decide": Section("decide() alone with a full file", _decisions),
    "apply": Section("partnerships apply FILE", _streams),
    "sweep": Section("The sweep, ours against by hand, in turns", _sweeps, True),
    "judging": Section("Histories folded and judged again, in turns", _judging),
    "verifying": Section("A database and a pack verified", _verifying),
    "growth": Section("Renewing at a long history against ten entries, in turns", _growth),
}


def main(arguments: list[str] | None = None) -> int:
    """Run every benchmark, or those that are named, and give the exit status."""
    parser = argparse.ArgumentParser(prog="python3 dev.py bench", description=__doc__)
    parser.add_argument("sections", nargs="*", help=f"what to measure: {', '.join(SECTIONS)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="a small run, in about a minute")
    parser.add_argument(
        "--folder", type=Path, help="where SQLite's files are made (default: the temporary folder)"
    )
    options = parser.parse_args(arguments)
    unknown = [name for name in options.sections if name not in SECTIONS]
    if unknown:
        parser.error(f"there is no section {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    sections = [SECTIONS[name] for name in options.sections or SECTIONS]
    bench = Bench(QUICK if options.quick else FULL, options.folder)
    try:
        with ExitStack() as stack:
            if any(section.needs_server for section in sections):
                bench.server = stack.enter_context(_server())
            return _run(bench, sections)
    except NoServer as error:
        print(error, file=sys.stderr)
        return 2


def _run(bench: Bench, sections: list[Section]) -> int:
    with bench.folder() as folder:
        print("\n".join(machine(folder)))
    if bench.server is not None:
        print("\n".join(_versions_of(bench.server)))
    print(
        "figures    medians (tenth to ninetieth percentile)\n"
        "against    bench/handwritten.py, bench/handwritten_postgresql.py, bench/handwritten_sweep.py,"
        " bench/rivals/"
    )
    missed = 0
    for section in sections:
        print(f"\n{section.title}")
        for result in section.results(bench):
            print(result, flush=True)
            missed += result.met is False
    print(f"\n{'every target is met' if not missed else f'{missed} targets are missed'}")
    return 1 if missed else 0


def _server() -> AbstractContextManager[Databases]:
    """Give the server that the environment names, or one of our own that waits for the disk."""
    return given_databases() if os.environ.get(ADDRESS) else Server(durable=True)


def _versions_of(server: Databases) -> list[str]:
    engine = create_engine(server.url("postgres"))
    with engine.connect() as connection:
        asked = {
            name: connection.exec_driver_sql(f"SHOW {name}").scalar()
            for name in ("server_version", "fsync", "synchronous_commit", "shared_buffers")
        }
    engine.dispose()
    where = f"on {file_system(server.folder)}, by a unix socket" if isinstance(server, Server) else "as given"
    number = asked.pop("server_version")
    return [
        f"postgresql {number}, {', '.join(f'{name} {value}' for name, value in asked.items())}; {where}",
        f"drivers    {versions('psycopg', 'psycopg-binary')}",
        f"others     {versions(*side_by_side.LIBRARIES)}",
    ]


if __name__ == "__main__":
    sys.exit(main())
