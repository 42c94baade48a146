"""What is not accepted changes nothing that anybody reads."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from tests.properties.desk import Desk
from tests.properties.profile import examples
from tests.properties.steps import STEPS, TRIGGERS, Step
from tests.properties.watched import Watched, check_shape

Json = dict[str, Any]

READERS = (None, "safeguarding-1", "partner-1")


def readings(watched: Watched) -> list[Any]:
    """What three kinds of readers are shown."""
    read: list[Any] = []
    for by in READERS:
        who = watched.who(by) if by else None
        (line,) = [
            line
            for line in watched.service.portfolio(actor=who, name=watched.profile["name"])
            if line["id"] == watched.id
        ]
        read += [
            watched.show(by=by),
            watched.history(by=by),
            line,
            watched.service.why(watched.id, actor=who),
        ]
    return read


def never_accepted(watched: Watched) -> list[tuple[str, Json]]:
    """Commands with the outcome each has in any state."""
    pm, director = watched.who("pm-1"), watched.who("director-1")
    stranger = {**watched.who("partner-1"), "id": "partner-2", "partnerships": ["p-of-others"]}
    record: Json = {"kind": "comment", "body": {"about": 1, "text": "Seen"}}
    late = watched.body("assessment", conducted_on="2999-01-01")
    command = watched.command
    return [
        *(
            ("refused", command("trigger", who, trigger=trigger))
            for who in (watched.who("auditor-1"), watched.who("partner-1"))
            for trigger in TRIGGERS
            if trigger != "identify"
        ),
        ("refused", command("identify", pm, body=watched.body("partner_profile"))),
        ("refused", command("record", stranger, **record)),
        ("refused", command("record", watched.who("auditor-1"), **record)),
        ("refused", command("record", watched.who("partner-1"), kind="arrangement", body={"office": "x"})),
        ("refused", command("withdraw", director, sequence=9999, reason="No such entry")),
        ("refused", command("revert", director, sequence=1, reason="Never the first")),
        ("invalid", command("withdraw", director, sequence=2)),
        ("invalid", command("record", pm, kind="assessment", body=late)),
        ("invalid", command("record", pm, kind="comment", body={"about": 1, "text": "Seen", "more": 1})),
        ("invalid", command("record", pm, kind="rumour", body={})),
        ("invalid", command("trigger", pm, trigger="promote")),
        ("invalid", command("trigger", pm, trigger="assess", on="2024-02-30")),
        ("invalid", command("trigger", {**pm, "party": "partner"}, trigger="assess")),
        ("conflict", command("record", pm, expected_sequence=9999, **record)),
    ]


@examples(normally=15, long=200)
@given(STEPS)
def test_what_is_not_accepted_leaves_every_reading_as_it_was(desk: Desk, steps: list[Step]) -> None:
    watched = desk.walk(steps)
    before = readings(watched)
    for expected, command in never_accepted(watched):
        outcome = watched.service.apply(command)
        check_shape(outcome)
        assert outcome["outcome"] == expected, (command, outcome)
    assert readings(watched) == before


@examples(normally=15, long=200)
@given(STEPS)
def test_a_command_sent_again_under_its_key_is_done_once(desk: Desk, steps: list[Step]) -> None:
    watched = desk.walk(steps)
    key = f"key-{watched.id}"
    once = watched.record("comment", key=key, about=1, text="Said once")
    assert once["outcome"] == "accepted"
    before = readings(watched)
    refusal = watched.trigger("assess", by="auditor-1", key=f"{key}-refused")
    assert refusal["outcome"] == "refused"
    assert watched.service.apply(again(watched, key, "Said once")) == once
    assert watched.trigger("assess", by="auditor-1", key=f"{key}-refused") == refusal
    assert watched.service.apply(again(watched, key, "Something else"))["outcome"] == "invalid"
    assert readings(watched) == before


def again(watched: Watched, key: str, text: str) -> Json:
    """The same comment's command, perhaps with other words."""
    return watched.command("record", "pm-1", kind="comment", body={"about": 1, "text": text}, key=key)
