"""What the house itself shows: other versions and settings turned off while entries were judged, refusals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from partnerships.audit.judging.checks.look import Row, entry_row, plain_row, spoken
from partnerships.audit.judging.walk import Step
from partnerships.lifecycle.entries import Under
from partnerships.lifecycle.findings import FindingKind, kind_of
from partnerships.lifecycle.guards.crisis import DECIDER_RAISED
from partnerships.lifecycle.policy import Policy, in_force
from partnerships.lifecycle.settings import Settings
from partnerships.lifecycle.vocabulary import SEALED_KINDS, EntryType
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
        digest = step.entry.settings
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


class VersionsUsed:
    """Which versions of the policy entries name that were not in force on their day, and which was."""

    def __init__(self, versions: Sequence[Policy]) -> None:
        """Take the versions that are at hand, in the order in which they come into force."""
        self._versions = versions
        self._at_hand = {Under(version.version, version.digest) for version in versions}
        self._used: dict[tuple[Under, str], Used] = {}

    def note(self, step: Step) -> None:
        """Count an entry in; what was taken over is judged on the day of its recording."""
        named = step.entry.policy
        if named not in self._at_hand or step.entry.entry == EntryType.TAKEOVER:
            return
        due, _ = in_force(self._versions, step.entry.on)
        if named is not None and named != Under(due.version, due.digest):
            self._used.setdefault((named, due.version), Used(step)).number += 1

    def rows(self) -> Iterator[Row]:
        """Give a row for each such version, at the first entry that names it."""
        for (named, due), used in self._used.items():
            text = f"Judged under version {named.version} on days of version {due}: {used.number} entries"
            yield entry_row(used.first, "other_policy", f"{text}, the first of them here.")


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
    codes = [code for code in str(attempt.findings).split(",") if code]
    hidden = attempt.actor is None or attempt.asked in SEALED_KINDS or attempt.asked == "open"
    hidden |= DECIDER_RAISED.code in codes
    clauses = [code.rpartition(".")[0] for code in codes if not code.startswith("structure.")]
    beyond = [clause for clause in clauses if kind_of(clause) == FindingKind.AUTHORITY]
    named = [*beyond, *clauses][:1]
    return plain_row(
        "refused_authority" if beyond else "refused_attempt",
        "Something that touches a crisis was refused."
        if hidden
        else f"{spoken(attempt.asked).capitalize()} was refused: {', '.join(codes)}.",
        None if hidden or not named else named[0],
        partnership=attempt.partnership_id,
        recorded_at=attempt.recorded_at,
        actor=None if hidden else attempt.actor,
    )
