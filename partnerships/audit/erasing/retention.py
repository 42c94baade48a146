"""Retention: which contents are past the time that the house set for them; nothing is erased by it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from partnerships.audit.judging.portfolio import Progress, how_many
from partnerships.lifecycle.days import add_months
from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.settings import Settings
from partnerships.lifecycle.vocabulary import EntryType, RecordKind
from partnerships.storage.holds import holds
from partnerships.storage.ledger import Ledger
from partnerships.storage.rows import Stored
from partnerships.workflows import portfolio
from partnerships.workflows.arguments import Day, read_day
from partnerships.workflows.service import Service

Row = dict[str, Any]

ENDED = "ended"
"""The rule for whole partnerships; the others are kinds of records."""


def due_for_erasure(service: Service, *, on: Day = None, progress: Progress | None = None) -> Iterator[Row]:
    """Give what is past its retention on a day (today where each partnership is), by partnership and rule.

    A row: {"partnership", "rule", "since" (the day from which it is due), "entries": [sequences], "held"}.
    `ended` counts from the day on which the partnership ended, and takes all its contents; a record kind
    counts from the record's own day, and takes those that no longer count. Raises BadRequest for a day that
    cannot be.
    """
    day = read_day(on, "on")
    settings = service._context.settings
    if not settings.retention_ended_months and not any(settings.retention_months.values()):
        return
    with service._reading(slowly=True) as ledger:
        held = {hold.partnership for hold in holds(ledger, standing=True)}
        total = how_many(ledger) if progress else None
        for done, id in enumerate(_ids(ledger)):
            if progress is not None:
                progress(done, total)
            partnership = ledger.load(id)
            today = day or service._context.today(partnership)
            for row in _due(partnership, list(ledger.history(id)), settings, today):
                yield row | {"held": id in held}


def _ids(ledger: Ledger) -> Iterator[str]:
    after = ""
    while page := portfolio.ids(ledger, after):
        yield from page
        after = page[-1]


def _due(partnership: Partnership, history: list[Stored], settings: Settings, day: date) -> Iterator[Row]:
    # What an erasure says of itself stays: without it the history could not be read.
    left = [
        stored for stored in history if not stored.is_erased and stored.chain["entry"] != EntryType.ERASURE
    ]
    move = partnership.move
    if settings.retention_ended_months and partnership.ended_as is not None and move is not None:
        since = add_months(move.on, settings.retention_ended_months)
        if since <= day and left:
            yield _row(partnership.id, ENDED, since, [stored.sequence for stored in left])
            return
    standing = set() if partnership.ended_as else _standing(partnership)
    for kind, months in sorted(settings.retention_months.items()):
        found = [
            (add_months(date.fromisoformat(stored.chain["on"]), months), stored.sequence)
            for stored in left
            if months and stored.sequence not in standing and _is_of(stored, kind)
        ]
        past = [(since, sequence) for since, sequence in found if since <= day]
        if past:
            yield _row(partnership.id, str(kind), min(past)[0], [sequence for _, sequence in past])


def _is_of(stored: Stored, kind: str) -> bool:
    chain = stored.chain
    if chain["entry"] in (EntryType.IDENTIFICATION, EntryType.TAKEOVER):
        return kind == RecordKind.PARTNER_PROFILE
    return bool(chain["entry"] == EntryType.RECORD and chain["kind"] == kind)


def _standing(partnership: Partnership) -> set[int]:
    """The sequences of the versions that count on a running partnership's file, and of its open cases."""
    file = partnership.file
    lines = [
        version
        for line in file.agreements.values()
        for version in (line.draft, line.accepted, line.counting, line.resumes, *line.older)
        if version is not None
    ]
    counting = {filed.sequence for filed in (*file.records.values(), *lines, *file.registers.values())}
    cases = {sequence for case in partnership.open_cases for sequence in case.entries}
    return counting | cases


def _row(id: str, rule: str, since: date, entries: list[int]) -> Row:
    return {"partnership": id, "rule": rule, "since": since.isoformat(), "entries": entries}
