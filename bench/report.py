"""What was measured, in words: medians, their spread, the target and whether it was met."""

from __future__ import annotations

import os
import platform
import sqlite3
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter_ns

PARTS = 5


@dataclass(frozen=True)
class Result:
    """One line of the report; without a target it is there for information."""

    name: str
    value: str
    target: str = ""
    met: bool | None = None

    def __str__(self) -> str:
        verdict = {True: f"{self.target}: met", False: f"{self.target}: MISSED", None: ""}[self.met]
        return f"  {self.name:<55} {self.value:<54} {verdict}".rstrip()


def ratio(
    name: str, pairs: Sequence[tuple[int, int]], target: float | None, at_least: bool = False
) -> Result:
    """Compare the first with the second of interleaved pairs of nanoseconds, by their medians.

    The spread is that of the same ratio over five consecutive parts of the run.
    """
    first, second = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    overall = median(first) / median(second)
    size = max(len(pairs) // PARTS, 1)
    parts = [pairs[start : start + size] for start in range(0, size * (len(pairs) // size), size)]
    each = [median(a for a, _ in part) / median(b for _, b in part) for part in parts]
    value = f"{_spread(first)} against {_spread(second)}: {overall:.2f} ({min(each):.2f}-{max(each):.2f})"
    return _against(name, value, overall, target, at_least)


def rates(name: str, pairs: Sequence[tuple[float, float]], target: float, aside: str) -> Result:
    """Compare rates of interleaved turns by their medians; the spread is that of the ratio over turns."""
    first, second = (median(column) for column in zip(*pairs, strict=True))
    overall, each = first / second, [a / b for a, b in pairs]
    value = f"{first:.0f} against {second:.0f} a second: {overall:.2f} ({min(each):.2f}-{max(each):.2f})"
    return _against(name, value + aside, overall, target, at_least=True)


def _against(name: str, value: str, found: float, target: float | None, at_least: bool) -> Result:
    if target is None:
        return Result(name, value)
    words = f"at {'least' if at_least else 'most'} {target:.2f}"
    return Result(name, value, words, found >= target if at_least else found <= target)


def embedded(name: str, triples: Sequence[tuple[int, int, int]]) -> Result:
    """Say what a command adds to a host's transaction, by medians; there is no target."""
    inside, without, by_itself = (median(column) / 1e3 for column in zip(*triples, strict=True))
    value = f"{inside:.0f} us, {without:.0f} us without it: adds {inside - without:.0f} us"
    return Result(name, f"{value}; {by_itself:.0f} us by itself")


def duration(name: str, nanoseconds: Sequence[int], target_us: float) -> Result:
    """Give the median of a duration against a target in microseconds."""
    value, target = median(nanoseconds) / 1e3, f"under {target_us:.0f} us"
    return Result(name, _spread(nanoseconds), target, value < target_us)


def _spread(nanoseconds: Sequence[int]) -> str:
    lowest, *_, highest = quantiles(nanoseconds, n=10)
    return f"{median(nanoseconds) / 1e3:.0f} us ({lowest / 1e3:.0f}-{highest / 1e3:.0f})"


def machine(folder: Path) -> list[str]:
    """Say what this runs on: processor, Python, SQLite, and the file system that the databases are on."""
    load = f", load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    return [
        f"processor  {_processor()}, {os.cpu_count()} of them{load}",
        f"software   Python {platform.python_version()}, SQLite {sqlite3.sqlite_version},"
        f" {versions('SQLAlchemy', 'transitions', 'orjson')}",
        f"system     {platform.platform()}",
        f"disk       {file_system(folder)}; 4 kB are on it after {_spread(_writes(folder))}",
        f"program    {sys.executable}",
    ]


def _writes(folder: Path, count: int = 200) -> list[int]:
    """Write to a file and wait for the disk, again and again; give nanoseconds."""
    times = []
    with (folder / "writes").open("wb", buffering=0) as file:
        for _ in range(count):
            started = perf_counter_ns()
            file.write(bytes(4096))
            os.fsync(file.fileno())
            times.append(perf_counter_ns() - started)
    return times


def versions(*names: str) -> str:
    """Give installed packages with their versions."""
    return ", ".join(f"{name} {version(name)}" for name in names)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), "unknown")


def file_system(folder: Path) -> str:
    """Give device and kind of the file system that a folder is on, where the system tells."""
    try:
        mounts = [line.split()[:3] for line in Path("/proc/mounts").read_text().splitlines()]
    except OSError:
        return "unknown"
    around = [mount for mount in mounts if folder.resolve().is_relative_to(mount[1])]
    device, _, kind = max(around, key=lambda mount: len(mount[1]))
    return f"{kind} on {device}" + (", which is memory: nothing waits for a disk" if kind == "tmpfs" else "")
