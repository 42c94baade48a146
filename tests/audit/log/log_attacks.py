"""Attacks on the log, its checkpoints and its keys, on refused attempts, the outbox and documents."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import delete, insert, update

from partnerships.audit.audit import Audit
from partnerships.audit.log.leaves import LeafKind, heads_digest
from partnerships.audit.log.notes import Head, Note, Signer
from partnerships.audit.log.sequencer import grow, take, tree_at
from partnerships.storage.log import Log
from tests.audit.log.entry_attacks import now, rewrite_chain
from tests.audit.log.matrix import attack
from tests.audit.log.world import World
from tests.story import Story, actor
from tests.tables import TABLES


@attack("name an entry twice in the outbox", "outbox.twice")
def double_outbox(world: World) -> None:
    world.intruder.run(insert(TABLES.outbox).values(partnership_id="p-1", sequence=2))


@attack(
    "move an entry to another place in the outbox",
    remark="The log has it where it was taken. A reader of the feed who was further on never sees it.",
)
def move_in_outbox(world: World) -> None:
    table = TABLES.outbox
    first = world.intruder.rows(table)[0]
    world.intruder.run(
        delete(table).where(table.c.position == first.position),
        insert(table).values({**first._mapping, "position": 10_000}),
    )


@attack(
    "delete a legal hold before a checkpoint covers it",
    remark="Nothing binds it yet. Whoever asks for a hold asks for a checkpoint too.",
)
def delete_hold_uncovered(world: World) -> None:
    world.audit.place_hold("p-1", by=actor("director-1"), reason="A claim in court")
    world.intruder.run(delete(TABLES.legal_hold))


@attack("delete a legal hold", "holds.altered")
def delete_hold(world: World) -> None:
    world.audit.place_hold("p-1", by=actor("director-1"), reason="A claim in court")
    world.audit.checkpoint()
    world.intruder.run(delete(TABLES.legal_hold))


@attack(
    "forge the lifting of a legal hold",
    remark="Nothing tells it from a command, as with entries; from the next checkpoint on it stays.",
)
def forge_lifting(world: World) -> None:
    world.audit.place_hold("p-1", by=actor("director-1"), reason="A claim in court")
    world.audit.checkpoint()
    [hold] = world.intruder.rows(TABLES.legal_hold)
    lifting = {**hold._mapping, "number": hold.number + 1, "lifts": hold.number, "recorded_at": now(world)}
    world.intruder.run(insert(TABLES.legal_hold).values(lifting))


@attack("take a legal hold out, have something erased, and put the hold back", "holds.erased")
def erase_held(world: World) -> None:
    world.audit.place_hold("p-1", by=actor("director-1"), reason="A claim in court")
    world.audit.checkpoint()
    [hold] = world.intruder.rows(TABLES.legal_hold)
    world.intruder.run(delete(TABLES.legal_hold))
    world.clock.advance(days=1)
    people = {"by": actor("director-1"), "second": actor("director-2")}
    asked = world.audit.erase("p-1", **people, basis="objection", reason="Asked", entries=[2], clean=False)
    assert asked["outcome"] == "accepted"
    world.intruder.run(insert(TABLES.legal_hold).values(**hold._mapping))
    world.audit.checkpoint()


@attack("move a legal hold to another partnership, and let a checkpoint be signed over that", "holds.altered")
def move_hold(world: World) -> None:
    world.audit.place_hold("p-1", by=actor("director-1"), reason="A claim in court")
    world.audit.checkpoint()
    world.intruder.run(update(TABLES.legal_hold).values(partnership_id="p-2"))
    world.audit.checkpoint()


@attack(
    "edit the outcome that is remembered under a command's key",
    remark="Whoever sends the command again is told it; the history has what was decided.",
)
def edit_outcome(world: World) -> None:
    Story(world.service, world.clock).record("comment", key="once")
    world.intruder.run(update(TABLES.command_key).values(outcome='{"outcome":"refused"}'))


@attack(
    "delete the row of a prompt",
    remark="What was asked, missed or escalated is in the history.",
)
def delete_prompt(world: World) -> None:
    world.clock.advance(days=300)
    world.service.sweep()
    assert world.intruder.rows(TABLES.prompt)
    world.intruder.run(delete(TABLES.prompt))


@attack("edit a refused attempt", "attempts.altered")
def edit_attempt(world: World) -> None:
    world.intruder.run(update(TABLES.attempt).values(findings="[]"))


@attack("delete a refused attempt", "attempts.gone")
def delete_attempt(world: World) -> None:
    world.intruder.run(delete(TABLES.attempt))


@attack("delete a refused attempt and its link", "attempts.gap")
def delete_attempt_and_link(world: World) -> None:
    world.intruder.run(delete(TABLES.attempt_link), delete(TABLES.attempt))


@attack("edit the settings of an earlier time that are kept", "document.digest")
def edit_document(world: World) -> None:
    world.intruder.run(update(TABLES.document).values(body=b"{}"))


@attack(
    "delete the settings of an earlier time that are kept",
    remark="`audit replay` says of what was decided under them that they are not at hand.",
)
def delete_document(world: World) -> None:
    world.intruder.run(delete(TABLES.document))


@attack("delete a checkpoint", "checkpoint.missing")
def delete_checkpoint(world: World) -> None:
    table = TABLES.checkpoint
    first = world.intruder.rows(table)[0]
    world.intruder.run(delete(table).where(table.c.id == first.id))


@attack("edit a checkpoint", "checkpoint.row")
def edit_checkpoint(world: World) -> None:
    table = TABLES.checkpoint
    first = world.intruder.rows(table)[0]
    world.intruder.run(update(table).where(table.c.id == first.id).values(root="0" * 64))


@attack(
    "delete a leaf of the log",
    "log.gap log.left_out log.passed_by checkpoint.root instant.late",
)
def delete_leaf(world: World) -> None:
    table = TABLES.log_leaf
    world.intruder.run(delete(table).where(table.c.position == 1))


@attack("put another key in place of the log's", "checkpoint.signature", "key.unknown")
def replace_key(world: World) -> None:
    impostor = Signer.fresh(world.key.name)
    table = TABLES.meta
    world.intruder.run(update(table).where(table.c.name == "log_key").values(value=str(impostor.verifier)))


@attack(
    "put another key in place of the log's, and rewrite and sign everything with it",
    held="key.unknown checkpoint.root",
)
def replace_key_and_rewrite(world: World) -> None:
    impostor = Signer.fresh(world.key.name)
    rewrite_chain(world)
    table = TABLES.meta
    world.intruder.run(update(table).where(table.c.name == "log_key").values(value=str(impostor.verifier)))
    world.intruder.empty_log(checkpoints_too=True)
    Audit(world.service, impostor).checkpoint()


@attack(
    "steal the key, rewrite everything and sign it",
    held="checkpoint.root checkpoint.equivocation",
    remark="Whoever holds key and database can tell any story, but not to those who kept a checkpoint.",
)
def steal_key(world: World) -> None:
    rewrite_chain(world)
    world.intruder.empty_log(checkpoints_too=True)
    Audit(world.service, world.signer).checkpoint()


@attack("steal the key, and sign a leaf over all heads that leaves a partnership out", "heads.root")
def leave_out_of_heads(world: World) -> None:
    def lie(ledger: Any) -> None:
        log = Log(ledger)
        log.lock()
        assert take(log)
        told = [head for head in log.heads() if head[0] != "p-2"]
        grow(log, [{"kind": LeafKind.HEADS, "digest": heads_digest(told)}])
        _signed(world, ledger)

    world.service._run(lie)


@attack("steal the key, and sign without a leaf over all heads", "heads.missing")
def leave_out_heads(world: World) -> None:
    world.service._run(lambda ledger: _signed(world, ledger))


@attack("steal the key, and take two entries of a history into the log in the other order", "log.order")
def take_in_other_order(world: World) -> None:
    Story(world.service, world.clock, "p-3").has("comment")

    def lie(ledger: Any) -> None:
        log = Log(ledger)
        log.lock()
        later = [
            {"kind": LeafKind.ENTRY, "partnership_id": row[0], "sequence": row[1], "digest": row[2]}
            for row in reversed(log.untaken(10))
        ]
        grow(log, later)
        grow(log, [{"kind": LeafKind.HEADS, "digest": heads_digest(log.heads())}])
        _signed(world, ledger)

    world.service._run(lie)


@attack("put a signature that is none beside the log's own", "checkpoint.signature")
def sign_wrongly(world: World) -> None:
    table = TABLES.checkpoint
    last = world.intruder.rows(table)[-1]
    note = Note.parse(last.note)
    wrong = replace(note.signatures[0], signature=bytes(64))
    written = str(replace(note, signatures=(*note.signatures, wrong)))
    world.intruder.run(update(table).where(table.c.id == last.id).values(note=written))


def _signed(world: World, ledger: Any) -> None:
    """Sign the log as it is."""
    log = Log(ledger)
    log.lock()
    assert take(log)
    head = Head(world.key.name, log.size(), tree_at(log, log.size()).root())
    note = Note(str(head)).signed(world.signer)
    log.keep_checkpoint(head.size, head.root.hex(), now(world), str(note))
