"""What a refusal says would satisfy it does: all of it put on file at once, somebody else decides."""

from __future__ import annotations

from itertools import count
from typing import Any

from hypothesis import given

from tests.bodies import both_accept, plus
from tests.properties.desk import Desk
from tests.properties.profile import examples
from tests.properties.steps import STEPS, Step
from tests.properties.watched import Watched

Json = dict[str, Any]

NUMBERS = count(1)
CATEGORIES = ("activity", "associate", "strategic")


def decider(number: int) -> Json:
    """Somebody new who may decide anything but a crisis."""
    return {"id": f"decides-{number}", "party": "ims", "roles": ["director"]}


def needed(finding: Json, category: str) -> tuple[str, Json]:
    """The record that a finding asks for first, and what it has to say beside what is usual."""
    kind = finding["needs"][0]["record"]
    if kind == "agreement":
        subject = finding.get("subject")
        return kind, {"category": category} | ({"reference": subject} if subject else {})
    if kind == "position":
        return kind, {"party": "ims" if "ims" in finding["code"] else "partner"}
    if kind == "partner_profile":
        return kind, {"level": "international" if category == "associate" else "national"}
    if kind == "assessment":
        return kind, {"comparative_advantage": "The nearest one"}
    return kind, {}


def satisfy(watched: Watched, told: Json, number: int) -> None:
    """Puts on file what the findings ask for, each record once."""
    begun = told["trigger"].removeprefix("begin_")
    category = begun if begun in CATEGORIES else str(watched.show()["category"] or "activity")
    asked: list[tuple[str, Json]] = []
    for finding in told["findings"]:
        record = needed(finding, category)
        if record not in asked:
            asked.append(record)
    # A note comes before the agreement that it lets in (S6.18).
    for kind, fields in sorted(asked, key=lambda record: record[0] == "agreement"):
        if kind == "agreement":
            fields = agreed(watched, f"r-{number}") | fields
        by = {"id": f"writes-{number}", "party": "ims", "roles": ["programme_manager", "safeguarding"]}
        own = kind == "position" and fields["party"] == "partner"
        outcome = watched.record(kind, by=watched.who("partner-1") if own else by, **fields)
        assert outcome["outcome"] == "accepted", (told, outcome)


def agreed(watched: Watched, reference: str) -> Json:
    """A new agreement from today on."""
    today = watched.today
    dates = {"starts_on": today, "ends_on": plus(today, months=7), "accepted": both_accept(today)}
    return {"reference": reference, "collaboration": f"Work {reference}", **dates}


@examples(normally=25, long=600)
@given(STEPS)
def test_what_is_said_to_be_missing_is_all_that_is(desk: Desk, steps: list[Step]) -> None:
    watched = desk.walk(steps)
    watched.record("arrangement", time_zone="UTC")
    watched.clock.advance(days=2)
    for told in watched.service.why(watched.id, actor=decider(0))["triggers"]:
        clauses = {finding["clause"] for finding in told["findings"]}
        if told["trigger"] == "terminate_for_crisis" or told.get("taken_over") or "L11" in clauses:
            continue
        number = next(NUMBERS)
        told = watched.service.why(watched.id, trigger=told["trigger"], actor=decider(number))["triggers"][0]
        told["findings"] = [one for one in told["findings"] if one["clause"] != "L1"]
        satisfy(watched, told, number)
        (now,) = watched.service.why(watched.id, trigger=told["trigger"], actor=decider(number))["triggers"]
        assert [one for one in now["findings"] if one["clause"] != "L1"] == [], told
