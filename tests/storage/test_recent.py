"""What stays in memory between commands is never taken for more than it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from partnerships import Service
from partnerships.lifecycle.partnership import Partnership
from partnerships.storage import recent
from partnerships.storage.recent import Recent
from tests.bodies import BODIES
from tests.storage.rows import another
from tests.story import Clock, Story, actor


def test_what_another_service_wrote_meanwhile_is_seen(story: Story, tmp_path: Path, clock: Clock) -> None:
    from partnerships import open_service

    story.to("identified")
    with open_service(tmp_path / "p.sqlite", clock=clock) as other:
        assert Story(other, clock).record("context_analysis")["sequence"] == 2
        assert story.record("stakeholder_mapping")["sequence"] == 3
        assert Story(other, clock).record("selection")["sequence"] == 4
    assert story.service.replay("p-1")["same"]


def test_a_caller_who_changes_the_command_later_changes_nothing(service: Service, story: Story) -> None:
    story.to("identified")
    body: dict[str, Any] = BODIES["stakeholder_mapping"](story.today)
    command = {
        "do": "record",
        "id": "p-1",
        "kind": "stakeholder_mapping",
        "body": body,
        "actor": actor("pm-1"),
    }
    assert service.apply(command)["outcome"] == "accepted"
    body["candidates"].clear()
    body["participants"].append("Somebody who was not there")
    story.has("comment")
    assert service.replay("p-1")["same"]


def test_a_write_that_fails_leaves_nothing_behind(
    service: Service, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    from partnerships.storage.ledger import Ledger

    def fails(*_: object) -> None:
        raise ZeroDivisionError

    story.to("identified")
    with monkeypatch.context() as broken:
        broken.setattr(Ledger, "remember", fails)
        with pytest.raises(ZeroDivisionError):
            story.record("selection", key="k-1")
    assert story.record("selection", key="k-1")["sequence"] == 2
    assert service.replay("p-1")["same"]


def test_what_is_taken_out_belongs_to_one() -> None:
    kept = Recent()
    kept.keep(Partnership("p-1", sequence=3, head="a"))
    assert kept.take("p-1") is not None
    assert kept.take("p-1") is None


def test_what_a_rollback_took_back_is_not_given(service: Service, story: Story) -> None:
    """The host's rollback leaves in memory what is no longer on file."""
    story.to("identified")
    comment = story.command("record", "pm-1", kind="comment", body={"about": 1, "text": "Seen"})
    with service._opened.engine.connect() as host:
        assert service.apply(comment, connection=host)["sequence"] == 2
        host.rollback()
    assert service.apply(comment)["sequence"] == 2
    assert service.replay("p-1")["same"]


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "MOST", 2)
    kept = Recent()
    for number in range(3):
        kept.keep(Partnership(f"p-{number}", sequence=1, head="a"))
    assert [bool(kept.take(f"p-{number}")) for number in range(3)] == [False, True, True]


@pytest.mark.every_store
def test_what_is_taken_from_memory_is_checked_by_the_write(story: Story) -> None:
    """With a key the row is not read first: another's step, a used key, a refusal are told all the same."""
    story.to("identified")
    mine, theirs = story.service, another(story.service) if _is_shared(story) else story.service
    told = []
    for number, service in enumerate((mine, theirs, mine, mine, theirs)):
        story.service = service
        told.append(story.record("comment", key=f"k-{number}")["sequence"])
    assert told == [2, 3, 4, 5, 6]
    story.service = mine
    assert story.record("comment", key="k-1")["sequence"] == 3, "the first outcome again"
    assert story.record("selection", key="k-1")["outcome"] == "invalid"
    assert story.trigger("assess", key="k-9")["outcome"] == "refused"
    assert story.show()["sequence"] == 6
    assert mine.replay("p-1")["same"]
    if theirs is not mine:
        theirs.close()


@pytest.mark.every_store
def test_lines_of_commands_are_checked_likewise(story: Story) -> None:
    """A key that another writer used, and a file that it moved: what is said is said of what is on file."""
    if not _is_shared(story):
        return
    story.to("identified")
    mine, theirs = story.service, another(story.service)

    def line(**command: Any) -> dict[str, Any]:
        (outcome,) = mine.apply_lines([orjson.dumps(command)])
        return {name: outcome[name] for name in ("outcome", "sequence") if name in outcome}

    story.service = theirs
    for kind in ("context_analysis", "stakeholder_mapping", "selection", "assessment"):
        story.record(kind)
    assess = story.command("trigger", "director-1", trigger="assess", key="k-1")
    assert line(**assess) == {"outcome": "accepted", "sequence": 6}, "mine had the partner unassessed"
    assert line(**assess) == {"outcome": "accepted", "sequence": 6}, "the first outcome again"
    assert line(**assess | {"key": "k-2"})["outcome"] == "refused"
    comment = story.command("record", "pm-1", kind="comment", body={"about": 1, "text": "Seen"}, key="k-3")
    assert theirs.apply(comment)["sequence"] == 7
    assert line(**comment) == {"outcome": "accepted", "sequence": 7}
    assert mine.replay("p-1")["same"]
    theirs.close()


def _is_shared(story: Story) -> bool:
    return str(story.service._opened.engine.url) != "sqlite://"
