"""Judging one decision again, with the file as it stood then."""

from __future__ import annotations

from partnerships.audit.judging.books import Books
from partnerships.audit.judging.commands import command_of
from partnerships.audit.judging.days import recorded_day
from partnerships.audit.judging.elsewhere import Elsewhere
from partnerships.audit.judging.verdict import Outcome, Verdict, Why
from partnerships.audit.judging.walk import HOLDS_A_BODY, Step, Walk
from partnerships.lifecycle.decide import Decision, decide
from partnerships.lifecycle.entries import Entry
from partnerships.lifecycle.findings import Finding
from partnerships.lifecycle.guards.corrections import Target
from partnerships.lifecycle.guards.filing import LOOKED_INTO
from partnerships.lifecycle.policy import Policy
from partnerships.lifecycle.records.reading import typed
from partnerships.lifecycle.vocabulary import EntryType
from partnerships.storage.rows import Stored
from partnerships.storage.unreadable import UNREADABLE

_CONFORM = Outcome.CONFORM


class Judge:
    """Judges decisions by `decide`, each under the policy that it names or all under another one."""

    def __init__(self, books: Books, other: Policy | None, elsewhere: Elsewhere) -> None:
        self._books = books
        self._other = other
        self._elsewhere = elsewhere

    def judge(self, walk: Walk, step: Step) -> Verdict:
        """Give the verdict on the entry that the walk has come to, which is one that a command made."""
        entry = step.entry
        own = self._books.of(entry)
        policy = self._other or own
        try:
            why = _barred(walk, step)
            if why is not None:
                return _not_evaluable(walk, step, why)
            if not isinstance(policy, Policy):
                return _not_evaluable(walk, step, policy)
            decision = self._decide(walk, entry, policy, own if isinstance(own, Policy) else policy)
        except UNREADABLE:
            return _not_evaluable(walk, step, Why.ERASED if walk.is_torn else Why.UNREADABLE)
        return self._compared(walk, step, policy, decision)

    def _decide(self, walk: Walk, entry: Entry, policy: Policy, own: Policy) -> Decision:
        partnership = walk.partnership
        today = recorded_day(entry.recorded_at, partnership, own.settings)
        command = command_of(entry)
        do = command.do
        if do == "record" and command.kind != "partner_profile":
            if command.kind in LOOKED_INTO:
                # Kept for the fold, which files what was just judged.
                entry.record = typed(command.kind, command.body)
            return decide(partnership, command, policy, today, record=entry.record)
        if do == "trigger":
            return decide(partnership, command, policy, today, then=walk.then(entry.on))
        if do in ("withdraw", "open"):
            return decide(partnership, command, policy, today, target=_target(walk, entry))
        if do == "revert":
            return decide(partnership, command, policy, today)
        return decide(partnership, command, policy, today, elsewhere=self._elsewhere.in_crisis(entry))

    def _compared(self, walk: Walk, step: Step, policy: Policy, decision: Decision) -> Verdict:
        entry = step.entry
        accepted = decision.accepted
        codes = _codes(decision.warnings) if accepted else ()
        verdict = Verdict(walk.partnership.id, step.stored, entry, _CONFORM, None, policy, (), decision.state)
        differs = _differs(walk, entry, decision, codes, what_if=self._other is not None)
        if differs and (walk.is_torn or self._was_known_elsewhere(entry, differs, codes)):
            return _not_evaluable(walk, step, Why.ERASED)
        if differs:
            verdict.outcome, verdict.differs = Outcome.DEVIATES, tuple(differs)
            if "accepted" in differs or "findings" in differs:
                verdict.findings = decision.findings
        if accepted and codes != entry.warnings:
            verdict.added = tuple(code for code in codes if code not in entry.warnings)
            verdict.gone = tuple(code for code in entry.warnings if code not in codes)
        return verdict

    def _was_known_elsewhere(self, entry: Entry, differs: list[str], codes: tuple[str, ...]) -> bool:
        """Tell whether only L6's warning differs, which what was erased elsewhere may explain."""
        other = set(codes) ^ set(entry.warnings)
        return differs == ["warnings"] and all(map(_is_l6, other)) and self._elsewhere.is_torn


def _is_l6(code: str) -> bool:
    return code.startswith("L6.")


def cut_off(walk: Walk) -> Verdict:
    """Give the verdict on an entry that could not even be read, so that nothing after it was."""
    stored = Stored(len(walk.steps) + 1, "", {}, None, None)
    return Verdict(walk.partnership.id, stored, None, Outcome.NOT_EVALUABLE, Why.UNREADABLE)


def _barred(walk: Walk, step: Step) -> Why | None:
    """Tell why an entry cannot be judged, whatever the policy."""
    if walk.is_broken:
        return Why.UNREADABLE
    if step.is_sealed:
        return Why.ERASED if walk.opens else Why.SEALED
    if step.is_erased and step.entry.entry in HOLDS_A_BODY:
        return Why.ERASED
    return Why.UNREADABLE if step.says_nothing else None


def _not_evaluable(walk: Walk, step: Step, why: Why) -> Verdict:
    return Verdict(walk.partnership.id, step.stored, step.entry, Outcome.NOT_EVALUABLE, why)


def _differs(
    walk: Walk, entry: Entry, decision: Decision, warnings: tuple[str, ...], *, what_if: bool
) -> list[str]:
    """Name what comes out otherwise than was recorded; under another policy only what was decided counts."""
    accepted = decision.accepted
    if accepted != entry.granted:
        return ["accepted"]
    differs = []
    if accepted and entry.to_state is not None and decision.state != entry.to_state:
        differs.append("state")
    if what_if:
        return differs
    if entry.from_state is not None and entry.from_state != walk.partnership.state:
        differs.append("from")
    if decision.evidence != entry.evidence:
        differs.append("evidence")
    if warnings != entry.warnings:
        differs.append("warnings")
    if not accepted and _codes(decision.findings) != entry.findings:
        differs.append("findings")
    return differs


def _codes(findings: tuple[Finding, ...]) -> tuple[str, ...]:
    return tuple([finding.code for finding in findings]) if findings else ()


def _target(walk: Walk, entry: Entry) -> Target | None:
    """Give the entry that a withdrawal or an opening is about, as it stood then."""
    if entry.entry not in (EntryType.WITHDRAWAL, EntryType.OPENING):
        return None
    about = walk.step(entry.target or 0)
    if about is None:
        return None
    return Target(
        about.entry.sequence,
        about.entry.entry,
        about.entry.kind,
        about.entry.trigger,
        about.entry.actor,
        about.entry.party,
        entry.entry == EntryType.WITHDRAWAL and walk.is_withdrawn(about.entry.sequence),
        about.stored.is_sealed and about.entry.entry != EntryType.OPENING,
        about.stored.scope,
    )
