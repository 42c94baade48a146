"""What holds of every generated history: each decision is what it is when judged again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.audit.judging.commands import JUDGED
from partnerships.audit.judging.replay import replay
from partnerships.audit.judging.verdict import Outcome, Why
from tests.audit.erasure.erasing import asks
from tests.properties.desk import Desk
from tests.properties.profile import examples, use_profile
from tests.properties.steps import STEPS, Step, Walker

use_profile()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = Desk(tmp_path_factory.mktemp("judged"))
    with made.service:
        yield made


@examples(normally=40, long=900)
@given(STEPS)
def test_every_decision_conforms_to_the_policy_of_its_day(desk: Desk, steps: list[Step]) -> None:
    watched = desk.walk(steps)
    verdicts = list(replay(watched.service, [watched.id], sealed=True))
    entries = watched.history(by="safeguarding-1")
    assert [verdict.sequence for verdict in verdicts] == [
        entry["sequence"] for entry in entries if entry["entry"] in set(JUDGED)
    ]
    amiss = [verdict.as_dict() for verdict in verdicts if verdict.outcome != Outcome.CONFORM]
    assert amiss == []


@examples(normally=25, long=600)
@given(STEPS)
def test_without_opening_anything_the_sealed_ones_alone_are_left_out(desk: Desk, steps: list[Step]) -> None:
    watched = desk.walk(steps)
    for verdict in replay(watched.service, [watched.id]):
        if verdict.stored.is_sealed:
            assert (verdict.outcome, verdict.why) == (Outcome.NOT_EVALUABLE, Why.SEALED)
            assert verdict.as_dict()["kind"] is None
        else:
            assert verdict.outcome == Outcome.CONFORM, verdict.as_dict()


@examples(normally=25, long=300)
@given(STEPS, st.sets(st.integers(1, 40)), STEPS)
def test_what_was_erased_is_never_taken_for_a_deviation(
    desk: Desk, steps: list[Step], chosen: set[int], more: list[Step]
) -> None:
    watched = desk.walk(steps)
    told = {entry["sequence"] for entry in watched.history(by="safeguarding-1")}
    asks(watched, *(chosen & told or {1}), clean=False)
    erasures = watched.kept()["sequence"]
    walker = Walker(watched)
    for step in more:
        walker.take(step)
    for verdict in replay(watched.service, [watched.id], sealed=True):
        if verdict.outcome != Outcome.CONFORM:
            assert (verdict.outcome, verdict.why) == (Outcome.NOT_EVALUABLE, Why.ERASED), verdict.as_dict()
            assert verdict.sequence <= erasures, "what came after is judged by the same file"
