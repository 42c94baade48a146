"""Withdrawing, reverting, opening and taking over (L2, L4, L9, L11)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from partnerships.lifecycle.cases import Case
from partnerships.lifecycle.findings import Finding, notice, structure
from partnerships.lifecycle.guards.crisis import no_crisis_case_is_open
from partnerships.lifecycle.guards.duties import DAY_BEFORE_LAST, day_has_come, standing
from partnerships.lifecycle.guards.filing import PARTNERS_OWN_WORD
from partnerships.lifecycle.guards.matter import Matter
from partnerships.lifecycle.vocabulary import ACTIVE_STATES, SEALED_KINDS, EntryType, Role, Trigger

_DIRECTOR = (Role.DIRECTOR,)

NOT_AUTHOR_NOR_DIRECTOR = notice(
    "L2.not_author_nor_director",
    "A record is withdrawn by its author or by a director.",
    "Ask one of them.",
    who=_DIRECTOR,
)
CRISIS_RECORD_STAYS = notice(
    "L2.crisis_record_stays",
    "A crisis record is withdrawn only by its author while holding safeguarding; a case ends by closure or"
    " termination.",
    "Close the case, or ask its author.",
    who=(Role.SAFEGUARDING,),
)
NOT_A_DIRECTOR = notice(
    "L2.not_a_director",
    "A director takes this step.",
    "Let a director take it.",
    who=_DIRECTOR,
)
TOOK_IT_THEMSELVES = notice(
    "L2.took_it_themselves",
    "Whoever took a transition does not revert it.",
    "Let another director revert it.",
    who=_DIRECTOR,
)
NOT_ENTITLED = notice(
    "L4.not_entitled",
    "Sealed content opens to safeguarding and to the decider of the case.",
    "Ask safeguarding.",
    who=(Role.SAFEGUARDING,),
)
NOT_WITHDRAWABLE = structure(
    "structure.not_a_standing_record",
    "This sequence is not a record that counts.",
    "Look the sequence up in the history.",
)
NOT_REVERTIBLE = structure(
    "structure.not_the_latest_transition",
    "Only the latest transition is reverted, and neither an opening nor a crisis termination.",
    "Look the latest transition up in the history.",
)
NOTHING_SEALED = structure(
    "structure.nothing_sealed",
    "This sequence holds no sealed content.",
    "Look the sequence up in the history.",
)


@dataclass(frozen=True, slots=True)
class Target:
    """The entry that a correction or an opening is about; `withdrawn` when it counts no more."""

    sequence: int
    entry: EntryType
    kind: str | None
    trigger: str | None
    by: str = field(repr=False)
    party: str
    withdrawn: bool = False
    sealed: bool = False
    case: str | None = None


def withdrawal_findings(matter: Matter, target: Target | None) -> Iterator[Finding]:
    """Give what bars a withdrawal; a wrong sequence stands alone."""
    if target is None or target.entry != EntryType.RECORD or target.withdrawn:
        yield NOT_WITHDRAWABLE
        return
    yield from day_has_come(matter)
    barred = standing(matter)
    yield from barred
    if barred or not matter.settings.l2_duties:
        return
    actor = matter.actor
    # An id tells who it is within a side only.
    is_author = (actor.id, actor.party) == (target.by, target.party)
    if target.kind in SEALED_KINDS and target.party == "partner":
        if not actor.is_partner:
            yield CRISIS_RECORD_STAYS
    elif target.kind in SEALED_KINDS:
        if not is_author or not actor.holds(Role.SAFEGUARDING):
            yield CRISIS_RECORD_STAYS
    elif _is_partners_word(matter, target):
        if not actor.is_partner:
            yield PARTNERS_OWN_WORD
    elif not is_author and not actor.holds(Role.DIRECTOR):
        yield NOT_AUTHOR_NOR_DIRECTOR


def _is_partners_word(matter: Matter, target: Target) -> bool:
    if target.kind != "position" or target.party != "partner":
        return False
    return target.sequence > matter.now.transition_began > 0


def reversal_findings(matter: Matter, sequence: int) -> Iterator[Finding]:
    """Give what bars a reversal; a wrong sequence stands alone."""
    move = matter.now.move
    never = (Trigger.IDENTIFY, Trigger.TERMINATE_FOR_CRISIS, "take_over")
    if move is None or move.sequence != sequence or move.trigger in never:
        yield NOT_REVERTIBLE
        return
    yield from _director(matter)
    if matter.settings.l2_duties and matter.actor.id == move.by:
        yield TOOK_IT_THEMSELVES
    yield from day_has_come(matter)
    if matter.settings.l9_days and matter.on < move.on:
        yield DAY_BEFORE_LAST
    # A reverted return takes its records with it, and a case ends by closure or termination alone.
    if move.from_state in ACTIVE_STATES or move.trigger == Trigger.REIDENTIFY:
        yield from no_crisis_case_is_open.findings(matter)


def take_over_findings(matter: Matter) -> Iterator[Finding]:
    """Give what bars a takeover; that the house allows none stands alone."""
    until = matter.settings.take_over_until
    if until is None or matter.today >= until:
        yield structure(
            "structure.take_over_closed",
            "Running portfolios are not taken over here (any more).",
            "Identify the partnership instead, or let the host set take_over_until to a coming day.",
        )
        return
    yield from _director(matter)
    yield from day_has_come(matter)


def opening_findings(matter: Matter, target: Target | None) -> Iterator[Finding]:
    """Give what bars the opening of sealed content (L4)."""
    if matter.actor.is_partner:
        # The same answer for every number, so that none betrays a case.
        yield NOT_ENTITLED
    elif target is None or not target.sealed:
        yield NOTHING_SEALED
    else:
        if not _may_open(matter, target):
            yield NOT_ENTITLED
        yield from day_has_come(matter)


def _may_open(matter: Matter, target: Target) -> bool:
    actor = matter.actor
    if actor.is_partner or actor.holds(Role.SERVICE):
        return False
    if actor.holds(Role.SAFEGUARDING) or not matter.settings.l4_sealed:
        return True
    return any(_may_decide(matter, case) for case in matter.now.cases if target.sequence in case.entries)


def _may_decide(matter: Matter, case: Case) -> bool:
    actor = matter.actor
    if case.is_partners:
        return False
    if case.ended is not None:
        return actor.id == case.decider
    apart = actor.id not in case.raisers and actor.id not in case.recommenders
    return actor.holds(Role.DIRECTOR) and not actor.holds(Role.AUDITOR) and apart


def _director(matter: Matter) -> Iterator[Finding]:
    barred = standing(matter)
    yield from barred
    if matter.settings.l2_duties and not barred and not matter.actor.holds(Role.DIRECTOR):
        yield NOT_A_DIRECTOR
