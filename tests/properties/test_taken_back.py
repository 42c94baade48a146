"""What is put on file or decided and then taken back leaves the partnership as it was."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from tests.bodies import BODIES
from tests.properties.desk import Desk
from tests.properties.profile import examples
from tests.properties.steps import STEPS, Step
from tests.properties.watched import Watched

Json = dict[str, Any]

ANSWERING = {"prompt_answer", "crisis_recommendation", "crisis_closure"}
"""Kinds that are about something which need not be there."""
BY = {"exception": "director-3", "crisis_case": "safeguarding-1", "integrity_clearance": "safeguarding-1"}
RECORDS: list[tuple[str, Json]] = [
    *((kind, {}) for kind in sorted(set(BODIES) - ANSWERING)),
    ("agreement", {"reference": "z-1", "continues": "a-1"}),
    ("position", {"party": "partner"}),
]


def stands(watched: Watched) -> Json:
    """How the partnership stands: what is shown of it, what is missing for each step, and what is asked."""
    shown = watched.show(by="safeguarding-1")
    return {
        "shown": {name: value for name, value in shown.items() if name != "sequence"},
        "why": watched.service.why(watched.id)["triggers"],
        "checklist": watched.service.checklist(watched.id),
        "prompts": [(one["id"], one["status"]) for one in watched.service.prompts(for_=watched.id)],
    }


@examples(normally=15, long=400)
@given(STEPS)
def test_a_record_that_is_withdrawn_counts_for_nothing(desk: Desk, steps: list[Step]) -> None:
    watched = desk.walk(steps)
    before = stands(watched)
    for kind, fields in RECORDS:
        by = BY.get(kind, "pm-3")
        outcome = watched.record(kind, by=by, **fields)
        if outcome["outcome"] == "accepted":
            assert watched.withdraw(outcome["sequence"], by=by)["outcome"] == "accepted"
            assert stands(watched) == before, kind
    assert watched.service.replay(watched.id)["same"]


@examples(normally=15, long=400)
@given(STEPS)
def test_a_decision_that_is_reverted_counts_for_nothing(desk: Desk, steps: list[Step]) -> None:
    watched = desk.walk(steps)
    before = stands(watched)
    for told in watched.service.why(watched.id, actor=watched.who("director-4"))["triggers"]:
        if not told["allowed"] or told["trigger"] == "terminate_for_crisis":
            continue
        outcome = watched.trigger(told["trigger"], by="director-4", reason="As agreed")
        assert outcome["outcome"] == "accepted"
        watched.clock.advance(minutes=1)
        back = watched.revert(outcome["sequence"], by="director-5")
        if back["outcome"] == "refused":
            assert {finding["clause"] for finding in back["findings"]} == {"L11"}
            return
        assert stands(watched) == before, told["trigger"]
    assert watched.service.replay(watched.id)["same"]
