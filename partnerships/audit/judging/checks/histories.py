"""What a history shows as a whole: who acted as what, what was imported, which prompts were missed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from partnerships.audit.judging.checks.look import Look, Row, entry_row, spoken
from partnerships.audit.judging.walk import Step
from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.vocabulary import EntryType, PromptStatus, Trigger


@dataclass(slots=True)
class Counted:
    """Entries of one kind: the first, the last sequence, and how many."""

    first: Step
    last: int
    number: int = 1

    def told(self) -> str:
        """Say how many they are and where."""
        if self.number == 1:
            return f"1 entry, {self.first.entry.sequence}"
        return f"{self.number} entries between {self.first.entry.sequence} and {self.last}"


@dataclass(slots=True)
class Notes:
    """What is noted of one history on the way through it."""

    roles: dict[str, dict[str, int]] = field(default_factory=dict)
    counted: dict[str, Counted] = field(default_factory=dict)
    added: set[str] = field(default_factory=set)

    def before(self, look: Look) -> Iterator[Row]:
        """Look at an entry before the file moves past it."""
        yield from self._roles(look)
        chain = look.step.stored.chain
        if chain.get("imported"):
            self._count("imported", look.step)
        if chain.get("before_policy"):
            self._count("before_policy", look.step)
        if look.entry.trigger == Trigger.REIDENTIFY and look.entry.entry == EntryType.TRANSITION:
            self.added.clear()
            yield from missed_prompts(look.before, look)

    def after(self, look: Look) -> Iterator[Row]:
        """Look at an entry once the file has moved past it: S6.18, an agreement was added."""
        if look.entry.kind != "agreement" or look.entry.entry != EntryType.RECORD:
            return
        reference = (look.entry.body or {}).get("reference", "")
        line = look.walk.partnership.file.agreements.get(reference)
        if line is not None and line.added and reference not in self.added:
            self.added.add(reference)
            yield look.row("added_without_renewal", f"Agreement {reference} was added without a renewal.")

    def at_the_end(self) -> Iterator[Row]:
        """Give what was counted."""
        imported, early = self.counted.get("imported"), self.counted.get("before_policy")
        if imported is not None:
            by = imported.first.stored.chain["imported"]["by"]
            yield entry_row(imported.first, "imported", f"Imported by {by}: {imported.told()}.")
        if early is not None:
            yield entry_row(
                early.first, "before_policy", f"Before the policy's first version: {early.told()}."
            )

    def _count(self, name: str, step: Step) -> None:
        counted = self.counted.get(name)
        if counted is None:
            self.counted[name] = Counted(step, step.entry.sequence)
        else:
            counted.last, counted.number = step.entry.sequence, counted.number + 1

    def _roles(self, look: Look) -> Iterator[Row]:
        """L2: one person in two roles, told where the second one first shows."""
        entry = look.entry
        if look.step.stored.concerns_crisis or entry.entry == EntryType.PROMPT:
            return
        known = self.roles.setdefault(entry.actor, {})
        new = [role for role in entry.roles if role not in known]
        known.update(dict.fromkeys(new, entry.sequence))
        if new and len(known) > 1:
            told = ", ".join(f"{spoken(role)} (first at {sequence})" for role, sequence in known.items())
            yield look.row("two_roles", f"{entry.actor} acted as {told}.")


def missed_prompts(partnership: Partnership, look: Look) -> Iterator[Row]:
    """L7: give the prompts of a cycle that were missed, each at its own entry."""
    for prompt in partnership.prompts:
        step = look.walk.step(prompt.sequence) or look.step
        if prompt.status == PromptStatus.MISSED:
            text = f"{spoken(prompt.kind).capitalize()} of {prompt.due_on.isoformat()} was missed."
            yield entry_row(step, "missed_prompt", text, prompt.clause)
