"""Applying one command on a connection that the caller commits: read, decide, write."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from partnerships.lifecycle.canonical import canonical, plain_canonical
from partnerships.lifecycle.commands import (
    Actor,
    AnyCommand,
    BadCommand,
    Open,
    check_days,
    clean_command,
    read_command,
    read_record,
)
from partnerships.lifecycle.days import write_instant
from partnerships.lifecycle.decide import Decision, decide
from partnerships.lifecycle.fold import fold
from partnerships.lifecycle.guards.corrections import Target
from partnerships.lifecycle.guards.crisis import DECIDER_RAISED
from partnerships.lifecycle.guards.duties import FOREIGN_PARTNERSHIP
from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.records.fields import Body
from partnerships.lifecycle.vocabulary import CRISIS_KINDS, EntryType, RecordKind, State
from partnerships.scheduler.addressees import concerns_partner
from partnerships.scheduler.context import Context
from partnerships.storage.ledger import Ledger
from partnerships.storage.vault import ERASURE_SCOPE
from partnerships.workflows import outcomes
from partnerships.workflows.drafting import draft_entry, draft_opening
from partnerships.workflows.numbering import Numbering
from partnerships.workflows.outcomes import Outcome


@dataclass(slots=True)
class Pending:
    """One command on its way: what was read, and the partnership that it meets."""

    command: AnyCommand
    cleaned: dict[str, Any] = field(repr=False)
    partnership: Partnership
    numbering: Numbering
    today: date
    record: Body | None = None

    @property
    def on(self) -> date:
        """Give the day on which the command takes effect."""
        return self.command.on or self.today


def apply(ledger: Ledger, context: Context, raw: Any, importer: Actor | None = None) -> Outcome:
    """Apply one command; an importer takes a past history over, with its claimed instants.

    The order is the contract's: invalid, key, not_found, conflict, refused.
    """
    try:
        cleaned, problems = clean_command(raw)
        command = read_command(cleaned, problems, importing=importer is not None)
        # Somewhere on earth it is already tomorrow; the partnership's own day is checked once it is known.
        record = read_record(command, command.on or context.clock().date() + timedelta(days=1))
    except BadCommand as error:
        return outcomes.invalid(error.problems)
    remembered, partnership = ledger.meet(command.id, command.key)
    if remembered is not None:
        same = remembered[0] == _fingerprint(ledger, cleaned)
        return remembered[1] if same else outcomes.invalid([("key", "was used for another command")])
    case = Pending(
        command,
        cleaned,
        partnership,
        Numbering(command.actor, partnership.hidden),
        context.today(partnership),
        record,
    )
    outcome = _judge(ledger, context, case, importer)
    if command.key is not None and outcome["outcome"] in ("accepted", "refused"):
        kept = outcome
        if "content" in outcome:
            kept = {name: value for name, value in outcome.items() if name != "content"}
        ledger.remember(command.key, _fingerprint(ledger, cleaned), kept)
    return outcome


def _judge(ledger: Ledger, context: Context, case: Pending, importer: Actor | None) -> Outcome:
    command, partnership = case.command, case.partnership
    if not command.actor.may_read(command.id):
        # Before anything else is said of it: whether the id exists is not for a foreign partner to learn.
        return _refuse(ledger, context, case, Decision((FOREIGN_PARTNERSHIP,)), None)
    if partnership.sequence == 0 and command.do not in ("identify", "take_over"):
        return outcomes.not_found(command.id)
    try:
        _settle(case)
    except BadCommand as error:
        return outcomes.invalid(error.problems)
    if _has_moved_on(ledger, case):
        assert command.expected_sequence is not None
        head = case.numbering.head(partnership.sequence)
        return outcomes.conflict(command.id, command.expected_sequence, head)
    policy, early = context.policy(case.on)
    target = _target(ledger, case)
    decision = decide(
        partnership,
        case.command,
        policy,
        case.today,
        record=case.record,
        target=target,
        elsewhere=_elsewhere(ledger, case),
        then=_then(ledger, case),
    )
    if not decision.accepted:
        if command.do == "open" and target is not None and target.sealed:
            draft = draft_opening(context, case, policy, early, target, decision)
            ledger.append(partnership, draft)
        touches_case = target is not None and target.kind in CRISIS_KINDS
        touches_case |= DECIDER_RAISED in decision.findings
        return _refuse(ledger, context, case, decision, partnership.state, touches_case)
    draft = (
        draft_opening(context, case, policy, early, target, decision)
        if command.do == "open" and target is not None
        else draft_entry(context, case, policy, early, target, decision, importer)
    )
    sequence = ledger.append(partnership, draft)
    number = sequence
    if partnership.hidden:
        numbering = Numbering(command.actor, partnership.hidden)
        number = numbering.seen(sequence) or numbering.head(sequence)
    outcome = outcomes.accepted(command.id, str(partnership.state), number, decision.warnings)
    if case.command.do == "open":
        outcome["content"] = _opened(ledger, case.command)
    return outcome


def _settle(case: Pending) -> None:
    """Check what needs the partnership: the day, the numbers of the actor's view, the prompt answered."""
    command = case.command
    if command.do == "trigger":
        return
    if command.on is None and case.record is not None:
        check_days(command, case.today)
    if command.do == "record":
        if command.kind == RecordKind.PROMPT_ANSWER and not _is_asked(case, command.body["prompt"]):
            raise BadCommand([("body.prompt", "there is no such prompt")])
        if command.kind == RecordKind.COMMENT:
            about = case.numbering.real(command.body["about"])
            # A comment is open to all of IMS, and would tell who raised the case that it is about.
            if about is None or about > case.partnership.sequence or case.numbering.hides(about):
                raise BadCommand([("body.about", "there is no such entry")])
            if about != command.body["about"]:
                case.command = command.model_copy(update={"body": {**command.body, "about": about}})
    elif command.do != "identify" and command.do != "take_over":
        # A number that the view does not have stays wrong: it is beyond the history's end.
        real = case.numbering.real(command.sequence) or case.partnership.sequence + 1
        case.command = command.model_copy(update={"sequence": real})


def _is_asked(case: Pending, id: str) -> bool:
    """Tell whether a prompt is on file; the partner's side knows only of those that concern it."""
    prompt = case.partnership.prompts.get(id)
    if prompt is None:
        return False
    return not case.command.actor.is_partner or concerns_partner(case.partnership, prompt)


def _has_moved_on(ledger: Ledger, case: Pending) -> bool:
    """Tell whether something other than a prompt or an opening came after the sequence that is expected."""
    expected = case.command.expected_sequence
    if expected is None:
        return False
    head = case.numbering.head(case.partnership.sequence)
    if expected >= head:
        return expected > head
    seen = case.numbering.real(expected) if expected else 0
    return any(
        stored.chain["entry"] not in (EntryType.PROMPT, EntryType.OPENING)
        and not case.numbering.hides(stored.sequence)
        for stored in ledger.history(case.command.id, after=seen or 0)
    )


def _then(ledger: Ledger, case: Pending) -> Partnership | None:
    """Give the file as of a back-dated decision's day, or None where the current file is just that."""
    newest = case.partnership.newest_on
    if case.command.do != "trigger" or newest is None or case.on >= newest:
        return None
    return fold(case.command.id, ledger.entries(case.command.id), records_by=case.on)


def _target(ledger: Ledger, case: Pending) -> Target | None:
    """Give the entry that a withdrawal or an opening is about."""
    command = case.command
    if command.do != "withdraw" and command.do != "open":
        return None
    stored = ledger.entry(command.id, command.sequence, sealed=True)
    if stored is None:
        return None
    entry = stored.as_entry()
    withdrawn = command.do == "withdraw" and any(
        later.chain["entry"] == EntryType.WITHDRAWAL and later.chain["target"] == command.sequence
        for later in ledger.history(command.id, after=command.sequence)
    )
    return Target(
        entry.sequence,
        entry.entry,
        entry.kind,
        entry.trigger,
        entry.actor,
        entry.party,
        withdrawn,
        # An opening is sealed too, and opens to nobody: what it says is in the log of openings.
        stored.is_sealed and entry.entry != EntryType.OPENING,
        stored.scope or (ERASURE_SCOPE if stored.concerns_crisis else None),
    )


def _elsewhere(ledger: Ledger, case: Pending) -> bool:
    command = case.command
    if command.do == "identify" or command.do == "take_over":
        profile = command.body
    elif command.do == "record" and command.kind == RecordKind.PARTNER_PROFILE:
        profile = command.body
    else:
        return False
    return ledger.is_in_crisis_elsewhere(command.id, profile)


def _opened(ledger: Ledger, command: Open) -> dict[str, Any] | None:
    stored = ledger.entry(command.id, command.sequence, sealed=True)
    return stored.content if stored is not None else None


def _refuse(
    ledger: Ledger,
    context: Context,
    case: Pending,
    decision: Decision,
    state: State | None,
    touches_case: bool = False,
) -> Outcome:
    """Keep the refusal in the attempts log: a keyed digest and the findings' codes, no body."""
    command = case.command
    asked: str = command.do
    if command.do == "record":
        asked = str(command.kind)
    elif command.do == "trigger":
        asked = str(command.trigger)
    ledger.keep_attempt(
        {
            "partnership_id": command.id,
            "recorded_at": write_instant(context.clock()),
            "asked": asked,
            # Who tried to raise, take back or touch a case is as sealed as who did (L4).
            "actor": None if asked in CRISIS_KINDS or touches_case else command.actor.id,
            "fingerprint": _fingerprint(ledger, case.cleaned),
            "findings": ",".join(finding.code for finding in decision.findings),
        }
    )
    return outcomes.refused(command.id, str(state) if state else None, decision.findings)


def _fingerprint(ledger: Ledger, cleaned: dict[str, Any]) -> str:
    command = cleaned.copy()
    command.pop("key", None)
    command.pop("expected_sequence", None)
    # Only a case's sealed evidence may hold what takes the slower way: floats, and names beyond ASCII.
    write = canonical if command.get("kind") == RecordKind.CRISIS_CASE else plain_canonical
    return ledger.key().fingerprint(write(command))
