"""A history on both its time axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from partnerships import UnknownPartnership
from partnerships.audit.judging.timeline import timeline
from partnerships.errors import BadRequest, NotAllowed
from tests.story import Story

Told = Callable[..., Story]


def counting(answer: dict[str, Any]) -> list[int]:
    return [entry["sequence"] for entry in answer["entries"] if entry["counts"]]


@pytest.mark.every_store
def test_without_axes_it_is_the_whole_history(story: Story) -> None:
    story.to("active_activity")
    answer = timeline(story.service, story.id)
    assert [entry["digest"] for entry in answer["entries"]] == [entry["digest"] for entry in story.history()]
    assert counting(answer) == list(range(1, 10))
    assert answer["partnership"] == story.show()
    assert answer["left_out"] == {"later_effect": 0, "recorded_later": 0}


@pytest.mark.every_store
def test_what_took_effect_by_a_day_and_what_was_known_at_an_instant(story: Story) -> None:
    story.to("assessed").day("2024-04-20")
    early = story.has("comment", on="2024-03-15", text="About March, told in April")
    story.ready_for("begin_activity").does("begin_activity")
    march = timeline(story.service, story.id, as_of="2024-03-31")
    assert counting(march) == [*range(1, 7), early]
    assert (march["partnership"]["state"], march["left_out"]["later_effect"]) == ("assessed", 3)
    then = timeline(story.service, story.id, as_of="2024-03-31", known_at="2024-04-01T00:00:00Z")
    assert counting(then) == list(range(1, 7))
    assert then["left_out"] == {"later_effect": 0, "recorded_later": 4}
    assert then["known_at"] == "2024-04-01T00:00:00.000000Z"
    assert then["partnership"] == story.show(as_of="2024-03-31", known_at="2024-04-01T00:00:00Z")


def test_what_counts_for_nothing_says_why_once_it_is_known(story: Story) -> None:
    story.to("active_activity")
    known = story.history()[-1]["recorded_at"]
    commitment = next(
        entry["sequence"] for entry in story.history() if entry["kind"] == "inclusion_commitment"
    )
    begun = story.history()[-1]["sequence"]
    story.withdraw(commitment)
    story.revert(begun)
    now, before = (timeline(story.service, story.id, known_at=at) for at in (None, known))
    because = {entry["sequence"]: entry["because"] for entry in now["entries"] if not entry["counts"]}
    assert because == {commitment: "withdrawn", begun: "reverted"}
    assert all(entry["counts"] for entry in before["entries"])
    assert (now["partnership"]["state"], before["partnership"]["state"]) == ("assessed", "active_activity")


def test_what_a_reverted_cycle_had_on_file_is_undone(story: Story) -> None:
    story.to("exited")
    again = story.does("reidentify")
    comment = story.has("comment")
    story.revert(again)
    because = {entry["sequence"]: entry["because"] for entry in timeline(story.service, story.id)["entries"]}
    assert (because[again], because[comment], because[comment + 1]) == ("reverted", "undone", None)


def test_each_reader_sees_their_own_part(story: Story) -> None:
    story.to("active_activity")
    story.has("crisis_case")
    story.has("comment")
    partner = story.who("partner-1")
    seen = timeline(story.service, story.id, actor=partner)["entries"]
    assert [entry["sequence"] for entry in seen] == list(range(1, 11))
    assert [entry | {"counts": True, "because": None} for entry in story.history(by="partner-1")] == seen
    operator = timeline(story.service, story.id)["entries"][-2]
    assert (operator["restricted"], operator["kind"]) == (True, None)
    early = timeline(story.service, story.id, actor=partner, known_at=story.history()[0]["recorded_at"])
    assert early["left_out"]["recorded_later"] == 9
    with pytest.raises(NotAllowed):
        timeline(story.service, story.id, actor=partner | {"partnerships": ["p-9"]})


def test_what_was_not_there_then(story: Story) -> None:
    story.to("identified")
    with pytest.raises(UnknownPartnership, match="was not on file then"):
        timeline(story.service, story.id, as_of="2024-02-01")
    with pytest.raises(UnknownPartnership):
        timeline(story.service, "p-9")
    with pytest.raises(BadRequest, match="known_at"):
        timeline(story.service, story.id, known_at="yesterday")
