"""What a check looks at: one entry, the file before it, and the rules of its day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from partnerships.audit.judging.days import recorded_day
from partnerships.audit.judging.rules import RULES
from partnerships.audit.judging.walk import Step, Walk
from partnerships.lifecycle.entries import Entry
from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.settings import Settings

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Look:
    """One entry that the walk has come to; `settings` are those it names, or else the service's."""

    walk: Walk
    step: Step
    settings: Settings

    @property
    def entry(self) -> Entry:
        """Give the entry as the fold reads it."""
        return self.step.entry

    @property
    def before(self) -> Partnership:
        """Give the file before the entry."""
        return self.walk.partnership

    @property
    def recorded(self) -> date:
        """Give the civil day of recording; of an imported entry the day that is claimed, where one is."""
        imported = self.step.stored.chain.get("imported") or {}
        instant = imported.get("claimed") or self.entry.recorded_at
        return recorded_day(instant, self.before, self.settings)

    def row(self, rule: str, text: str, clause: str | None = None) -> Row:
        """Give a row about the entry."""
        return entry_row(self.step, rule, text, clause)


def spoken(code: object) -> str:
    """Give a code such as `begin_activity` as words."""
    return str(code).replace("_", " ")


def entry_row(step: Step, rule: str, text: str, clause: str | None = None) -> Row:
    """Give a row about an entry; of a sealed one neither who nor what is told (L4)."""
    entry, chain = step.entry, step.stored.chain
    hidden = step.stored.concerns_crisis and chain["entry"] != "transition"
    return plain_row(
        rule,
        text,
        clause,
        partnership=entry.partnership,
        sequence=entry.sequence,
        on=chain["on"],
        recorded_at=entry.recorded_at,
        actor=None if hidden else entry.actor,
        digest=entry.digest,
    )


def plain_row(rule: str, text: str, clause: str | None = None, **where: Any) -> Row:
    """Give a row in the documented shape; `where` names what is known of its place."""
    known = RULES[rule]
    return {
        "severity": str(known.severity),
        "rule": rule,
        "clause": clause or known.clause,
        **dict.fromkeys(("partnership", "sequence", "on", "recorded_at", "actor", "digest")),
        **where,
        "text": text,
    }
