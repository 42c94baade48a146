"""Two partnerships that differ in sealed entries alone: the partner's side gets the same answers (L4)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from partnerships import PartnershipsError
from partnerships.audit.audit import open_audit
from tests.bodies import plus
from tests.outcomes import accepted
from tests.story import Story, actor

pytestmark = pytest.mark.every_store

Json = dict[str, Any]
TRIGGERS = ["begin_activity", "renew", "begin_transition", "exit", "terminate_for_crisis", "reidentify"]
OWN = 900_000_001


class Twins:
    """The same life twice; only `sealed` has what the partner's side is not to know of."""

    def __init__(self, plain: Story, sealed: Story) -> None:
        self.plain, self.sealed = plain, sealed

    def both(self, act: Callable[[Story], object]) -> None:
        """Act on both at the same instant."""
        instant = self.plain.clock.now
        act(self.plain)
        self.plain.clock.now = instant
        act(self.sealed)

    def day(self, day: str) -> None:
        self.plain.day(day)
        self.plain.service.sweep()

    def answer_alike(self) -> None:
        """Compare every reading, and every command that changes nothing."""
        for asked in (readings, commands):
            for (name, plain), (_, sealed) in zip(asked(self.plain), asked(self.sealed), strict=True):
                assert sealed == plain, name


def told(story: Story, answer: Any) -> str:
    """An answer without what sets the two apart: ids, names, and instants of a second's difference."""
    text = json.dumps(answer, sort_keys=True, default=str)
    text = text.replace(f'"{story.id}"', '"ID"').replace(story.profile["name"], "NAME")
    text = re.sub(r"partnership '?p-\d'?", "partnership ID", text)
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "INSTANT", re.sub(r'"[0-9a-f]{16,64}"', '"PROMPT"', text))


def read(reading: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    try:
        return reading(*arguments, **options)
    except PartnershipsError as error:
        return f"{type(error).__name__}: {error}"


def readings(story: Story) -> Iterator[tuple[str, str]]:
    service, audit, id = story.service, open_audit(story.service), story.id
    newest = len(story.history(by="partner-1"))
    days = [None, *(plus(story.today, days=-past) for past in (20, 45))]
    for name in ("partner-1", "partner-2"):
        who = story.who(name)
        for day in days:
            at = {"actor": who} | ({} if day is None else {"as_of": day})
            on = {"actor": who} | ({} if day is None else {"on": day})
            asked = {
                "show": read(service.show, id, **at),
                "both axes": read(audit.history, id, **at),
                "why": read(service.why, id, **on),
                "portfolio": read(service.portfolio, **on),
                "overview": read(service.overview, **on),
                "prompts": read(service.prompts, **on),
            }
            yield from ((f"{name} {what} {day}", told(story, answer)) for what, answer in asked.items())
        for trigger in TRIGGERS:
            yield f"{name} why {trigger}", told(story, read(service.why, id, trigger=trigger, actor=who))
        for after in (0, newest, OWN):
            answer = read(service.history, id, actor=who, after=after)
            yield f"{name} history after {after}", told(story, answer)


def commands(story: Story) -> Iterator[tuple[str, str]]:
    newest = len(story.history(by="partner-1"))
    asked = [("trigger", {"trigger": trigger, "reason": "So be it"}) for trigger in TRIGGERS]
    for kind in ("crisis_closure", "crisis_recommendation", "crisis_case"):
        cases = ("1",) if kind == "crisis_case" else ("1", "2", "p1", "p2")
        asked += [("record", {"kind": kind, "body": story.body(kind) | {"case": case}}) for case in cases]
    asked += [
        ("record", {"kind": kind, "body": story.body(kind)})
        for kind in ("integrity_clearance", "agreement", "exception", "prompt_answer", "partner_profile")
    ]
    for number in (1, newest + 1, newest + 5, OWN):
        asked += [(do, {"sequence": number, "reason": "As one may"}) for do in ("withdraw", "open", "revert")]
        asked.append(("record", {"kind": "comment", "body": {"about": max(number, newest + 1), "text": "?"}}))
    for expected in (0, newest - 1, newest + 1, OWN):
        said = {"kind": "comment", "body": {"about": 1, "text": "?"}, "expected_sequence": expected}
        asked.append(("record", said))
    asked.append(("identify", {"body": story.body("partner_profile")}))
    for name in ("partner-1", "partner-2"):
        for do, parts in asked:
            answer = story.apply(story.command(do, name, **parts))
            assert answer["outcome"] != "accepted", (do, parts)
            yield f"{name} {do} {parts}", told(story, answer)


@pytest.fixture
def twins(telling: Callable[..., Story]) -> Twins:
    return Twins(telling("p-1", name="One (fictional)"), telling("p-2", name="Other (fictional)"))


def raise_a_case(story: Story, case: str = "1") -> None:
    """All that a case may leave in a history while it is open, dated back too."""
    number = story.has("crisis_case", by="pm-3", case=case, on=plus(story.today, days=-30))
    story.has("crisis_case", by="partner-3", case="p1")
    accepted(story.open(number))
    story.open(number, by="finance-1")
    story.has("comment", by="pm-3", about=number)
    accepted(story.withdraw(story.has("crisis_case", by="safeguarding-3", case="7"), by="safeguarding-3"))
    story.record("crisis_closure", by="director-3", case=case)


def close_it(story: Story, case: str = "1") -> None:
    story.has("crisis_recommendation", advice="close", case=case)
    story.has("crisis_closure", by="director-3", case=case)


def erase_everything(story: Story) -> None:
    people = {"by": actor("director-1"), "second": actor("safeguarding-1")}
    asked = {"basis": "unlawful", "reason": "Held without a ground", "everything": True, "clean": False}
    assert open_audit(story.service).erase(story.id, **people, **asked)["outcome"] == "accepted"


def test_through_a_life_that_ends_in_an_exit(twins: Twins) -> None:
    day = "2024-03-01"
    for state in ("identified", "assessed", "active_activity", "transitioning"):
        twins.day(day)
        twins.both(lambda story, state=state: story.to(state))
        day = plus(day, days=35)
        twins.day(day)
        raise_a_case(twins.sealed)
        twins.both(lambda story: story.has("comment", by="pm-1", on=plus(story.today, days=-40)))
        twins.answer_alike()
        if state != "transitioning":
            close_it(twins.sealed)
            twins.answer_alike()
    twins.both(lambda story: story.to("exited"))
    twins.answer_alike()
    twins.sealed.has("integrity_clearance")
    twins.answer_alike()


def test_through_a_life_that_ends_in_a_crisis(twins: Twins) -> None:
    twins.both(lambda story: story.to("active_activity"))
    twins.day("2024-05-01")
    raise_a_case(twins.sealed, case="2")
    twins.both(lambda story: story.to("terminated_for_crisis"))
    twins.answer_alike()
    for _ in ("cleared", "raised again", "and cleared"):
        twins.sealed.has("integrity_clearance")
        twins.answer_alike()
        twins.sealed.has("crisis_case", case="3")
        twins.answer_alike()
    twins.sealed.has("integrity_clearance")
    twins.plain.has("integrity_clearance")
    twins.both(lambda story: story.does("reidentify"))
    twins.answer_alike()


def test_after_an_erasure(twins: Twins) -> None:
    twins.both(lambda story: story.to("assessed"))
    raise_a_case(twins.sealed)
    close_it(twins.sealed)
    twins.both(lambda story: story.to("active_activity"))
    twins.both(erase_everything)
    twins.answer_alike()
