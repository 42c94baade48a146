"""A partnership's history as one reader sees it: who did what, when, on what evidence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from partnerships.lifecycle.findings import NOTICES
from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.vocabulary import EntryType, PromptKind
from partnerships.scheduler.addressees import concerns_partner
from partnerships.scheduler.asks import ASKS
from partnerships.storage.ledger import Ledger
from partnerships.storage.rows import Stored
from partnerships.storage.unreadable import UNREADABLE, unreadable
from partnerships.workflows.arguments import read_count, read_limit
from partnerships.workflows.numbering import Numbering
from partnerships.workflows.viewer import Viewer

Row = dict[str, Any]


def history(
    ledger: Ledger, partnership: Partnership, viewer: Viewer, *, after: int = 0, limit: int | None = None
) -> list[Row]:
    """Give the entries after a number of the reader's view, in order."""
    numbering = Numbering(viewer.actor, partnership.hidden)
    number, most = read_count(after, "after"), read_limit(limit)
    start = numbering.real(number) if number else 0
    rows: list[Row] = []
    for stored in ledger.history(partnership.id, after=partnership.sequence if start is None else start):
        if most is not None and len(rows) >= most:
            break
        if not numbering.hides(stored.sequence):
            rows.append(row(stored, partnership, viewer, numbering))
    return rows


def row(stored: Stored, partnership: Partnership, viewer: Viewer, numbering: Numbering) -> Row:
    """Give one entry in the contract's shape, as the reader may see it; raises for one that says none."""
    try:
        return _row(stored, partnership, viewer, numbering)
    except UNREADABLE:
        raise unreadable(partnership.id, stored.sequence) from None


def _row(stored: Stored, partnership: Partnership, viewer: Viewer, numbering: Numbering) -> Row:
    shown = _shown(stored, numbering)
    is_crisis = stored.concerns_crisis and stored.chain["entry"] != EntryType.TRANSITION
    if is_crisis and not viewer.sees_crisis(partnership, _about(stored)):
        return _restricted(shown)
    # That what is sealed was erased is said by an entry that the partner's side does not see.
    is_sealed = stored.concerns_crisis if viewer.is_partner else stored.is_sealed
    if viewer.is_partner:
        # The chain skips what this side does not see, so its links would betray it.
        shown["digest"] = shown["previous"] = None
        shown["via"] = None
        # L6 speaks of a crisis in another partnership, and a sealed entry's warnings of its own.
        shown["warnings"] = [
            warning for warning in shown["warnings"] if warning["clause"] != "L6" and not is_sealed
        ]
        if stored.chain["entry"] == EntryType.PROMPT and not _asks_partner(stored, partnership):
            # What IMS alone is asked is not said here; that it was asked something may show.
            return {**shown, "kind": None, "prompt": None, "evidence": [], "body": None, "sealed": False}
    kind = shown["kind"] or ("partner_profile" if stored.content else None)
    body = (stored.content or {}).get("body")
    shown["body"] = viewer.body(str(kind), _renumbered(body, numbering))
    shown["sealed"] = is_sealed
    shown["erased"] = stored.is_erased and not is_sealed
    return shown


def _asks_partner(stored: Stored, partnership: Partnership) -> bool:
    prompt = partnership.prompts.get(stored.chain["prompt"]["id"])
    if prompt is not None:
        return concerns_partner(partnership, prompt)
    # One of an earlier cycle: its plan is gone from the file, so that its kind alone tells.
    return ASKS[PromptKind(stored.chain["kind"])].both_sides


def _about(stored: Stored) -> int:
    """The sequence whose case an entry belongs to: its own, or that of what it withdraws or opens."""
    return int(stored.chain.get("target", stored.sequence))


def _renumbered(body: dict[str, Any] | None, numbering: Numbering) -> dict[str, Any] | None:
    if body is not None and "about" in body:
        return {**body, "about": numbering.seen(body["about"])}
    return body


def _shown(stored: Stored, numbering: Numbering) -> Row:
    chain, content = stored.chain, stored.content or {}
    imported = chain.get("imported")
    target = chain.get("target")
    return {
        "sequence": numbering.seen(stored.sequence),
        "entry": chain["entry"],
        "kind": chain.get("kind"),
        "trigger": chain.get("trigger"),
        "from": chain.get("from"),
        "to": chain.get("to"),
        "on": chain["on"],
        "recorded_at": chain["recorded_at"],
        "actor": chain["actor"],
        "reason": content.get("reason"),
        "evidence": list(_seen(chain.get("evidence", ()), numbering)),
        "target": numbering.seen(target) if target else None,
        "prompt": chain.get("prompt"),
        "policy": chain["policy"]["version"],
        "policy_digest": chain["policy"]["digest"],
        "before_policy": chain.get("before_policy", False),
        "settings_digest": chain["settings"],
        "via": {"door": chain["door"], "principal": content.get("principal")},
        "imported": imported is not None,
        "claimed_at": imported.get("claimed") if imported else None,
        "imported_by": imported["by"] if imported else None,
        "granted": chain.get("granted"),
        "erases": list(_seen(chain["erased"], numbering)) if "erased" in chain else None,
        "basis": chain.get("basis"),
        "second": chain.get("second"),
        "warnings": content.get("warnings") or [NOTICES[code].as_dict() for code in chain["warnings"]],
        "digest": stored.digest,
        "previous": chain["previous"],
    }


def _seen(sequences: Any, numbering: Numbering) -> Iterator[int]:
    for sequence in sequences:
        number = numbering.seen(sequence)
        if number is not None and not numbering.hides(sequence):
            yield number


def _restricted(shown: Row) -> Row:
    """That something sealed happened, to an IMS reader whom its case does not concern (L4)."""
    kept = ("sequence", "entry", "on", "recorded_at", "policy", "settings_digest", "imported")
    chained = ("digest", "previous")
    return {
        **dict.fromkeys(shown),
        **{name: shown[name] for name in (*kept, *chained)},
        "evidence": [],
        "warnings": [],
        "restricted": True,
        "body": None,
        "sealed": True,
    }
