"""Judging one decision again, with the file as it stood then."""

from __future__ import annotations

from collections.abc import Iterator

from partnerships.audit.books import Books
from partnerships.audit.commands import JUDGED, command_of
from partnerships.audit.days import recorded_day
from partnerships.audit.elsewhere import Elsewhere
from partnerships.audit.verdict import Outcome, Verdict, Why
from partnerships.audit.walk import HOLDS_A_BODY, UNREADABLE, Step, Walk
from partnerships.lifecycle.decide import Decision, decide
from partnerships.lifecycle.entries import Entry
from partnerships.lifecycle.guards.corrections import Target
from partnerships.lifecycle.policy import Policy
from partnerships.lifecycle.records.reading import typed
from partnerships.lifecycle.vocabulary import EntryType, RecordKind
from partnerships.storage.rows import Stored


class Judge:
    """Judges decisions by `decide`, each under the policy that it names or all under another one."""

    def __init__(self, books: Books, elsewhere: Elsewhere, other: Policy | None = None) -> None:
        self._books = books
        self._elsewhere = elsewhere
        self._other = other

    def judge(self, walk: Walk, step: Step) -> Verdict | None:
        """Give the verdict on the entry that the walk has come to; None for one that no command made."""
        if step.entry.entry not in JUDGED:
            return None
        why = _barred(walk, step)
        own = self._books.of(step.stored)
        policy = self._other or own
        if why is None and isinstance(policy, Why):
            why = policy
        if why is not None or isinstance(policy, Why):
            return _not_evaluable(walk, step, why or Why.POLICY)
        try:
            decision = self._decide(walk, step, policy, own if isinstance(own, Policy) else policy)
        except UNREADABLE:
            return _not_evaluable(walk, step, Why.ERASED if walk.is_torn else Why.UNREADABLE)
        return self._compared(walk, step, policy, decision)

    def _decide(self, walk: Walk, step: Step, policy: Policy, own: Policy) -> Decision:
        entry, partnership = step.entry, walk.partnership
        elsewhere = self._elsewhere.in_crisis(step.stored, entry) if _names_a_partner(entry) else False
        return decide(
            partnership,
            command_of(step.stored, entry),
            policy,
            recorded_day(entry.recorded_at, partnership, own.settings),
            record=typed(str(entry.kind), entry.body or {}) if entry.entry == EntryType.RECORD else None,
            target=_target(walk, entry),
            elsewhere=elsewhere,
            then=walk.then(entry.on) if entry.entry == EntryType.TRANSITION else None,
        )

    def _compared(self, walk: Walk, step: Step, policy: Policy, decision: Decision) -> Verdict:
        chain = step.stored.chain
        warnings = [finding.code for finding in decision.warnings] if decision.accepted else []
        recorded = list(chain["warnings"])
        differs = list(_differs(walk, step, decision, warnings, what_if=self._other is not None))
        if differs and walk.is_torn:
            return _not_evaluable(walk, step, Why.ERASED)
        return Verdict(
            walk.partnership.id,
            step.stored,
            Outcome.DEVIATES if differs else Outcome.CONFORM,
            judged_under=policy,
            findings=decision.findings if "accepted" in differs or "findings" in differs else (),
            state=str(decision.state) if decision.state else None,
            differs=tuple(differs),
            added=tuple(code for code in warnings if code not in recorded) if decision.accepted else (),
            gone=tuple(code for code in recorded if code not in warnings) if decision.accepted else (),
        )


def cut_off(walk: Walk) -> Verdict:
    """Give the verdict on an entry that could not even be read, so that nothing after it was."""
    stored = Stored(len(walk.steps) + 1, "", {}, None, None)
    return Verdict(walk.partnership.id, stored, Outcome.NOT_EVALUABLE, Why.UNREADABLE)


def _barred(walk: Walk, step: Step) -> Why | None:
    """Tell why an entry cannot be judged, whatever the policy."""
    if walk.is_broken:
        return Why.UNREADABLE
    if step.stored.is_sealed and step.stored.content is None:
        return Why.ERASED if walk.opens else Why.SEALED
    if step.is_erased and step.entry.entry in HOLDS_A_BODY:
        return Why.ERASED
    return None


def _not_evaluable(walk: Walk, step: Step, why: Why) -> Verdict:
    return Verdict(walk.partnership.id, step.stored, Outcome.NOT_EVALUABLE, why)


def _names_a_partner(entry: Entry) -> bool:
    return entry.entry in (EntryType.IDENTIFICATION, EntryType.TAKEOVER) or (
        entry.kind == RecordKind.PARTNER_PROFILE and entry.entry == EntryType.RECORD
    )


def _differs(
    walk: Walk, step: Step, decision: Decision, warnings: list[str], *, what_if: bool
) -> Iterator[str]:
    """Name what comes out otherwise than was recorded; under another policy only what was decided counts."""
    entry, chain = step.entry, step.stored.chain
    if decision.accepted != chain.get("granted", True):
        yield "accepted"
        return
    if decision.accepted and entry.to_state is not None and decision.state != entry.to_state:
        yield "state"
    if what_if:
        return
    if entry.entry in (EntryType.TRANSITION, EntryType.REVERSAL):
        if entry.from_state != walk.partnership.state:
            yield "from"
    if decision.evidence != entry.evidence:
        yield "evidence"
    if warnings != chain["warnings"]:
        yield "warnings"
    if not decision.accepted and [finding.code for finding in decision.findings] != chain["findings"]:
        yield "findings"


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
