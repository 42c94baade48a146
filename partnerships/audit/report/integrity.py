"""The integrity statement: what was verified, against what, and what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from partnerships.audit.log.checkpoints import Checkpoint
from partnerships.audit.log.notes import Note, Verifier
from partnerships.audit.verifying.verify import Progress, Verification, verify
from partnerships.storage.ledger import Ledger
from partnerships.storage.log import Log

Json = dict[str, Any]

_LAYERS = (
    ("histories: every entry's bytes, digest and chain", "entries", ()),
    ("contents against what the chain says of them", "contents", ("content",)),
    ("the log over all histories, leaf by leaf", "leaves", ("log", "heads", "key")),
    ("checkpoints that the keeper has", "checkpoints", ("checkpoint",)),
    ("checkpoints that others kept", "given", ()),
)
_TOLD_APART = {layer for _, _, layers in _LAYERS for layer in layers}


def integrity(
    ledger: Ledger,
    notes: Sequence[Note] = (),
    trusted: Sequence[Verifier] = (),
    progress: Progress | None = None,
) -> Json:
    """Verify one moment of the database, and give the statement.

    `notes` are checkpoints that others kept, `trusted` keys that the auditor knows. Raises BadNote where a
    note is no checkpoint.
    """
    found = verify(ledger, notes=notes, trusted=trusted, progress=progress)
    newest = Log(ledger).latest()
    return {
        "sound": found.is_sound,
        "verdict": _verdict(found),
        "statement": _statement(found.counts),
        "layers": _layers(found),
        "faults": [fault.as_json() for fault in found.faults],
        "more": found.more,
        "counts": found.counts,
        "checkpoint": Checkpoint.of(newest).as_json() if newest and found.is_sound else None,
        "not_checked": found.not_checked,
    }


def faults_of(told: Json, id: str) -> dict[int, list[str]]:
    """Give the rules that each entry of a partnership breaks, by its sequence."""
    rules: dict[int, list[str]] = {}
    for fault in told["faults"]:
        if fault.get("partnership") == id and "sequence" in fault:
            rules.setdefault(fault["sequence"], []).append(fault["rule"])
    return rules


def _verdict(found: Verification) -> str:
    total = len(found.faults) + found.more
    if total:
        return f"{total:,} {'fault was' if total == 1 else 'faults were'} found"
    if given := found.counts["given"]:
        whose = "1 checkpoint" if given == 1 else f"{given:,} checkpoints"
        return f"no fault was found, against {whose} kept elsewhere"
    if found.counts["checkpoints"]:
        return "no fault was found, against the keeper's own checkpoints"
    return "no fault was found in the chains; there is no checkpoint"


def _statement(counts: Mapping[str, int]) -> str:
    told = [
        f"All {counts['entries']:,} entries of {counts['partnerships']:,} partnerships were looked at.",
        f"Of their contents {counts['contents']:,} are at hand, {counts['sealed']:,} sealed and"
        f" {counts['erased']:,} erased.",
    ]
    if counts["leaves"]:
        told.append(f"The log has {counts['leaves']:,} leaves and holds {counts['logged']:,} of the entries.")
    if counts["unlogged"]:
        told.append(f"{counts['unlogged']:,} entries are held by their chains alone.")
    return " ".join(told)


def _layers(found: Verification) -> list[Json]:
    """What was looked at and what was found there; what belongs nowhere else counts with the histories."""
    faults = Counter(fault.layer for fault in found.faults)
    rest = sum(count for layer, count in faults.items() if layer not in _TOLD_APART)
    return [
        {
            "what": what,
            "count": found.counts[count],
            "faults": rest if count == "entries" else sum(faults[layer] for layer in layers),
        }
        for what, count, layers in _LAYERS
    ]
