"""Threads at once on one service, as a portal with a pool of threads has it."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from partnerships import Service, open_service
from tests.storage.rows import all_rows, chains, engine_of
from tests.story import Story

Json = dict[str, Any]

THREADS = 4
ROUNDS = 15

pytestmark = pytest.mark.every_store


def comment(story: Story, thread: int, number: int) -> Json:
    body = {"about": 1, "text": f"{thread}-{number}"}
    return story.command("record", f"pm-{thread + 1}", kind="comment", body=body)


def test_threads_share_a_service_and_nothing_acknowledged_is_lost(story: Story) -> None:
    service: Service = story.service
    before = story.to("active_activity").show()["sequence"]
    together = threading.Barrier(THREADS)

    def work(thread: int) -> list[tuple[Json, bool]]:
        together.wait()
        told = []
        for number in range(ROUNDS):
            outcome = service.apply(comment(story, thread, number))
            told.append((outcome, service.replay("p-1")["same"]))
        return told

    with ThreadPoolExecutor(THREADS) as pool:
        told = [one for threads in pool.map(work, range(THREADS)) for one in threads]
    assert {outcome["outcome"] for outcome, _ in told} == {"accepted"}
    assert all(same for _, same in told), "what is read is whole"
    sequences = sorted(outcome["sequence"] for outcome, _ in told)
    assert sequences == list(range(before + 1, before + 1 + THREADS * ROUNDS))
    said = {entry["body"]["text"] for entry in story.history(after=before)}
    assert said == {f"{thread}-{number}" for thread in range(THREADS) for number in range(ROUNDS)}
    assert [chain["sequence"] for chain in chains(service)] == [
        row.sequence for row in all_rows(service, "outbox")
    ]


def test_threads_on_several_partnerships_do_not_mix_them_up(story: Story) -> None:
    service: Service = story.service
    stories = [Story(service, story.clock, f"p-{n}", name=f"Radio {n} (fictional)") for n in range(THREADS)]
    for one in stories:
        one.identify()
    together = threading.Barrier(THREADS)

    def work(thread: int) -> list[Json]:
        together.wait()
        mine = stories[thread]
        told = [service.apply(comment(mine, thread, number)) for number in range(ROUNDS)]
        told.append(service.apply(mine.command("trigger", "pm-1", trigger="assess")))
        told.append(service.apply(mine.command("withdraw", f"pm-{thread + 1}", sequence=2, reason="Wrong")))
        return told

    with ThreadPoolExecutor(THREADS) as pool:
        outcomes = list(pool.map(work, range(THREADS)))
    for one, told in zip(stories, outcomes, strict=True):
        assert {outcome["id"] for outcome in told} == {one.id}
        assert [outcome["outcome"] for outcome in told] == [*["accepted"] * ROUNDS, "refused", "accepted"]
        assert [entry["sequence"] for entry in one.history()] == list(range(1, ROUNDS + 3))
        assert service.replay(one.id)["same"]
    assert len(all_rows(service, "attempt")) == THREADS


def test_a_reader_in_another_thread_ends_no_writers_transaction(story: Story) -> None:
    """One thread is in the middle of a stream of lines while another reads and goes."""
    service: Service = story.service
    before = story.to("identified").show()["sequence"]
    written, read = threading.Event(), threading.Event()

    def lines() -> Any:
        for number in range(6):
            yield json.dumps(comment(story, 0, number)).encode()
            if number == 2:
                written.set()
                read.wait()

    def look() -> int:
        written.wait()
        seen: int = service.show("p-1")["sequence"]
        read.set()
        return seen

    with ThreadPoolExecutor(1) as pool:
        seen = pool.submit(look)
        told = list(service.apply_lines(lines(), batch=2))
        assert before <= seen.result() <= before + 4
    assert [outcome["sequence"] for outcome in told] == list(range(before + 1, before + 7))
    assert service.replay("p-1")["same"]


def test_a_service_for_each_thread_on_one_engine(story: Story) -> None:
    """As a host has them that gives every principal a service of its own."""
    before = story.to("active_activity").show()["sequence"]
    engine, key_file = engine_of(story.service), story.service._opened.key_file
    services = [
        open_service(engine, clock=story.clock, key_file=key_file, principal=f"user-{n}")
        for n in range(THREADS)
    ]
    together = threading.Barrier(THREADS)

    def work(thread: int) -> list[Json]:
        together.wait()
        return [services[thread].apply(comment(story, thread, number)) for number in range(ROUNDS)]

    with ThreadPoolExecutor(THREADS) as pool:
        told = [outcome for outcomes in pool.map(work, range(THREADS)) for outcome in outcomes]
    assert {outcome["outcome"] for outcome in told} == {"accepted"}
    numbers = list(range(before + 1, before + 1 + THREADS * ROUNDS))
    assert sorted(outcome["sequence"] for outcome in told) == numbers
    written_by = {entry["sequence"]: entry["via"]["principal"] for entry in story.history(after=before)}
    assert sorted(written_by) == numbers
    assert written_by == {
        outcome["sequence"]: f"user-{number // ROUNDS}" for number, outcome in enumerate(told)
    }
    assert story.service.replay("p-1")["same"]
