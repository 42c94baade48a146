"""Section 5: the three categories and what each asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.bodies import plus
from tests.outcomes import accepted, no_such_edge, refused
from tests.story import BEGIN, Story

CATEGORIES = ["activity", "associate", "strategic"]


def ready_to_begin(story: Story, category: str, **overrides: Any) -> Story:
    """An assessed partnership whose file is complete but for the overrides."""
    if category == "associate":
        story.profile.setdefault("level", "international")
    story.category = category
    return story.to("assessed").ready_for(f"begin_{category}", **overrides)


def gift(kind: str, given_by: str = "ims", *, for_collaboration: bool = True) -> dict[str, Any]:
    return {"kind": kind, "given_by": given_by, "for_collaboration": for_collaboration}


@pytest.mark.every_store
@pytest.mark.parametrize("category", CATEGORIES)
def test_a_complete_file_begins_without_a_warning(story: Story, category: str) -> None:
    ready_to_begin(story, category)
    accepted(story.trigger(f"begin_{category}")).warned()
    shown = story.show()
    assert BEGIN[shown["state"]] == f"begin_{category}"
    assert shown["category"] == category
    assert shown["endline"] == story.endline
    assert not shown["overdue"]
    assert shown["findings"] == []


def test_all_that_is_missing_is_said_at_once(story: Story) -> None:
    story.to("assessed")
    refused(story.trigger("begin_activity")).by("S3.6", "S5.16").in_state("assessed")
    refused(story.trigger("begin_strategic")).by("S3.6", "S5.5", "S5.16")


class TestInclusion:
    @pytest.mark.parametrize("category", CATEGORIES)
    @pytest.mark.parametrize("text", [None, "  "])
    def test_every_category_asks_for_the_commitment_in_words(
        self, story: Story, category: str, text: str | None
    ) -> None:
        ready_to_begin(story, category, inclusion_commitment={"text": text})
        refused(story.trigger(f"begin_{category}")).by("S3.6")
        story.has("inclusion_commitment")
        accepted(story.trigger(f"begin_{category}")).warned()

    @pytest.mark.parametrize("category", CATEGORIES)
    def test_every_category_asks_for_the_commitment_at_all(self, story: Story, category: str) -> None:
        story.profile.update({"level": "international"} if category == "associate" else {})
        story.category = category
        story.to("assessed").ready_for(f"begin_{category}", without="inclusion_commitment")
        refused(story.trigger(f"begin_{category}")).by("S3.6")

    @pytest.mark.parametrize("category", CATEGORIES)
    @pytest.mark.parametrize("answer", [None, "no"])
    def test_gender_transformative_change_is_an_aim_and_no_condition(
        self, story: Story, category: str, answer: str | None
    ) -> None:
        ready_to_begin(story, category, inclusion_commitment={"gender_transformative": answer})
        accepted(story.trigger(f"begin_{category}")).warned("S3.7")

    @pytest.mark.parametrize("answer", ["contributes", "aspires"])
    def test_wanting_it_is_enough(self, story: Story, answer: str) -> None:
        ready_to_begin(story, "activity", inclusion_commitment={"gender_transformative": answer})
        accepted(story.trigger("begin_activity")).warned()


class TestStrategic:
    @pytest.mark.parametrize("type", ["civil_society", "other"])
    def test_only_media_and_their_ecosystem_become_strategic(
        self, telling: Callable[..., Story], type: str
    ) -> None:
        story = ready_to_begin(telling(type=type), "strategic")
        refused(story.trigger("begin_strategic")).by("S5.4").of_kind("policy").in_state("assessed")

    @pytest.mark.parametrize("type", ["media_content_production", "media_ecosystem"])
    def test_both_of_them_may(self, telling: Callable[..., Story], type: str) -> None:
        story = ready_to_begin(telling(type=type), "strategic")
        accepted(story.trigger("begin_strategic")).warned()

    @pytest.mark.parametrize("missing", [{"basis": None}, {"reason": None}, {"reason": " "}])
    def test_importance_has_a_basis_and_a_reason(self, story: Story, missing: dict[str, Any]) -> None:
        ready_to_begin(story, "strategic", strategic_importance=missing)
        refused(story.trigger("begin_strategic")).by("S5.5")

    @pytest.mark.parametrize("basis", ["ecosystem_pillar", "key_driver"])
    def test_either_basis_will_do(self, story: Story, basis: str) -> None:
        ready_to_begin(story, "strategic", strategic_importance={"basis": basis})
        accepted(story.trigger("begin_strategic")).warned()

    def test_importance_is_on_file(self, story: Story) -> None:
        story.category = "strategic"
        story.to("assessed").ready_for("begin_strategic", without="strategic_importance")
        refused(story.trigger("begin_strategic")).by("S5.5")

    def test_an_international_partner_is_only_warned_about(self, telling: Callable[..., Story]) -> None:
        story = ready_to_begin(telling(level="international"), "strategic")
        accepted(story.trigger("begin_strategic")).warned("S5.5")

    @pytest.mark.parametrize("level", ["local", "national", "regional"])
    def test_other_levels_draw_no_warning(self, telling: Callable[..., Story], level: str) -> None:
        story = ready_to_begin(telling(level=level), "strategic")
        accepted(story.trigger("begin_strategic")).warned()

    def test_an_early_exit_dialogue_is_encouraged_and_never_demanded(self, story: Story) -> None:
        story.category = "strategic"
        story.to("assessed").ready_for("begin_strategic", without="exit_dialogue")
        accepted(story.trigger("begin_strategic")).warned("S6.22")

    @pytest.mark.parametrize(
        "kind", ["core_support", "capacity_development", "networking", "equipment", "other"]
    )
    def test_support_may_be_of_every_kind(self, story: Story, kind: str) -> None:
        ready_to_begin(story, "strategic", agreement={"contributions": [gift(kind, for_collaboration=False)]})
        accepted(story.trigger("begin_strategic")).warned()

    def test_the_partners_own_account_of_the_dialogue_counts(self, story: Story) -> None:
        ready_to_begin(story, "strategic", exit_dialogue={"by": "partner-1"})
        accepted(story.trigger("begin_strategic")).warned()

    def test_it_is_entered_without_an_activity_before(self, story: Story) -> None:
        assert story.to("strategic").walked == ["assess", "begin_strategic"]

    def test_an_activity_may_become_strategic(self, story: Story) -> None:
        story.to("active_activity").category = "strategic"
        story.ready_for(
            "begin_strategic", agreement={"reference": "s-1", "collaboration": "The outlet as a whole"}
        )
        accepted(story.trigger("begin_strategic")).warned().in_state("strategic")

    def test_an_activity_that_becomes_strategic_is_looked_at_again(
        self, telling: Callable[..., Story]
    ) -> None:
        story = telling(type="civil_society").to("active_activity")
        refused(story.trigger("begin_strategic")).by("S5.4", "S5.5", "S5.16").in_state("active_activity")


class TestActivity:
    @pytest.mark.parametrize("collaboration", [None, " "])
    def test_the_exact_activity_is_named(self, story: Story, collaboration: str | None) -> None:
        ready_to_begin(story, "activity", agreement={"collaboration": collaboration})
        refused(story.trigger("begin_activity")).by("S5.8")

    @pytest.mark.parametrize(("over", "warnings"), [(0, []), (1, ["S5.8"])])
    def test_longer_than_the_middle_term_is_warned_about(
        self, story: Story, over: int, warnings: list[str]
    ) -> None:
        end = plus(story.today, months=36, days=over)
        ready_to_begin(story, "activity", agreement={"ends_on": end})
        accepted(story.trigger("begin_activity")).warned(*warnings)

    def test_core_support_is_not_focused_on_the_activity(self, story: Story) -> None:
        ready_to_begin(story, "activity", agreement={"contributions": [gift("core_support")]})
        refused(story.trigger("begin_activity")).by("S5.9")

    @pytest.mark.parametrize("kind", ["funding", "capacity_development", "networking", "equipment", "other"])
    def test_nothing_is_given_beside_the_collaboration(self, story: Story, kind: str) -> None:
        ready_to_begin(story, "activity", agreement={"contributions": [gift(kind, for_collaboration=False)]})
        refused(story.trigger("begin_activity")).by("S5.9")
        story.has("agreement", contributions=[gift(kind)])
        accepted(story.trigger("begin_activity")).warned()

    def test_what_the_partner_gives_is_its_own_affair(self, story: Story) -> None:
        given = [gift("core_support", "partner"), gift("other", "partner", for_collaboration=False)]
        ready_to_begin(story, "activity", agreement={"contributions": given})
        accepted(story.trigger("begin_activity")).warned()


class TestAssociate:
    @pytest.mark.parametrize("level", ["local", "national", "regional"])
    def test_an_associate_is_an_international_organisation(
        self, telling: Callable[..., Story], level: str
    ) -> None:
        story = ready_to_begin(telling(level=level), "associate")
        refused(story.trigger("begin_associate")).by("S5.10")

    def test_a_national_organisation_hears_all_of_it_at_once(self, story: Story) -> None:
        story.to("assessed")
        refused(story.trigger("begin_associate")).by("S3.6", "S5.10", "S5.16")

    @pytest.mark.parametrize("purpose", ["joint_action", "consortium", "coordinated_collaboration"])
    def test_each_purpose_will_do(self, story: Story, purpose: str) -> None:
        ready_to_begin(story, "associate", agreement={"purpose": purpose})
        accepted(story.trigger("begin_associate")).warned()

    def test_a_purpose_is_given(self, story: Story) -> None:
        ready_to_begin(story, "associate", agreement={"purpose": None})
        refused(story.trigger("begin_associate")).by("S5.10")

    def test_the_project_is_named(self, story: Story) -> None:
        ready_to_begin(story, "associate", agreement={"collaboration": None})
        refused(story.trigger("begin_associate")).by("S5.11")

    @pytest.mark.parametrize("given_by", ["ims", "partner"])
    def test_neither_develops_the_capacity_of_the_other(self, story: Story, given_by: str) -> None:
        ready_to_begin(
            story, "associate", agreement={"contributions": [gift("capacity_development", given_by)]}
        )
        refused(story.trigger("begin_associate")).by("S5.12")

    def test_core_support_is_not_forbidden_to_an_associate(self, story: Story) -> None:
        ready_to_begin(story, "associate", agreement={"contributions": [gift("core_support")]})
        accepted(story.trigger("begin_associate")).warned()

    def test_silence_on_local_priorities_is_warned_about(self, story: Story) -> None:
        ready_to_begin(story, "associate", agreement={"local_priority_note": None})
        accepted(story.trigger("begin_associate")).warned("S2.4")

    def test_all_of_it_at_once(self, telling: Callable[..., Story]) -> None:
        story = ready_to_begin(
            telling(level="national"),
            "associate",
            agreement={
                "purpose": None,
                "collaboration": None,
                "ends_on": None,
                "contributions": [gift("capacity_development")],
            },
            inclusion_commitment={"text": None},
        )
        found = refused(story.trigger("begin_associate")).by("S3.6", "S5.10", "S5.11", "S5.12", "S6.16")
        assert [finding["clause"] for finding in found.found].count("S5.10") == 2


class TestMoving:
    """No way in but the table's."""

    @pytest.mark.parametrize(
        ("state", "triggers"),
        [
            (
                "assessed",
                ["renew", "extend", "begin_transition", "exit", "terminate_for_crisis", "reidentify"],
            ),
            ("active_activity", ["assess", "begin_activity", "begin_associate", "extend", "exit", "decline"]),
            (
                "active_associate",
                ["begin_activity", "begin_associate", "begin_strategic", "exit", "reidentify"],
            ),
            (
                "strategic",
                ["begin_activity", "begin_associate", "begin_strategic", "extend", "exit", "decline"],
            ),
            ("transitioning", ["assess", "renew", "begin_transition", "decline", "reidentify"]),
            (
                "exited",
                ["assess", "begin_activity", "begin_associate", "begin_strategic", "renew", "extend", "exit"],
            ),
            (
                "terminated_for_crisis",
                ["assess", "begin_strategic", "extend", "exit", "terminate_for_crisis"],
            ),
        ],
    )
    def test_what_the_table_does_not_name_is_no_edge(
        self, story: Story, state: str, triggers: list[str]
    ) -> None:
        story.to(state)
        for trigger in triggers:
            no_such_edge(story.trigger(trigger))
        assert story.state == state

    @pytest.mark.parametrize("state", list(BEGIN))
    def test_the_category_left_is_not_re_entered_but_by_extending(self, story: Story, state: str) -> None:
        story.to("transitioning", via=state)
        story.ready_for(BEGIN[state], agreement={"reference": "again", "collaboration": "Something else"})
        no_such_edge(story.trigger(BEGIN[state]))
        assert story.state == "transitioning"

    def test_a_transition_may_lead_into_a_different_relation(self, story: Story) -> None:
        story.to("transitioning", via="strategic")
        story.has("agreement", reference="b-1", category="activity", collaboration="One last series")
        accepted(story.trigger("begin_activity")).warned().in_state("active_activity")

    def test_the_relation_left_is_the_latest_one(self, story: Story) -> None:
        story.to("active_activity").category = "strategic"
        story.ready_for(
            "begin_strategic", agreement={"reference": "s-1", "collaboration": "The outlet as a whole"}
        )
        story.does("begin_strategic")
        story.ready_for("begin_transition")
        story.does("begin_transition")
        story.has("agreement", reference="b-1", category="activity", collaboration="One last series")
        accepted(story.trigger("begin_activity")).in_state("active_activity")
