"""What an export tells of an entry: ids, codes, days and digests; no text of anybody, nothing sealed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.vocabulary import RecordKind
from partnerships.storage.rows import Stored
from partnerships.workflows.histories import row
from partnerships.workflows.numbering import Numbering
from partnerships.workflows.viewer import Viewer

Fact = dict[str, Any]

FIELDS: dict[str, str] = {
    "partnership": "the partnership's id",
    "sequence": "the entry's number in its history, from 1",
    "activity": "what happened, in a word or two: the trigger, or the entry and its kind",
    "entry": "identification, record, transition, prompt, opening, withdrawal, reversal, takeover or erasure",
    "kind": "the kind of record, or of prompt",
    "trigger": "the trigger of a decision",
    "from": "the state before",
    "to": "the state after",
    "on": "the day it takes effect",
    "recorded_at": "the instant it was recorded (UTC)",
    "claimed_at": "for an imported entry, the instant that was claimed",
    "actor": "who acted: an opaque id of the host's",
    "party": "ims or partner",
    "roles": "the roles the actor held then",
    "evidence": "the sequences that a decision rested on",
    "target": "the sequence that is withdrawn, reverted or opened",
    "erased": "the sequences whose content an erasure destroyed",
    "basis": "the legal basis of an erasure",
    "second": "who decided an erasure together with the actor",
    "cycle": "which cycle of the partnership",
    "prompt": "the prompt's id",
    "due_on": "the day the prompt was due",
    "step": "what became of the prompt with this entry: asked, missed or escalated",
    "warnings": "codes of the warnings kept with a decision",
    "policy": "the policy version it was decided under",
    "policy_digest": "that version's digest",
    "settings_digest": "the digest of the settings then in force",
    "before_policy": "true where the day lies before the policy",
    "imported": "true where a past history was taken over",
    "restricted": "true for an entry of a crisis case, of which nothing more is told (L4)",
    "digest": "SHA-256 of the entry",
    "previous": "the digest of the entry before it",
    "log_position": "the entry's leaf in the log, from 0; empty where it is not yet there",
    "checkpoint_size": "the size of the first checkpoint that covers it; empty where none does yet",
}
"""Every field of an exported entry, in order, with what it means."""

#: What is left of an entry that belongs to a crisis case.
_ALWAYS = ("entry", "on", "recorded_at", "policy", "settings_digest", "imported", "digest", "previous")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry is in the log: its leaf, and the size of the first checkpoint that covers it."""

    position: int | None = None
    checkpoint: int | None = None


@dataclass(frozen=True, slots=True)
class Exported:
    """An entry's facts, and of an agreement the body, from which its period is read."""

    fact: Fact
    agreement: dict[str, Any] | None = None


def exported(stored: Stored, id: str, place: Place) -> Exported:
    """Give an entry as an IMS reader without a case sees it, without its texts."""
    # Without its content, what the chain says decides what is shown: also where a sealed content is gone.
    kept = Stored(stored.sequence, stored.digest, stored.chain, None, stored.scope)
    shown = row(kept, Partnership(id), Viewer(None), Numbering(None, ()))
    restricted = bool(shown.get("restricted"))
    fact: Fact = dict.fromkeys(FIELDS)
    fact |= {
        "partnership": id,
        "sequence": stored.sequence,
        **{name: shown[name] for name in _ALWAYS},
        "restricted": restricted,
        "roles": [],
        "evidence": [],
        "warnings": [],
        "erased": [],
        "log_position": place.position,
        "checkpoint_size": place.checkpoint,
    }
    if not restricted:
        fact |= _open(shown, stored.chain)
    fact["activity"] = _activity(fact)
    is_agreement = fact["kind"] == RecordKind.AGREEMENT and fact["entry"] == "record"
    return Exported(fact, (stored.content or {}).get("body") if is_agreement else None)


def _open(shown: dict[str, Any], chain: dict[str, Any]) -> Fact:
    actor, prompt = shown["actor"] or {}, chain.get("prompt") or {}
    named = (
        "kind",
        "trigger",
        "from",
        "to",
        "claimed_at",
        "evidence",
        "target",
        "policy_digest",
        "before_policy",
    )
    return {
        **{name: shown[name] for name in named},
        "actor": actor.get("id"),
        "party": actor.get("party"),
        "roles": actor.get("roles") or [],
        "cycle": chain.get("cycle"),
        "prompt": prompt.get("id"),
        "due_on": prompt.get("due_on"),
        "step": prompt.get("step"),
        "warnings": list(chain["warnings"]),
        "erased": list(chain.get("erased") or ()),
        "basis": chain.get("basis"),
        "second": (chain.get("second") or {}).get("id"),
    }


_PLAIN = {"withdrawal": "withdraw", "reversal": "revert", "takeover": "take_over", "opening": "open"}


def _activity(fact: Fact) -> str:
    """The name under which process mining counts an entry."""
    if fact["restricted"]:
        return "restricted"
    if fact["trigger"]:
        return str(fact["trigger"])
    named = [_PLAIN.get(fact["entry"], fact["entry"]), fact["kind"]]
    return " ".join(str(part) for part in named if part)
