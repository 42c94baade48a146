"""Two sessions of which one opens a partnership: what both are told is what one after the other would be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Connection

from partnerships import POLICY_1_1, DatabaseFailed, Service
from tests.crash.meetings import check_whole, comes_to_wait
from tests.crash.test_postgresql_meetings import MEETING, WAYS, by_way, ready
from tests.storage.rows import another, engine_of
from tests.story import Clock, Story

Json = dict[str, Any]
Second = Callable[[Json], Json]
End = Callable[[Connection], None]
Meet = Callable[[Json, Second, Json, End], tuple[Json, Json, bool]]
"""Holds the first, lets the second run into it, ends the first; both outcomes, and whether it waited."""

TAKING = POLICY_1_1.with_settings(take_over_until=date(9999, 12, 31))
OPENINGS = ("identify", "take_over")
PAIRS = [
    *((first, then) for first in OPENINGS for then in (*OPENINGS, *MEETING)),
    *((first, then) for first in MEETING for then in OPENINGS),
]


@pytest.fixture
def taking(opened: Callable[..., Service]) -> Service:
    return opened(TAKING)


@pytest.fixture
def meet_on_sqlite(taking: Service) -> Iterator[tuple[Service, Meet]]:
    """SQLite lets one write at a time: one that does not wait is told so, keeps nothing, and tries again."""
    with another(taking, policy=TAKING, timeout=0) as other:

        def meet(first: Json, second: Second, then: Json, end: End) -> tuple[Json, Json, bool]:
            with engine_of(taking).connect() as host:
                told = taking.apply(first, connection=host)
                try:
                    # One that has nothing to write decides on what is committed.
                    passed = second(then)
                except DatabaseFailed:
                    passed = None
                end(host)
                return told, passed or second(then), passed is None

        yield other, meet


@pytest.fixture
def meet_on_postgresql(taking: Service) -> Iterator[tuple[Service, Meet]]:
    """PostgreSQL lets the second wait where both write one row, and else decide on what is committed."""
    with another(taking, policy=TAKING) as other:

        def meet(first: Json, second: Second, then: Json, end: End) -> tuple[Json, Json, bool]:
            with ThreadPoolExecutor(1) as pool, engine_of(taking).connect() as host:
                told = taking.apply(first, connection=host)
                coming = pool.submit(second, then)
                try:
                    waited = comes_to_wait(engine_of(taking), coming)
                finally:
                    end(host)
                return told, coming.result(), waited

        yield other, meet


class Matrix:
    """Partnerships in pairs, one that two sessions meet over and one that lives the same in turn."""

    def __init__(self, service: Service, clock: Clock) -> None:
        self.service, self.clock, self._numbers = service, clock, count()

    def scene(self, *kinds: str) -> tuple[Story, dict[str, Json]]:
        """A partnership that is not there yet, or a running one, and a command of each kind for it."""
        number = next(self._numbers)
        story = Story(self.service, self.clock, f"p-{number}", name=f"Radio {number} (fictional)")
        commands = ready(story) if kinds[0] in MEETING else ready_elsewhere(self, story)
        profile = story.body("partner_profile")
        about = {"state": "strategic", "since": "2024-01-15", "reason": "As it ran"}
        commands["identify"] = story.command("identify", "pm-1", body=profile)
        commands["take_over"] = story.command("take_over", "director-1", body=profile, **about)
        return story, {kind: commands[kind] for kind in kinds}

    def in_turn(self, kinds: tuple[str, str], order: tuple[str, ...]) -> tuple[list[Json], Story]:
        """What each of the two is told where they come one after the other."""
        story, commands = self.scene(*kinds)
        told = {kind: self.service.apply(commands[kind]) for kind in order}
        return [told[kind] | {"id": ""} for kind in kinds], story


def ready_elsewhere(matrix: Matrix, story: Story) -> dict[str, Json]:
    """Commands that would be accepted once the partnership runs; it is not there yet."""
    other = Story(matrix.service, matrix.clock, f"{story.id}-like", name=f"{story.id} alike (fictional)")
    return {kind: command | {"id": story.id} for kind, command in ready(other).items()}


def check_pair(matrix: Matrix, meet: Meet, second: Second, kinds: tuple[str, str]) -> None:
    story, commands = matrix.scene(*kinds)
    first, then = (commands[kind] for kind in kinds)
    *told, waited = meet(first, second, then, Connection.commit)
    assert waited or not {*kinds} <= {*OPENINGS}
    if kinds[0] == kinds[1]:
        alike, turn = matrix.scene(*kinds)
        expected = [matrix.service.apply(turn[kinds[0]]) | {"id": ""} for _ in kinds]
    else:
        expected, alike = matrix.in_turn(kinds, kinds if waited else kinds[::-1])
    assert [one | {"id": ""} for one in told] == expected
    assert told[0]["outcome"] == "accepted"
    assert told[1]["outcome"] in ("refused", "not_found", "accepted")
    assert story.show()["sequence"] == alike.show()["sequence"]
    assert story.state == alike.state


def check_all(service: Service, clock: Clock, other: Service, meet: Meet) -> None:
    matrix = Matrix(service, clock)
    for number, kinds in enumerate(PAIRS):
        check_pair(matrix, meet, by_way(other, WAYS[number % len(WAYS)]), kinds)
    check_whole(service)


def check_rollback(
    service: Service, clock: Clock, meet: Meet, second: Second, kinds: tuple[str, str]
) -> None:
    """An opening that is taken back leaves its id to the other."""
    _, commands = Matrix(service, clock).scene(*kinds)
    first, then = (commands[kind] for kind in kinds)
    *told, waited = meet(first, second, then, Connection.rollback)
    assert waited
    assert [(one["outcome"], one["sequence"]) for one in told] == [("accepted", 1)] * 2
    (entry,) = service.history(then["id"])
    assert entry["entry"] == {"identify": "identification", "take_over": "takeover"}[kinds[1]]


def test_on_sqlite_each_pair_ends_as_if_one_came_after_the_other(
    taking: Service, clock: Clock, meet_on_sqlite: tuple[Service, Meet]
) -> None:
    check_all(taking, clock, *meet_on_sqlite)


@pytest.mark.on_postgresql
def test_on_postgresql_each_pair_ends_as_if_one_came_after_the_other(
    taking: Service, clock: Clock, meet_on_postgresql: tuple[Service, Meet]
) -> None:
    check_all(taking, clock, *meet_on_postgresql)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("first", OPENINGS)
@pytest.mark.parametrize("then", OPENINGS)
def test_on_sqlite_an_opening_taken_back_leaves_its_id(
    taking: Service, clock: Clock, meet_on_sqlite: tuple[Service, Meet], way: str, first: str, then: str
) -> None:
    other, meet = meet_on_sqlite
    check_rollback(taking, clock, meet, by_way(other, way), (first, then))


@pytest.mark.on_postgresql
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("first", OPENINGS)
@pytest.mark.parametrize("then", OPENINGS)
def test_on_postgresql_an_opening_taken_back_leaves_its_id(
    taking: Service, clock: Clock, meet_on_postgresql: tuple[Service, Meet], way: str, first: str, then: str
) -> None:
    other, meet = meet_on_postgresql
    check_rollback(taking, clock, meet, by_way(other, way), (first, then))
