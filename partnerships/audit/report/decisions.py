"""A page for each decision: what was decided, on what evidence, under which policy, and what replay says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from partnerships.lifecycle.policy import Policy
from partnerships.lifecycle.vocabulary import EntryType, State, Trigger
from partnerships.storage.unreadable import unreadable

Json = dict[str, Any]

PAGED = frozenset(
    {
        EntryType.IDENTIFICATION,
        EntryType.TRANSITION,
        EntryType.TAKEOVER,
        EntryType.REVERSAL,
        EntryType.ERASURE,
    }
)
"""The entries of a partnership that get a page each."""

_COPIED = (
    "sequence",
    "entry",
    "kind",
    "trigger",
    "from",
    "to",
    "on",
    "recorded_at",
    "claimed_at",
    "imported",
    "imported_by",
    "before_policy",
    "actor",
    "reason",
    "via",
    "target",
    "granted",
    "erases",
    "basis",
    "second",
    "policy",
    "policy_digest",
    "settings_digest",
    "warnings",
    "digest",
    "previous",
)
_OF_EVIDENCE = ("sequence", "entry", "kind", "on", "recorded_at", "actor", "body", "digest", "sealed")


class Pages:
    """Makes the pages of one partnership's decisions from its history and the verdicts on it."""

    def __init__(
        self,
        id: str,
        history: Sequence[Json],
        verdicts: Mapping[int, Json],
        places: Mapping[int, Json],
        faults: Mapping[int, Sequence[str]],
        policies: Iterable[Policy],
    ) -> None:
        self._id = id
        self._rows = {row["sequence"]: row for row in history}
        self._verdicts = verdicts
        self._places, self._faults = places, faults
        self._policies = {(each.version, each.digest, each.settings_digest): each for each in policies}
        self._undone: dict[int, list[Json]] = {}
        for row in history:
            if row["target"] and row["entry"] in (EntryType.WITHDRAWAL, EntryType.REVERSAL):
                self._undone.setdefault(row["target"], []).append(row)
            for sequence in row["erases"] or ():
                self._undone.setdefault(sequence, []).append(row)

    def decisions(self) -> list[int]:
        """Give the sequences of what moved the partnership, took a move back, or erased."""
        return [sequence for sequence, row in self._rows.items() if row["entry"] in PAGED]

    def page(self, sequence: int) -> Json:
        """Give the page of one entry; raises PartnershipsError where the history could not be read to it."""
        if sequence not in self._rows:
            raise unreadable(self._id, max(self._rows, default=0) + 1)
        row = self._rows[sequence]
        restricted = bool(row.get("restricted"))
        verdict = self._verdicts.get(sequence)
        return {
            "partnership": self._id,
            **{name: row.get(name) for name in _COPIED},
            "restricted": restricted,
            "body": row.get("body") if row["entry"] in (EntryType.RECORD, EntryType.IDENTIFICATION) else None,
            "evidence": [self._evidence(each) for each in row["evidence"] if each in self._rows],
            "evidence_hidden": sum(each not in self._rows for each in row["evidence"]),
            "clauses": None if restricted else self._clauses(row, verdict),
            "undone_by": self._undoing(sequence),
            "verdict": verdict and _short(verdict),
            "faults": list(self._faults.get(sequence, ())),
            "log": self._places.get(sequence),
        }

    def _evidence(self, sequence: int) -> Json:
        row = self._rows[sequence]
        told = {name: row.get(name) for name in _OF_EVIDENCE}
        return {
            **told,
            "restricted": bool(row.get("restricted")),
            "undone_by": self._undoing(sequence),
            "faults": list(self._faults.get(sequence, ())),
        }

    def _undoing(self, sequence: int) -> list[Json]:
        return [
            {name: row[name] for name in ("sequence", "entry", "on", "reason")}
            for row in self._undone.get(sequence, ())
        ]

    def _clauses(self, row: Json, verdict: Json | None) -> list[Json] | None:
        """The clauses that the trigger asks of this decision; None where its policy is not at hand."""
        policy = self._policies.get((row["policy"], row["policy_digest"], row["settings_digest"]))
        if policy is None or row["trigger"] is None or row["to"] is None:
            return None
        warned = {warning["clause"] for warning in row["warnings"]}
        unmet = {finding["clause"] for finding in (verdict or {}).get("findings", ())}
        return [
            {
                "clause": id,
                "strength": str(policy.clauses[id].strength),
                "text": policy.clauses[id].text,
                "reading": policy.clauses[id].reading,
                "held": "unmet" if id in unmet else "warned" if id in warned else "met",
                "warns_only": warns_only,
            }
            for id, warns_only in _asked(policy, row)
        ]


def _asked(policy: Policy, row: Json) -> Iterator[tuple[str, bool]]:
    """Give each clause that the guards of a trigger ask, once, and whether they only warn of it."""
    guards = policy.guards[Trigger(row["trigger"]), State(row["to"])]
    warns_only: dict[str, bool] = {}
    for guard in guards:
        for clause in guard.clauses:
            warns_only[clause] = warns_only.get(clause, True) and guard.warns
    order = {id: number for number, id in enumerate(policy.clauses)}
    yield from sorted(warns_only.items(), key=lambda item: order[item[0]])


def _short(verdict: Json) -> Json:
    kept = (
        "verdict",
        "why",
        "judged_under",
        "findings",
        "differs",
        "warnings_added",
        "warnings_gone",
        "marks",
    )
    return {name: verdict[name] for name in kept}
