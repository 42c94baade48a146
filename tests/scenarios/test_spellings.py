"""Texts that show nothing, and one text typed in two ways, as keyboards of different makers do."""

from __future__ import annotations

import unicodedata

import pytest

from tests.outcomes import accepted, refused
from tests.story import Story

NAME = "R\u00e1dio A\u00e7\u00e3o (fictional)"
WORDS = "Avalia\u00e7\u00e3o: \u00e9 relevante"


def apart(text: str) -> str:
    """The same text, its accents as signs of their own."""
    return unicodedata.normalize("NFD", text)


@pytest.mark.every_store
@pytest.mark.parametrize(
    "nothing", ["\u200b", "\ufeff", "\xad \u2060", "\u3164", "\u2800", "\xa0"], ids=lambda text: f"{text!a}"
)
def test_a_justification_that_shows_nothing_is_none(story: Story, nothing: str) -> None:
    story.to("identified").ready_for("assess", selection={"justification": nothing})
    refused(story.trigger("assess")).by("S4.14")


def test_nor_is_a_reason(story: Story) -> None:
    story.to("identified")
    refused(story.trigger("decline", reason="\u200b")).by("L1")


def test_a_candidate_is_known_however_its_name_is_typed(story: Story) -> None:
    story.profile["name"] = NAME
    story.to("identified").ready_for("assess", stakeholder_mapping={"candidates": [apart(NAME)]})
    accepted(story.trigger("assess")).warned()


@pytest.mark.every_store
@pytest.mark.parametrize("typed", [apart(WORDS), WORDS.replace(" ", "\u200b ")], ids=["apart", "with marks"])
def test_who_wrote_an_assessment_stays_its_author(story: Story, typed: str) -> None:
    fields = ("relevance", "potential", "portfolio_relevance", "feasibility")
    fields += ("added_value_partner", "added_value_ims")
    story.to("identified").ready_for("assess", without="assessment")
    story.has("assessment", by="pm-1", **dict.fromkeys(fields, WORDS))
    story.has("assessment", by="pm-2", **dict.fromkeys(fields, typed))
    refused(story.trigger("assess", by="pm-1")).by("L2")
    accepted(story.trigger("assess", by="pm-3"))


def test_the_same_collaboration_is_no_other(story: Story) -> None:
    story.to("assessed").ready_for("begin_activity", agreement={"collaboration": WORDS})
    story.does("begin_activity")
    story.has("agreement", reference="a-2", collaboration=apart(WORDS), ends_on="2028-12-31")
    assert story.show()["endline"] == "2025-02-28"
