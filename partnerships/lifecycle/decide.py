"""The one place where a command is judged: every door, explanation and replay calls `decide`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

from msgspec import Struct

from partnerships.lifecycle.commands import Actor
from partnerships.lifecycle.findings import Finding, FindingKind, structure
from partnerships.lifecycle.guards.base import Guard
from partnerships.lifecycle.guards.corrections import (
    Target,
    opening_findings,
    reversal_findings,
    take_over_findings,
    withdrawal_findings,
)
from partnerships.lifecycle.guards.duties import FOREIGN_PARTNERSHIP
from partnerships.lifecycle.guards.filing import LOOKED_INTO, filing_findings, filing_warnings
from partnerships.lifecycle.guards.matter import Matter
from partnerships.lifecycle.machine import Subject
from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.policy import Policy
from partnerships.lifecycle.records.fields import Body
from partnerships.lifecycle.table import NOTHING, Row
from partnerships.lifecycle.vocabulary import (
    ACTIVE_STATE,
    BEGINNINGS,
    CATEGORY_OF,
    SEALED_KINDS,
    State,
    Trigger,
)

ID_TAKEN = structure(
    "structure.id_taken",
    "A partnership with this id is on file.",
    "Use another id, or act on the one on file.",
)
NO_SUCH_STEP = structure(
    "structure.no_such_step",
    "There is no such step from this state.",
    "Ask `why` for the steps from here.",
)
NOT_ASSESSED = structure(
    "S4.13.not_assessed",
    "A partnership begins only after analysis and reflection: it has to be assessed first.",
    "Assess the partner, then begin.",
    clause="S4.13",
)


class Decision(Struct, frozen=True):
    """What was decided: accepted with warnings, or refused with every finding.

    `state` is the state after an accepted command; `evidence` lists the sequences that it rested on.
    """

    findings: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    state: State | None = None
    evidence: tuple[int, ...] = ()

    @property
    def accepted(self) -> bool:
        """Tell whether nothing bars the command."""
        return not self.findings


class Asked(Protocol):
    """What is asked for: a command as it came, or one put together again from its entry.

    `do` tells which fields there are beside these.
    """

    @property
    def do(self) -> str: ...

    @property
    def actor(self) -> Actor: ...

    @property
    def on(self) -> date | None: ...

    @property
    def reason(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether a trigger is allowed here, where it leads, and all that is missing."""

    trigger: Trigger
    target: State | None
    decision: Decision
    taken_over: bool = False


def decide(
    partnership: Partnership,
    command: Asked,
    policy: Policy,
    today: date,
    *,
    record: Body | None = None,
    target: Target | None = None,
    elsewhere: bool = False,
    then: Partnership | None = None,
) -> Decision:
    """Judge a command on a partnership's file under a policy.

    `today` is the civil day where the partnership is looked after; `record` the typed body of a command that
    carries one (of a kind that is not looked into it may be left out); `target` the entry that a correction
    or opening is about; `elsewhere` whether the partner is in a crisis in another partnership (L6); `then`
    the file as of a back-dated decision's day.
    """
    actor = command.actor
    if not actor.may_read(partnership.id):
        return Decision((FOREIGN_PARTNERSHIP,))
    matter = _matter(partnership, then, actor, command.on or today, today, policy)
    matter.reason, matter.elsewhere = command.reason, elsewhere
    state = partnership.state
    do = command.do
    asked: Any = command
    if do == "trigger":
        return _transition(matter, policy, asked.trigger)
    if do == "record":
        assert record is not None or asked.kind not in LOOKED_INTO
        findings = filing_findings(matter, asked.kind, record, asked.body)
        return _judged(findings, filing_warnings(matter, asked.kind, record), state)
    if do in ("identify", "take_over") and state is not None:
        return Decision((ID_TAKEN,))
    if do == "identify":
        return _transition(matter, policy, Trigger.IDENTIFY)
    if do == "withdraw":
        return _judged(withdrawal_findings(matter, target), (), state, (asked.sequence,))
    if do == "open":
        return _judged(opening_findings(matter, target), (), state, (asked.sequence,))
    if do == "revert":
        move = partnership.move
        before = State(move.from_state) if move and move.from_state in set(State) else state
        return _judged(reversal_findings(matter, asked.sequence), (), before, (asked.sequence,))
    # Neither the day of the takeover nor that on which the state began lies in the future.
    matter.on = max(matter.on, asked.since)
    return _judged(take_over_findings(matter), filing_warnings(matter, "partner_profile"), asked.state)


def explain(
    partnership: Partnership,
    policy: Policy,
    actor: Actor,
    on: date,
    today: date,
    *,
    trigger: Trigger | None = None,
    then: Partnership | None = None,
) -> list[Explanation]:
    """Judge every trigger from here (or the one named) without taking any, exactly as `decide` would."""
    explanations = []
    subject = _subject(partnership)
    for name in [trigger] if trigger else list(Trigger):
        target = policy.lifecycle.target(subject.state, name, subject.left)
        if target is None and trigger is None:
            continue
        matter = _matter(partnership, then, actor, on, today, policy)
        explanations.append(Explanation(name, target, _transition(matter, policy, name)))
    if trigger is None:
        explanations += _still_asked(
            partnership, policy, _matter(partnership, then, actor, on, today, policy)
        )
    return explanations


def _matter(
    partnership: Partnership,
    then: Partnership | None,
    actor: Actor,
    on: date,
    today: date,
    policy: Policy,
) -> Matter:
    now = partnership
    if actor.party == "partner":
        now, then = _as_partner_sees(partnership), _as_partner_sees(then) if then else None
    return Matter(then or now, now, actor, on, today, policy.settings)


def _subject(partnership: Partnership) -> Subject:
    left = ACTIVE_STATE[partnership.left] if partnership.left else None
    return Subject(str(partnership.state or NOTHING), left)


def _as_partner_sees(partnership: Partnership) -> Partnership:
    """Without anything sealed: a finding to the partner's side must not betray it (L4).

    That is so of its own side's cases too, which colleagues do not see.
    """
    return replace(partnership, file=partnership.file.without(SEALED_KINDS), cases=[], open_at_end=False)


def _transition(matter: Matter, policy: Policy, trigger: Trigger) -> Decision:
    matter.trigger = trigger
    partnership = matter.now
    subject = _subject(partnership)
    findings: list[Finding] = []
    warnings: list[Finding] = []

    def judge(target: State, row: Row) -> bool:
        _run(policy.guards[row.trigger, target], matter, findings, warnings)
        return not findings

    if policy.lifecycle.fire(subject, trigger, judge):
        return Decision((), tuple(warnings), State(subject.state), tuple(sorted(matter.evidence)))
    if findings:
        return Decision(tuple(findings), tuple(warnings), partnership.state)
    unassessed = partnership.state == State.IDENTIFIED and trigger in BEGINNINGS
    return Decision((NOT_ASSESSED if unassessed else NO_SUCH_STEP,))


def _run(guards: Iterable[Guard], matter: Matter, findings: list[Finding], warnings: list[Finding]) -> None:
    """Run guards that are on; what is found twice is listed once."""
    for guard in guards:
        for finding in guard.check(matter):
            if finding not in findings:
                (warnings if guard.warns else findings).append(finding)


def _judged(
    findings: Iterable[Finding],
    warnings: Iterable[Finding],
    state: State | None,
    evidence: tuple[int, ...] = (),
) -> Decision:
    unmet = tuple(findings)
    return Decision(unmet) if unmet else Decision((), tuple(warnings), state, evidence)


def _still_asked(partnership: Partnership, policy: Policy, matter: Matter) -> Iterator[Explanation]:
    """What the state's own beginning would still ask of a partnership that was taken over."""
    if partnership.since != partnership.taken_over:
        return
    category = CATEGORY_OF.get(partnership.state) if partnership.state else None
    if category is None or partnership.state is None:
        return
    trigger = next(name for name, begun in BEGINNINGS.items() if begun == category)
    matter.trigger = trigger
    findings: list[Finding] = []
    warnings: list[Finding] = []
    _run(policy.guards[trigger, partnership.state], matter, findings, warnings)
    asked = tuple(finding for finding in findings if finding.kind != FindingKind.AUTHORITY)
    if asked:
        yield Explanation(trigger, partnership.state, Decision(asked, tuple(warnings)), taken_over=True)


__all__ = ["Decision", "Explanation", "decide", "explain"]
