"""Who opens sealed content, entry by entry (L4): each case to its own deciders, nothing to anybody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.outcomes import accepted, no_such_edge, refused
from tests.story import Story, actor

WORD = "an-unguessable-word"


@pytest.fixture
def active(story: Story) -> Story:
    return story.to("active_activity")


def opens(story: Story, sequence: int, by: str | dict[str, Any]) -> bool:
    outcome = story.open(sequence, by=by)
    if outcome["outcome"] == "refused":
        refused(outcome).including("L4")
        assert WORD not in str(outcome)
        return False
    accepted(outcome)
    return WORD in str(outcome)


def case(story: Story, name: str, by: str) -> int:
    return story.has("crisis_case", case=name, by=by, sealed={"summary": WORD})


@pytest.mark.every_store
def test_of_two_cases_each_opens_to_directors_who_did_not_raise_it(active: Story) -> None:
    first, second = case(active, "1", by="director-1"), case(active, "2", by="director-2")
    assert [opens(active, first, by) for by in ("director-1", "director-2")] == [False, True]
    assert [opens(active, second, by) for by in ("director-1", "director-2")] == [True, False]


def test_not_to_a_director_who_recommended_on_it(active: Story) -> None:
    first = case(active, "1", by="safeguarding-1")
    active.has("crisis_recommendation", by=actor("director-1", "safeguarding"))
    assert not opens(active, first, by="director-1")
    assert opens(active, first, by="director-2")


@pytest.mark.parametrize("also", ["auditor", "service"])
def test_not_to_a_director_who_audits_or_serves(active: Story, also: str) -> None:
    first = case(active, "1", by="safeguarding-1")
    assert not opens(active, first, by=actor("director-1", also))


def test_a_service_opens_nothing_whatever_else_it_holds(active: Story) -> None:
    first = case(active, "1", by="safeguarding-1")
    assert not opens(active, first, by=actor("service-1", "safeguarding"))


def test_a_clearance_belongs_to_no_case_and_opens_to_safeguarding_alone(story: Story) -> None:
    clearance = story.to("terminated_for_crisis").has("integrity_clearance", text=WORD)
    for by in ("director-1", "director-2", "auditor-1"):
        assert not opens(story, clearance, by)
    assert opens(story, clearance, by="safeguarding-2")


def test_what_is_not_sealed_does_not_open(active: Story) -> None:
    comment = active.has("comment")
    for sequence in (comment, comment + 100):
        no_such_edge(active.open(sequence))
        refused(active.open(sequence, by="partner-1")).by("L4")


def test_where_nothing_is_sealed_it_opens_to_all_of_ours(under: Callable[..., Story]) -> None:
    story = under(l4_sealed=False).to("active_activity")
    first = case(story, "1", by="safeguarding-1")
    assert opens(story, first, by="pm-1")
    assert not opens(story, first, by="partner-1")
