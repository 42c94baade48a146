"""Writers at once on one partnership: no update lost, no gap, conflicts reported as conflicts."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from typing import Any

import pytest

from partnerships import DatabaseFailed, Service
from tests.storage.rows import another, engine_of, everything
from tests.story import Story

Json = dict[str, Any]

WRITERS = 4


def at_once(work: Callable[[int], list[Json]], writers: int = WRITERS) -> list[Json]:
    """Run the same work in threads that begin together, and give all outcomes."""
    barrier = threading.Barrier(writers)

    def begin(number: int) -> list[Json]:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(writers) as pool:
        return [outcome for outcomes in pool.map(begin, range(writers)) for outcome in outcomes]


def comment(story: Story, number: int, **more: Any) -> Json:
    body = {"about": 1, "text": f"Seen by {number}"}
    return story.command("record", f"pm-{number + 1}", kind="comment", body=body, **more)


@pytest.fixture
def services(story: Story) -> Iterator[list[Service]]:
    """A service for each writer, as separate processes would have."""
    story.to("active_activity")
    with ExitStack() as stack:
        yield [stack.enter_context(another(story.service)) for _ in range(WRITERS)]


def test_every_writers_records_are_kept_without_a_gap(story: Story, services: list[Service]) -> None:
    before = story.show()["sequence"]

    def work(number: int) -> list[Json]:
        return [services[number].apply(comment(story, number)) for _ in range(15)]

    outcomes = at_once(work)
    assert {outcome["outcome"] for outcome in outcomes} == {"accepted"}
    numbers = sorted(outcome["sequence"] for outcome in outcomes)
    assert numbers == list(range(before + 1, before + 1 + 15 * WRITERS))
    history = story.history(after=before)
    assert [entry["sequence"] for entry in history] == numbers
    told = {outcome["sequence"] for outcome in outcomes[:15]}
    assert {entry["sequence"] for entry in history if entry["actor"]["id"] == "pm-1"} == told
    assert story.service.replay("p-1")["same"]
    assert len({entry["digest"] for entry in history}) == len(history)


def test_of_writers_that_saw_the_same_one_is_accepted_and_the_others_are_told(
    story: Story, services: list[Service]
) -> None:
    for _ in range(5):
        seen = story.show()["sequence"]
        outcomes = at_once(
            lambda number, seen=seen: [services[number].apply(comment(story, number, expected_sequence=seen))]  # type: ignore[misc]
        )
        assert sorted(outcome["outcome"] for outcome in outcomes) == [
            "accepted",
            *["conflict"] * (WRITERS - 1),
        ]
        for outcome in outcomes:
            if outcome["outcome"] == "conflict":
                assert (outcome["expected_sequence"], outcome["sequence"]) == (seen, seen + 1)
        assert story.show()["sequence"] == seen + 1


def test_a_key_is_used_once_however_many_send_it(story: Story, services: list[Service]) -> None:
    before = story.show()["sequence"]
    outcomes = at_once(lambda number: [services[number].apply(comment(story, 0, key="k-1"))])
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert story.show()["sequence"] == before + 1


def test_a_decision_is_taken_once(story: Story, services: list[Service]) -> None:
    story.ready_for("begin_transition")
    decide = story.command("trigger", "director-1", trigger="begin_transition")
    outcomes = at_once(lambda number: [services[number].apply(decide)])
    assert sorted(outcome["outcome"] for outcome in outcomes) == ["accepted", *["refused"] * (WRITERS - 1)]
    lost = [outcome for outcome in outcomes if outcome["outcome"] == "refused"]
    assert {outcome["state"] for outcome in lost} == {"transitioning"}
    assert {finding["kind"] for outcome in lost for finding in outcome["findings"]} == {"structure"}


def test_one_id_is_identified_once(story: Story, services: list[Service]) -> None:
    new = story.command("identify", "pm-1", body=story.body("partner_profile")) | {"id": "p-2"}
    outcomes = at_once(lambda number: [services[number].apply(new)])
    assert sorted(outcome["outcome"] for outcome in outcomes) == ["accepted", *["refused"] * (WRITERS - 1)]


def test_readers_see_whole_histories_while_others_write(story: Story, services: list[Service]) -> None:
    done = threading.Event()

    def work(number: int) -> list[Json]:
        if number:
            try:
                return [services[number].apply(comment(story, number)) for _ in range(20)]
            finally:
                done.set()
        rounds = 0
        while not (done.is_set() and rounds):
            history = services[0].history("p-1")
            assert [entry["sequence"] for entry in history] == list(range(1, len(history) + 1))
            assert services[0].replay("p-1")["same"]
            rounds += 1
        return []

    assert len(at_once(work)) == 20 * (WRITERS - 1)


def test_many_writers_leave_room_for_readers(story: Story) -> None:
    """However many threads wrote at once, their connections are given back."""
    story.to("active_activity")
    writers = 8
    engine = engine_of(story.service)

    def work(number: int) -> list[Json]:
        return [story.service.apply(comment(story, number)) for _ in range(2)]

    with engine.connect() as other:
        other.exec_driver_sql("SELECT 1")
    with ThreadPoolExecutor(1) as holder:
        release = threading.Event()
        held = threading.Event()
        locking = holder.submit(_hold, story.service, held, release)
        held.wait()
        with ThreadPoolExecutor(writers) as pool:
            waiting = [pool.submit(work, number) for number in range(writers)]
            release.set()
            outcomes = [outcome for one in waiting for outcome in one.result()]
        locking.result()
    assert {outcome["outcome"] for outcome in outcomes} == {"accepted"}
    assert engine.pool.checkedout() <= 2  # type: ignore[attr-defined]


def _hold(service: Service, held: threading.Event, release: threading.Event) -> None:
    path = str(engine_of(service).url.database)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        held.set()
        release.wait()
        other.execute("ROLLBACK")


def test_a_host_that_read_before_another_wrote_is_told_and_may_try_again(
    story: Story, services: list[Service]
) -> None:
    """On a host's transaction that only read so far, SQLite refuses to write over what came meanwhile."""
    ours, other = services[0], services[1]
    before = story.show()["sequence"]
    with engine_of(ours).connect() as host:
        host.exec_driver_sql("SELECT count(*) FROM partnerships_entry").scalar()
        assert other.apply(comment(story, 1))["sequence"] == before + 1
        with pytest.raises(DatabaseFailed):
            ours.apply(comment(story, 0), connection=host)
        host.rollback()
        assert ours.apply(comment(story, 0), connection=host)["sequence"] == before + 2
        host.commit()
    assert story.service.replay("p-1")["same"]
    assert len(everything(story.service)["outbox"]) == before + 2
