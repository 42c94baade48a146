"""Who erases, and what bars it: two people, a legal hold, a case that is open (L2, L4, L10, L11)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from partnerships.lifecycle.commands import Actor
from partnerships.lifecycle.findings import Finding, notice, structure
from partnerships.lifecycle.guards.duties import AUDITOR_DECIDES, SERVICE_DECIDES
from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.settings import Settings
from partnerships.lifecycle.vocabulary import Role

BASES = (
    "no_longer_needed",
    "consent_withdrawn",
    "objection",
    "unlawful",
    "legal_obligation",
    "retention_ended",
)
"""The grounds on which contents are erased, as codes that the history keeps."""

TWO_PEOPLE = notice(
    "L2.erasure_two_people",
    "An erasure takes two people of IMS.",
    "Name a second person, who is somebody else.",
    who=(Role.DIRECTOR, Role.SAFEGUARDING),
)
ERASURE_ROLES = notice(
    "L2.erasure_roles",
    "Of the two who erase, one is a director, and the other a director or safeguarding.",
    "Let a director erase with another director or with safeguarding.",
    who=(Role.DIRECTOR, Role.SAFEGUARDING),
)
SAFEGUARDING_ABSENT = notice(
    "L4.erasure_without_safeguarding",
    "Sealed content is erased with safeguarding as one of the two.",
    "Let safeguarding be the second person.",
    who=(Role.SAFEGUARDING,),
)
CASE_OPEN = notice(
    "L11.erasure_of_open_case",
    "While a crisis case is open, nothing of it is erased.",
    "Close the case, or let a director decide on it, and erase then.",
    who=(Role.SAFEGUARDING, Role.DIRECTOR),
)
LEGAL_HOLD = structure(
    "structure.legal_hold",
    "A legal hold stands on this partnership, and nothing of it is erased.",
    "Let the hold be lifted by whoever answers for the legal matter.",
)
NOTHING_TO_ERASE = structure(
    "structure.nothing_to_erase",
    "This sequence holds no content: there is no such entry, or it was erased before.",
    "Look the sequence up in the history.",
)
HOLD_ROLES = notice(
    "L2.hold_roles",
    "A legal hold is placed and lifted by a director or by safeguarding.",
    "Let one of them do it.",
    who=(Role.DIRECTOR, Role.SAFEGUARDING),
)


@dataclass(frozen=True, slots=True)
class Request:
    """What two people ask to be erased; `missing` are sequences that hold no content."""

    partnership: Partnership
    by: Actor
    second: Actor
    sequences: Collection[int]
    sealed: Collection[int]
    missing: Collection[int]
    is_held: bool


def erasure_findings(request: Request, settings: Settings) -> list[Finding]:
    """Give what bars an erasure; a hold and a wrong sequence each stand alone."""
    people = list(_people(request, settings))
    if people:
        return people
    if request.is_held:
        return [LEGAL_HOLD]
    if request.missing or not request.sequences:
        return [NOTHING_TO_ERASE.about(subject=str(sequence)) for sequence in sorted(request.missing)] or [
            NOTHING_TO_ERASE
        ]
    return list(_open_cases(request, settings))


def hold_findings(actor: Actor, settings: Settings) -> list[Finding]:
    """Give what bars placing or lifting a hold."""
    barred = list(_barred(actor, settings))
    if barred or not settings.l2_duties or actor.holds(Role.DIRECTOR, Role.SAFEGUARDING):
        return barred
    return [HOLD_ROLES]


def _people(request: Request, settings: Settings) -> Iterator[Finding]:
    by, second = request.by, request.second
    barred = dict.fromkeys([*_barred(by, settings), *_barred(second, settings)])
    yield from barred
    # The history cannot be put back: that two people erase is no rule that a host turns off.
    if by.id == second.id or by.is_partner or second.is_partner:
        yield TWO_PEOPLE
    elif not barred and settings.l2_duties:
        both = (by, second)
        fits = any(
            one.holds(Role.DIRECTOR) and other.holds(Role.DIRECTOR, Role.SAFEGUARDING)
            for one, other in (both, both[::-1])
        )
        if not fits:
            yield ERASURE_ROLES
        elif request.sealed and not any(actor.holds(Role.SAFEGUARDING) for actor in both):
            yield SAFEGUARDING_ABSENT


def _barred(actor: Actor, settings: Settings) -> Iterator[Finding]:
    if settings.l10_service and actor.holds(Role.SERVICE):
        yield SERVICE_DECIDES
    if settings.l2_duties and actor.holds(Role.AUDITOR):
        yield AUDITOR_DECIDES


def _open_cases(request: Request, settings: Settings) -> Iterator[Finding]:
    if not settings.l11_open_case:
        return
    named = set(request.sequences)
    if any(named & set(case.entries) for case in request.partnership.open_cases):
        yield CASE_OPEN
