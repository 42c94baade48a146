"""The feed never passes an entry by, in whatever order those who wrote at once commit."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Connection, select

from partnerships import BadRequest, Service, open_service
from partnerships.storage.tables import tables_at
from tests.storage.rows import engine_of
from tests.story import Clock, Story
from tests.tables import PLACE

pytestmark = pytest.mark.on_postgresql

OUTBOX = tables_at(PLACE, "postgresql").outbox
WRITERS, EACH = 6, 8


class Naive:
    """A reader that remembers the highest position it has seen, as one writes it at first."""

    def __init__(self, service: Service) -> None:
        self.engine = engine_of(service)
        self.position = 0
        self.seen: list[str] = []

    def read(self) -> None:
        query = select(OUTBOX).where(OUTBOX.c.position > self.position).order_by(OUTBOX.c.position)
        with self.engine.connect() as connection:
            for row in connection.execute(query):
                self.seen.append(f"{row.partnership_id}/{row.sequence}")
                self.position = row.position


class Reader:
    """A reader that goes on from the last event's cursor."""

    def __init__(self, service: Service, limit: int = 1000) -> None:
        self.service, self.limit = service, limit
        self.cursor: str | None = None
        self.seen: list[str] = []

    def read(self) -> int:
        events = self.service.feed(after=self.cursor, limit=self.limit)
        self.seen += [event["id"] for event in events]
        self.cursor = events[-1]["cursor"] if events else self.cursor
        return len(events)

    def read_all(self) -> None:
        while self.read():
            pass


def identify(service: Service, clock: Clock, number: int, connection: Connection | None = None) -> str:
    """Identify a partner, in a host's open transaction or at once; the id of the event."""
    within: Any = service if connection is None else service.within(connection)
    id = f"p-{number}"
    outcome = Story(within, clock, id, name=f"Example {number} (fictional)").identify()
    assert outcome["outcome"] == "accepted", outcome
    return f"{id}/1"


def test_the_naive_reader_misses_what_was_written_first_and_committed_last(
    service: Service, clock: Clock
) -> None:
    naive, reader = Naive(service), Reader(service)
    with engine_of(service).connect() as first, engine_of(service).connect() as second:
        slow = identify(service, clock, 1, first)
        quick = identify(service, clock, 2, second)
        second.commit()
        naive.read()
        reader.read()
        assert naive.seen == [quick]
        assert reader.seen == []
        first.commit()
        naive.read()
        reader.read()
    assert naive.seen == [quick]
    assert reader.seen == [slow, quick]


def test_what_is_rolled_back_is_never_told_and_holds_nothing_up(service: Service, clock: Clock) -> None:
    reader = Reader(service)
    with engine_of(service).connect() as first:
        identify(service, clock, 1, first)
        quick = identify(service, clock, 2)
        reader.read()
        assert reader.seen == []
        first.rollback()
    reader.read()
    assert reader.seen == [quick]


def test_a_host_is_not_told_of_its_own_entry_before_it_commits(service: Service, clock: Clock) -> None:
    """It may still be rolled back, and an older transaction's entry would come before its cursor."""
    reader = Reader(service)
    with engine_of(service).connect() as first, engine_of(service).connect() as second:
        slow = identify(service, clock, 1, first)
        quick = identify(service, clock, 2, second)
        assert service.within(second).feed() == []
        second.commit()
        assert service.within(second).feed() == []
        first.commit()
    reader.read()
    assert reader.seen == [slow, quick]


def test_of_what_came_with_a_dump_nothing_is_passed_by(service: Service, clock: Clock) -> None:
    """Its transactions have the numbers of another cluster; some of these run here."""
    engine, outbox = engine_of(service), PLACE.named("outbox")

    def have(column: str, default: str) -> None:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"ALTER TABLE {outbox} ALTER COLUMN {column} SET DEFAULT {default}")

    with engine.connect() as long:
        long.exec_driver_sql("SELECT pg_current_xact_id()")
        restored = [identify(service, clock, 1)]
        have("transaction", "1000000000")
        restored.append(identify(service, clock, 2))
        have("transaction", "(pg_current_xact_id()::text)::bigint")
        have("era", "2")
        reader = Reader(service)
        reader.read()
        assert reader.seen == restored
        fresh = identify(service, clock, 3)
        reader.read()
        assert reader.seen == restored
    reader.read()
    assert reader.seen == [*restored, fresh]


def test_an_entry_that_is_told_stands_after_all_that_was_told_before(service: Service, clock: Clock) -> None:
    identify(service, clock, 1)
    identify(service, clock, 2)
    first, second = service.feed()
    assert service.feed(after=first["cursor"]) == [second]
    assert service.feed(limit=1) == [first]
    assert service.feed(after=second["cursor"]) == []


def test_many_writers_and_a_reader_that_never_waits_for_them(
    database: tuple[str, Path], service: Service, clock: Clock
) -> None:
    reader, done = Reader(service, limit=3), Event()

    def write(writer: int) -> list[str]:
        with open_service(database[0], key_file=database[1], clock=Clock()) as own:
            return [identify(own, Clock(), writer * 100 + number) for number in range(EACH)]

    def follow() -> None:
        while not done.is_set():
            reader.read()

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        following = pool.submit(follow)
        try:
            written = [id for ids in pool.map(write, range(WRITERS)) for id in ids]
        finally:
            done.set()
        following.result()
    reader.read_all()
    assert len(written) == WRITERS * EACH
    assert sorted(reader.seen) == sorted(written)


class Feed(RuleBasedStateMachine):
    """Transactions open and end in any order; whoever reads between them sees each entry exactly once."""

    service: Service
    clock: Clock
    number = 0

    @initialize()
    def begin(self) -> None:
        self.open: list[tuple[Connection, str]] = []
        last = self.service.feed()
        self.reader = Reader(self.service, limit=2)
        self.reader.cursor = last[-1]["cursor"] if last else None
        self.kept: list[str] = []

    def next(self) -> int:
        Feed.number += 1
        return Feed.number

    @rule()
    def write_in_a_transaction(self) -> None:
        if len(self.open) < 4:
            connection = engine_of(self.service).connect()
            self.open.append((connection, identify(self.service, self.clock, self.next(), connection)))

    @rule()
    def write_at_once(self) -> None:
        self.kept.append(identify(self.service, self.clock, self.next()))

    @rule(which=st.integers(0, 3), commits=st.booleans())
    def end(self, which: int, commits: bool) -> None:
        if self.open:
            connection, event = self.open.pop(which % len(self.open))
            if commits:
                connection.commit()
                self.kept.append(event)
            connection.close()

    @rule()
    def read(self) -> None:
        self.reader.read()

    @invariant()
    def nothing_is_told_twice_or_before_it_is_kept(self) -> None:
        assert len(self.reader.seen) == len(set(self.reader.seen))
        assert set(self.reader.seen) <= set(self.kept)

    def teardown(self) -> None:
        for connection, _ in self.open:
            connection.close()
        self.reader.read_all()
        assert sorted(self.reader.seen) == sorted(self.kept)


def test_no_interleaving_makes_a_reader_skip(service: Service, clock: Clock) -> None:
    machine = type("FeedHere", (Feed,), {"service": service, "clock": clock})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize(
    "cursor",
    ["1", "1.2", "1.2.3.4", "a.b.c", "1.2.-3", "1..3", "1.2.٣", " 1.2.3", "1.2.3\n", "1.2." + "9" * 5000],
)
def test_a_cursor_that_no_event_carried(service: Service, cursor: str) -> None:
    with pytest.raises(BadRequest, match="cursor"):
        service.feed(after=cursor)


def test_a_cursor_beyond_every_number_is_behind_all(service: Service, clock: Clock) -> None:
    identify(service, clock, 1)
    assert service.feed(after=".".join(["9" * 30] * 3)) == []
    assert len(service.feed(after="0.0.0")) == 1
