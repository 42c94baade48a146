"""`python -m bench`: measure, print, and leave with 1 where a target is missed."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import decision, growth, stream, transition
from bench.report import Result, duration, machine, ratio

MEMORY = Path("/dev/shm")


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    rounds: int
    decisions: int
    lines: tuple[int, ...]
    history: int
    renewals: int


FULL = Size(rounds=400, decisions=5000, lines=(1_000, 10_000, 100_000), history=10_000, renewals=300)
QUICK = Size(rounds=40, decisions=500, lines=(500, 2_000, 5_000), history=1_000, renewals=40)


def main(arguments: list[str] | None = None) -> int:
    """Run every benchmark and give the exit status."""
    parser = argparse.ArgumentParser(prog="python3 dev.py bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small run, in about half a minute")
    parser.add_argument(
        "--folder", type=Path, help="where the databases are made (default: the temporary folder)"
    )
    options = parser.parse_args(arguments)
    size = QUICK if options.quick else FULL
    with _folder(options.folder) as folder:
        print("\n".join(machine(folder)))
        print(
            "against    bench/handwritten.py: sqlite3 by hand, the same reads, the same rows and bytes,"
            " WAL, synchronous=FULL, BEGIN IMMEDIATE\n"
            "figures    medians (tenth to ninetieth percentile)"
        )
    missed = 0
    for title, results in (
        (
            f"One command, ours against by hand, in turns, {size.rounds} times",
            _transitions(size, options.folder),
        ),
        ("The same without a disk, for information", _transitions_in_memory(size)),
        (f"decide() alone with a full file, {size.decisions} times", _decisions(size, options.folder)),
        ("partnerships apply FILE", _streams(size, options.folder)),
        (f"Renewing at {size.history} entries against ten, in turns", _growth(size, options.folder)),
    ):
        print(f"\n{title}")
        for result in results:
            print(result, flush=True)
            missed += result.met is False
    print(f"\n{'every target is met' if not missed else f'{missed} targets are missed'}")
    return 1 if missed else 0


@contextmanager
def _folder(parent: Path | None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="partnerships-bench-", dir=parent) as name:
        yield Path(name)


def _transitions(size: Size, parent: Path | None, target: float | None = 1.5) -> Iterator[Result]:
    with _folder(parent) as folder:
        times = transition.measure(folder, size.rounds)
        for column, by_hand in ((1, "bytes given"), (2, "encoding, digesting")):
            for step, each in times.items():
                pairs = [(every[0], every[column]) for every in each]
                yield ratio(f"{step}; by hand {by_hand}", pairs, target)
        apart = transition.differences(folder)
        told = f"apart in {', '.join(apart)}" if apart else "the same"
        yield Result("rows and bytes of all three", told, "the same", not apart)


def _transitions_in_memory(size: Size) -> Iterator[Result]:
    if MEMORY.is_dir():
        yield from _transitions(size, MEMORY, target=None)


def _decisions(size: Size, parent: Path | None) -> Iterator[Result]:
    with _folder(parent) as folder:
        for trigger, (fresh, warm) in decision.measure(folder, size.decisions).items():
            yield duration(f"{trigger}, freshly loaded", fresh, 60)
            yield duration(f"{trigger}, loaded before", warm, 60)


def _streams(size: Size, parent: Path | None) -> Iterator[Result]:
    with _folder(parent) as folder:
        first: stream.Run | None = None
        for lines in size.lines:
            run = stream.measure(folder, lines)
            first = first or run
            value = f"peak {run.peak / 1e6:.1f} MB, {run.seconds:.1f} s, {run.rate:.0f} a second"
            target, met = "", None
            if run is not first:
                target, met = f"peak at most 1.10 of that at {first.lines}", run.peak <= 1.1 * first.peak
            yield Result(f"{lines} commands", value, target, met)


def _growth(size: Size, parent: Path | None) -> Iterator[Result]:
    with _folder(parent) as folder:
        yield ratio("renew", growth.measure(folder, size.history, size.renewals), 1.1)


if __name__ == "__main__":
    sys.exit(main())
