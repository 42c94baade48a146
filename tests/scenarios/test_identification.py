"""Sections 3 and 4: who a partner may be, and how it is found and chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.bodies import NAME, plus
from tests.outcomes import accepted, no_such_edge, refused
from tests.story import Clock, Story

CRITERIA = ("S4.15", "S4.16", "S4.17", "S4.18", "S4.19")
EMPTY_CRITERIA: dict[str, Any] = {
    "relevance": None,
    "potential": None,
    "portfolio_relevance": None,
    "feasibility": None,
    "dei_agreed_on": None,
    "added_value_partner": None,
    "added_value_ims": None,
}


def test_a_new_partnership_is_identified_in_its_first_cycle(story: Story) -> None:
    accepted(story.identify()).in_state("identified").warned()
    shown = story.show()
    assert (shown["cycle"], shown["sequence"], shown["category"], shown["ended_as"]) == (1, 1, None, None)


def test_an_id_that_exists_is_not_identified_again(story: Story) -> None:
    story.to("identified")
    with story.nothing_changes():
        no_such_edge(story.identify())


@pytest.mark.every_store
def test_an_empty_file_is_refused_with_every_clause_at_once(story: Story) -> None:
    story.to("identified")
    refused(story.trigger("assess")).by("S4.3", "S4.4", "S4.13", "S4.14", *CRITERIA).in_state("identified")
    assert story.state == "identified"


@pytest.mark.every_store
def test_a_complete_file_is_assessed_without_a_warning(story: Story) -> None:
    story.to("identified").ready_for("assess")
    accepted(story.trigger("assess")).in_state("assessed").warned()


@pytest.mark.parametrize(
    ("missing", "clauses"),
    [
        ("context_analysis", ["S4.3"]),
        ("stakeholder_mapping", ["S4.4"]),
        ("selection", ["S4.14"]),
        ("assessment", ["S4.13", *CRITERIA]),
    ],
)
def test_each_record_is_asked_for_by_its_own_clause(story: Story, missing: str, clauses: list[str]) -> None:
    story.to("identified").ready_for("assess", without=missing)
    refused(story.trigger("assess")).by(*clauses).of_kind("policy")
    story.has(missing)
    accepted(story.trigger("assess"))


@pytest.mark.parametrize("candidates", [[], ["  "]])
def test_a_mapping_without_a_candidate_is_no_mapping(story: Story, candidates: list[str]) -> None:
    story.to("identified").ready_for("assess", stakeholder_mapping={"candidates": candidates})
    refused(story.trigger("assess")).by("S4.4")


@pytest.mark.parametrize("text", [None, "", "   \n"])
def test_a_selection_says_why(story: Story, text: str | None) -> None:
    story.to("identified").ready_for("assess", selection={"justification": text})
    refused(story.trigger("assess")).by("S4.14")


@pytest.mark.parametrize("text", [None, " \t "])
@pytest.mark.parametrize(
    ("field", "clause"),
    [
        ("relevance", "S4.15"),
        ("potential", "S4.16"),
        ("portfolio_relevance", "S4.17"),
        ("feasibility", "S4.18"),
        ("added_value_partner", "S4.19"),
        ("added_value_ims", "S4.19"),
    ],
)
def test_each_criterion_is_answered(story: Story, field: str, clause: str, text: str | None) -> None:
    story.to("identified").ready_for("assess", assessment={field: text})
    found = refused(story.trigger("assess")).by(clause)
    assert {"record": "assessment", "field": field} in found.found[0]["needs"]


def test_agreement_to_the_dei_principles_has_a_day_of_its_own(story: Story) -> None:
    story.to("identified").ready_for("assess", assessment={"dei_agreed_on": None})
    refused(story.trigger("assess")).by("S4.18")


def test_five_empty_criteria_give_five_findings_that_say_how_to_put_them_right(story: Story) -> None:
    story.to("identified").ready_for("assess", assessment=EMPTY_CRITERIA)
    found = refused(story.trigger("assess")).by(*CRITERIA).of_kind("policy")
    assert len(found.found) == len(set(found.codes)) == 5
    for finding in found.found:
        assert finding["code"].startswith(finding["clause"] + ".")
        assert finding["message"].strip()
        assert finding["remedy"].strip()
        assert {need["record"] for need in finding["needs"]} == {"assessment"}
        assert "programme_manager" in finding["who"]
        assert finding["interpretation"] is False
    relevance = found.finding("S4.15")
    assert relevance["code"] == "S4.15.relevance_missing"
    assert relevance["needs"] == [{"record": "assessment", "field": "relevance"}]
    assert found.codes == refused(story.trigger("assess")).codes


def test_needs_name_every_empty_field_of_a_criterion(story: Story) -> None:
    story.to("identified").ready_for("assess", assessment=EMPTY_CRITERIA)
    found = refused(story.trigger("assess"))
    fields = {clause: {need["field"] for need in found.finding(clause)["needs"]} for clause in CRITERIA}
    assert fields["S4.18"] == {"feasibility", "dei_agreed_on"}
    assert fields["S4.19"] == {"added_value_partner", "added_value_ims"}


def test_several_candidates_ask_for_the_comparative_advantage(story: Story) -> None:
    story.to("identified").ready_for(
        "assess", stakeholder_mapping={"candidates": [NAME, "Another (fictional)"]}
    )
    refused(story.trigger("assess")).by("S4.17a")
    story.has("assessment", comparative_advantage="Knows the counties")
    accepted(story.trigger("assess")).warned()


def test_one_candidate_spelled_twice_is_no_second_one(story: Story) -> None:
    story.to("identified").ready_for("assess", stakeholder_mapping={"candidates": [NAME, f" {NAME.upper()}"]})
    accepted(story.trigger("assess")).warned()


@pytest.mark.parametrize("candidates", [[NAME], [NAME, " "]])
def test_a_single_candidate_asks_for_no_comparison(story: Story, candidates: list[str]) -> None:
    story.to("identified").ready_for("assess", stakeholder_mapping={"candidates": candidates})
    accepted(story.trigger("assess")).warned()


@pytest.mark.parametrize("field", ["type", "legal_form", "registered", "level", "country"])
def test_a_profile_is_complete_before_it_is_assessed(telling: Callable[..., Story], field: str) -> None:
    story = telling(**{field: None}).to("identified").ready_for("assess")
    found = refused(story.trigger("assess")).by("L13").of_kind("house_rule")
    assert found.found[0]["needs"] == [{"record": "partner_profile", "field": field}]


def test_an_incomplete_profile_is_one_finding_that_names_all_its_fields(
    telling: Callable[..., Story],
) -> None:
    nothing = dict.fromkeys(("type", "legal_form", "registered", "level", "country"))
    story = telling(**nothing).to("identified").ready_for("assess")
    found = refused(story.trigger("assess")).by("L13")
    assert len(found.found) == 1
    assert {need["field"] for need in found.found[0]["needs"]} == set(nothing)


@pytest.mark.parametrize(
    "occasion", ["new_setting", "new_programme_phase", "emergency", "political_change", "other"]
)
def test_no_occasion_blocks(story: Story, occasion: str) -> None:
    story.to("identified").ready_for("assess", context_analysis={"occasion": occasion})
    accepted(story.trigger("assess")).warned()


def test_an_emergency_is_an_occasion_and_no_way_round_the_assessment(story: Story) -> None:
    story.to("identified")
    story.has("context_analysis", occasion="emergency")
    story.has("stakeholder_mapping")
    story.has("selection")
    refused(story.trigger("assess")).by("S4.13", *CRITERIA)
    story.ready_for("begin_activity")
    no_such_edge(story.trigger("begin_activity"), "S4.13")


@pytest.mark.parametrize("begin", ["begin_activity", "begin_associate", "begin_strategic"])
def test_nothing_begins_before_it_is_assessed(story: Story, begin: str) -> None:
    story.to("identified")
    no_such_edge(story.trigger(begin), "S4.13")
    assert story.state == "identified"


@pytest.mark.parametrize("modality", ["closed_call", "curated", "consultative", "open_call"])
def test_every_way_of_selecting_may_be_used_in_a_stable_context_with_a_strong_sector(
    story: Story, modality: str
) -> None:
    story.to("identified").ready_for("assess", selection={"modality": modality})
    accepted(story.trigger("assess")).warned()


class TestWarnings:
    """What is preferred and never blocks."""

    def test_a_missing_registration_is_a_warning(self, telling: Callable[..., Story]) -> None:
        story = telling(registered=False).to("identified").ready_for("assess")
        accepted(story.trigger("assess")).warned("S3.9").in_state("assessed")

    def test_an_unregistered_collective_in_a_volatile_context_passes_with_one_warning(
        self, telling: Callable[..., Story]
    ) -> None:
        story = telling(registered=False, legal_form="unregistered_group", level="local").to("identified")
        story.ready_for(
            "assess", context_analysis={"stability": "volatile"}, selection={"modality": "curated"}
        )
        accepted(story.trigger("assess")).warned("S3.9")

    def test_no_power_analysis(self, story: Story) -> None:
        story.to("identified").ready_for("assess", context_analysis={"power_analysis": None})
        accepted(story.trigger("assess")).warned("S4.5")

    @pytest.mark.parametrize("alone", ["context_analysis", "stakeholder_mapping"])
    def test_nobody_took_part(self, story: Story, alone: str) -> None:
        story.to("identified").ready_for("assess", **{alone: {"participants": []}})
        accepted(story.trigger("assess")).warned("S4.6")

    def test_no_word_on_duplication(self, story: Story) -> None:
        story.to("identified").ready_for("assess", stakeholder_mapping={"duplication_note": " "})
        accepted(story.trigger("assess")).warned("S4.7")

    def test_no_view_of_the_portfolio(self, story: Story) -> None:
        story.to("identified").ready_for("assess", selection={"portfolio_as_of": None})
        accepted(story.trigger("assess")).warned("S4.17")

    def test_the_partner_is_not_among_the_candidates(self, story: Story) -> None:
        story.to("identified").ready_for(
            "assess", stakeholder_mapping={"candidates": ["Another (fictional)"]}
        )
        accepted(story.trigger("assess")).warned("S4.4")

    @pytest.mark.parametrize(
        ("level", "warnings"), [("local", ["S4.3"]), ("national", ["S4.3"]), ("regional", [])]
    )
    def test_an_analysis_of_another_country(
        self, telling: Callable[..., Story], level: str, warnings: list[str]
    ) -> None:
        story = telling(level=level).to("identified").ready_for("assess", context_analysis={"country": "UG"})
        accepted(story.trigger("assess")).warned(*warnings)

    def test_an_analysis_of_a_country_it_works_in(self, telling: Callable[..., Story]) -> None:
        story = telling(works_in=["TZ", "UG"]).to("identified")
        story.ready_for("assess", context_analysis={"country": "UG"})
        accepted(story.trigger("assess")).warned()

    def test_all_warnings_come_at_once_and_stay_in_the_history(self, telling: Callable[..., Story]) -> None:
        story = telling(registered=False).to("identified")
        story.ready_for(
            "assess",
            context_analysis={
                "power_analysis": None,
                "participants": [],
                "stability": "fragile",
                "country": "UG",
            },
            stakeholder_mapping={"duplication_note": None, "candidates": ["Another (fictional)"]},
            selection={"modality": "open_call", "portfolio_as_of": None},
        )
        expected = ("S3.9", "S4.3", "S4.4", "S4.5", "S4.6", "S4.7", "S4.10", "S4.17")
        outcome = story.trigger("assess")
        accepted(outcome).warned(*expected)
        kept = story.entry(outcome["sequence"])["warnings"]
        assert {warning["clause"] for warning in kept} == set(expected)


class TestWhichRecordsCount:
    def test_only_records_that_take_effect_by_the_day_of_the_decision(self, story: Story) -> None:
        story.day("2024-03-01").to("identified").ready_for("assess", without="assessment")
        story.day("2024-03-20").has("assessment")
        refused(story.trigger("assess", on="2024-03-19")).by("S4.13", *CRITERIA)
        accepted(story.trigger("assess", on="2024-03-20"))

    def test_the_latest_version_counts_even_if_it_says_less(self, story: Story) -> None:
        story.to("identified").ready_for("assess")
        story.has("assessment", relevance=None)
        refused(story.trigger("assess")).by("S4.15")

    def test_a_later_version_that_takes_effect_later_leaves_an_earlier_decision_alone(
        self, story: Story
    ) -> None:
        story.to("identified").ready_for("assess")
        story.day("2024-03-20").has("assessment", relevance=None)
        accepted(story.trigger("assess", on="2024-03-19"))

    def test_a_withdrawn_version_gives_way_to_the_one_before(self, story: Story) -> None:
        story.to("identified").ready_for("assess")
        worse = story.has("assessment", relevance=None)
        accepted(story.withdraw(worse, by="pm-2"))
        accepted(story.trigger("assess"))

    def test_a_decision_names_the_records_it_rested_on(self, story: Story) -> None:
        story.to("identified")
        rested_on = {
            story.has(kind) for kind in ("context_analysis", "stakeholder_mapping", "selection", "assessment")
        }
        decision = story.entry(story.does("assess"))
        assert rested_on <= set(decision["evidence"])
        assert decision["entry"] == "transition"
        assert (decision["trigger"], decision["from"], decision["to"]) == ("assess", "identified", "assessed")
        assert decision["actor"]["id"] == "pm-1"

    def test_it_is_assessed_once(self, story: Story) -> None:
        story.to("assessed")
        no_such_edge(story.trigger("assess"))


def test_why_says_what_the_trigger_says(story: Story, clock: Clock) -> None:
    story.to("identified").ready_for("assess", without="selection", context_analysis={"power_analysis": None})
    asked = story.why("assess", by="pm-1")
    outcome = story.trigger("assess")
    assert asked["allowed"] is False
    assert asked["findings"] == outcome["findings"]
    story.has("selection", portfolio_as_of=plus(story.today, days=-1))
    asked = story.why("assess", by="pm-1")
    outcome = story.trigger("assess")
    assert (asked["allowed"], asked["findings"], asked["target"]) == (True, [], "assessed")
    assert asked["warnings"] == outcome["warnings"]
