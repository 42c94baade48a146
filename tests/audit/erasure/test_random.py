"""After erasing any contents of any history: green, nothing of it anywhere, and everything goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partnerships import POLICY_1_1, Service
from partnerships.audit.judging.replay import replay
from tests.audit.erasure.erasing import asks, is_green, refused
from tests.audit.erasure.marked import Marked, words_in
from tests.properties.profile import examples
from tests.properties.steps import STEPS, Step, Walker
from tests.storage.rows import as_bytes, database_files
from tests.story import Clock

Json = dict[str, Any]

NUMBERS = count(1)
DONE = Counter[str]()
CHOICES = st.lists(st.integers(0, 40), min_size=1, max_size=12)


def contents(story: Marked) -> dict[int, Any]:
    """What every entry says, sealed ones opened."""
    with story.service._reading() as ledger:
        history = ledger.history(story.id, sealed=True)
        return {stored.sequence: stored.content for stored in history if not stored.is_erased}


def erase_some(story: Marked, choices: list[int], held: Callable[[], bytes]) -> None:
    """Erase what the choices fall on; where a case is open, insist that it was refused for that."""
    before = contents(story)
    named = sorted({list(before)[choice % len(before)] for choice in choices})
    outcome = asks(story, *named)
    if outcome["outcome"] == "refused":
        assert refused(outcome) == ["L11.erasure_of_open_case"]
        assert contents(story) == before
        DONE["refused"] += 1
        return
    DONE["accepted"] += 1
    assert outcome["remains"]["clean"]
    gone = words_in([before[at] for at in named])
    assert not gone & words_in(held())
    after = contents(story)
    assert set(after) == set(before) - set(named) | set(outcome["sequences"])
    assert all(after[at] == before[at] for at in before if at not in named)


def read_all(story: Marked) -> None:
    service = story.service
    for by in (None, "safeguarding-1", "partner-1"):
        story.show(by)
        story.history(by)
        service.why(story.id, actor=story.who(by) if by else None)
    service.checklist(story.id)
    service.portfolio()
    service.prompts(on="2031-01-01")
    service.sweep()
    told = list(replay(service, [story.id], sealed=True))
    assert {str(verdict.outcome) for verdict in told} <= {"conform", "not_evaluable"}, told
    assert {str(verdict.why) for verdict in told if verdict.why} <= {"erased"}


def lives_on(
    service: Service,
    clock: Clock,
    held: Callable[[], bytes],
    steps: list[Step],
    after: list[Step],
    *choices: list[int],
) -> None:
    number = next(NUMBERS)
    clock.set("2024-03-01T09:00:00+00:00")
    story = Marked(service, clock, f"p-{number}", name=f"Example Radio {number} (fictional)")
    walker = Walker(story)
    for step in steps:
        walker.take(step)
    for chosen in choices:
        erase_some(story, chosen, held)
        for step in after:
            walker.take(step)
        read_all(story)
    is_green(service)


def _settings(normally: int, long: int) -> Any:
    chosen = examples(normally, long)
    return settings(chosen, suppress_health_check=list(HealthCheck))


@pytest.fixture
def desk(opened: Callable[..., Service]) -> Service:
    return opened(POLICY_1_1.with_settings(take_over_until=date(2100, 1, 1)))


def test_in_a_file(desk: Service, clock: Clock, tmp_path: Path) -> None:
    @_settings(16, 200)
    @given(STEPS, STEPS.map(lambda steps: steps[-3:]), CHOICES, CHOICES)
    def whatever(steps: list[Step], after: list[Step], first: list[int], second: list[int]) -> None:
        def held() -> bytes:
            return b"".join(database_files(tmp_path).values()) + as_bytes(desk)

        lives_on(desk, clock, held, steps, after, first, second)

    whatever()
    assert DONE["accepted"] > DONE["refused"] > 0


@pytest.mark.on_postgresql
def test_on_postgresql(desk: Service, clock: Clock) -> None:
    @_settings(8, 200)
    @given(STEPS, STEPS.map(lambda steps: steps[-2:]), CHOICES)
    def whatever(steps: list[Step], after: list[Step], chosen: list[int]) -> None:
        lives_on(desk, clock, lambda: as_bytes(desk), steps, after, chosen)

    whatever()
