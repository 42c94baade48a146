"""S5.16, S6.16, S6.17: a written agreement of both sides, with an endline that both know."""

from __future__ import annotations

from collections.abc import Iterator

from partnerships.lifecycle.findings import Finding, notice
from partnerships.lifecycle.guards.base import guard
from partnerships.lifecycle.guards.matter import Matter
from partnerships.lifecycle.vocabulary import CONTINUATIONS, PROGRAMME, Role

_BOTH_SIDES = (*PROGRAMME, Role.PARTNER_REPRESENTATIVE)

AGREEMENT_MISSING = notice(
    "S5.16.agreement_missing",
    "No written agreement of this category is on file.",
    "Record the agreement with the acceptance of both sides.",
    needs="agreement",
    who=PROGRAMME,
)
AGREEMENT_NOT_ACCEPTED = notice(
    "S5.16.agreement_not_accepted",
    "The agreement is a draft: a side has not accepted it.",
    "Record it again with the acceptance of both sides.",
    needs="agreement.accepted",
    who=_BOTH_SIDES,
)
AGREEMENT_NOT_IN_FORCE = notice(
    "S5.16.agreement_not_in_force",
    "No agreement of this category is in force on that day.",
    "Record an agreement that covers the day, or choose a day that it covers.",
    needs=("agreement.starts_on", "agreement.ends_on"),
    who=PROGRAMME,
)
AGREEMENT_NOT_NEW = notice(
    "S5.16.agreement_not_new",
    "No agreement of this category carries the partnership on: they were read before, or begin too late.",
    "Record a new one of this category, or a version with another endline, that both sides accepted.",
    needs="agreement",
    who=PROGRAMME,
)
ENDLINE_MISSING = notice(
    "S6.16.endline_missing",
    "The agreement has neither an end date nor a reason why there is none.",
    "Agree on an end date, or record in the agreement why there is none.",
    needs=("agreement.ends_on", "agreement.no_endline_reason"),
    who=PROGRAMME,
)
ENDLINE_NOT_ACKNOWLEDGED = notice(
    "S6.17.endline_not_acknowledged",
    "It is not recorded that the partner knows the endline.",
    "Record the day on which the partner acknowledged it.",
    needs="agreement.endline_acknowledged_on",
    who=_BOTH_SIDES,
    interpretation=True,
)


@guard("S5.16")
def written_agreement_covers_the_collaboration(matter: Matter) -> Iterator[Finding]:
    satisfying = matter.satisfying_agreements()
    if satisfying:
        matter.evidence.update(filed.sequence for filed in satisfying)
        return
    category = matter.category
    lines = [
        line
        for line in matter.then.file.agreements.values()
        if category in (line.category, line.latest.raw["category"])
    ]
    if not lines:
        yield AGREEMENT_MISSING
    elif not any(line.accepted and line.category == category for line in lines):
        yield AGREEMENT_NOT_ACCEPTED
    elif matter.trigger in CONTINUATIONS:
        yield AGREEMENT_NOT_NEW
    else:
        yield AGREEMENT_NOT_IN_FORCE


@guard("S6.16")
def endline_is_defined(matter: Matter) -> Iterator[Finding]:
    for agreement in matter.agreements_read():
        if "ends_on" not in agreement.raw and "no_endline_reason" not in agreement.raw:
            yield ENDLINE_MISSING.about(subject=agreement.raw["reference"])


@guard("S6.17", setting="reading_s6_17")
def both_sides_know_the_endline(matter: Matter) -> Iterator[Finding]:
    for agreement in matter.agreements_read():
        if "ends_on" in agreement.raw and "endline_acknowledged_on" not in agreement.raw:
            yield ENDLINE_NOT_ACKNOWLEDGED.about(subject=agreement.raw["reference"])
