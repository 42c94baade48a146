"""What the house itself shows: settings turned off while entries were judged, and refused attempts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from partnerships.audit.judging.checks.look import Row, entry_row, plain_row
from partnerships.audit.judging.walk import Step
from partnerships.lifecycle.findings import FindingKind, kind_of
from partnerships.lifecycle.guards.crisis import DECIDER_RAISED
from partnerships.lifecycle.settings import Settings
from partnerships.lifecycle.vocabulary import SEALED_KINDS
from partnerships.storage.ledger import Ledger

_PAGE = 500


@dataclass(slots=True)
class Used:
    """The first entry under some settings, and how many there are."""

    first: Step
    number: int = 0


@dataclass(slots=True)
class SettingsUsed:
    """Which settings entries name, by digest."""

    used: dict[str, Used] = field(default_factory=dict)

    def note(self, step: Step) -> None:
        """Count an entry in."""
        digest = step.stored.chain["settings"]
        used = self.used.get(digest)
        if used is None:
            used = self.used[digest] = Used(step)
        used.number += 1

    def rows(self, known: dict[str, Settings]) -> Iterator[Row]:
        """Give a row for each rule that was off, at the first entry under those settings."""
        for digest, used in self.used.items():
            settings = known.get(digest)
            if settings is None:
                yield entry_row(
                    used.first,
                    "settings_unknown",
                    f"{used.number} entries name the settings {digest}, which are not at hand.",
                )
                continue
            for name in turned_off(settings):
                text = f"{name} was off for {used.number} entries, the first of them here."
                yield entry_row(used.first, "setting_off", text, clause_of(name))


def turned_off(settings: Settings) -> list[str]:
    """List the house rules and readings that were off."""
    mid_term = [] if settings.l8_mid_term_months is not None else ["l8_mid_term_months"]
    return [*settings.turned_off, *mid_term]


def clause_of(setting: str) -> str:
    """Give the clause that a setting's name says; prompts belong to L7."""
    if found := re.match(r"l(\d+)_", setting):
        return f"L{found[1]}"
    if found := re.match(r"reading_s(\d+)_(\d+)", setting):
        return f"S{found[1]}.{found[2]}"
    return "L7"


def refused_attempts(ledger: Ledger, ids: Sequence[str] | None) -> Iterator[Row]:
    """Give a row for each refusal in the attempts log, in the order in which they came.

    What touches a crisis is told without who and what (L4).
    """
    table, after = ledger.tables.attempt, 0
    query = select(
        table.c.id,
        table.c.partnership_id,
        table.c.recorded_at,
        table.c.asked,
        table.c.actor,
        table.c.findings,
    ).order_by(table.c.id)
    if ids is not None:
        query = query.where(table.c.partnership_id.in_(ids))
    while page := ledger.connection.execute(query.where(table.c.id > after).limit(_PAGE)).all():
        yield from (_attempt(attempt) for attempt in page)
        after = page[-1].id


def _attempt(attempt: Any) -> Row:
    codes = [code for code in attempt.findings.split(",") if code]
    hidden = attempt.actor is None or attempt.asked in SEALED_KINDS or attempt.asked == "open"
    hidden |= DECIDER_RAISED.code in codes
    clauses = [code.rpartition(".")[0] for code in codes if not code.startswith("structure.")]
    beyond = [clause for clause in clauses if kind_of(clause) == FindingKind.AUTHORITY]
    named = [*beyond, *clauses][:1]
    return plain_row(
        "refused_authority" if beyond else "refused_attempt",
        "Something that touches a crisis was refused."
        if hidden
        else f"{attempt.asked} was refused: {', '.join(codes)}.",
        None if hidden or not named else named[0],
        partnership=attempt.partnership_id,
        recorded_at=attempt.recorded_at,
        actor=None if hidden else attempt.actor,
    )
