"""S6.25-S6.27, L3, L6 and L11: a crisis takes a ground, two people, and holds everything new."""

from __future__ import annotations

from collections.abc import Iterator

from partnerships.lifecycle.cases import Case
from partnerships.lifecycle.findings import Finding, notice
from partnerships.lifecycle.guards.base import guard, warning
from partnerships.lifecycle.guards.matter import Matter
from partnerships.lifecycle.lines import in_force
from partnerships.lifecycle.vocabulary import Role

_ANY_IMS = (Role.PROGRAMME_MANAGER, Role.DIRECTOR, Role.SAFEGUARDING)
_SAFEGUARDING = (Role.SAFEGUARDING,)
_DIRECTOR = (Role.DIRECTOR,)

NO_OPEN_CASE = notice(
    "S6.25.no_open_case",
    "No crisis case is open that was on file by that day.",
    "Record the case with its ground, or name a day by which it was on file.",
    needs="crisis_case",
    who=_ANY_IMS,
)
GROUND_MISSING = notice(
    "S6.25.ground_missing",
    "The crisis case names no ground.",
    "Record the case again with its ground: ethics, anti-corruption, PSEAH or another.",
    needs="crisis_case.ground",
    who=_SAFEGUARDING,
)
GROUND_TEXT_MISSING = notice(
    "S6.25.ground_text_missing",
    "The crisis case rests on another ground without saying which.",
    "Record the case again and say which.",
    needs="crisis_case.ground_text",
    who=_SAFEGUARDING,
)
RECOMMENDATION_MISSING = notice(
    "L3.recommendation_missing",
    "Safeguarding does not recommend to terminate on this case, or did not by that day.",
    "Let safeguarding look at the case and record its recommendation.",
    needs="crisis_recommendation",
    who=_SAFEGUARDING,
)
NOT_A_DIRECTOR = notice(
    "L3.not_a_director",
    "A director decides on a crisis termination.",
    "Let a director decide.",
    who=_DIRECTOR,
)
DECIDER_RECOMMENDED = notice(
    "L3.decider_recommended",
    "Whoever recommended on a case does not decide it.",
    "Let another director decide.",
    who=_DIRECTOR,
)
DECIDER_RAISED = notice(
    "L3.decider_raised",
    "Whoever raised a case does not decide it.",
    "Let another director decide.",
    who=_DIRECTOR,
)
AGREEMENT_CLAUSE_MISSING = notice(
    "S6.27.agreement_clause_missing",
    "An agreement is in force, and the case names no clause of it.",
    "Look up the clause on termination and name it in the case.",
    needs="crisis_case.agreement_clause",
    who=_SAFEGUARDING,
)
CASE_OPEN = notice(
    "L11.case_open",
    "A crisis case of this cycle is open.",
    "End the case first: by a closure on safeguarding's advice, or by the termination.",
    needs="crisis_closure",
    who=_DIRECTOR,
)
CLEARANCE_MISSING = notice(
    "L6.clearance_missing",
    "The last cycle ended in a crisis, and no integrity clearance was recorded since.",
    "Let safeguarding record a clearance.",
    needs="integrity_clearance",
    who=_SAFEGUARDING,
)
CRISIS_ELSEWHERE = notice(
    "L6.crisis_elsewhere",
    "The same partner, by identifier or by name and country, is in a crisis in another partnership.",
    "Talk to safeguarding before going on.",
    who=_SAFEGUARDING,
)


@guard("S6.25", "L3")
def a_case_stands_and_two_people_decide(matter: Matter) -> Iterator[Finding]:
    unmet = [list(_unmet(matter, versions)) for versions in _cases(matter)]
    yield from min(unmet, key=len) if unmet else _unmet(matter, ())
    for case in standing_cases(matter):
        matter.evidence.update({case.latest, *(advice.sequence for advice in case.advice[-1:])})


def _cases(matter: Matter) -> list[tuple[Case, Case]]:
    """The cases that may carry the decision, each as of its day and as recorded: open in both."""
    if matter.then is matter.now:
        return [(case, case) for case in matter.now.open_cases]
    return [
        (case, recorded)
        for case in matter.then.open_cases
        for recorded in matter.now.open_cases
        if case.latest in recorded.entries
    ]


def _unmet(matter: Matter, versions: tuple[Case, ...]) -> Iterator[Finding]:
    actor = matter.actor
    if not versions:
        yield NO_OPEN_CASE
    elif any(case.ground is None for case in versions):
        yield GROUND_MISSING
    elif any(case.ground == "other" and not case.ground_text for case in versions):
        yield GROUND_TEXT_MISSING
    if not matter.settings.l3_two_people:
        return
    advices = [case.standing_advice for case in versions]
    if not advices or any(advice is None or advice.advice != "terminate" for advice in advices):
        yield RECOMMENDATION_MISSING
    if not actor.holds(Role.DIRECTOR):
        yield NOT_A_DIRECTOR
    if any(actor.id in case.recommenders for case in versions):
        yield DECIDER_RECOMMENDED
    if any(actor.id in case.raisers for case in versions):
        yield DECIDER_RAISED


def standing_cases(matter: Matter) -> list[Case]:
    """Give the open cases that meet S6.25 and L3 together, as of the decision's day."""
    return [versions[0] for versions in _cases(matter) if not list(_unmet(matter, versions))]


@warning("S6.27")
def case_names_the_agreements_clause(matter: Matter) -> Iterator[Finding]:
    agreements = [line.counting for line in matter.then.file.agreements.values() if line.counting]
    if any(in_force(agreement, matter.on) for agreement in agreements):
        cases = standing_cases(matter)
        if cases and not any(case.agreement_clause for case in cases):
            yield AGREEMENT_CLAUSE_MISSING


@guard("L11", setting="l11_open_case")
def no_crisis_case_is_open(matter: Matter) -> Iterator[Finding]:
    if matter.now.open_cases:
        yield CASE_OPEN


@guard("L6", setting="l6_reentry")
def integrity_is_cleared_after_a_crisis(matter: Matter) -> Iterator[Finding]:
    clearance = matter.then.file.records.get("integrity_clearance")
    after = matter.now.clearance_after
    if after is not None and (clearance is None or clearance.sequence <= after):
        yield CLEARANCE_MISSING
    elif after is not None and clearance is not None:
        matter.evidence.add(clearance.sequence)


@warning("L6", setting="l6_reentry")
def partner_is_in_no_crisis_elsewhere(matter: Matter) -> Iterator[Finding]:
    if matter.elsewhere and not matter.actor.is_partner:
        yield CRISIS_ELSEWHERE
