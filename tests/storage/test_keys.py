"""Idempotency keys: kept with the command's own transaction, for good."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.storage.rows import all_rows, another, everything
from tests.story import Story

pytestmark = pytest.mark.every_store


@pytest.mark.parametrize("outcome", ["accepted", "refused"])
def test_the_first_outcome_is_kept_and_given_again(story: Story, outcome: str) -> None:
    story.to("identified")
    command = story.command("record", "pm-1" if outcome == "accepted" else "auditor-1", kind="comment")
    command |= {"body": {"about": 1, "text": "Seen"}, "key": "k-1"}
    first = story.service.apply(command)
    assert first["outcome"] == outcome
    before = everything(story.service)
    again = story.service.apply(json.dumps({**command, "expected_sequence": 77}, indent=1))
    assert again == first
    assert everything(story.service) == before
    (row,) = all_rows(story.service, "command_key")
    assert (row.key, json.loads(row.outcome)) == ("k-1", first)


def test_another_command_with_it_is_invalid_and_leaves_no_trace(story: Story) -> None:
    story.to("identified")
    story.record("comment", key="k-1")
    before = everything(story.service)
    for other in (
        story.command("trigger", "pm-1", trigger="assess", key="k-1"),
        story.command("record", "pm-2", kind="comment", body={"about": 1, "text": "Seen"}, key="k-1"),
    ):
        outcome = story.service.apply(other)
        assert [error["field"] for error in outcome["errors"]] == ["key"]
    assert everything(story.service) == before


def test_invalid_not_found_and_conflict_keep_no_key(story: Story, telling: Callable[..., Story]) -> None:
    story.to("identified")
    story.record("comment", key="k-1", text=7)
    telling("p-9").record("comment", key="k-2")
    story.record("comment", key="k-3", expected_sequence=5)
    assert all_rows(story.service, "command_key") == []
    for key in ("k-1", "k-2", "k-3"):
        assert story.record("comment", key=key)["outcome"] == "accepted"


def test_a_keyed_opening_keeps_no_content(story: Story) -> None:
    story.to("active_activity")
    command = story.command("open", "safeguarding-1", sequence=story.has("crisis_case"), reason="To see")
    first = story.apply(command | {"key": "k-1"})
    again = story.apply(command | {"key": "k-1"})
    assert "content" in first
    assert again == {name: value for name, value in first.items() if name != "content"}


def test_a_key_outlives_the_service_and_another_day(story: Story, store: str) -> None:
    story.to("identified")
    first = story.record("comment", key="k-1")
    story.clock.advance(days=700)
    if store == "sqlite-file":
        story.service.close()
        story.service = another(story.service)
    assert story.record("comment", key="k-1") == first
    assert story.show()["sequence"] == first["sequence"]
    story.service.close()
