"""S3 and S4: who the partner is, how it was found, and the five criteria."""

from __future__ import annotations

from collections.abc import Iterator

from partnerships.lifecycle.erasing import ERASED
from partnerships.lifecycle.findings import Finding, notice
from partnerships.lifecycle.guards.base import guard, warning
from partnerships.lifecycle.guards.matter import Matter
from partnerships.lifecycle.lines import same_text
from partnerships.lifecycle.records import (
    Assessment,
    ContextAnalysis,
    PartnerProfile,
    Selection,
    StakeholderMapping,
)
from partnerships.lifecycle.vocabulary import PROGRAMME, Role

_SECOND_PERSON = (Role.DIRECTOR, Role.COMMITTEE)

ANALYSIS_MISSING = notice(
    "S4.3.analysis_missing",
    "No context analysis is on file.",
    "Record the context analysis that the identification rests on.",
    needs="context_analysis",
    who=PROGRAMME,
)
MAPPING_MISSING = notice(
    "S4.4.mapping_missing",
    "No stakeholder mapping is on file.",
    "Record the stakeholder mapping with the possible partners it found.",
    needs="stakeholder_mapping.candidates",
    who=PROGRAMME,
)
CANDIDATES_MISSING = notice(
    "S4.4.candidates_missing",
    "The stakeholder mapping names no possible partner.",
    "Record the mapping again with at least one candidate.",
    needs="stakeholder_mapping.candidates",
    who=PROGRAMME,
)
OPEN_CALL_IN_VOLATILE = notice(
    "S4.11.open_call_in_volatile_context",
    "The partner was selected by an open call in a volatile context.",
    "Select by curated identification or a closed call, or let a second person record an exception that says"
    " how people are protected.",
    needs=("selection.modality", "exception"),
    who=_SECOND_PERSON,
    interpretation=True,
)
ASSESSMENT_MISSING = notice(
    "S4.13.assessment_missing",
    "No assessment of the partner is on file.",
    "Record the assessment with its five criteria.",
    needs="assessment",
    who=PROGRAMME,
)
SELECTION_MISSING = notice(
    "S4.14.selection_missing",
    "It is not recorded how the partner was selected.",
    "Record the selection with its justification.",
    needs="selection",
    who=PROGRAMME,
)
JUSTIFICATION_MISSING = notice(
    "S4.14.justification_missing",
    "The selection has no justification.",
    "Record the selection again with its justification.",
    needs="selection.justification",
    who=PROGRAMME,
)
RELEVANCE_MISSING = notice(
    "S4.15.relevance_missing",
    "Nothing is said of the partner's strategic relevance to the context.",
    "Say it in the assessment.",
    needs="assessment.relevance",
    who=PROGRAMME,
)
POTENTIAL_MISSING = notice(
    "S4.16.potential_missing",
    "Nothing is said of the partner's ability or potential to bring results or lasting change.",
    "Say it in the assessment.",
    needs="assessment.potential",
    who=PROGRAMME,
)
PORTFOLIO_RELEVANCE_MISSING = notice(
    "S4.17.portfolio_relevance_missing",
    "Nothing is said of the partner's place in the whole portfolio.",
    "Say it in the assessment.",
    needs="assessment.portfolio_relevance",
    who=PROGRAMME,
)
COMPARATIVE_ADVANTAGE_MISSING = notice(
    "S4.17a.comparative_advantage_missing",
    "There was more than one candidate, and nothing is said of this one's comparative advantage.",
    "Say it in the assessment.",
    needs="assessment.comparative_advantage",
    who=PROGRAMME,
)
QUALITY_INCOMPLETE = notice(
    "S4.18.quality_incomplete",
    "The quality and feasibility of the partnership, or the partner's agreement on DEI, is not assessed",
    "Say it in the assessment, with the day on which the partner agreed.",
    needs="assessment.feasibility",
    who=PROGRAMME,
)
ADDED_VALUE_INCOMPLETE = notice(
    "S4.19.added_value_incomplete",
    "It is not said for both sides what the partnership adds",
    "Say it in the assessment, for the partner and for IMS.",
    needs="assessment.added_value_partner",
    who=PROGRAMME,
)
PROFILE_INCOMPLETE = notice(
    "L13.profile_incomplete",
    "The partner profile lacks fields",
    "Record the profile again with these fields; not being registered is an answer too.",
    needs="partner_profile",
    who=PROGRAMME,
)
NOT_REGISTERED = notice(
    "S3.9.not_registered",
    "The partner is not formally registered; registration is preferred and never required.",
    "Where it helps, say in the profile's registration note why.",
    needs="partner_profile.registration_note",
    who=PROGRAMME,
)
ANALYSIS_OF_ANOTHER_COUNTRY = notice(
    "S4.3.analysis_of_another_country",
    "The context analysis is of a country in which this local or national partner does not work.",
    "Record an analysis of the partner's own setting, or correct the profile's countries.",
    needs="context_analysis.country",
    who=PROGRAMME,
)
NOT_AMONG_CANDIDATES = notice(
    "S4.4.not_among_candidates",
    "The partner's name is not among the candidates of the mapping.",
    "Record the mapping again, or correct the name.",
    needs="stakeholder_mapping.candidates",
    who=PROGRAMME,
)
POWER_ANALYSIS_MISSING = notice(
    "S4.5.power_analysis_missing",
    "The context analysis holds no power analysis.",
    "Say which groups are marginalised or underserved.",
    needs="context_analysis.power_analysis",
    who=PROGRAMME,
)
ANALYSIS_WITHOUT_PARTICIPANTS = notice(
    "S4.6.analysis_without_participants",
    "Nobody from the sector took part in the context analysis.",
    "Name who took part, or involve them.",
    needs="context_analysis.participants",
    who=PROGRAMME,
)
MAPPING_WITHOUT_PARTICIPANTS = notice(
    "S4.6.mapping_without_participants",
    "Nobody from the sector took part in the mapping.",
    "Name who took part, or involve them.",
    needs="stakeholder_mapping.participants",
    who=PROGRAMME,
)
DUPLICATION_NOTE_MISSING = notice(
    "S4.7.duplication_note_missing",
    "The mapping does not say how it avoids duplicating the work of others.",
    "Add a line on it to the mapping.",
    needs="stakeholder_mapping.duplication_note",
    who=PROGRAMME,
)
MODALITY_UNUSUAL = notice(
    "S4.10.modality_unusual",
    "In such a context, curated identification or a closed call is usual.",
    "Consider whether the way of selection puts anybody at risk.",
    needs="selection.modality",
    who=PROGRAMME,
)
OPEN_CALL_IN_WEAK_SECTOR = notice(
    "S4.12.open_call_in_weak_sector",
    "An open call was made where the media sector is weak, small or absent.",
    "Consider a consultative process.",
    needs="selection.modality",
    who=PROGRAMME,
)
PORTFOLIO_DATE_MISSING = notice(
    "S4.17.portfolio_date_missing",
    "The selection does not say as of which day the portfolio was looked at.",
    "Add the day to the selection.",
    needs="selection.portfolio_as_of",
    who=PROGRAMME,
)


@guard("S4.3")
def context_is_analysed(matter: Matter) -> Iterator[Finding]:
    if matter.body(ContextAnalysis) is None:
        yield ANALYSIS_MISSING


@guard("S4.4")
def stakeholders_are_mapped(matter: Matter) -> Iterator[Finding]:
    mapping = matter.body(StakeholderMapping)
    if mapping is None:
        yield MAPPING_MISSING
    elif not mapping.candidates:
        yield CANDIDATES_MISSING


@guard("S4.11", setting="reading_s4_11")
def no_open_call_in_volatile_context(matter: Matter) -> Iterator[Finding]:
    analysis, selection = matter.body(ContextAnalysis), matter.filed(Selection)
    if analysis is None or selection is None or analysis.stability != "volatile":
        return
    if selection.body.modality == "open_call" and not matter.exception("S4.11", selection):
        yield OPEN_CALL_IN_VOLATILE


@guard("S4.13")
def partner_is_assessed(matter: Matter) -> Iterator[Finding]:
    if matter.body(Assessment) is None:
        yield ASSESSMENT_MISSING


@guard("S4.14")
def selection_is_justified(matter: Matter) -> Iterator[Finding]:
    selection = matter.body(Selection)
    if selection is None:
        yield SELECTION_MISSING
    elif not selection.justification:
        yield JUSTIFICATION_MISSING


_NOTHING_SAID = Assessment.model_construct()


@guard("S4.15", "S4.16", "S4.17", "S4.17a", "S4.18", "S4.19")
def five_criteria_are_answered(matter: Matter) -> Iterator[Finding]:
    said = matter.body(Assessment) or _NOTHING_SAID
    mapping = matter.body(StakeholderMapping)
    if not said.relevance:
        yield RELEVANCE_MISSING
    if not said.potential:
        yield POTENTIAL_MISSING
    if not said.portfolio_relevance:
        yield PORTFOLIO_RELEVANCE_MISSING
    if mapping and _are_several(mapping.candidates) and not said.comparative_advantage:
        yield COMPARATIVE_ADVANTAGE_MISSING
    for finding, fields in (
        (QUALITY_INCOMPLETE, ("feasibility", "dei_agreed_on")),
        (ADDED_VALUE_INCOMPLETE, ("added_value_partner", "added_value_ims")),
    ):
        missing = [name for name in fields if not getattr(said, name)]
        if missing:
            yield finding.naming(missing)


def _are_several(candidates: list[str]) -> bool:
    """Tell whether there is more than one: one spelled twice is one, and erased names are several."""
    return len({same_text(name) for name in candidates}) > 1 or candidates.count(ERASED) > 1


@guard("L13", setting="l13_profile")
def profile_is_complete(matter: Matter) -> Iterator[Finding]:
    profile = matter.body(PartnerProfile)
    wanted = ("type", "legal_form", "registered", "level", "country")
    missing = [name for name in wanted if getattr(profile, name, None) is None]
    if missing:
        yield PROFILE_INCOMPLETE.naming(missing)


@warning("S3.9")
def registration_is_preferred(matter: Matter) -> Iterator[Finding]:
    profile = matter.body(PartnerProfile)
    if profile and profile.registered is False:
        yield NOT_REGISTERED


@warning("S4.3")
def analysis_is_of_the_partners_setting(matter: Matter) -> Iterator[Finding]:
    profile, analysis = matter.body(PartnerProfile), matter.body(ContextAnalysis)
    if profile is None or analysis is None or profile.level not in ("local", "national"):
        return
    countries = {profile.country, *profile.works_in} - {None}
    if countries and analysis.country not in countries:
        yield ANALYSIS_OF_ANOTHER_COUNTRY


@warning("S4.4")
def partner_is_among_the_candidates(matter: Matter) -> Iterator[Finding]:
    profile, mapping = matter.body(PartnerProfile), matter.body(StakeholderMapping)
    if profile is None or mapping is None or not mapping.candidates:
        return
    if same_text(profile.name) not in {same_text(name) for name in mapping.candidates}:
        yield NOT_AMONG_CANDIDATES


@warning("S4.5")
def power_is_analysed(matter: Matter) -> Iterator[Finding]:
    analysis = matter.body(ContextAnalysis)
    if analysis and not analysis.power_analysis:
        yield POWER_ANALYSIS_MISSING


@warning("S4.6")
def sector_is_involved(matter: Matter) -> Iterator[Finding]:
    analysis, mapping = matter.body(ContextAnalysis), matter.body(StakeholderMapping)
    if analysis and not analysis.participants:
        yield ANALYSIS_WITHOUT_PARTICIPANTS
    if mapping and not mapping.participants:
        yield MAPPING_WITHOUT_PARTICIPANTS


@warning("S4.7")
def duplication_is_considered(matter: Matter) -> Iterator[Finding]:
    mapping = matter.body(StakeholderMapping)
    if mapping and not mapping.duplication_note:
        yield DUPLICATION_NOTE_MISSING


@warning("S4.10")
def modality_fits_the_context(matter: Matter) -> Iterator[Finding]:
    analysis, selection = matter.body(ContextAnalysis), matter.body(Selection)
    if analysis is None or selection is None:
        return
    guarded = selection.modality in ("curated", "closed_call")
    if (analysis.stability == "volatile" and not guarded) or (
        analysis.stability == "fragile" and selection.modality == "open_call"
    ):
        yield MODALITY_UNUSUAL


@warning("S4.12")
def weak_sector_is_consulted(matter: Matter) -> Iterator[Finding]:
    analysis, selection = matter.body(ContextAnalysis), matter.body(Selection)
    if analysis is None or selection is None or analysis.stability == "volatile":
        return
    if analysis.media_sector in ("weak", "small", "absent") and selection.modality == "open_call":
        yield OPEN_CALL_IN_WEAK_SECTOR


@warning("S4.17")
def portfolio_is_dated(matter: Matter) -> Iterator[Finding]:
    selection = matter.body(Selection)
    if selection and selection.portfolio_as_of is None:
        yield PORTFOLIO_DATE_MISSING
