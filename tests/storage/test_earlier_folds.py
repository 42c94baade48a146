"""A projection that an earlier version made by other rules of folding is not trusted; its history is."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, update

from partnerships.audit.audit import open_audit
from partnerships.lifecycle.kept import FOLDED
from partnerships.scheduler import sweep
from partnerships.storage.recent import Recent
from tests.story import Story
from tests.tables import TABLES as tables

pytestmark = pytest.mark.every_store

TABLE = tables.partnership


def folded_earlier(story: Story) -> None:
    """Leave the row as if other rules had made it: without a number, and with another state in its file."""
    with story.service._opened.engine.begin() as connection:
        file = json.loads(connection.execute(select(TABLE.c.file)).scalar_one())
        assert file.pop("folded") == FOLDED
        file |= {"state": "assessed", "begun": [], "since": 0}
        connection.execute(update(TABLE).values(file=json.dumps(file)))
    story.service._recent = Recent()


def number_in_row(story: Story) -> int | None:
    with story.service._opened.engine.connect() as connection:
        file = json.loads(connection.execute(select(TABLE.c.file)).scalar_one())
    number: int | None = file.get("folded")
    return number


def test_it_is_read_from_its_history(story: Story) -> None:
    story.to("active_activity")
    before = story.show(), story.service.why("p-1")
    folded_earlier(story)
    assert (story.show(), story.service.why("p-1")) == before
    assert story.service.replay("p-1")["same"]


def test_the_next_command_decides_on_the_history_and_writes_the_row_anew(story: Story) -> None:
    story.to("active_activity")
    folded_earlier(story)
    story.has("transition_plan")
    story.does("begin_transition")
    assert story.state == "transitioning"
    assert number_in_row(story) == FOLDED
    assert story.service.replay("p-1")["same"]


def test_a_sweep_does_not_pass_it_off_as_its_own(story: Story) -> None:
    story.to("active_activity")
    folded_earlier(story)
    story.day("2025-06-01")
    story.service.sweep()
    assert number_in_row(story) in (None, 1)
    assert story.state == "active_activity"
    assert story.service.replay("p-1")["same"]


def test_a_sweep_looks_at_it_again_and_asks_what_its_history_says(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    story.to("active_activity")
    with monkeypatch.context() as earlier:
        earlier.setattr(sweep, "FOLDED", FOLDED - 1)
        story.service.sweep()
    folded_earlier(story)
    with story.service._opened.engine.begin() as connection:
        connection.execute(update(TABLE).values(next_due_on="2999-01-01"))
    assert story.day("2026-06-01").service.sweep().asked == 2, "that its endline passed, and a review"
    assert story.service.replay("p-1")["same"]
    assert story.service.sweep().looked_at == 0


def test_nobody_is_told_that_it_was_altered_but_that_it_was_not_compared(story: Story) -> None:
    story.to("active_activity")
    folded_earlier(story)
    found = open_audit(story.service).verify(folds=True)
    assert found.is_sound
    assert "1 partnership's row, folded by an earlier version and not written since" in found.not_checked
    with story.service._opened.engine.begin() as connection:
        connection.execute(update(TABLE).values(state="exited"))
    (fault,) = open_audit(story.service).verify(folds=True).faults
    assert (fault.rule, fault.partnership) == ("projection.row", "p-1")
