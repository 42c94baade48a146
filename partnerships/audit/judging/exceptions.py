"""Everything out of the ordinary, in rows that an auditor goes through one by one."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from datetime import date

from partnerships.audit.judging.books import Books
from partnerships.audit.judging.checks.entries import CHECKS
from partnerships.audit.judging.checks.histories import Notes, missed_prompts
from partnerships.audit.judging.checks.house import SettingsUsed, VersionsUsed, refused_attempts
from partnerships.audit.judging.checks.look import Look, Row, entry_row, plain_row
from partnerships.audit.judging.checks.standing import standing
from partnerships.audit.judging.commands import JUDGED
from partnerships.audit.judging.portfolio import Progress, walks
from partnerships.audit.judging.walk import Walk
from partnerships.lifecycle.policy import Policy
from partnerships.storage.documents import kept_settings
from partnerships.storage.unreadable import UNREADABLE
from partnerships.workflows.arguments import Day, read_day
from partnerships.workflows.service import Service

_SAYS_NOTHING = "The entry does not say what such an entry says."


def exceptions(
    service: Service,
    ids: Iterable[str] | None = None,
    *,
    on: Day = None,
    policies: Sequence[Policy] = (),
    progress: Progress | None = None,
) -> Generator[Row, None, None]:
    """Give the exceptions of some partnerships, or of all, in order of id and sequence.

    Settings turned off and refused attempts come last. `on` is the day on which agreements have lapsed
    (default: today), `policies` bring settings of an earlier time beside those that the database keeps.
    Nothing sealed is opened or shown (L4). The rules are in `partnerships.audit.judging.rules`.

    It reads one moment of the database, held until the last row is taken. Raises UnknownPartnership for an
    id that is not on file, and BadRequest for a day that is none.
    """
    books = Books([*service._context.versions, *policies])
    day = read_day(on, "on")
    return _rows(service, None if ids is None else list(ids), day, books, progress)


def _rows(
    service: Service, ids: list[str] | None, day: date | None, books: Books, progress: Progress | None
) -> Generator[Row, None, None]:
    context, used, versions = service._context, SettingsUsed(), VersionsUsed(service._context.versions)
    with service._reading(slowly=True) as ledger:
        books.add(kept_settings(ledger))
        for walk in walks(ledger, ids, progress=progress):
            found = list(_of_history(walk, books, service, used, versions))
            if walk.steps:
                found += _standing(walk, day or context.today(walk.partnership))
            yield from sorted(found, key=lambda row: int(row["sequence"]))
        yield from versions.rows()
        yield from used.rows(books.settings)
        yield from refused_attempts(ledger, ids)


def _of_history(
    walk: Walk, books: Books, service: Service, used: SettingsUsed, versions: VersionsUsed
) -> Iterator[Row]:
    notes, look, unreadable = Notes(), None, set[int]()
    for step in walk:
        if look is not None:
            yield from _told(notes.after(look), look, unreadable)
        if step.entry.entry in JUDGED:
            used.note(step)
            versions.note(step)
        settings = books.settings.get(step.entry.settings, service._context.settings)
        look = Look(walk, step, settings)
        yield from _told(_before(notes, look), look, unreadable)
    if walk.is_cut:
        sequence = len(walk.steps) + 1
        text = "The entry cannot be read, and nothing after it."
        yield plain_row("unreadable", text, partnership=walk.partnership.id, sequence=sequence)
    if look is not None:
        yield from _told(notes.after(look), look, unreadable)
        yield from notes.at_the_end()
        yield from missed_prompts(walk.partnership, look)


def _standing(walk: Walk, day: date) -> list[Row]:
    try:
        return list(standing(walk, day))
    except UNREADABLE:
        text = "The history does not say where the partnership stands."
        return [entry_row(walk.steps[-1], "unreadable", text)]


def _before(notes: Notes, look: Look) -> Iterator[Row]:
    for check in CHECKS:
        yield from check(look)
    yield from notes.before(look)
    if look.step.says_nothing:
        raise ValueError(look.entry.sequence)


def _told(rows: Iterable[Row], look: Look, unreadable: set[int]) -> list[Row]:
    """Give the rows about an entry, or once the one that it is none."""
    try:
        return list(rows)
    except UNREADABLE:
        is_new = look.entry.sequence not in unreadable
        unreadable.add(look.entry.sequence)
        return [look.row("unreadable", _SAYS_NOTHING)] if is_new else []
