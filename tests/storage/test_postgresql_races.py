"""Eight workers at once on a real PostgreSQL, on one partnership and on many."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from random import Random
from typing import Any

import pytest

from partnerships import Service
from partnerships.storage.ledger import Ledger
from partnerships.storage.statements import statements_at
from partnerships.storage.writing import LostRace
from tests.crash.meetings import check_whole
from tests.properties.profile import LONG
from tests.storage.rows import another
from tests.story import Story

pytestmark = pytest.mark.on_postgresql

Json = dict[str, Any]

WORKERS = 8
ROUNDS = 200 if LONG else 10
PARTNERSHIPS = 1000 if LONG else 30
SEED = 20240301


@pytest.fixture
def workers(service: Service) -> Iterator[list[Service]]:
    """A service with connections of its own for each worker."""
    with ExitStack() as stack:
        yield [stack.enter_context(another(service)) for _ in range(WORKERS)]


def at_once(work: Callable[[int], list[Json]]) -> list[list[Json]]:
    together = threading.Barrier(WORKERS)

    def begin(number: int) -> list[Json]:
        together.wait()
        return work(number)

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(begin, range(WORKERS)))


def comment(story: Story, worker: int, number: int, **more: Any) -> Json:
    body = {"about": 1, "text": f"{worker}-{number}"}
    return story.command("record", f"pm-{worker + 1}", kind="comment", body=body, **more)


def test_on_one_partnership_nothing_is_lost_and_nothing_forks(story: Story, workers: list[Service]) -> None:
    before = story.to("identified").show()["sequence"]
    told = at_once(
        lambda worker: [workers[worker].apply(comment(story, worker, number)) for number in range(ROUNDS)]
    )
    assert {one["outcome"] for each in told for one in each} == {"accepted"}
    assert check_whole(story.service) == {"p-1": before + WORKERS * ROUNDS}
    said = {entry["sequence"]: entry["body"]["text"] for entry in story.history(after=before)}
    assert said == {
        one["sequence"]: f"{worker}-{number}"
        for worker, each in enumerate(told)
        for number, one in enumerate(each)
    }


def test_of_workers_that_saw_the_same_one_goes_on_and_the_others_are_in_conflict(
    story: Story, workers: list[Service]
) -> None:
    story.to("identified")
    for number in range(ROUNDS):
        seen = story.show()["sequence"]
        told = at_once(
            lambda worker, number=number, seen=seen: [  # type: ignore[misc]
                workers[worker].apply(comment(story, worker, number, expected_sequence=seen))
            ]
        )
        outcomes = sorted(each[0]["outcome"] for each in told)
        assert outcomes == ["accepted", *["conflict"] * (WORKERS - 1)]
        conflicts = {(one["expected_sequence"], one["sequence"]) for (one,) in told if "warnings" not in one}
        assert conflicts == {(seen, seen + 1)}
    check_whole(story.service)


def test_on_many_partnerships_each_history_is_whole(story: Story, workers: list[Service]) -> None:
    """Each worker goes through all in an order of its own, and says what it expects of every other."""
    stories = [
        Story(story.service, story.clock, f"p-{n:04}", name=f"Radio {n} (fictional)")
        for n in range(PARTNERSHIPS)
    ]
    for one in stories:
        one.identify()

    def work(worker: int) -> list[Json]:
        told = []
        for number, one in enumerate(Random(SEED + worker).sample(stories, PARTNERSHIPS)):
            expected = workers[worker].show(one.id)["sequence"] if number % 2 else None
            more = {"expected_sequence": expected} if expected else {}
            told.append(workers[worker].apply(comment(one, worker, number, **more)))
        return told

    told = [one for each in at_once(work) for one in each]
    assert {one["outcome"] for one in told} <= {"accepted", "conflict"}
    assert all(one["sequence"] > one["expected_sequence"] for one in told if one["outcome"] == "conflict")
    kept = [(one["id"], one["sequence"]) for one in told if one["outcome"] == "accepted"]
    assert len(kept) == len(set(kept))
    lengths = check_whole(story.service)
    assert sorted(kept) == sorted((id, n) for id, length in lengths.items() for n in range(2, length + 1))


def test_who_was_overtaken_again_and_again_holds_the_partnership_and_then_decides(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    story.to("identified")
    held: list[set[str]] = []
    hold = Ledger.hold
    monkeypatch.setattr(Ledger, "hold", lambda ledger, ids: (held.append(set(ids)), hold(ledger, ids)))
    tries = 0

    def overtaken(ledger: Ledger) -> int:
        nonlocal tries
        tries += 1
        if not held:
            raise LostRace("p-1")
        return ledger.load("p-1").sequence

    assert story.service._writers.run(overtaken, of=lambda: {"p-1"}, alone=True) == story.show()["sequence"]
    assert held == [{"p-1"}]
    assert tries > 2, "one that was overtaken once or twice goes on without a lock"


def test_several_commands_hold_all_that_they_name_before_the_first_is_decided(
    story: Story, telling: Callable[..., Story], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = telling("p-0", name="Radio Two (fictional)")
    for each in (story, other):
        each.to("identified")
    done: list[Any] = []
    hold, meet = Ledger.hold, Ledger.meet
    monkeypatch.setattr(Ledger, "hold", lambda ledger, ids: (done.append(set(ids)), hold(ledger, ids)))
    monkeypatch.setattr(Ledger, "meet", lambda ledger, id, key: (done.append(id), meet(ledger, id, key))[1])
    lines = [json.dumps(comment(each, 1, number)).encode() for number, each in enumerate((story, other))]
    lines += [b'{"do": "record", "id": "no id at all"}', b'{"id": 7}']
    told = list(story.service.apply_lines(lines, batch=4))
    assert [one["outcome"] for one in told] == ["accepted", "accepted", "invalid", "invalid"]
    assert done == [{"p-0", "p-1"}, "p-1", "p-0"]


def test_who_holds_several_locks_them_in_the_order_of_their_ids(service: Service) -> None:
    statement = statements_at(service._opened.place, service._opened.engine.dialect).hold.text
    assert statement.split("ORDER BY ")[1].split() == ["partnerships_partnership.id", "FOR", "UPDATE"]
