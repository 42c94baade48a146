"""What stands open on a day: lapsed agreements, late registers, unfit partners, withdrawn evidence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from partnerships.audit.judging.checks.look import Row, entry_row
from partnerships.audit.judging.walk import Step, Walk
from partnerships.lifecycle.findings import Finding
from partnerships.lifecycle.standing import (
    EVIDENCE_WITHDRAWN,
    NO_LONGER_MEETS,
    PAST_ENDLINE,
    REGISTER_PAST_END,
    STRATEGIC_PAST_ENDLINE,
    standing_findings,
)

_RULES = {
    PAST_ENDLINE.code: "lapsed_agreement",
    STRATEGIC_PAST_ENDLINE.code: "lapsed_agreement",
    REGISTER_PAST_END.code: "register_past_end",
    NO_LONGER_MEETS.code: "no_longer_meets",
    EVIDENCE_WITHDRAWN.code: "evidence_withdrawn",
}


def standing(walk: Walk, day: date) -> Iterator[Row]:
    """Give a row for each standing finding, at the entry that it is about."""
    for finding in standing_findings(walk.partnership, day):
        facts = dict(finding.facts)
        said = [f"{name} {value}" for name, value in facts.items()]
        text = finding.message + (f" ({', '.join(said)})" if said else "")
        step = _about(walk, finding) or walk.steps[-1]
        yield entry_row(step, _RULES[finding.code], text, finding.clause)


def _about(walk: Walk, finding: Finding) -> Step | None:
    facts, file = dict(finding.facts), walk.partnership.file
    subject = facts.get("subject", "")
    if finding.code == EVIDENCE_WITHDRAWN.code:
        return walk.step(int(subject))
    if finding.code == REGISTER_PAST_END.code:
        ends = [entry for entry in file.registers.values() if entry.raw["reference"] == subject]
        return walk.step(ends[0].sequence) if ends else None
    if finding.code == NO_LONGER_MEETS.code:
        profile = walk.partnership.profile
        return walk.step(profile.sequence) if profile else None
    line = file.agreements.get(subject)
    return walk.step((line.counting or line.latest).sequence) if line else None
