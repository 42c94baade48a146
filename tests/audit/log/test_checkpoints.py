"""Checkpoints: signed over all that was recorded, at once for what is grave, kept where others hold them."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, update

from partnerships import Service
from partnerships.audit.audit import Audit, open_audit
from partnerships.audit.log import cosigning
from partnerships.audit.log.checkpoints import read_note, read_notes, write_checkpoint
from partnerships.audit.log.leaves import LeafKind, head_hash, leaf_hash
from partnerships.audit.log.merkle import root_of
from partnerships.audit.log.notes import BadNote, Head, Note, Signer
from partnerships.audit.log.sequencer import LogBroken
from partnerships.audit.log.signing import SigningKeyError, make_signer
from partnerships.errors import BadRequest
from tests.audit.log.intruder import Intruder
from tests.audit.log.world import World
from tests.storage.rows import all_rows, engine_of
from tests.story import Clock, Story
from tests.tables import TABLES


@pytest.fixture
def audit(service: Service, tmp_path: Path) -> Audit:
    open_audit(service).make_key(tmp_path / "log.key")
    return open_audit(service, key_file=tmp_path / "log.key")


@pytest.mark.every_store
def test_a_checkpoint_is_signed_over_every_leaf(world: World) -> None:
    made = world.audit.checkpoint()
    leaves = [
        leaf_hash(LeafKind(row.kind), row.digest) for row in all_rows(world.service, "log_leaf")[: made.size]
    ]
    assert len(leaves) == made.size
    assert made.head.root == root_of(leaves)
    assert made.head.origin == world.key.name
    assert made.note.is_signed_by(world.key)


@pytest.mark.every_store
def test_the_leaf_before_a_checkpoint_is_over_all_heads(world: World) -> None:
    made = world.audit.checkpoint()
    leaf = all_rows(world.service, "log_leaf")[made.size - 1]
    heads = [(row.id, row.sequence, row.head) for row in all_rows(world.service, "partnership")]
    assert leaf.kind == LeafKind.HEADS
    assert leaf.digest == root_of(map(head_hash, sorted(heads))).hex()


def test_a_checkpoint_over_nothing_is_signed_too(audit: Audit) -> None:
    assert audit.checkpoint().size == 1
    assert audit.verify().is_sound


def test_two_databases_have_logs_of_different_names(audit: Audit, tmp_path: Path, clock: Clock) -> None:
    from partnerships import open_service

    with open_service(tmp_path / "other.sqlite", create=True, clock=clock) as other:
        key = open_audit(other).make_key(tmp_path / "other.key")
        assert key.verifier.name != audit.checkpoint().head.origin


@pytest.mark.parametrize("grave", ["exception", "terminate_for_crisis"])
def test_what_is_grave_is_signed_for_at_once(audit: Audit, story: Story, grave: str) -> None:
    story.to("active_activity").ready_for("terminate_for_crisis")
    audit.checkpoint()
    audit.service.after_grave.append(audit.checkpoint)
    story.has("comment")
    assert len(audit.checkpoints()) == 1
    sequence = story.has(grave) if grave == "exception" else story.does(grave)
    newest = audit.checkpoints()[-1]
    assert len(audit.checkpoints()) == 2
    [leaf] = [row for row in all_rows(audit.service, "log_leaf") if row.sequence == sequence]
    assert leaf.position < newest.size


@pytest.mark.every_store
def test_nothing_is_signed_over_a_log_that_was_rewritten(world: World) -> None:
    intruder = world.intruder
    intruder.edit("p-1", 3, on="2024-01-01")
    intruder.rechain("p-1")
    intruder.rebuild_log(checkpoints_too=False)
    before = all_rows(world.service, "checkpoint")
    with pytest.raises(LogBroken, match="does not begin with its checkpoint over"):
        world.audit.checkpoint()
    assert all_rows(world.service, "checkpoint") == before


def test_nothing_is_signed_over_a_log_that_lost_leaves(world: World) -> None:
    leaf, size = TABLES.log_leaf, world.audit.checkpoints()[-1].size
    Intruder(world.service).run(delete(leaf).where(leaf.c.position == size - 1))
    with pytest.raises(LogBroken, match="audit verify"):
        world.audit.checkpoint()


def test_a_checkpoint_is_written_under_its_size_and_never_over_another(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    made = world.audit.checkpoints()[0]
    file = write_checkpoint(made, folder)
    assert file.name == f"{made.head.origin.rpartition('/')[2]}-{made.size:012d}.checkpoint"
    assert read_note(file) == made.note
    assert [note.text for note in read_notes(folder)] == [made.note.text]
    other = Note(str(Head(made.head.origin, made.size, bytes(32)))).signed(Signer.fresh("x"))
    file.write_text(str(other), "utf-8")
    with pytest.raises(BadRequest, match="holds another checkpoint"):
        write_checkpoint(made, folder)
    assert read_note(file) == other


def test_every_checkpoint_goes_into_the_folder_that_is_named(
    service: Service, tmp_path: Path, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_audit(service).make_key(tmp_path / "log.key")
    monkeypatch.setenv("PARTNERSHIPS_LOG_KEY_FILE", str(tmp_path / "log.key"))
    monkeypatch.setenv("PARTNERSHIPS_CHECKPOINTS", str(tmp_path))
    audit = open_audit(service)
    first = audit.checkpoint()
    story.to("identified")
    second = audit.checkpoint()
    assert [note.text for note in read_notes(tmp_path)] == [first.note.text, second.note.text]


def test_a_folder_without_checkpoints_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match=r"no \.checkpoint file"):
        read_notes(tmp_path)


def test_a_file_that_is_no_checkpoint_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.checkpoint").write_text("nothing\n")
    with pytest.raises(BadNote, match=r"a\.checkpoint"):
        read_notes(tmp_path)


@pytest.mark.every_store
def test_a_second_signer_signs_beside_the_log(world: World, tmp_path: Path) -> None:
    witness = make_signer(tmp_path / "witness.key", "auditor.example")
    signed = world.audit.cosign(tmp_path / "witness.key")
    assert signed.note.is_signed_by(world.key)
    assert signed.note.is_signed_by(witness.verifier)
    assert world.audit.cosign(tmp_path / "witness.key") == signed
    assert world.audit.checkpoints()[-1] == signed
    assert world.held_against().is_sound


def test_a_file_gathers_signatures_under_one_text(world: World, tmp_path: Path) -> None:
    make_signer(tmp_path / "witness.key", "auditor.example")
    alone = world.audit.checkpoints()[-1]
    signed = world.audit.cosign(tmp_path / "witness.key")
    file = write_checkpoint(signed, tmp_path)
    assert write_checkpoint(alone, tmp_path) == file
    assert set(read_note(file).signatures) == set(signed.note.signatures)


def test_a_second_signer_does_not_sign_what_denies_its_earlier_checkpoint(
    world: World, tmp_path: Path
) -> None:
    make_signer(tmp_path / "witness.key", "auditor.example")
    world.audit.cosign(tmp_path / "witness.key")
    Story(world.service, world.clock).has("comment")
    world.audit.checkpoint()
    leaf, size = TABLES.log_leaf, world.audit.checkpoints()[1].size
    Intruder(world.service).run(update(leaf).where(leaf.c.position == size - 1).values(hashes=bytes(160)))
    with pytest.raises(LogBroken):
        world.audit.cosign(tmp_path / "witness.key")


@pytest.mark.every_store
def test_a_second_signer_remembers_what_it_signed_though_the_database_does_not(
    world: World, tmp_path: Path
) -> None:
    """Whoever holds the database and the log's key writes another log, of the same name and as long."""
    make_signer(tmp_path / "witness.key", "auditor.example")
    signed = world.audit.cosign(tmp_path / "witness.key")
    [memory] = tmp_path.glob("witness.key.*.checkpoint")
    assert read_note(memory) == signed.note
    world.intruder.forget("p-3")
    world.intruder.empty_log(checkpoints_too=True)
    world.audit.checkpoint()
    for _ in range(2):
        Story(world.service, world.clock).has("comment")
        world.audit.checkpoint()
    with pytest.raises(LogBroken, match="does not begin with"):
        world.audit.cosign(tmp_path / "witness.key")
    assert read_note(memory) == signed.note


def test_a_second_signer_that_lost_its_memory_is_held_to_what_the_database_keeps_of_it(
    world: World, tmp_path: Path
) -> None:
    """Also where a log was written anew around a checkpoint that it signed, and that others know of."""
    make_signer(tmp_path / "witness.key", "auditor.example")
    signed = world.audit.cosign(tmp_path / "witness.key")
    [memory] = tmp_path.glob("witness.key.*.checkpoint")
    memory.unlink()
    first, *_, known = world.intruder.rows(TABLES.checkpoint)
    world.intruder.forget("p-3")
    world.intruder.empty_log(checkpoints_too=True)
    for _ in range(3):
        Story(world.service, world.clock).has("comment")
        world.audit.checkpoint()
    world.intruder.run(insert(TABLES.checkpoint).values(**{**first._mapping, "id": -2}))
    assert world.audit.cosign(tmp_path / "witness.key").size > signed.size, "it never signed the first"
    memory.unlink()
    world.intruder.run(insert(TABLES.checkpoint).values(**{**known._mapping, "id": -1}))
    with pytest.raises(LogBroken, match=f"checkpoint over {signed.size} leaves"):
        world.audit.cosign(tmp_path / "witness.key")
    assert not memory.exists()


def test_a_second_signer_remembers_the_newest_of_each_log(world: World, tmp_path: Path) -> None:
    make_signer(tmp_path / "witness.key", "auditor.example")
    world.audit.cosign(tmp_path / "witness.key")
    Story(world.service, world.clock).has("comment")
    world.audit.checkpoint()
    signed = world.audit.cosign(tmp_path / "witness.key")
    [memory] = tmp_path.glob("witness.key.*.checkpoint")
    assert read_note(memory) == signed.note
    assert world.key.name.removeprefix("partnerships/") in memory.name


def test_a_second_signer_signs_nothing_that_it_cannot_remember(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    make_signer(tmp_path / "witness.key", "auditor.example")
    before = world.audit.checkpoints()
    monkeypatch.setattr(cosigning, "write_whole", full)
    with pytest.raises(BadRequest, match="nothing is signed"):
        world.audit.cosign(tmp_path / "witness.key")
    assert world.audit.checkpoints() == before


def test_a_second_signer_does_not_sign_what_the_logs_own_key_did_not(world: World, tmp_path: Path) -> None:
    make_signer(tmp_path / "witness.key", "auditor.example")
    table = TABLES.checkpoint
    last = world.intruder.rows(table)[-1]
    another = Note(Note.parse(last.note).text).signed(Signer.fresh(world.key.name))
    world.intruder.run(update(table).where(table.c.id == last.id).values(note=str(another)))
    with pytest.raises(LogBroken, match="not signed by the log's key"):
        world.audit.cosign(tmp_path / "witness.key")


def test_the_log_does_not_co_sign_itself(world: World) -> None:
    with pytest.raises(BadRequest, match="a name of its own"):
        world.audit.cosign(world.key_file)


def test_there_is_nothing_to_co_sign_before_the_first_checkpoint(service: Service, tmp_path: Path) -> None:
    make_signer(tmp_path / "witness.key", "auditor.example")
    with pytest.raises(BadRequest, match="no checkpoint"):
        open_audit(service).cosign(tmp_path / "witness.key")


def test_inside_a_hosts_transaction_nothing_is_signed(audit: Audit, tmp_path: Path) -> None:
    with engine_of(audit.service).connect() as connection:
        within = open_audit(audit.service.within(connection), key_file=tmp_path / "log.key")
        with pytest.raises(BadRequest, match="transaction"):
            within.checkpoint()


def test_without_a_key_nothing_is_signed(service: Service) -> None:
    audit = open_audit(service)
    assert not audit.may_sign
    with pytest.raises(SigningKeyError, match="audit keys --new"):
        audit.checkpoint()
