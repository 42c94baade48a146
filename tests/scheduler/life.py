"""A partnership's life without a database: its entries, folded, and prompts made of what is due."""

from __future__ import annotations

from datetime import date
from typing import Any

from partnerships.lifecycle.canonical import plain_canonical
from partnerships.lifecycle.entries import By, Entry
from partnerships.lifecycle.fold import advance, fold, needs_refold
from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.prompts import Prompt
from partnerships.lifecycle.settings import Settings
from partnerships.lifecycle.vocabulary import ACTIVE_STATE, Category, EntryType
from partnerships.scheduler.due import due, escalations, next_due_on
from partnerships.scheduler.prompt import DuePrompt, escalation
from tests.bodies import BODIES, agreement

Json = dict[str, Any]

SETTINGS = Settings()
BEGIN = {category: f"begin_{category}" for category in Category}


def day(text: str) -> date:
    return date.fromisoformat(text)


class Life:
    """`on` is the day of what happens next; every step gives the sequence of its entry."""

    def __init__(
        self, on: str = "2024-01-10", id: str = "p-1", identified: bool = True, **profile: Any
    ) -> None:
        self.id, self.on = id, day(on)
        self.entries: list[Entry] = []
        self.partnership = Partnership(id)
        self.profile = profile
        if identified:
            body = BODIES["partner_profile"](on) | profile
            self.write(EntryType.IDENTIFICATION, trigger="identify", to_state="identified", body=body)

    def write(self, entry: EntryType, **parts: Any) -> int:
        sequence = len(self.entries) + 1
        parts.setdefault("on", self.on)
        body = parts.pop("body", None)
        made = Entry(
            partnership=self.id,
            sequence=sequence,
            entry=entry,
            recorded_at=f"{self.on.isoformat()}T09:00:{sequence % 60:02}.000000Z",
            by=parts.pop("by", By("pm-1", "ims", ("programme_manager",))),
            digest=f"{sequence:064}",
            **parts,
        ).saying({"body": body})
        self.entries.append(made)
        if needs_refold(made):
            self.partnership = self.folded()
        else:
            advance(self.partnership, made)
        return sequence

    def folded(self, **at: Any) -> Partnership:
        return fold(self.id, self.entries, **at)

    def day(self, text: str | date) -> Life:
        self.on = day(text) if isinstance(text, str) else text
        return self

    def has(self, kind: str, on: str | None = None, **overrides: Any) -> int:
        """Puts a record on file; a field that is None is left out."""
        today = (day(on) if on else self.on).isoformat()
        if kind == "agreement":
            body = agreement(today, overrides.get("category", "activity"))
        else:
            body = BODIES[kind](today) | (self.profile if kind == "partner_profile" else {})
        made = {name: value for name, value in (body | overrides).items() if value is not None}
        return self.write(EntryType.RECORD, kind=kind, body=made, on=day(today))

    def does(self, trigger: str, to: str, *evidence: int) -> int:
        before = self.partnership.state
        parts = {"trigger": trigger, "from_state": str(before), "to_state": to}
        return self.write(EntryType.TRANSITION, **parts, evidence=evidence)

    def begins(self, category: str, **fields: Any) -> int:
        """Has an agreement and begins on it, from wherever the partnership is."""
        if self.partnership.state == "identified":
            self.does("assess", "assessed")
        read = self.has("agreement", category=category, **fields)
        return self.does(BEGIN[Category(category)], ACTIVE_STATE[Category(category)], read)

    def renews(self, **fields: Any) -> int:
        """Has a renewal note and an agreement, and renews on it."""
        self.has("renewal_note")
        category = str(self.partnership.category)
        read = self.has("agreement", category=category, **fields)
        return self.does("renew", str(self.partnership.state), read)

    def begins_transition(self, **plan: Any) -> int:
        self.has("transition_plan", **plan)
        return self.does("begin_transition", "transitioning")

    def withdraws(self, sequence: int) -> int:
        return self.write(EntryType.WITHDRAWAL, target=sequence)

    def reverts(self, sequence: int) -> int:
        return self.write(EntryType.REVERSAL, target=sequence)

    def answers(self, prompt: Prompt | DuePrompt) -> int:
        return self.has("prompt_answer", prompt=prompt.id)

    def due(self, on: str | None = None, settings: Settings = SETTINGS) -> list[DuePrompt]:
        return due(self.partnership, settings, day(on) if on else self.on)

    def next_due_on(self, settings: Settings = SETTINGS) -> date | None:
        return next_due_on(self.partnership, settings, self.on)

    def make(self, prompt: DuePrompt) -> int:
        chain, content = prompt.chain(), prompt.content()
        parts = {"kind": chain["kind"], "prompt": chain["prompt"], "evidence": tuple(chain["evidence"])}
        return self.write(EntryType.PROMPT, **parts, body=content.get("body"))

    def sweeps(self, on: str | date | None = None, settings: Settings = SETTINGS) -> list[DuePrompt]:
        """Makes what is due and escalates what nobody answered, as a sweep does; gives what it made."""
        if on is not None:
            self.day(on)
        found = due(self.partnership, settings, self.on)
        for prompt in found:
            self.make(prompt)
        for waiting in escalations(self.partnership, settings, self.on):
            chain = escalation(waiting)
            self.write(EntryType.PROMPT, kind=chain["kind"], prompt=chain["prompt"])
        return found

    def sweeps_daily(self, until: str, settings: Settings = SETTINGS) -> list[tuple[str, str]]:
        """Sweeps every day up to one; gives (day, kind) of each prompt that was asked."""
        asked = []
        last = day(until)
        while self.on < last:
            made = self.sweeps(date.fromordinal(self.on.toordinal() + 1), settings)
            asked += [(self.on.isoformat(), str(one.kind)) for one in made if not one.missed]
        return asked

    def prompt(self, kind: str, subject: str = "") -> Prompt:
        """The latest prompt of a kind."""
        found = [one for one in self.prompts(kind) if one.subject == subject]
        return max(found, key=lambda one: (one.due_on, one.sequence))

    def prompts(self, kind: str | None = None) -> list[Prompt]:
        return [prompt for prompt in self.partnership.prompts if kind is None or prompt.kind == kind]

    def statuses(self, kind: str) -> list[tuple[str, str]]:
        """(due day, status) of every prompt of a kind, in order."""
        return sorted((one.due_on.isoformat(), str(one.status)) for one in self.prompts(kind))

    def replays(self) -> bool:
        """Whether the history folds to what the steps led to, and is read back from what is kept of it."""
        live, again = kept(self.partnership), kept(self.folded())
        opened, sealed = self.partnership.as_json()
        read = plain_canonical(opened), plain_canonical(sealed) if sealed else None
        back = Partnership.read(self.id, self.partnership.sequence, self.partnership.head, *read)
        return live == again == kept(back)


def kept(partnership: Partnership) -> bytes:
    return plain_canonical([partnership.sequence, partnership.head, *partnership.as_json()])


def told(found: list[DuePrompt]) -> list[tuple[str, str, str]]:
    """(kind, due day, asked or missed) of what is due."""
    return [(str(one.kind), one.due_on.isoformat(), "missed" if one.missed else "asked") for one in found]


def strategic(on: str = "2024-01-31", **fields: Any) -> Life:
    """A strategic partnership with an exit dialogue, whose agreement names no end."""
    life = Life(on)
    life.has("exit_dialogue")
    life.begins("strategic", **{"ends_on": None, "no_endline_reason": "Open", **fields})
    return life


def activity(on: str = "2024-01-10", ends_on: str = "2024-12-31", **fields: Any) -> Life:
    """An activity partnership whose agreement ends on a day."""
    life = Life(on)
    life.begins("activity", ends_on=ends_on, **fields)
    return life
