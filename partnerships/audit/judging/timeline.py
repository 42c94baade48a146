"""A history on both its time axes: what took effect by a day, of what was known at an instant."""

from __future__ import annotations

from typing import Any

from partnerships.audit.judging.walk import Walk
from partnerships.errors import UnknownPartnership
from partnerships.lifecycle.entries import Entry
from partnerships.lifecycle.vocabulary import EntryType, Trigger
from partnerships.storage.ledger import Ledger
from partnerships.storage.rows import Stored
from partnerships.storage.unreadable import UNREADABLE, folded, unreadable
from partnerships.workflows import histories, reading
from partnerships.workflows.arguments import Day, Instant, read_day, read_id, read_instant, unknown
from partnerships.workflows.numbering import Numbering
from partnerships.workflows.service import Reader, Service
from partnerships.workflows.viewer import Viewer

Json = dict[str, Any]


def timeline(
    service: Service,
    id: str,
    *,
    actor: Reader = None,
    as_of: Day = None,
    known_at: Instant = None,
) -> Json:
    """Give the partnership as it stood on a day as known at an instant, and the entries that made it so.

    Without `as_of` nothing is left out by its day, without `known_at` nothing by its recording. Each entry
    says whether it counts, and if not why: `withdrawn`, `reverted`, or `undone` with a new cycle that was
    reverted, as far as was known then. Raises as `Service.show` does.
    """
    day, instant = read_day(as_of, "as_of"), read_instant(known_at, "known_at")
    viewer = service._viewer(actor)
    viewer.check(id)
    kept: list[Entry] = []
    rows: list[Json] = []
    later_effect = recorded_later = 0
    with service._reading() as ledger:
        history, entries = _history(ledger, id, viewer)
        partnership = folded(id, entries)
        numbering = Numbering(viewer.actor, partnership.hidden)
        for stored, entry in zip(history, entries, strict=True):
            seen = not numbering.hides(entry.sequence)
            if instant is not None and entry.recorded_at > instant:
                recorded_later += seen
            elif day is not None and entry.effective > day:
                later_effect += seen
            else:
                kept.append(entry)
                if seen:
                    rows.append(
                        histories.row(stored, partnership, viewer, numbering) | {"at": entry.sequence}
                    )
    then = folded(id, numbering.visible(entries), as_of=day, known_at=instant)
    if then.state is None:
        raise UnknownPartnership(f"partnership {id!r} was not on file then; ask for a later day or instant")
    because = _because(kept)
    return {
        "id": id,
        "as_of": day.isoformat() if day else None,
        "known_at": instant,
        "partnership": reading.described(then, viewer, numbering, day or service._context.today(then)),
        "entries": [_marked(row, because) for row in rows],
        "left_out": {"later_effect": later_effect, "recorded_later": recorded_later},
    }


def _history(ledger: Ledger, id: str, viewer: Viewer) -> tuple[list[Stored], list[Entry]]:
    """Give a history as it is kept, and as the fold reads it.

    For the operator nothing sealed is read, unless the house has turned L4 off: then it takes that to know
    the cases of the partner's own side, which stay safeguarding's.
    """
    history = list(ledger.history(read_id(id)))
    if not history:
        raise unknown(id)
    try:
        if viewer.actor is not None or not viewer.sealed:
            return history, list(ledger.entries(id))
    except UNREADABLE:
        raise unreadable(id) from None
    entries = [step.entry for step in Walk(id, iter(history))]
    if len(entries) < len(history):
        raise unreadable(id, history[len(entries)].sequence)
    return history, entries


def _because(entries: list[Entry]) -> dict[int, str]:
    """Tell of each entry that counts for nothing why, as the fold reads them."""
    because: dict[int, str] = {}
    reverted = {entry.target: entry for entry in entries if entry.entry == EntryType.REVERSAL}
    for entry in entries:
        if entry.entry == EntryType.WITHDRAWAL and entry.target is not None:
            because[entry.target] = "withdrawn"
    undone_until = 0
    for entry in entries:
        reversal = reverted.get(entry.sequence)
        if reversal is not None:
            because[entry.sequence] = "reverted"
            if entry.trigger == Trigger.REIDENTIFY:
                undone_until = reversal.sequence
        elif entry.sequence < undone_until and entry.entry == EntryType.RECORD:
            because.setdefault(entry.sequence, "undone")
    return because


def _marked(row: Json, because: dict[int, str]) -> Json:
    why = because.get(row.pop("at"))
    return row | {"counts": why is None, "because": why}
