"""Which agreement follows in good time, and which one the clauses read where none carries the day (S5.16)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bodies import both_accept
from tests.outcomes import accepted, refused
from tests.story import Story


def strategic(story: Story, **agreement: Any) -> Story:
    """A strategic partnership whose agreement is `s-1`."""
    of = {"reference": "s-1", "collaboration": "The whole outlet"}
    story.ready_for("begin_strategic", agreement=of | agreement).does("begin_strategic")
    story.category = "strategic"
    story.has("sustainability_review")
    story.has("renewal_note")
    return story


@pytest.mark.parametrize(("starts_on", "allowed"), [("2025-01-01", True), ("2025-01-02", False)])
def test_the_endline_of_another_category_gives_no_more_time(
    story: Story, starts_on: str, allowed: bool
) -> None:
    strategic(story.to("active_activity"), ends_on="2024-12-31")
    assert {one["reference"]: one["ends_on"] for one in story.show()["agreements"]}["a-1"] == "2025-02-28"
    story.has("agreement", reference="s-2", starts_on=starts_on, ends_on="2025-12-31")
    accepted(story.trigger("renew")) if allowed else refused(story.trigger("renew")).by("S5.16")


def test_one_that_moved_since_gives_the_time_that_it_has_now(story: Story) -> None:
    strategic(story.to("assessed"), ends_on="2024-12-31")
    story.has("agreement", reference="s-1", collaboration="The whole outlet", ends_on="2025-03-31")
    story.has("agreement", reference="s-2", starts_on="2025-04-01", ends_on="2025-12-31")
    accepted(story.trigger("renew"))


def test_one_that_was_shortened_since_gives_no_more_than_that(story: Story) -> None:
    strategic(story.to("assessed"), ends_on="2024-12-31")
    story.has("agreement", reference="s-1", collaboration="The whole outlet", ends_on="2024-06-30")
    story.day("2024-08-01").has("agreement", reference="s-2", starts_on="2025-01-01", ends_on="2025-12-31")
    refused(story.trigger("renew")).by("S5.16")


def test_one_of_another_category_carries_nothing_on_unless_it_says_so(story: Story) -> None:
    same = {"collaboration": "A series on local budgets", "ends_on": "2026-12-31"}
    strategic(story.to("active_activity"), **same).day("2025-03-01")
    assert story.lapsed() == {"a-1"}
    story.has("agreement", reference="s-1", continues="a-1", **same)
    assert story.lapsed() == set()


def test_one_that_was_shortened_is_renewed_to_the_endline_it_had(story: Story) -> None:
    story.to("active_activity").day("2024-06-01")
    ran = {"starts_on": "2024-03-01", "accepted": both_accept("2024-03-01")}
    story.has("agreement", **ran, ends_on="2024-09-30")
    story.has("renewal_note")
    story.has("sustainability_review")
    story.has("agreement", **ran, ends_on="2025-02-28")
    assert story.show()["endline"] == "2024-09-30"
    accepted(story.trigger("renew")).warned()
    assert story.show()["endline"] == "2025-02-28"


def test_where_there_is_no_endline_nothing_follows_on_it(story: Story) -> None:
    strategic(story.to("assessed"), ends_on=None)
    story.has("agreement", reference="s-2", starts_on="2025-04-01", ends_on="2025-12-31")
    refused(story.trigger("renew")).by("S5.16")


class TestDrafts:
    """Where only drafts are at hand, the latest of the category is read, so that all it lacks is said."""

    @pytest.fixture
    def drafted(self, story: Story) -> Story:
        draft = {"accepted": both_accept(story.today)[:1], "collaboration": None}
        story.to("assessed").ready_for("begin_activity", agreement=draft)
        refused(story.trigger("begin_activity")).by("S5.16", "S5.8")
        return story

    def test_a_later_one_of_the_category_is_read_instead(self, drafted: Story) -> None:
        drafted.has("agreement", reference="b-1", accepted=both_accept(drafted.today)[:1])
        refused(drafted.trigger("begin_activity")).by("S5.16")

    def test_one_of_another_category_is_not(self, drafted: Story) -> None:
        one_side = both_accept(drafted.today)[:1]
        drafted.has("agreement", reference="s-1", category="strategic", accepted=one_side)
        refused(drafted.trigger("begin_activity")).by("S5.16", "S5.8")
