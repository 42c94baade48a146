"""The sequencer: takes entries into the log, one process at a time, and grows the tree over them."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any

from partnerships.audit.log.leaves import LeafKind, leaf_hash
from partnerships.audit.log.merkle import Tree, peaks_of
from partnerships.errors import PartnershipsError
from partnerships.storage.log import Log, Row

BATCH = 5000
"""How many entries one transaction takes: others wait for no longer than that."""

_LOG_ID = "log_id"
_ORIGIN = "partnerships/"


class LogBroken(PartnershipsError):
    """Raised when the log does not begin with what its own checkpoints signed: nothing more is signed."""


def origin_of(log: Log) -> str | None:
    """Give the log's name, or None where it has not begun."""
    id = log.meta(_LOG_ID)
    return None if id is None else _ORIGIN + id


def begin(log: Log) -> str:
    """Give the log's name; it is drawn when it is first asked for. Within a lock."""
    origin = origin_of(log)
    if origin is None:
        id = secrets.token_hex(8)
        log.keep_meta(_LOG_ID, id)
        origin = _ORIGIN + id
    return origin


def take(log: Log, limit: int = BATCH) -> bool:
    """Take entries that are not in the log yet; tells whether that was all of them. Within a lock."""
    batch = log.untaken(limit)
    entries = {(row[0], row[1]): row[2] for row in _as_written(log, batch)}
    grow(
        log,
        (
            {"kind": LeafKind.ENTRY, "partnership_id": id, "sequence": sequence, "digest": digest}
            for (id, sequence), digest in entries.items()
        ),
    )
    log.move_mark(batch)
    return len(batch) < limit


def _as_written(log: Log, batch: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
    """Give a batch in the order in which it was written, which is that of each history.

    A host's transaction may begin before another and write a history on after it: on PostgreSQL the outbox,
    which is read in the order of their beginnings, has the later entry first, by any number of batches.
    """
    rows = sorted(batch, key=itemgetter(3))
    firsts = {row[0]: row[1] for row in reversed(rows)}
    while earlier := log.untaken_before(firsts):
        rows = [*earlier, *rows]
        firsts = {row[0]: row[1] for row in earlier}
    return rows


def grow(log: Log, leaves: Iterable[Row]) -> None:
    """Append leaves with the hashes of what they complete. Within a lock."""
    tree = tree_at(log, log.size())
    log.append(list(_hashed(tree, leaves)))


def tree_at(log: Log, size: int) -> Tree:
    """Give the tree as it was at a size, from the hashes kept; raises LogBroken where one is not there."""
    try:
        return Tree(size, peaks_of(size, log.node))
    except (LookupError, ValueError) as error:
        raise LogBroken(f"{error}; run `partnerships audit verify`") from None


def _hashed(tree: Tree, leaves: Iterable[Row]) -> Iterator[dict[str, Any]]:
    for leaf in leaves:
        position = tree.size
        completed = tree.append(leaf_hash(leaf["kind"], leaf["digest"]))
        yield {
            "position": position,
            "partnership_id": None,
            "sequence": None,
            "note": None,
            **leaf,
            "kind": str(leaf["kind"]),
            "hashes": b"".join(completed),
        }
