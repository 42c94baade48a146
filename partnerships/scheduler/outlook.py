"""An outlook on one partnership: its file, the rules, a day, and which prompts were made already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from partnerships.lifecycle.answering import ENDLINE_KINDS
from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.settings import Rhythms, Settings
from partnerships.lifecycle.vocabulary import PromptKind
from partnerships.scheduler.asks import ASKS
from partnerships.scheduler.prompt import DuePrompt


class Track(NamedTuple):
    """What one thing is asked for and not yet made, in order of its days; only the latest come is asked.

    Those before it are missed, save those on or before `missed_after`, which were never owed.
    """

    coming: Iterable[DuePrompt]
    missed_after: date = date.min


class Outlook:
    """What the families of prompts look at; a prompt is made at most once, whatever the clock says."""

    def __init__(self, partnership: Partnership, settings: Settings, day: date) -> None:
        self.partnership = partnership
        self.settings = settings
        self.day = day
        self.category = category_of(partnership)
        self.rhythms: Rhythms = settings.rhythms(self.category)

    def rhythms_of(self, category: str) -> Rhythms:
        """Give L7 as it is in a category that may be another than the partnership's."""
        return self.rhythms if category == self.category else self.settings.rhythms(category)

    def latest(self, kind: PromptKind) -> date:
        """Give the due day of the latest prompt made of a kind that has no subjects, or the first of days."""
        return self.partnership.prompts.latest((kind,)) or date.min

    def latest_on(self, reference: str, endline: date) -> date:
        """Give the due day of the latest prompt made on an agreement's endline, or the first of days."""
        return self.partnership.prompts.latest(ENDLINE_KINDS, reference, endline) or date.min

    def never_asked(self, kind: PromptKind) -> bool:
        """Tell whether a partnership that was taken over as it ran was never asked this."""
        partnership = self.partnership
        as_it_ran = partnership.taken_over is not None and partnership.begun == [self.category]
        return as_it_ran and self.latest(kind) == date.min

    def prompt(
        self,
        kind: PromptKind,
        due_on: date,
        subject: str = "",
        *,
        evidence: int | None,
        clause: str | None = None,
        endline: date | None = None,
    ) -> DuePrompt:
        """Put a prompt together; its clause is that of its kind, unless another one is named."""
        rests_on = (evidence,) if evidence else ()
        clause = clause or ASKS[kind].clause
        return DuePrompt(self.partnership.id, kind, subject, due_on, clause, rests_on, endline)

    def once(self, prompt: DuePrompt) -> Iterator[Track]:
        """Give the track of a prompt that is asked once, unless it was."""
        if not self.partnership.prompts.has(prompt.kind, prompt.subject, prompt.due_on):
            yield Track((prompt,))


def category_of(partnership: Partnership) -> str | None:
    """Give the category by whose rhythm a partnership is asked: its own, or the one it left."""
    return partnership.category or partnership.left
