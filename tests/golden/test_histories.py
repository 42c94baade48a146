"""Histories that earlier versions wrote: bytes, digests and commitments hold, and they fold to the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from partnerships import POLICY_1_1, Policy, Service, open_service
from partnerships.lifecycle.canonical import canonical, commitment, entry_digest, genesis
from partnerships.lifecycle.fold import fold
from partnerships.storage.ledger import Ledger
from partnerships.storage.projection import projection
from partnerships.storage.rows import Stored
from tests.golden.lives import ORDINARY, TAKEN_OVER
from tests.golden.make import FOLDER, facts
from tests.story import Clock, Story
from tests.tables import PLACE
from tests.tables import TABLES as tables

Json = dict[str, Any]

NUMBERS = sorted(path.stem.removeprefix("history_") for path in FOLDER.glob("history_*.jsonl"))

pytestmark = pytest.mark.parametrize("number", NUMBERS)


def lines(number: str) -> list[Json]:
    text = (FOLDER / f"history_{number}.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def expected(number: str) -> Json:
    told: Json = json.loads((FOLDER / f"facts_{number}.json").read_text("utf-8"))
    return told


def chain_of(line: Json) -> Json:
    chain: Json = json.loads(line["canonical"])
    return chain


def stored(number: str, id: str) -> list[Stored]:
    found = []
    for line in lines(number):
        chain = chain_of(line)
        if chain["partnership"] == id:
            content = None if line["content"] is None else json.loads(line["content"])
            found.append(Stored(chain["sequence"], line["digest"], chain, content, line["scope"]))
    return found


@pytest.fixture
def kept(number: str, template: Path, tmp_path: Path, clock: Clock) -> Iterator[Service]:
    """A database of today's that holds the golden entries, under a policy version that came later."""
    clock.set(expected(number)["today"])
    later = Policy("9.9", date(2026, 3, 1))
    with open_service(
        f"sqlite:///{tmp_path / 'golden.sqlite'}", create=True, policy=(POLICY_1_1, later), clock=clock
    ) as service:
        with service._opened.engine.begin() as connection:
            for line in lines(number):
                chain = chain_of(line)
                place = {"partnership_id": chain["partnership"], "sequence": chain["sequence"]}
                entry = {"digest": line["digest"], "canonical": line["canonical"].encode()}
                content = {
                    "salt": bytes.fromhex(line["salt"]) if line["salt"] else None,
                    "body": line["content"].encode() if line["content"] else None,
                    "scope": line["scope"],
                }
                connection.execute(insert(tables.entry).values(**place, **entry))
                connection.execute(insert(tables.content).values(**place, **content))
                connection.execute(insert(tables.outbox).values(**place))
            ledger = Ledger(connection, PLACE, service._opened.key)
            for id in expected(number)["partnerships"]:
                folded = fold(id, (one.as_entry() for one in stored(number, id)))
                connection.execute(insert(tables.partnership).values(**projection(folded, ledger.vault)))
            for row in ledger.writing.data_keys:
                connection.execute(insert(tables.data_key).values(**row))
        yield service


def test_the_bytes_are_canonical_and_chained(number: str) -> None:
    """The recipe is spelled out here once more, so that it cannot change unseen."""
    previous: dict[str, str] = {}
    sequences: dict[str, int] = {}
    for line in lines(number):
        written, chain = line["canonical"].encode(), chain_of(line)
        id = chain["partnership"]
        first = hashlib.sha256(b"partnerships/genesis/1\n" + id.encode()).hexdigest()
        assert canonical(chain) == written
        assert line["digest"] == hashlib.sha256(b"partnerships/entry/1\n" + written).hexdigest()
        assert (entry_digest(written), genesis(id)) == (line["digest"], first)
        assert chain["previous"] == previous.get(id, first)
        assert chain["sequence"] == sequences.get(id, 0) + 1
        previous[id], sequences[id] = line["digest"], chain["sequence"]
    assert previous == {id: told["head"] for id, told in expected(number)["partnerships"].items()}


def test_the_contents_are_those_that_were_committed_to(number: str) -> None:
    apart = 0
    for line in lines(number):
        if line["content"] is None:
            apart += 1
            continue
        salted = b"partnerships/content/1\n" + bytes.fromhex(line["salt"]) + line["content"].encode()
        committed = chain_of(line)["content"]
        assert committed == hashlib.sha256(salted).hexdigest()
        assert committed == commitment(bytes.fromhex(line["salt"]), line["content"].encode())
        assert canonical(json.loads(line["content"])) == line["content"].encode()
    assert 0 < apart < len(lines(number))


def test_they_fold_to_the_same_state(number: str) -> None:
    for id, told in expected(number)["partnerships"].items():
        folded = fold(id, (one.as_entry() for one in stored(number, id)))
        now = told["now"]
        assert (folded.state, folded.category) == (now["state"], now["category"])
        assert (folded.cycle, folded.sequence, folded.head) == (now["cycle"], now["sequence"], told["head"])


def test_a_database_that_holds_them_says_the_same(kept: Service, number: str) -> None:
    assert list(kept.ids()) == sorted(expected(number)["partnerships"])
    for id, told in expected(number)["partnerships"].items():
        assert facts(kept, id) == told
        assert kept.replay(id)["same"]
    assert [event["subject"] for event in kept.feed()] == [
        chain_of(line)["partnership"] for line in lines(number)
    ]


def test_every_kind_of_entry_is_among_them(number: str) -> None:
    steps = [step for told in expected(number)["partnerships"].values() for step in told["steps"]]
    kinds = {"identification", "record", "transition", "withdrawal", "reversal", "opening", "takeover"}
    assert {step["entry"] for step in steps} == kinds
    states = [one["state"] for one in expected(number)["partnerships"][ORDINARY]["stood"]]
    assert states == ["identified", "assessed", *["active_activity"] * 3, "transitioning", "exited"]
    assert any(step["evidence"] for step in steps)
    assert any(step["warnings"] for step in steps)


def test_each_names_the_policy_that_was_read_then(kept: Service, number: str) -> None:
    """What an entry says of its policy and settings is what was written, whatever is in force today."""
    for id in expected(number)["partnerships"]:
        chains = [one.chain for one in stored(number, id)]
        history = kept.history(id)
        assert {chain["policy"]["version"] for chain in chains} == {"1.1"}
        assert len({chain["policy"]["digest"] for chain in chains}) == 1
        assert len({chain["settings"] for chain in chains}) == 1
        shown = [(entry["policy"], entry["settings_digest"]) for entry in history]
        assert shown == [(chain["policy"]["version"], chain["settings"]) for chain in chains]
        open_ones = [
            (entry["policy_digest"], chain["policy"]["digest"])
            for entry, chain in zip(history, chains, strict=True)
            if "restricted" not in entry
        ]
        assert all(told == written for told, written in open_ones)


def test_the_life_goes_on_from_there(kept: Service, number: str, clock: Clock) -> None:
    story = Story(kept, clock, ORDINARY, name="Radio of the Hills (fictional)")
    head = expected(number)["partnerships"][ORDINARY]["head"]
    story.ready_for("assess")
    story.does("assess")
    first = story.history(after=len(stored(number, ORDINARY)))[0]
    assert first["previous"] == head
    assert (story.state, story.show()["cycle"]) == ("assessed", 2)
    assert {entry["policy"] for entry in story.history(after=first["sequence"] - 1)} == {"9.9"}
    assert kept.replay(ORDINARY)["same"]
    other = Story(kept, clock, TAKEN_OVER)
    assert other.record("comment", about=1)["outcome"] == "accepted"
    assert kept.replay(TAKEN_OVER)["same"]
