"""Receipts: whoever has one proves what is in the log, without asking the keeper."""

from __future__ import annotations

from typing import Any

import pytest

from partnerships import UnknownPartnership
from partnerships.audit.log.notes import Note, Signer
from partnerships.audit.log.receipts import check_receipt
from partnerships.audit.log.sequencer import LogBroken
from tests.audit.log.world import World
from tests.storage.rows import all_rows
from tests.story import Story
from tests.tables import TABLES


@pytest.mark.every_store
def test_every_entry_has_a_receipt_that_needs_no_database(world: World) -> None:
    for row in all_rows(world.service, "entry"):
        receipt = world.audit.receipt(row.partnership_id, row.sequence)
        assert receipt["digest"] == row.digest
        assert check_receipt(receipt, [world.key]) == []


def test_a_receipt_for_what_no_checkpoint_covers_makes_one(world: World) -> None:
    before = len(world.audit.checkpoints())
    last = Story(world.service, world.clock).has("comment")
    receipt = world.audit.receipt("p-1", last)
    assert len(world.audit.checkpoints()) == before + 1
    assert check_receipt(receipt, [world.key]) == []


def test_an_old_receipt_stays_good(world: World) -> None:
    Story(world.service, world.clock).has("comment")
    world.audit.checkpoint()
    assert check_receipt(world.receipt, [world.key]) == []


def test_a_receipts_checkpoint_holds_the_database_to_it(world: World) -> None:
    note = Note.parse(world.receipt["checkpoint"])
    assert world.audit.verify(checkpoints=[note], keys=[world.key]).is_sound


def test_there_is_no_receipt_for_what_is_not_there(world: World) -> None:
    with pytest.raises(UnknownPartnership, match="p-1/999"):
        world.audit.receipt("p-1", 999)


@pytest.mark.every_store
def test_there_is_no_receipt_from_a_log_that_lacks_a_leaf(world: World) -> None:
    leaf = TABLES.log_leaf
    row = next(row for row in all_rows(world.service, "log_leaf") if row.partnership_id == "p-1")
    world.intruder.run(leaf.delete().where(leaf.c.position == row.position))
    with pytest.raises(LogBroken, match=f"leaf {row.position}; run `partnerships audit verify`"):
        world.audit.receipt("p-1", row.sequence + 1)


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ({"digest": "0" * 64}, ["receipt.proof"]),
        ({"position": 3}, ["receipt.proof"]),
        ({"proof": []}, ["receipt.proof"]),
        ({"proof": ["00"]}, ["receipt.proof"]),
        ({"digest": "00"}, ["receipt.form"]),
        ({"checkpoint": "nothing"}, ["receipt.form"]),
        ({"receipt": 2}, ["receipt.form"]),
        ({"position": None}, ["receipt.form"]),
        ({"position": 3.5}, ["receipt.form"]),
        ({"position": float("inf")}, ["receipt.form"]),
        ({"sequence": True}, ["receipt.form"]),
        ({"sequence": "3"}, ["receipt.form"]),
        ({"partnership": ["p-1"]}, ["receipt.form"]),
        ({"checkpoint": 7}, ["receipt.form"]),
        ({"proof": [7]}, ["receipt.form"]),
        ({"proof": ["0 0"]}, ["receipt.form"]),
        ({"digest": "é" * 64}, ["receipt.form"]),
        ({"position": 10**40}, ["receipt.proof"]),
    ],
)
def test_an_altered_receipt_is_refused(world: World, change: dict[str, Any], rules: list[str]) -> None:
    assert [fault.rule for fault in check_receipt(world.receipt | change, [world.key])] == rules


@pytest.mark.parametrize("other", [None, [], "receipt", 7, {}])
def test_what_is_no_receipt_at_all_is_refused(other: Any) -> None:
    assert [fault.rule for fault in check_receipt(other, [])] == ["receipt.form"]


def test_a_receipt_under_another_key_is_refused(world: World) -> None:
    thief = Signer.fresh(world.key.name)
    forged = str(Note(Note.parse(world.receipt["checkpoint"]).text).signed(thief))
    faults = check_receipt(world.receipt | {"checkpoint": forged}, [world.key])
    assert [fault.rule for fault in faults] == ["receipt.signature"]
    assert check_receipt(world.receipt, [thief.verifier, world.key]) == []
