"""Two transactions that meet on PostgreSQL: the one that waited decides on what the first one left."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection

from partnerships import Service
from tests.crash.meetings import check_whole, meet
from tests.outcomes import invalid, no_such_edge, refused
from tests.storage.rows import all_rows, another, engine_of
from tests.story import Story

pytestmark = pytest.mark.on_postgresql

Json = dict[str, Any]
Second = Callable[[Json], Json]

CASE = {"by": "safeguarding-1"}
WAYS = ("alone", "batch", "host")
MEETING = ("record", "profile", "trigger", "withdraw", "revert", "crisis_case", "open")


@pytest.fixture
def other(service: Service) -> Iterator[Service]:
    """The second session's service, as another worker has it."""
    with another(service) as made:
        yield made


def by_way(other: Service, way: str) -> Second:
    """How the second session applies: one command, a batch of two, or in its own host's transaction."""

    def in_host(command: Json) -> Json:
        with engine_of(other).begin() as host:
            return other.apply(command, connection=host)

    def in_batch(command: Json) -> Json:
        nothing = {"do": "nothing"}
        lines = [json.dumps(one).encode() for one in (command, nothing)]
        told = next(iter(list(other.apply_lines(lines, batch=2))))
        return {name: value for name, value in told.items() if name != "line"}

    return {"alone": other.apply, "batch": in_batch, "host": in_host}[way]


@pytest.fixture(params=WAYS)
def second(other: Service, request: pytest.FixtureRequest) -> Second:
    return by_way(other, request.param)


def comment(story: Story, text: str, **more: Any) -> Json:
    return story.command("record", "pm-1", kind="comment", body={"about": 1, "text": text}, **more)


def case_of(story: Story) -> Json:
    return story.command("record", "safeguarding-1", kind="crisis_case", body=story.body("crisis_case"))


def ready(story: Story) -> dict[str, Json]:
    """A running partnership, and a command of each kind that is accepted there."""
    case = story.to("active_activity").has("crisis_case", **CASE)
    began = next(entry["sequence"] for entry in story.history() if entry.get("trigger") == "begin_activity")
    review, _ = story.has("sustainability_review"), story.has("transition_plan")
    profile = story.body("partner_profile", identifiers=[{"scheme": "s", "value": story.id}])
    return {
        "record": comment(story, "Seen"),
        "profile": story.command("record", "pm-1", kind="partner_profile", body=profile),
        "trigger": story.command("trigger", "director-1", trigger="begin_transition"),
        "withdraw": story.command("withdraw", "pm-1", sequence=review, reason="Put here by mistake"),
        "revert": story.command("revert", "director-2", sequence=began, reason="Decided too early"),
        "crisis_case": case_of(story),
        "open": story.command("open", "safeguarding-1", sequence=case, reason="To look into it"),
    }


@pytest.mark.parametrize("first", MEETING)
def test_each_pair_that_meets_ends_as_if_one_came_after_the_other(
    telling: Callable[..., Story], other: Service, first: str
) -> None:
    names = (f"Radio {number} (fictional)" for number in range(100))
    for number, then in enumerate(MEETING):
        meeting, in_turn = (telling(f"{kind}-{number}", name=next(names)) for kind in ("met", "turn"))
        met, turn = ready(meeting), ready(in_turn)
        apply = by_way(other, WAYS[number % len(WAYS)])
        told = meet(meeting.service, met[first], lambda then=then, met=met, apply=apply: apply(met[then]))  # type: ignore[misc]
        expected = in_turn.service.apply(turn[first]), in_turn.service.apply(turn[then])
        assert told[0]["outcome"] == "accepted"
        assert [one | {"id": ""} for one in told] == [one | {"id": ""} for one in expected], (first, then)
        assert meeting.show()["sequence"] == in_turn.show()["sequence"]
        assert meeting.state == in_turn.state
    check_whole(other)


def test_two_records_are_both_kept(story: Story, second: Second) -> None:
    before = story.to("identified").show()["sequence"]
    told = meet(story.service, comment(story, "first"), lambda: second(comment(story, "second")))
    assert [one["sequence"] for one in told] == [before + 1, before + 2]
    assert [entry["body"]["text"] for entry in story.history(after=before)] == ["first", "second"]
    check_whole(story.service)


def test_a_rollback_of_the_first_leaves_its_place_to_the_second(story: Story, second: Second) -> None:
    before = story.to("identified").show()["sequence"]
    roll_back = Connection.rollback
    _, told = meet(
        story.service, comment(story, "first"), lambda: second(comment(story, "second")), roll_back
    )
    assert (told["outcome"], told["sequence"]) == ("accepted", before + 1)
    assert [entry["body"]["text"] for entry in story.history(after=before)] == ["second"]
    check_whole(story.service)


def test_a_decision_is_taken_by_the_first_alone(story: Story, second: Second) -> None:
    story.to("assessed").ready_for("begin_activity")
    begin = story.command("trigger", "director-1", trigger="begin_activity")
    first, then = meet(story.service, begin, lambda: second(begin))
    assert first["state"] == then["state"] == "active_activity"
    no_such_edge(then)


def test_what_was_withdrawn_meanwhile_is_missed_by_the_decision(story: Story, second: Second) -> None:
    story.to("identified").ready_for("assess", without="assessment")
    needed = story.has("assessment")
    withdraw = story.command("withdraw", "pm-2", sequence=needed, reason="Wrong")
    assess = story.command("trigger", "pm-1", trigger="assess")
    first, then = meet(story.service, withdraw, lambda: second(assess))
    assert first["outcome"] == "accepted"
    refused(then).in_state("identified")
    assert all_rows(story.service, "attempt")[-1].asked == "assess"


def test_one_id_is_identified_once(story: Story, second: Second) -> None:
    new = story.command("identify", "pm-1", body=story.body("partner_profile"))
    first, then = meet(story.service, new, lambda: second(new))
    assert (first["outcome"], then["outcome"]) == ("accepted", "refused")
    assert check_whole(story.service) == {"p-1": 1}


def test_whoever_expected_what_the_first_moved_is_told_of_a_conflict(story: Story, second: Second) -> None:
    seen = story.to("identified").show()["sequence"]
    stale = comment(story, "second", expected_sequence=seen)
    _, then = meet(story.service, comment(story, "first"), lambda: second(stale))
    assert (then["outcome"], then["expected_sequence"], then["sequence"]) == ("conflict", seen, seen + 1)


def test_a_key_sent_twice_at_once_gives_the_first_outcome_twice(story: Story, second: Second) -> None:
    before = story.to("identified").show()["sequence"]
    keyed = comment(story, "once", key="k-1")
    first, then = meet(story.service, keyed, lambda: second(keyed))
    assert first == then
    assert story.show()["sequence"] == before + 1


def test_a_refusal_too_is_remembered_under_its_key(story: Story, second: Second) -> None:
    story.to("identified")
    keyed = story.command("trigger", "pm-1", trigger="assess", key="k-1")
    first, then = meet(story.service, keyed, lambda: second(keyed))
    assert first["outcome"] == "refused"
    assert first == then
    assert len(all_rows(story.service, "attempt")) == 1


def test_a_key_sent_at_once_for_two_partnerships_is_the_first_ones(
    telling: Callable[..., Story], second: Second
) -> None:
    one, two = telling("p-1").to("identified"), telling("p-2", name="Radio 2 (fictional)").to("identified")
    before = two.show()["sequence"]
    first, then = meet(
        one.service, comment(one, "one", key="k-1"), lambda: second(comment(two, "two", key="k-1"))
    )
    assert first["outcome"] == "accepted"
    assert invalid(then) == {"key"}
    assert two.show()["sequence"] == before


def test_the_first_case_of_a_partnership_meets_another(story: Story, second: Second) -> None:
    """Each makes the key of what is sealed in the file, which there is once."""
    before = story.to("active_activity").show()["sequence"]
    told = meet(story.service, case_of(story), lambda: second(case_of(story)))
    assert [one["sequence"] for one in told] == [before + 1, before + 2]
    keys = [(row.partnership_id, row.scope) for row in all_rows(story.service, "data_key")]
    assert len(keys) == len(set(keys))
    assert ("p-1", "file") in keys
    for sequence in (before + 1, before + 2):
        assert story.open(sequence)["content"]["body"]["sealed"] == {"summary": "Kept apart"}
    check_whole(story.service)
