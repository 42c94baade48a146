"""Which prompts are due on a day, which will come, and when to look again (L7)."""

from __future__ import annotations

from collections.abc import Container, Iterator
from datetime import date, timedelta
from itertools import islice, takewhile

from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.prompts import Prompt
from partnerships.lifecycle.settings import Settings
from partnerships.scheduler.endlines import endlines
from partnerships.scheduler.leaving import leaving
from partnerships.scheduler.outlook import Outlook, Track, category_of
from partnerships.scheduler.prompt import DuePrompt
from partnerships.scheduler.reviews import reviews

FAMILIES = (reviews, endlines, leaving)


def due(
    partnership: Partnership, settings: Settings, day: date, made: Container[str] = ()
) -> list[DuePrompt]:
    """Give the prompts due on or before a day that are not made yet, in order of their days.

    `day` is the civil day where the partnership is looked after. Of a rhythm only the latest is asked; the
    ones before it come as missed, save what fell due before anybody had told that the partnership runs.
    `made` are the ids of those of earlier cycles: no key is used again.
    """
    return due_and_then(partnership, settings, day, made)[0]


def due_and_then(
    partnership: Partnership, settings: Settings, day: date, made: Container[str] = ()
) -> tuple[list[DuePrompt], date | None]:
    """Give what is due by a day, and the first day after it on which more will be, once that is made."""
    known_on = partnership.known_on or date.min
    found: list[DuePrompt] = []
    later: list[date] = []
    for track in _tracks(Outlook(partnership, settings, day)):
        come: list[DuePrompt] = []
        for prompt in track.coming:
            if prompt.due_on > day:
                later.append(prompt.due_on)
                break
            if prompt.id not in partnership.prompts and prompt.id not in made:
                come.append(prompt)
        owed = [p for p in come[:-1] if p.due_on > track.missed_after and p.due_on >= known_on]
        found += [prompt._replace(missed=True) for prompt in owed]
        found += come[-1:]
    return sorted(found, key=_order), min(later, default=None)


def upcoming(partnership: Partnership, settings: Settings, first: date, last: date) -> list[DuePrompt]:
    """Give the prompts that will be due from one day to another, both included, if nothing happens."""
    tracks = _tracks(Outlook(partnership, settings, first))
    found = [prompt for track in tracks for prompt in _until(track, last) if prompt.due_on >= first]
    return sorted(found, key=_order)


def escalations(partnership: Partnership, settings: Settings, day: date) -> list[Prompt]:
    """Give the prompts that nobody answered in time by a day, and that the director is not told of yet."""
    return escalations_and_then(partnership, settings, day)[0]


def escalations_and_then(
    partnership: Partnership, settings: Settings, day: date
) -> tuple[list[Prompt], date | None]:
    """Give what nobody answered in time by a day, and the first day after it on which more will be."""
    waiting = _waiting(partnership, settings)
    if not waiting:
        return [], None
    late = [partnership.prompts.get(id) for escalates_on, id in waiting if escalates_on <= day]
    later = [escalates_on for escalates_on, _ in waiting if escalates_on > day]
    return sorted(filter(None, late), key=lambda prompt: (prompt.due_on, prompt.id)), min(later, default=None)


def next_due_on(partnership: Partnership, settings: Settings, day: date) -> date | None:
    """Give the first day on which anything is to be made or escalated, or None where nothing ever is.

    A day that is not later than `day` says: now. It holds until the next entry of the history or another
    setting.
    """
    days = [escalates_on for escalates_on, _ in _waiting(partnership, settings)]
    for track in _tracks(Outlook(partnership, settings, day)):
        days += [prompt.due_on for prompt in _first(track, partnership)]
    return min(days, default=None)


def earliest(*days: date | None) -> date | None:
    """Give the earliest of some days, of which any may be never."""
    return min((day for day in days if day is not None), default=None)


def _tracks(look: Outlook) -> Iterator[Track]:
    unasked = look.settings.l7_not_asked
    for family in FAMILIES:
        for track in family(look):
            if unasked:
                kept = (prompt for prompt in track.coming if prompt.kind not in unasked)
                track = Track(kept, track.missed_after)
            yield track


def _until(track: Track, day: date) -> Iterator[DuePrompt]:
    return takewhile(lambda prompt: prompt.due_on <= day, track.coming)


def _first(track: Track, partnership: Partnership) -> Iterator[DuePrompt]:
    unmade = (prompt for prompt in track.coming if prompt.id not in partnership.prompts)
    return islice(unmade, 1)


def _waiting(partnership: Partnership, settings: Settings) -> list[tuple[date, str]]:
    """The ids of prompts that await a first answer, each with the day on which it goes to the director."""
    days = settings.escalation_days(category_of(partnership))
    if not days:
        return []
    return [
        (made_on + timedelta(days=min(days, (date.max - made_on).days)), id)
        for made_on, id in partnership.prompts.waiting()
    ]


def _order(prompt: DuePrompt) -> tuple[date, str, str]:
    return prompt.due_on, prompt.kind, prompt.subject
