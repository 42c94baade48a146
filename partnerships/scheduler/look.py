"""A look at one partnership: what is due there becomes entries, and the day of the next look is found."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from partnerships.lifecycle.fold import advance
from partnerships.lifecycle.kept import FOLDED, Kept, read_kept
from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.prompts import Prompt, PromptStep
from partnerships.lifecycle.vocabulary import Role
from partnerships.scheduler.context import Context
from partnerships.scheduler.due import due_and_then, earliest, escalations_and_then
from partnerships.scheduler.prompt import escalation
from partnerships.scheduler.zones import civil_day
from partnerships.storage.prompts import prompt_row, standing
from partnerships.storage.rows import Draft, read_entry, write

Row = dict[str, Any]

VERSION = 1
ACTOR = {"id": "sweep", "party": "ims", "roles": [str(Role.SERVICE)]}
"""Who makes prompts, as the history names it."""


@dataclass(slots=True)
class Look:
    """The rows that a look leaves.

    `row` is the partnership's new place in its history and the day of its next look; `changed` tells whether
    that day is another one. `made` are prompts, `changed_prompts` those that a later one took the place of.
    """

    row: Row
    changed: bool = False
    entries: list[Row] = field(default_factory=list)
    contents: list[Row] = field(default_factory=list)
    made: list[Row] = field(default_factory=list)
    changed_prompts: list[Row] = field(default_factory=list)
    notices: list[Row] = field(default_factory=list)
    asked: int = 0
    missed: int = 0
    escalated: int = 0


def look(
    row: Any,
    context: Context,
    on: date | None,
    now: datetime,
    recorded_at: str,
    made: Callable[[str], Container[str]],
    fold_anew: Callable[[str], Partnership],
) -> Look:
    """Look at a claimed row (id, sequence, head, file, next_due_on) as it stands on its own civil day.

    `on` is a day before which to stop, `recorded_at` what the instant `now` is written as. `made` gives the
    ids of all that a partnership was ever asked, which its file forgets with the cycle; `fold_anew` folds its
    history, where another version of ours folded the file. Of the file what is sealed is not read: no prompt
    rests on it.
    """
    id, sequence, head, file, was_due_on = row
    kept = read_kept(file)
    is_ours = kept.folded == FOLDED
    partnership = Partnership.read(id, sequence, head, kept) if is_ours else fold_anew(id)
    settings = context.settings
    day = civil_day(now, partnership, settings)
    if on is not None:
        day = min(day, on)
    found = Look({"seen_id": id, "seen_sequence": sequence})
    desk = _Desk(partnership, context, day, recorded_at, found)
    before = made(id) if partnership.cycles_used > 1 else ()
    prompts, then = due_and_then(partnership, settings, day, before)
    for prompt in prompts:
        desk.append(prompt.chain(), prompt.content())
    late, later = escalations_and_then(partnership, settings, day)
    for waiting in late:
        desk.append(escalation(waiting), {})
    next_day = earliest(then, later)
    found.row["next_due_on"] = next_day.isoformat() if next_day else None
    found.changed = found.row["next_due_on"] != was_due_on
    if found.entries:
        desk.close(kept)
    return found


@dataclass(slots=True)
class _Desk:
    """Where the entries of one partnership are written, one after the other."""

    partnership: Partnership
    context: Context
    day: date
    recorded_at: str
    found: Look

    def append(self, said: Row, content: Row) -> None:
        """Append one entry, and take it in."""
        partnership, found = self.partnership, self.found
        id, sequence = partnership.id, partnership.sequence + 1
        chain = self._chain(sequence) | said
        written = write(Draft(chain, content, None), partnership.head)
        advance(partnership, read_entry(written.digest, written.canonical, written.content))
        found.entries.append(
            {
                "partnership_id": id,
                "sequence": sequence,
                "digest": written.digest,
                "canonical": written.canonical,
            }
        )
        found.contents.append(
            {
                "partnership_id": id,
                "sequence": sequence,
                "salt": written.salt,
                "body": written.content,
                "scope": None,
                "sealed": None,
            }
        )
        step = said["prompt"]["step"]
        if step == PromptStep.MISSED:
            found.missed += 1
            return
        found.asked += step == PromptStep.ASKED
        found.escalated += step == PromptStep.ESCALATED
        found.notices.append(
            {
                "partnership_id": id,
                "prompt_id": said["prompt"]["id"],
                "step": str(step),
                "made_at": self.recorded_at,
                "again_at": self.recorded_at,
            }
        )

    def close(self, kept: Kept) -> None:
        """Put down where the partnership stands now, and what became of its prompts.

        Of the file as it was `kept`, prompts change nothing but themselves: one of another version stays so.
        """
        partnership, found = self.partnership, self.found
        first = found.entries[0]["sequence"]
        for id, prompt in partnership.prompts.take_changed_json().items():
            if prompt["sequence"] >= first:
                found.made.append(prompt_row(partnership.id, id, prompt))
            else:
                found.changed_prompts.append(standing(partnership.id, Prompt.from_json(id, prompt)))
        kept.prompts = partnership.prompts.as_json()
        found.row |= {
            "sequence": partnership.sequence,
            "head": partnership.head,
            "file": kept.as_json().decode(),
        }

    def _chain(self, sequence: int) -> Row:
        policy, early = self.context.policy(self.day)
        chain: Row = {
            "version": VERSION,
            "partnership": self.partnership.id,
            "sequence": sequence,
            "cycle": self.partnership.cycle,
            "on": self.day.isoformat(),
            "recorded_at": self.recorded_at,
            "actor": ACTOR,
            "policy": {"version": policy.version, "digest": policy.digest},
            # Rhythms are those of the newest version, whatever version decisions are under.
            "settings": self.context.versions[-1].settings_digest,
            "warnings": [],
            "door": self.context.door,
        }
        if early:
            chain["before_policy"] = True
        return chain
