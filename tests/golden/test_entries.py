"""Golden entries, sealed contents included: every kind folds to the same state for good."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from partnerships import POLICY_1_1, open_service
from partnerships.lifecycle.canonical import commitment, entry_digest, genesis, plain_canonical
from partnerships.lifecycle.fold import fold
from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.records import BODIES
from partnerships.lifecycle.vocabulary import EntryType, Trigger
from partnerships.storage.rows import Stored
from tests.golden.write_entries import lines, lives
from tests.story import Clock

Json = dict[str, Any]

HISTORIES: dict[str, Json] = {
    f"{file.stem}/{history['id']}": history
    for file in sorted(Path(__file__).parent.glob("entries_*.jsonl"))
    for history in map(json.loads, file.read_text("utf-8").splitlines())
}


def stored(history: Json) -> list[Stored]:
    found = []
    for entry in history["entries"]:
        chain = json.loads(entry["canonical"])
        content = json.loads(entry["content"])
        found.append(Stored(chain["sequence"], entry["digest"], chain, content, entry["scope"]))
    return found


def folded(history: Json, **at: Any) -> Partnership:
    return fold(history["id"], (one.as_entry() for one in stored(history)), **at)


def rules_aside(state: list[Any]) -> list[Any]:
    """A state without the number of the rules by which it was folded; the first ones told none."""
    sequence, head, opened, sealed = state
    return [sequence, head, {name: opened[name] for name in opened if name != "folded"}, sealed]


@pytest.mark.parametrize("name", HISTORIES)
def test_it_folds_to_the_state_that_was_written(name: str) -> None:
    partnership = folded(HISTORIES[name])
    kept = plain_canonical([partnership.sequence, partnership.head, *partnership.as_json()])
    assert rules_aside(json.loads(kept)) == rules_aside(HISTORIES[name]["state"])


@pytest.mark.parametrize("name", HISTORIES)
def test_its_state_is_read_back_from_the_projection(name: str) -> None:
    sequence, head, opened, sealed = HISTORIES[name]["state"]
    partnership = Partnership.read(
        HISTORIES[name]["id"], sequence, head, plain_canonical(opened), sealed and plain_canonical(sealed)
    )
    assert json.loads(plain_canonical(partnership.as_json())) == [opened, sealed]


@pytest.mark.parametrize("name", HISTORIES)
def test_its_chain_is_verified(name: str) -> None:
    previous = genesis(HISTORIES[name]["id"])
    for entry in HISTORIES[name]["entries"]:
        chain = json.loads(entry["canonical"])
        assert entry["digest"] == entry_digest(entry["canonical"].encode())
        assert chain["previous"] == previous
        if entry["salt"]:
            salt = bytes.fromhex(entry["salt"])
            assert chain["content"] == commitment(salt, entry["content"].encode())
        previous = entry["digest"]


@pytest.mark.parametrize("name", HISTORIES)
def test_it_folds_as_of_every_day_and_as_known_at_every_instant(name: str) -> None:
    history = HISTORIES[name]
    for number, one in enumerate(stored(history), 1):
        entry = one.as_entry()
        assert folded(history, known_at=entry.recorded_at).sequence >= number
        assert folded(history, as_of=entry.on).state is not None
        assert folded(history, records_by=entry.on).sequence == len(history["entries"])


def test_they_hold_every_kind_of_record_and_of_entry_that_there_is_so_far() -> None:
    chains = [json.loads(entry["canonical"]) for one in HISTORIES.values() for entry in one["entries"]]
    kinds = {chain.get("kind") for chain in chains} | {"partner_profile"}
    assert set(BODIES) - kinds == {"prompt_answer"}
    assert set(Trigger) - {chain.get("trigger") for chain in chains} == {Trigger.EXTEND}
    assert {chain["entry"] for chain in chains} == set(EntryType) - {EntryType.PROMPT, EntryType.ERASURE}


def test_the_same_lives_lead_to_the_same_states_today(clock: Clock, tmp_path: Path) -> None:
    """What this version writes folds to what the files' own versions did, digests aside."""
    policy = POLICY_1_1.with_settings(take_over_until=clock.now.date().replace(year=2030))
    with open_service(
        "sqlite://", create=True, clock=clock, policy=policy, key_file=tmp_path / "k"
    ) as service:
        lives(service, clock)
        today = {one["id"]: one["state"] for one in map(json.loads, lines(service))}
    for history in HISTORIES.values():
        sequence, _, opened, sealed = rules_aside(history["state"])
        now = rules_aside(today[history["id"]])
        assert [now[0], *now[2:]] == [sequence, opened, sealed]
