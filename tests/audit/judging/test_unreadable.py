"""Entries that cannot be read are exceptions themselves, and hide those of no other partnership."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from partnerships.audit.judging.exceptions import exceptions
from tests.audit.judging.altering import alter_content, alter_entry
from tests.audit.judging.rows import places, rows
from tests.story import Story

pytestmark = pytest.mark.every_store

Told = Callable[..., Story]


def assessed(story: Story) -> int:
    """Tell a story up to its assessment, and give that entry's sequence."""
    story.to("assessed")
    sequence: int = next(entry["sequence"] for entry in story.history() if entry["kind"] == "assessment")
    return sequence


def test_a_history_that_can_be_read_shows_none(story: Story) -> None:
    assessed(story)
    assert rows(story, "unreadable") == []


@pytest.mark.parametrize("content", [b"no JSON", b'["no", "content"]', b"{}", b"[]", b'{"body":null}'])
def test_a_content_that_is_none_or_has_no_body(story: Story, content: bytes) -> None:
    assessment = assessed(story)
    digest = story.entry(assessment)["digest"]
    alter_content(story, assessment, content)
    row = rows(story, "unreadable")[0]
    assert (row["sequence"], row["digest"]) == (assessment, digest)
    assert (row["severity"], row["clause"]) == ("high", None)
    assert row["text"] == "The entry does not say what such an entry says."


def test_what_comes_after_a_content_that_is_none_is_gone_on_with(story: Story) -> None:
    assessment = assessed(story)
    exception = story.has("exception")
    alter_content(story, assessment, b"no JSON")
    assert assessment in places(story, "unreadable")
    assert places(story, "exception_recorded") == [exception]


def test_a_comment_on_which_nothing_rests_is_read_too(story: Story) -> None:
    assessed(story)
    comment = story.has("comment")
    alter_content(story, comment, b"no JSON")
    assert places(story, "unreadable") == [comment]


def test_what_is_sealed_is_not_unreadable(story: Story) -> None:
    story.to("active_activity").has("crisis_case")
    assert rows(story, "unreadable") == []


def test_a_chain_that_is_none_ends_its_history(story: Story) -> None:
    assessment = assessed(story)
    story.has("exception")
    alter_entry(story, assessment, None)
    (row,) = rows(story)
    assert (row["rule"], row["sequence"], row["digest"]) == ("unreadable", assessment, None)
    assert row["text"] == "The entry cannot be read, and nothing after it."


def test_and_no_other_history(telling: Told) -> None:
    story, other = telling("p-1"), telling("p-2", name="Two (fictional)").to("identified")
    alter_entry(story, assessed(story), None)
    exception = other.has("exception")
    found = list(exceptions(story.service, on=story.today))
    assert [row["rule"] for row in found if row["partnership"] == "p-1"] == ["unreadable"]
    (row,) = (row for row in found if row["partnership"] == "p-2")
    assert (row["rule"], row["sequence"]) == ("exception_recorded", exception)
