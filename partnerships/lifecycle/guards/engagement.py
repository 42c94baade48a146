"""S3.6, S3.7 and S5: inclusion, the three categories, and what each allows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from partnerships.lifecycle.days import is_older
from partnerships.lifecycle.findings import Finding, notice
from partnerships.lifecycle.guards.base import guard, warning
from partnerships.lifecycle.guards.matter import Matter
from partnerships.lifecycle.lines import day_of
from partnerships.lifecycle.records import (
    ExitDialogue,
    InclusionCommitment,
    PartnerProfile,
    StrategicImportance,
)
from partnerships.lifecycle.vocabulary import PROGRAMME

Json = dict[str, Any]

STRATEGIC_TYPES = ("media_content_production", "media_ecosystem")

COMMITMENT_MISSING = notice(
    "S3.6.commitment_missing",
    "The partner's commitment to inclusive coverage is not on file.",
    "Record the inclusion commitment with its text.",
    needs="inclusion_commitment.text",
    who=PROGRAMME,
)
GENDER_CHANGE_OPEN = notice(
    "S3.7.gender_transformative_open",
    "It is open whether the partner contributes or aspires to gender-transformative change.",
    "Talk about it, and record the answer with the commitment.",
    needs="inclusion_commitment.gender_transformative",
    who=PROGRAMME,
)
TYPE_NOT_STRATEGIC = notice(
    "S5.4.type_not_strategic",
    "A strategic partnership is only for partners who produce media content or serve the media ecosystem.",
    "Choose an activity partnership, or correct the profile where its type is wrong.",
    needs="partner_profile.type",
    who=PROGRAMME,
)
BASIS_MISSING = notice(
    "S5.5.basis_missing",
    "It is not recorded on which of the two grounds the partner is strategically important.",
    "Record whether it is a pillar of the ecosystem or a key driver in its local context.",
    needs="strategic_importance.basis",
    who=PROGRAMME,
)
REASON_MISSING = notice(
    "S5.5.reason_missing",
    "The reason why the partner is strategically important is not recorded.",
    "Record it with the strategic importance.",
    needs="strategic_importance.reason",
    who=PROGRAMME,
)
INTERNATIONAL_STRATEGIC = notice(
    "S5.5.international_partner",
    "The partner is international, while strategic importance is judged in a local context.",
    "Check that the reason names the local context.",
    needs="partner_profile.level",
    who=PROGRAMME,
)
COLLABORATION_MISSING = notice(
    "S5.8.activity_missing",
    "The agreement does not name the exact activity or project.",
    "Record the agreement again with its collaboration.",
    needs="agreement.collaboration",
    who=PROGRAMME,
)
LONGER_THAN_MID_TERM = notice(
    "S5.8.longer_than_mid_term",
    "The activity is planned for longer than a mid-term.",
    "Consider a shorter activity, or another category (the length is house rule L8).",
    needs="agreement.ends_on",
    who=PROGRAMME,
)
CORE_SUPPORT = notice(
    "S5.9.core_support",
    "Under an activity agreement IMS gives core support.",
    "Tie the support to the exact activity, or consider another category.",
    needs="agreement.contributions",
    who=PROGRAMME,
)
NOT_FOR_COLLABORATION = notice(
    "S5.9.not_for_collaboration",
    "Under an activity agreement IMS gives support that is not for the activity.",
    "Tie the support to the exact activity, or take it out.",
    needs="agreement.contributions",
    who=PROGRAMME,
)
NOT_INTERNATIONAL = notice(
    "S5.10.not_international",
    "An associate partnership is for international organisations.",
    "Choose an activity partnership, or correct the profile where its level is wrong.",
    needs="partner_profile.level",
    who=PROGRAMME,
)
PURPOSE_MISSING = notice(
    "S5.10.purpose_missing",
    "The agreement does not say which joint purpose it serves.",
    "Record the agreement again with joint action, consortium or coordinated collaboration as its purpose.",
    needs="agreement.purpose",
    who=PROGRAMME,
)
GRANT_MISSING = notice(
    "S5.11.collaboration_missing",
    "The agreement does not name the activity, project or grant that bounds it.",
    "Record the agreement again with its collaboration.",
    needs="agreement.collaboration",
    who=PROGRAMME,
)
CAPACITY_DEVELOPMENT = notice(
    "S5.12.capacity_development",
    "Between associate partners there is no capacity development, in either direction.",
    "Take it out of the agreement, conclude the agreement, or choose another category.",
    needs="agreement.contributions",
    who=PROGRAMME,
)
LOCAL_PRIORITY_OPEN = notice(
    "S2.4.local_priority_note_missing",
    "The agreement does not say how the work respects local priorities and spares local actors.",
    "Add a note on local priorities to the agreement.",
    needs="agreement.local_priority_note",
    who=PROGRAMME,
)
EXIT_DIALOGUE_MISSING = notice(
    "S6.22.exit_dialogue_missing",
    "The endline and sustainability have not been talked about from the outset.",
    "Hold an exit dialogue and record it.",
    needs="exit_dialogue",
    who=PROGRAMME,
)


@guard("S3.6")
def inclusion_is_committed(matter: Matter) -> Iterator[Finding]:
    commitment = matter.body(InclusionCommitment)
    if commitment is None or not commitment.text:
        yield COMMITMENT_MISSING


@warning("S3.7")
def gender_change_is_aimed_for(matter: Matter) -> Iterator[Finding]:
    commitment = matter.body(InclusionCommitment)
    if commitment is None or commitment.gender_transformative in (None, "no"):
        yield GENDER_CHANGE_OPEN


@guard("S5.4")
def partner_type_is_strategic(matter: Matter) -> Iterator[Finding]:
    profile = matter.body(PartnerProfile)
    if profile is None or profile.type not in STRATEGIC_TYPES:
        yield TYPE_NOT_STRATEGIC


@guard("S5.5")
def partner_is_strategically_important(matter: Matter) -> Iterator[Finding]:
    importance = matter.body(StrategicImportance)
    if importance is None or importance.basis is None:
        yield BASIS_MISSING
    if importance is None or not importance.reason:
        yield REASON_MISSING


@warning("S5.5")
def importance_is_local(matter: Matter) -> Iterator[Finding]:
    profile = matter.body(PartnerProfile)
    if profile and profile.level == "international":
        yield INTERNATIONAL_STRATEGIC


@guard("S5.8")
def activity_is_named(matter: Matter) -> Iterator[Finding]:
    for agreement in matter.agreements_read():
        if "collaboration" not in agreement.raw:
            yield COLLABORATION_MISSING.about(subject=agreement.raw["reference"])


@warning("S5.8", "L8", setting="l8_mid_term_months")
def activity_is_mid_term(matter: Matter) -> Iterator[Finding]:
    months = matter.settings.l8_mid_term_months or 0
    for agreement in matter.agreements_read():
        starts_on, ends_on = day_of(agreement, "starts_on"), day_of(agreement, "ends_on")
        if starts_on and ends_on and is_older(starts_on, months, ends_on):
            yield LONGER_THAN_MID_TERM.about(subject=agreement.raw["reference"])


def activity_support(said: Json) -> Iterator[Finding]:
    """S5.9: what IMS gives under an activity agreement, read as it is kept, is for the exact activity."""
    core_support = not_for_collaboration = False
    for item in said["contributions"]:
        if item["given_by"] == "ims":
            is_core = item["kind"] == "core_support"
            core_support = core_support or is_core
            not_for_collaboration = not_for_collaboration or not (is_core or item["for_collaboration"])
    if core_support:
        yield CORE_SUPPORT.about(subject=said["reference"])
    if not_for_collaboration:
        yield NOT_FOR_COLLABORATION.about(subject=said["reference"])


def associate_support(said: Json) -> Iterator[Finding]:
    """S5.12: nobody develops the other's capacity in an associate partnership."""
    if any(item["kind"] == "capacity_development" for item in said["contributions"]):
        yield CAPACITY_DEVELOPMENT.about(subject=said["reference"])


@guard("S5.9")
def support_is_for_the_activity(matter: Matter) -> Iterator[Finding]:
    for agreement in matter.agreements_begun():
        yield from activity_support(agreement.raw)


@guard("S5.10")
def associate_is_international(matter: Matter) -> Iterator[Finding]:
    profile = matter.body(PartnerProfile)
    if profile is None or profile.level != "international":
        yield NOT_INTERNATIONAL
    for agreement in matter.agreements_read():
        if "purpose" not in agreement.raw:
            yield PURPOSE_MISSING.about(subject=agreement.raw["reference"])


@guard("S5.11")
def associate_work_is_named(matter: Matter) -> Iterator[Finding]:
    for agreement in matter.agreements_read():
        if "collaboration" not in agreement.raw:
            yield GRANT_MISSING.about(subject=agreement.raw["reference"])


@guard("S5.12")
def no_capacity_development_between_associates(matter: Matter) -> Iterator[Finding]:
    # Whatever the category of the agreement: recorded while an associate, it is judged in the same way.
    for agreement in (*matter.agreements_begun(), *matter.agreements_beside()):
        yield from associate_support(agreement.raw)


@warning("S2.4")
def local_priorities_are_respected(matter: Matter) -> Iterator[Finding]:
    for agreement in matter.agreements_read():
        if "local_priority_note" not in agreement.raw:
            yield LOCAL_PRIORITY_OPEN.about(subject=agreement.raw["reference"])


@warning("S6.22")
def exit_is_talked_about_from_the_outset(matter: Matter) -> Iterator[Finding]:
    if matter.body(ExitDialogue) is None:
        yield EXIT_DIALOGUE_MISSING
