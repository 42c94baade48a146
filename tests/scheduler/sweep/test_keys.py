"""A key is used once, also where an agreement's endline moved or a cycle's records are put on file again."""

from __future__ import annotations

from typing import Any

import pytest

from tests.story import Story


def asked(story: Story) -> list[tuple[str, str, str]]:
    """Sweep, and give (kind, due day, endline) of what was made by it."""
    before = {prompt["id"] for prompt in story.service.prompts()}
    assert story.service.sweep().set_aside == []
    fresh = [prompt for prompt in story.service.prompts() if prompt["id"] not in before]
    return [(prompt["kind"], prompt["due_on"], prompt["endline"]) for prompt in fresh]


@pytest.mark.every_store
def test_two_endlines_whose_notices_fall_on_one_day(story: Story) -> None:
    """A renewal's endline is announced; then the renewal is reverted, and the endline before counts again."""
    story.to("active_activity").has("agreement", ends_on="2024-12-31")
    story.day("2024-06-01").ready_for(
        "renew",
        agreement={
            "reference": "a-1",
            "continues": None,
            "starts_on": "2024-03-01",
            "ends_on": "2025-03-01",
        },
    )
    renewal = story.does("renew")
    assert asked(story.day("2024-12-01")) == [("endline_notice", "2024-12-01", "2025-03-01")]
    assert story.day("2024-12-03").revert(renewal)["outcome"] == "accepted"
    assert asked(story) == [("endline_notice", "2024-10-02", "2024-12-31")]
    assert asked(story) == []
    assert asked(story.day("2024-12-24")) == [("endline_notice", "2024-12-24", "2024-12-31")]
    assert asked(story.day("2025-01-01")) == [("endline_passed", "2025-01-01", "2024-12-31")]


@pytest.mark.every_store
@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("agreement", {"starts_on": "2024-03-01", "ends_on": "2024-12-31"}),
        ("sustainability_review", {"held_on": "2025-01-20", "goals_reached": "all"}),
    ],
)
def test_a_record_of_the_cycle_before_put_on_file_again(
    story: Story, kind: str, fields: dict[str, Any]
) -> None:
    """It was asked about before; the new cycle is asked what is its own, and nothing twice."""
    story.to("active_activity").has("agreement", ends_on="2024-12-31")
    assert "endline_passed" in {made for made, _, _ in asked(story.day("2025-01-01"))}
    review = {"held_on": "2025-01-20", "goals_reached": "all"}
    story.day("2025-02-01").has("sustainability_review", **review)
    assert asked(story) == [("goals_reached", "2025-01-20", None)]
    story.ready_for("begin_transition").does("begin_transition")
    story.ready_for("exit").does("exit")
    story.day("2025-03-01").does("reidentify")
    story.ready_for("assess").does("assess")
    follows = {"reference": "a-2", "collaboration": "Another series", "ends_on": "2025-06-15"}
    story.ready_for("begin_activity", agreement=follows).does("begin_activity")
    assert asked(story.day("2025-03-02")) == []
    story.has(kind, **fields)
    assert [prompt["id"] for prompt in story.service.prompts(on="2025-03-10") if not prompt["made_on"]] == []
    assert asked(story) == []
    assert asked(story.day("2025-03-17")) == [("endline_notice", "2025-03-17", "2025-06-15")]
