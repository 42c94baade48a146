"""What an auditor waits for: histories judged again, chains verified, a pack made and verified."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import audit_chain, audit_judging, audit_pack
from bench.report import Result, ratio

CHAINS = 200_000
"""Entries a second of a core whose chains are verified, at least."""


@dataclass(frozen=True)
class Size:
    """How much is judged, verified and packed; the first three are those of judging."""

    histories: int
    years: int
    rounds: int
    chain: int
    pack: int


def judging(folder: Path, size: Size) -> Iterator[Result]:
    """Compare with what eventsourcing reads back; no verdict is taken from what was stored."""
    outcome = audit_judging.measure(folder, size.histories, size.years, size.rounds)
    rival = "eventsourcing's repository.get"
    yield ratio(f"{rival}, folding", outcome.folded, 5.0, at_least=True)
    yield ratio(f"{rival}, judging every decision", outcome.moves, 2.0, at_least=True)
    yield ratio(f"{rival}, judging records too", outcome.judged, None)
    told = f"{outcome.conform} of {outcome.decisions}"
    yield Result("conform", told, "all", outcome.conform == outcome.decisions == outcome.entries)


def verifying(folder: Path, size: Size) -> Iterator[Result]:
    """Verify a database, and a pack of it by the verifier that the pack holds."""
    chains = audit_chain.measure(folder, size.chain - size.chain % audit_chain.LIFE)
    for line in audit_chain.lines(chains):
        yield Result(line.strip(), "")
    rate = f"{chains.chains:,.0f} entries a second of a core"
    yield Result("chains verified", rate, f"at least {CHAINS:,}", chains.chains >= CHAINS)
    (folder / "packed").mkdir()
    for line in audit_pack.lines(audit_pack.measure(folder / "packed", size.pack)):
        yield Result(line.strip(), "")
