"""S6.12-S6.15: a renewal rests on a note of its own, and on funding that is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from partnerships.lifecycle.findings import Finding, notice
from partnerships.lifecycle.guards.base import guard
from partnerships.lifecycle.guards.matter import Matter
from partnerships.lifecycle.records import RenewalNote, TransitionPlan
from partnerships.lifecycle.vocabulary import PROGRAMME, Role

Json = dict[str, Any]

_WITH_FINANCE = (*PROGRAMME, Role.FINANCE)

NOTE_MISSING = notice(
    "S6.15.renewal_note_missing",
    "No renewal note has been recorded since the partnership was entered or last renewed.",
    "Record a renewal note on outcomes, value for money and funding.",
    needs="renewal_note",
    who=PROGRAMME,
    interpretation=True,
)
OUTCOMES_MISSING = notice(
    "S6.12.outcomes_missing",
    "The renewal note does not say what the outcomes mean to the context.",
    "Say it in the note.",
    needs="renewal_note.outcomes_meaningful",
    who=PROGRAMME,
    interpretation=True,
)
VALUE_MISSING = notice(
    "S6.13.value_for_money_missing",
    "The renewal note does not weigh value for money.",
    "Say it in the note.",
    needs="renewal_note.value_for_money",
    who=PROGRAMME,
    interpretation=True,
)
FUNDING_MISSING = notice(
    "S6.14.funding_missing",
    "The renewal note says nothing of funding.",
    "Record that funding is secured, or why none is needed.",
    needs="renewal_note.funding",
    who=_WITH_FINANCE,
    interpretation=True,
)
FUNDING_APPLIED_FOR = notice(
    "S6.14.funding_applied_for",
    "Funding is only applied for.",
    "Renew once it is secured, with its source and who confirmed it when.",
    needs="renewal_note.funding.status",
    who=_WITH_FINANCE,
    interpretation=True,
)
SOURCE_MISSING = notice(
    "S6.14.source_missing",
    "Funding is said to be secured without its source.",
    "Name the source in the note.",
    needs="renewal_note.funding.source",
    who=_WITH_FINANCE,
    interpretation=True,
)
CONFIRMED_BY_MISSING = notice(
    "S6.14.confirmed_by_missing",
    "Funding is said to be secured without saying who confirmed it.",
    "Say in the note who confirmed it.",
    needs="renewal_note.funding.confirmed_by",
    who=_WITH_FINANCE,
    interpretation=True,
)
CONFIRMED_ON_MISSING = notice(
    "S6.14.confirmed_on_missing",
    "Funding is said to be secured without the day of its confirmation.",
    "Say in the note when it was confirmed.",
    needs="renewal_note.funding.confirmed_on",
    who=_WITH_FINANCE,
    interpretation=True,
)
NO_FUNDING_REASON_MISSING = notice(
    "S6.14.reason_missing",
    "Funding is said not to apply, without a reason.",
    "Say in the note why no funding is needed.",
    needs="renewal_note.funding.reason",
    who=_WITH_FINANCE,
    interpretation=True,
)
FUNDED_AGREEMENT = notice(
    "S6.14.agreement_is_funded",
    "Funding is said not to apply, while the agreement is a funded one.",
    "Record the funding in the note, or an agreement that is not funded.",
    needs=("renewal_note.funding", "agreement.funded"),
    who=_WITH_FINANCE,
    interpretation=True,
)


@guard("S6.12", "S6.13", "S6.14", "S6.15")
def renewal_is_reflected_upon(matter: Matter) -> Iterator[Finding]:
    if not matter.settings.reading_s6_12 and not _exit_would_close_partner(matter):
        return
    notes = matter.versions(RenewalNote, after=matter.now.since)
    if not notes:
        yield NOTE_MISSING
    for note in notes:
        # Read from the kept JSON, as agreements are: every renewal asks for these few fields.
        said = note.raw
        if not said.get("outcomes_meaningful"):
            yield OUTCOMES_MISSING
        if not said.get("value_for_money"):
            yield VALUE_MISSING
        yield from _funding(matter, said.get("funding"))


def _funding(matter: Matter, funding: Json | None) -> Iterator[Finding]:
    if funding is None:
        yield FUNDING_MISSING
    elif funding["status"] == "applied_for":
        yield FUNDING_APPLIED_FOR
    elif funding["status"] == "secured":
        if matter.settings.reading_s6_14:
            yield from _confirmation(funding)
    else:
        if not funding.get("reason"):
            yield NO_FUNDING_REASON_MISSING
        for agreement in matter.agreements_read():
            if agreement.raw["funded"]:
                yield FUNDED_AGREEMENT.about(subject=agreement.raw["reference"])


def _confirmation(funding: Json) -> Iterator[Finding]:
    if not funding.get("source"):
        yield SOURCE_MISSING
    if not funding.get("confirmed_by"):
        yield CONFIRMED_BY_MISSING
    if funding.get("confirmed_on") is None:
        yield CONFIRMED_ON_MISSING


def _exit_would_close_partner(matter: Matter) -> bool:
    note, plan = matter.body(RenewalNote), matter.body(TransitionPlan)
    return bool((note and note.exit_would_close_partner) or (plan and plan.exit_would_close_partner))
