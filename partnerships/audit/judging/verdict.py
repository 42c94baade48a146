"""What comes of judging a decision again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from msgspec import Struct

from partnerships.lifecycle.entries import Entry
from partnerships.lifecycle.findings import Finding
from partnerships.lifecycle.policy import Policy
from partnerships.lifecycle.vocabulary import EntryType
from partnerships.storage.rows import Stored

Json = dict[str, Any]


_TAKEOVER = EntryType.TAKEOVER


class Outcome(StrEnum):
    """What a decision is, judged again."""

    CONFORM = "conform"
    DEVIATES = "deviates"
    NOT_EVALUABLE = "not_evaluable"


class Why(StrEnum):
    """Why a decision cannot be judged again."""

    SEALED = "sealed"
    ERASED = "erased"
    POLICY = "policy_not_at_hand"
    SETTINGS = "settings_not_at_hand"
    UNREADABLE = "unreadable"


class Verdict(Struct):
    """One decision judged again.

    `entry` is None for one that cannot even be read. `findings` are those that it should have been refused
    with, `state` is the state it leads to when judged again. `differs` names what comes out otherwise than
    was recorded: `accepted`, `from`, `state`, `evidence`, `warnings`, `findings`. `added` and `gone` are the
    codes of warnings. `judged_under` is None where it was not judged.
    """

    partnership: str
    stored: Stored
    entry: Entry | None
    outcome: Outcome
    why: Why | None = None
    judged_under: Policy | None = None
    findings: tuple[Finding, ...] = ()
    state: str | None = None
    differs: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    @property
    def sequence(self) -> int:
        """Give the sequence of the decision."""
        return self.stored.sequence

    @property
    def is_granted(self) -> bool:
        """Tell whether the decision was accepted when it was taken; only an opening is kept refused."""
        return self.entry is None or self.entry.granted

    @property
    def marks(self) -> list[str]:
        """Name what sets the entry apart: imported, taken over, judged for a day before the policy."""
        entry = self.entry
        if entry is None:
            return []
        marks = ["imported"] if entry.imported is not None else []
        if entry.entry == _TAKEOVER:
            marks.append("taken_over")
        if entry.before_policy:
            marks.append("before_policy")
        return marks

    def as_dict(self) -> Json:
        """Give the documented JSON shape; of a sealed entry neither kind nor trigger is shown (L4)."""
        chain, under = self.stored.chain, self.judged_under
        policy = chain.get("policy") or {}
        return {
            "partnership": self.partnership,
            "sequence": self.sequence,
            "entry": chain.get("entry"),
            "kind": None if self.stored.concerns_crisis else chain.get("kind"),
            "trigger": chain.get("trigger"),
            "on": chain.get("on"),
            "recorded_at": chain.get("recorded_at"),
            "digest": self.stored.digest,
            "policy": policy.get("version"),
            "policy_digest": policy.get("digest"),
            "settings_digest": chain.get("settings"),
            "judged_under": {
                "policy": under.version,
                "policy_digest": under.digest,
                "settings_digest": under.settings_digest,
            }
            if under
            else None,
            "verdict": str(self.outcome),
            "why": str(self.why) if self.why else None,
            "findings": [finding.as_dict() for finding in self.findings],
            "recorded_state": chain.get("to"),
            "state": str(self.state) if self.state else None,
            "differs": list(self.differs),
            "warnings_added": list(self.added),
            "warnings_gone": list(self.gone),
            "marks": self.marks,
        }


@dataclass(slots=True)
class Totals:
    """What came of judging many decisions."""

    outcomes: Counter[str] = field(default_factory=Counter)
    whys: Counter[str] = field(default_factory=Counter)
    marks: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    granted: int = 0
    added: int = 0
    gone: int = 0

    def add(self, verdict: Verdict) -> None:
        """Count a verdict in."""
        self.outcomes[verdict.outcome] += 1
        if verdict.why is not None:
            self.whys[verdict.why] += 1
        for mark in verdict.marks:
            self.marks[mark] += 1
        if "accepted" in verdict.differs:
            self.refused += verdict.is_granted
            self.granted += not verdict.is_granted
        if verdict.added:
            self.added += 1
        if verdict.gone:
            self.gone += 1

    @property
    def found(self) -> bool:
        """Tell whether anything comes out otherwise than was recorded, or cannot be read at all."""
        return bool(self.outcomes[Outcome.DEVIATES] or self.whys[Why.UNREADABLE])

    def as_dict(self) -> Json:
        """Give the documented JSON shape.

        `refused` and `granted` count the decisions that come out the other way, `warnings_added` and
        `warnings_gone` those that draw other warnings.
        """
        return {
            "decisions": self.outcomes.total(),
            "conform": self.outcomes[Outcome.CONFORM],
            "deviates": self.outcomes[Outcome.DEVIATES],
            "not_evaluable": self.outcomes[Outcome.NOT_EVALUABLE],
            "why": {str(why): number for why, number in sorted(self.whys.items())},
            "marks": dict(sorted(self.marks.items())),
            "refused": self.refused,
            "granted": self.granted,
            "warnings_added": self.added,
            "warnings_gone": self.gone,
        }
