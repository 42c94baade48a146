"""Drafting an entry: which part of it the chain holds, and which its content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from partnerships.lifecycle.commands import Actor, Record
from partnerships.lifecycle.days import write_day, write_instant
from partnerships.lifecycle.decide import Decision
from partnerships.lifecycle.guards.corrections import Target
from partnerships.lifecycle.policy import Policy
from partnerships.lifecycle.vocabulary import SEALED_KINDS, EntryType, RecordKind, Trigger
from partnerships.scheduler.context import Context
from partnerships.storage.rows import Draft

if TYPE_CHECKING:
    from partnerships.workflows.applying import Pending

VERSION = 1


def draft_entry(
    context: Context,
    case: Pending,
    policy: Policy,
    early: bool,
    target: Target | None,
    decision: Decision,
    importer: Actor | None,
) -> Draft:
    """Draft the entry of an accepted command."""
    command = case.command
    chain = _chain(context, case, policy, early, decision)
    content = _content(context, case, decision)
    scope: str | None = None
    if command.do == "record":
        chain |= {"entry": EntryType.RECORD, "kind": command.kind}
        content["body"] = command.body
        scope = _scope(command)
    elif command.do == "trigger":
        chain |= {
            "entry": EntryType.TRANSITION,
            "trigger": command.trigger,
            "from": case.partnership.state,
            "to": decision.state,
        }
        # Why a partnership was terminated is as sealed as the case is.
        scope = "termination" if command.trigger == Trigger.TERMINATE_FOR_CRISIS else None
    elif command.do == "identify":
        chain |= {"entry": EntryType.IDENTIFICATION, "trigger": Trigger.IDENTIFY, "to": decision.state}
        content["body"] = command.body
    elif command.do == "take_over":
        chain |= {"entry": EntryType.TAKEOVER, "to": decision.state}
        chain["on"] = chain["since"] = command.since.isoformat()
        content["body"] = command.body
    elif command.do == "withdraw":
        assert target is not None
        chain |= {"entry": EntryType.WITHDRAWAL, "target": command.sequence, "kind": target.kind}
        scope = target.case
    else:
        assert command.do == "revert"
        chain |= {
            "entry": EntryType.REVERSAL,
            "target": command.sequence,
            "from": case.partnership.state,
            "to": decision.state,
        }
    if scope is not None and chain.get("kind") == RecordKind.CRISIS_CASE:
        # Who raised a case, or took it back, is sealed with it (L4).
        content["actor"], chain["actor"] = chain["actor"], None
    if importer is not None:
        claimed = command.recorded_at
        chain["imported"] = {"by": importer.id, "claimed": write_instant(claimed) if claimed else None}
    return Draft(chain, content, scope, case.record)


def draft_opening(
    context: Context, case: Pending, policy: Policy, early: bool, target: Target | None, decision: Decision
) -> Draft:
    """Draft the entry that an opening leaves, granted or refused (L4)."""
    assert target is not None
    chain = _chain(context, case, policy, early, decision)
    chain |= {
        "entry": EntryType.OPENING,
        "target": target.sequence,
        "granted": decision.accepted,
        "findings": [finding.code for finding in decision.findings],
    }
    content = _content(context, case, decision)
    if case.command.actor.is_partner:
        # That side knows the number of a case of its own alone: this would tell who raised it (L4).
        content["actor"], chain["actor"] = chain["actor"], None
    return Draft(chain, content, target.case)


def _chain(
    context: Context, case: Pending, policy: Policy, early: bool, decision: Decision
) -> dict[str, Any]:
    command = case.command
    actor = command.actor
    chain: dict[str, Any] = {
        "version": VERSION,
        "partnership": command.id,
        "cycle": case.partnership.cycle or 1,
        "on": write_day(case.on),
        "recorded_at": write_instant(context.clock()),
        "actor": {"id": actor.id, "party": actor.party, "roles": sorted(actor.roles)},
        "policy": {"version": policy.version, "digest": policy.digest},
        "settings": policy.settings_digest,
        "evidence": list(decision.evidence),
        "warnings": [finding.code for finding in decision.warnings],
        "door": context.door,
    }
    if early:
        chain["before_policy"] = True
    return chain


def _content(context: Context, case: Pending, decision: Decision) -> dict[str, Any]:
    content: dict[str, Any] = {}
    if case.command.reason:
        content["reason"] = case.command.reason
    if context.principal:
        content["principal"] = context.principal
    if decision.warnings:
        content["warnings"] = [finding.as_dict() for finding in decision.warnings]
    return content


def _scope(command: Record) -> str | None:
    """Give the key under which a record is sealed: that of its case, or the clearances'."""
    if command.kind not in SEALED_KINDS:
        return None
    if command.kind == RecordKind.INTEGRITY_CLEARANCE:
        return "clearance"
    return f"case:{command.body.get('case', '1')}"
