"""What is past its retention is listed, and nothing is erased by that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from partnerships import Settings
from partnerships.audit.erasing.holding import place_hold
from partnerships.audit.erasing.retention import due_for_erasure
from partnerships.errors import DefinitionError
from tests.audit.erasure.erasing import DIRECTOR, erased
from tests.storage.rows import everything
from tests.story import Story

Json = dict[str, Any]


def due(story: Story, **how: Any) -> list[Json]:
    return list(due_for_erasure(story.service, **how))


def test_an_ended_partnership_is_due_after_its_months(under: Callable[..., Story]) -> None:
    story = under(retention_ended_months=24).to("exited")
    last = story.show()["sequence"]
    before = everything(story.service)
    assert due(story, on="2026-02-28") == []
    (row,) = due(story, on="2026-03-01")
    assert row == {
        "partnership": "p-1",
        "rule": "ended",
        "since": "2026-03-01",
        "entries": list(range(1, last + 1)),
        "held": False,
    }
    assert everything(story.service) == before
    story.day("2026-03-01")
    erased(story, *row["entries"])
    assert due(story) == [], "what the erasure says of itself stays"


def test_a_running_partnership_is_not_due(under: Callable[..., Story]) -> None:
    story = under(retention_ended_months=1).to("active_activity")
    assert due(story, on="2040-01-01") == []


def test_a_kind_is_due_once_it_counts_no_more(under: Callable[..., Story]) -> None:
    story = under(retention_months={"assessment": 12, "crisis_case": 6}).to("active_activity")
    (old,) = [row["sequence"] for row in story.history() if row["kind"] == "assessment"]
    assert due(story, on="2040-01-01") == [], "it is the one that counts"
    new = story.has("assessment")
    (row,) = due(story, on="2025-03-01")
    assert (row["rule"], row["entries"], row["since"]) == ("assessment", [old], "2025-03-01")
    case = story.has("crisis_case")
    assert [row["rule"] for row in due(story, on="2025-03-01")] == ["assessment"], "the case is open"
    story.has("crisis_recommendation", advice="close")
    story.has("crisis_closure")
    assert [row["entries"] for row in due(story, on="2025-03-01")] == [[old], [case]]
    assert new not in [at for row in due(story, on="2040-01-01") for at in row["entries"]]


def test_a_hold_is_named(under: Callable[..., Story]) -> None:
    story = under(retention_ended_months=1).to("exited")
    place_hold(story.service, "p-1", by=DIRECTOR, reason="A claim")
    assert [row["held"] for row in due(story, on="2030-01-01")] == [True]


def test_without_a_rule_nothing_is_due(story: Story) -> None:
    story.to("exited")
    assert due(story, on="2099-01-01") == []


def test_the_settings_are_read_and_digested_as_before() -> None:
    assert "retention_months" not in Settings().as_json()
    made = Settings(retention_ended_months=120, retention_months={"crisis_case": 60})
    assert Settings.from_json(made.as_json()) == made
    assert made.digest != Settings().digest
    with pytest.raises(DefinitionError, match=r"retention_months.letter: is no kind") as caught:
        Settings(retention_ended_months=-1, retention_months={"letter": 1})  # type: ignore[dict-item]
    assert "retention_ended_months: must be" in str(caught.value)
