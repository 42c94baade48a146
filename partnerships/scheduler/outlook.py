"""An outlook on one partnership: its file, the rules, a day, and which prompts were made already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from partnerships.lifecycle.answering import ENDLINE_KINDS
from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.settings import Rhythms, Settings
from partnerships.lifecycle.vocabulary import PromptKind
from partnerships.scheduler.asks import ASKS
from partnerships.scheduler.prompt import DuePrompt

Key = tuple[PromptKind, str, date]


@dataclass(frozen=True, slots=True)
class Track:
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
        self.rhythms: Rhythms = settings.rhythms(category_of(partnership))
        self._prompts = partnership.prompts.values()
        self._keys = {(prompt.kind, prompt.subject, prompt.due_on) for prompt in self._prompts}

    def latest(self, kind: PromptKind) -> date:
        """Give the due day of the latest prompt made of a kind that has no subjects, or the first of days."""
        return max((key[2] for key in self._keys if key[0] == kind), default=date.min)

    def latest_on(self, reference: str, endline: date) -> date:
        """Give the due day of the latest prompt made on an agreement's endline, or the first of days."""
        return max(
            (
                prompt.due_on
                for prompt in self._prompts
                if prompt.endline == endline and prompt.subject == reference and prompt.kind in ENDLINE_KINDS
            ),
            default=date.min,
        )

    def is_open(self, kind: PromptKind) -> bool:
        """Tell whether a prompt of a kind awaits an answer."""
        return any(prompt.kind == kind and prompt.is_open for prompt in self._prompts)

    def never_asked(self, kind: PromptKind) -> bool:
        """Tell whether a partnership that was taken over as it ran was never asked this."""
        partnership = self.partnership
        as_it_ran = partnership.taken_over is not None and partnership.taken_over == partnership.since
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
        if (prompt.kind, prompt.subject, prompt.due_on) not in self._keys:
            yield Track((prompt,))


def category_of(partnership: Partnership) -> str | None:
    """Give the category by whose rhythm a partnership is asked: its own, or the one it left."""
    return partnership.category or partnership.left
