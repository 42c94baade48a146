"""What is given under an agreement, judged when it is recorded and when its category begins (S5.9, S5.12)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.outcomes import accepted, refused
from tests.story import BEGIN, Story

CORE = [{"kind": "core_support", "given_by": "ims", "for_collaboration": True}]
BESIDE = [{"kind": "equipment", "given_by": "ims", "for_collaboration": False}]
CAPACITY = [{"kind": "capacity_development", "given_by": "partner", "for_collaboration": True}]


def assessed(story: Story, category: str) -> Story:
    if category == "associate":
        story.profile["level"] = "international"
    story.category = category
    return story.to("assessed")


class TestJudgedWhenRecorded:
    """An agreement put on file while the partnership runs is judged at once."""

    @pytest.mark.parametrize("given", [CORE, BESIDE])
    @pytest.mark.parametrize("state", list(BEGIN))
    def test_support_beside_the_activity(self, story: Story, state: str, given: list[dict[str, Any]]) -> None:
        story.to(state)
        new = {
            "reference": "n-1",
            "category": "activity",
            "collaboration": "Another series",
            "contributions": given,
        }
        with story.nothing_changes():
            refused(story.record("agreement", **new)).by("S5.9")
        story.has("agreement", **new | {"contributions": []})

    @pytest.mark.parametrize("state", list(BEGIN))
    def test_capacity_development_under_an_associate_agreement(self, story: Story, state: str) -> None:
        story.to(state)
        new = {
            "reference": "n-1",
            "category": "associate",
            "purpose": "consortium",
            "collaboration": "A consortium",
        }
        refused(story.record("agreement", contributions=CAPACITY, **new)).by("S5.12")
        story.has("agreement", contributions=[], **new)

    @pytest.mark.parametrize("category", ["activity", "strategic"])
    def test_an_associate_gives_and_takes_none_under_any_agreement(self, story: Story, category: str) -> None:
        story.to("active_associate")
        new = {"reference": "n-1", "category": category, "collaboration": "Another one"}
        refused(story.record("agreement", contributions=CAPACITY, **new)).by("S5.12")

    @pytest.mark.parametrize("category", ["activity", "strategic"])
    def test_others_may(self, story: Story, category: str) -> None:
        story.to("strategic")
        new = {"reference": "n-1", "category": category, "collaboration": "Another one"}
        accepted(story.record("agreement", contributions=CAPACITY, **new))

    def test_also_while_transitioning(self, story: Story) -> None:
        story.to("transitioning")
        new = {"reference": "n-1", "category": "activity", "collaboration": "Another series"}
        refused(story.record("agreement", contributions=CORE, **new)).by("S5.9")

    def test_before_it_begins_only_the_beginning_judges(self, story: Story) -> None:
        assessed(story, "activity")
        accepted(story.record("agreement", contributions=CORE))

    @pytest.mark.parametrize(
        ("category", "given", "clause"), [("activity", CORE, "S5.9"), ("associate", CAPACITY, "S5.12")]
    )
    def test_the_beginning_judges_one_that_starts_later_too(
        self, story: Story, category: str, given: list[dict[str, Any]], clause: str
    ) -> None:
        """It will count from the beginning, and nothing would look at it when its day comes."""
        assessed(story, category).ready_for(f"begin_{category}")
        later = {"reference": "n-1", "collaboration": "Another series", "starts_on": "2024-05-01"}
        story.has("agreement", category=category, contributions=given, **later)
        refused(story.trigger(f"begin_{category}")).by(clause)
        over = {"concluded_on": story.today, "concluded_how": "ended_early"}
        story.has("agreement", category=category, contributions=given, **later, **over)
        accepted(story.trigger(f"begin_{category}")).warned()

    @pytest.mark.parametrize("starts_on", ["2024-03-01", "2024-05-01"], ids=["running", "coming"])
    def test_an_associate_begins_beside_no_agreement_on_capacity(self, story: Story, starts_on: str) -> None:
        """What an activity may entail goes on in no other category, until it is concluded or over."""
        story.profile["level"] = "international"
        story.to("assessed").ready_for("begin_activity", agreement={"reference": "b-1"})
        story.has("agreement", contributions=CAPACITY, collaboration="Training", starts_on=starts_on)
        story.does("begin_activity")
        story.ready_for("begin_transition").does("begin_transition")
        story.ready_for("begin_associate", agreement={"reference": "n-1", "category": "associate"})
        found = refused(story.trigger("begin_associate")).by("S5.12")
        assert found.finding("S5.12")["subject"] == "a-1"
        over = {"concluded_on": story.today, "concluded_how": "completed"}
        story.has("agreement", contributions=CAPACITY, **over)
        accepted(story.trigger("begin_associate")).warned()
