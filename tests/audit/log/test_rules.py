"""Every rule that no attack of the matrix provokes, provoked, with the place that it names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, insert, text, update

from partnerships.audit.verifying.fault import Fault
from partnerships.lifecycle.canonical import canonical, commitment, entry_digest
from tests.audit.log.attacks import ATTACKS
from tests.audit.log.intruder import Intruder, of
from tests.audit.log.world import World
from tests.storage.rows import all_rows, engine_of
from tests.tables import TABLES

PROVOKED: dict[str, tuple[Callable[[World], None], dict[str, Any]]] = {}


def provokes(rule: str, **place: Any) -> Callable[[Callable[[World], None]], Callable[[World], None]]:
    def put(does: Callable[[World], None]) -> Callable[[World], None]:
        PROVOKED[rule] = (does, place)
        return does

    return put


@provokes("form.version", partnership="p-3", sequence=3)
def another_version(world: World) -> None:
    world.intruder.move_head("p-3", 3, world.intruder.edit("p-3", 3, rehash=True, version=2))


@provokes("form.entry", partnership="p-3", sequence=3)
def no_object(world: World) -> None:
    entry = TABLES.entry
    world.intruder.run(
        update(entry).where(*of(entry, "p-3", 3)).values(canonical=b"[]", digest=entry_digest(b"[]"))
    )
    world.intruder.move_head("p-3", 3, entry_digest(b"[]"))


@provokes("form.content", partnership="p-3", sequence=3)
def a_content_in_another_form(world: World) -> None:
    table = TABLES.content
    [row] = [row for row in all_rows(world.service, "content") if row.partnership_id == "p-3"][-1:]
    body = bytes(row.body).replace(b":", b": ", 1)
    committed = commitment(bytes(row.salt), body)
    world.intruder.run(update(table).where(*of(table, "p-3", 3)).values(body=body))
    world.intruder.move_head("p-3", 3, world.intruder.edit("p-3", 3, rehash=True, content=committed))


@provokes("content.kept", partnership="p-3", sequence=2)
def an_erasure_that_erased_nothing(world: World) -> None:
    told = {"entry": "erasure", "erased": [2]}
    world.intruder.move_head("p-3", 3, world.intruder.edit("p-3", 3, rehash=True, **told))


@provokes("content.alone", partnership="p-9", sequence=1)
def a_content_without_an_entry(world: World) -> None:
    world.intruder.run(insert(TABLES.content).values(partnership_id="p-9", sequence=1, body=b"{}"))


@provokes("projection.missing", partnership="p-2", sequence=2)
def no_row(world: World) -> None:
    table = TABLES.partnership
    world.intruder.run(delete(table).where(table.c.id == "p-2"))


@provokes("projection.alone", partnership="p-2", sequence=2)
def no_history(world: World) -> None:
    world.intruder.delete("p-2")


@provokes("projection.sealed", partnership="p-2", sequence=2)
def a_sealed_part_that_was_altered(world: World) -> None:
    table = TABLES.partnership
    world.intruder.run(update(table).where(table.c.id == "p-2").values(sealed=bytes(64)))


@provokes("projection.fold", partnership="p-3")
def a_history_that_does_not_fold(world: World) -> None:
    world.intruder.move_head("p-3", 3, world.intruder.edit("p-3", 3, rehash=True, entry="something"))


@provokes("outbox.alone", partnership="p-9", sequence=1)
def a_row_of_the_outbox_without_an_entry(world: World) -> None:
    world.intruder.run(insert(TABLES.outbox).values(partnership_id="p-9", sequence=1))


@provokes("log.leaf", position=4)
def a_leaf_of_no_known_kind(world: World) -> None:
    table = TABLES.log_leaf
    world.intruder.run(update(table).where(table.c.position == 4).values(kind="other"))


@provokes("checkpoint.form", size=12)
def a_checkpoint_that_cannot_be_read(world: World) -> None:
    table = TABLES.checkpoint
    first = all_rows(world.service, "checkpoint")[0]
    world.intruder.run(update(table).where(table.c.id == first.id).values(note="nothing"))


@provokes("checkpoint.order", size=16)
def a_checkpoint_before_the_one_before_it(world: World) -> None:
    table = TABLES.checkpoint
    last = all_rows(world.service, "checkpoint")[-1]
    world.intruder.run(
        update(table).where(table.c.id == last.id).values(made_at="2024-01-01T00:00:00.000000Z")
    )


def found(world: World) -> list[Fault]:
    return world.audit.verify(checkpoints=world.kept, keys=[world.key], folds=True).faults


@pytest.mark.every_store
@pytest.mark.parametrize("rule", PROVOKED)
def test_a_rule_speaks_and_names_the_place(world: World, rule: str) -> None:
    does, place = PROVOKED[rule]
    does(world)
    faults = [fault for fault in found(world) if fault.rule == rule]
    assert faults
    assert any({name: getattr(fault, name) for name in place} == place for fault in faults), faults


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"partnership": "p-2"}, "chain.place"),
        ({"sequence": 4}, "chain.place"),
        ({"previous": "0" * 64}, "chain.previous"),
        ({"version": 2}, "form.version"),
        ({"recorded_at": "2024-01-01T00:00:00.000000Z"}, "instant.late"),
        ({"content": "0" * 64}, "content.altered"),
    ],
)
def test_one_thing_that_does_not_fit_is_found_by_itself(
    world: World, changes: dict[str, Any], rule: str
) -> None:
    entry, written = TABLES.entry, canonical(world.intruder.chain("p-3", 3) | changes)
    values = {"canonical": written, "digest": entry_digest(written)}
    world.intruder.run(update(entry).where(*of(entry, "p-3", 3)).values(values))
    world.intruder.move_head("p-3", 3, values["digest"])
    assert {fault.rule for fault in world.audit.verify().faults} == {rule}


@pytest.mark.every_store
def test_a_log_that_has_an_entry_twice_is_told_where_the_database_did_not_refuse_it(world: World) -> None:
    table = TABLES.log_leaf
    once = f"{table.name}_once"
    rows = all_rows(world.service, "log_leaf")
    with Intruder(world.service).inside() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"ALTER TABLE {table.name} DROP CONSTRAINT {once}"))
        else:
            # SQLite drops no constraint: the table is made again without it.
            connection.execute(text(f"CREATE TABLE moved AS SELECT * FROM {table.name}"))
            connection.execute(text(f"DROP TABLE {table.name}"))
            connection.execute(text(f"ALTER TABLE moved RENAME TO {table.name}"))
        again = {**rows[0]._mapping, "position": len(rows)}
        connection.execute(insert(table).values(again))
    faults = [fault for fault in world.alone().faults if fault.rule == "log.twice"]
    assert [(fault.partnership, fault.sequence) for fault in faults] == [("p-1", 1)]


def test_no_rule_is_left_unprovoked() -> None:
    """What the matrix, the tests of keys and receipts and these provoke together is every rule."""
    from partnerships.audit.verifying.layers import RULES

    elsewhere = {
        "log.twice",
        "projection.row",
        "checkpoint.origin",
        "key.statement",
        "key.unsigned",
        "receipt.form",
        "receipt.signature",
        "receipt.proof",
    }
    matrix = {rule for attack in ATTACKS for rule in attack.alone | attack.held}
    assert matrix | elsewhere | set(PROVOKED) == set(RULES)


def test_a_text_that_is_no_utf_8_is_a_fault_with_its_place(world: World) -> None:
    """SQLite keeps what it is given; a driver that refuses such a text must not end the verification."""
    with Intruder(world.service).inside() as connection:
        connection.execute(
            text(
                f"UPDATE {TABLES.entry.name} SET digest = CAST(x'ff00' AS TEXT)"
                " WHERE partnership_id = 'p-1' AND sequence = 2"
            )
        )
    faults = world.alone().faults
    assert ("chain.digest", "p-1", 2) in {(fault.rule, fault.partnership, fault.sequence) for fault in faults}


def test_an_id_that_is_no_utf_8_is_a_fault_too(world: World) -> None:
    with Intruder(world.service).inside() as connection:
        connection.execute(
            text(
                f"UPDATE {TABLES.entry.name} SET partnership_id = CAST(x'702dff' AS TEXT)"
                " WHERE partnership_id = 'p-1' AND sequence = 1"
            )
        )
    assert {"chain.gap", "log.alone"} <= {fault.rule for fault in world.alone().faults}
    assert engine_of(world.service).dialect.name == "sqlite"


def test_a_forged_entry_is_what_it_says_it_is(world: World) -> None:
    """The intruder's own tool writes what it claims: or the tests above would prove nothing."""
    world.intruder.edit("p-1", 3, on="2024-01-01")
    assert world.intruder.chain("p-1", 3)["on"] == "2024-01-01"
    [row] = [
        row for row in all_rows(world.service, "entry") if (row.partnership_id, row.sequence) == ("p-1", 3)
    ]
    assert entry_digest(canonical(world.intruder.chain("p-1", 3))) != row.digest
