"""Signing keys: kept from others, named by the environment, changed by a leaf that both keys sign."""

from __future__ import annotations

import logging
import sqlite3
import stat
from pathlib import Path

import pytest
from sqlalchemy import update

from partnerships import DatabaseFailed, Service
from partnerships.audit.audit import Audit, open_audit
from partnerships.audit.log.leaves import LeafKind
from partnerships.audit.log.notes import Note, Signer
from partnerships.audit.log.sequencer import grow
from partnerships.audit.log.signing import SigningKeyError, make_signer, read_signer, signer_named
from partnerships.storage.ledger import Ledger
from partnerships.storage.log import Log
from tests.audit.log.intruder import Intruder
from tests.audit.log.world import World
from tests.storage.rows import as_bytes
from tests.story import Story
from tests.tables import TABLES


def test_a_new_key_is_readable_by_its_owner_alone(service: Service, tmp_path: Path) -> None:
    made = open_audit(service).make_key(tmp_path / "deep" / "log.key")
    assert stat.S_IMODE((tmp_path / "deep" / "log.key").stat().st_mode) == 0o600
    assert read_signer(tmp_path / "deep" / "log.key").verifier == made.verifier


def test_a_key_never_replaces_another(tmp_path: Path) -> None:
    first = make_signer(tmp_path / "a.key", "one")
    with pytest.raises(SigningKeyError, match="there already"):
        make_signer(tmp_path / "a.key", "two")
    assert read_signer(tmp_path / "a.key").verifier == first.verifier
    assert [path.name for path in tmp_path.iterdir()] == ["a.key"]


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    make_signer(tmp_path / "a.key", "one")
    (tmp_path / "a.key").chmod(0o640)
    with pytest.raises(SigningKeyError, match="mode 640"):
        read_signer(tmp_path / "a.key")


@pytest.mark.parametrize("content", ["", "PRIVATE+KEY+one+00000000+AAAA", "\xff"])
def test_a_file_that_is_no_key_is_told_and_not_quoted(tmp_path: Path, content: str) -> None:
    file = tmp_path / "a.key"
    file.write_text(content, "utf-8")
    file.chmod(0o600)
    with pytest.raises(SigningKeyError, match=r"a\.key") as error:
        read_signer(file)
    assert not content or content not in str(error.value)


def test_a_missing_key_is_told(tmp_path: Path) -> None:
    with pytest.raises(SigningKeyError, match="is missing"):
        read_signer(tmp_path / "none.key")


def test_the_environment_names_the_key_or_its_file(tmp_path: Path) -> None:
    made = make_signer(tmp_path / "a.key", "one")
    by_file = signer_named(None, {"PARTNERSHIPS_LOG_KEY_FILE": str(tmp_path / "a.key")})
    by_text = signer_named(None, {"PARTNERSHIPS_LOG_KEY": made.secret()})
    assert by_file is not None
    assert by_text is not None
    assert by_file.verifier == by_text.verifier == made.verifier
    assert signer_named(None, {}) is None
    with pytest.raises(SigningKeyError, match="PARTNERSHIPS_LOG_KEY: ") as error:
        signer_named(None, {"PARTNERSHIPS_LOG_KEY": made.secret()[:-8]})
    assert made.secret().split("+", 4)[-1][:16] not in str(error.value)


@pytest.mark.every_store
def test_no_secret_is_in_the_database_or_in_a_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    hidden = world.signer.secret().split("+", 4)[-1]
    with caplog.at_level(logging.DEBUG):
        world.audit.checkpoint()
        world.audit.verify()
    assert hidden.encode() not in as_bytes(world.service)
    assert hidden not in caplog.text
    assert hidden not in repr(world.signer) + repr(world.audit.__dict__)


def test_a_key_made_for_another_log_does_not_sign(world: World, tmp_path: Path) -> None:
    make_signer(tmp_path / "other.key", "partnerships/ffffffffffffffff")
    with pytest.raises(SigningKeyError, match="this log is"):
        open_audit(world.service, key_file=tmp_path / "other.key").checkpoint()


def test_a_second_key_does_not_sign_before_it_is_put_in_force(world: World, tmp_path: Path) -> None:
    world.audit.make_key(tmp_path / "new.key")
    with pytest.raises(SigningKeyError, match="--rotate"):
        open_audit(world.service, key_file=tmp_path / "new.key").checkpoint()


@pytest.mark.every_store
def test_a_key_is_changed_by_a_leaf_that_both_sign(world: World, tmp_path: Path) -> None:
    new = world.audit.make_key(tmp_path / "new.key")
    made = world.audit.rotate(tmp_path / "new.key")
    assert made.note.is_signed_by(new.verifier)
    assert not made.note.is_signed_by(world.key)
    assert world.audit.keys().verifiers == (world.key, new.verifier)
    assert [world.audit.keys().at(size) for size in (1, made.size)] == [world.key, new.verifier]
    assert world.held_against().is_sound
    Story(world.service, world.clock).has("comment")
    assert world.audit.checkpoint().note.is_signed_by(new.verifier)
    assert world.held_against().is_sound
    assert world.audit.verify(keys=[new.verifier]).is_sound


@pytest.mark.parametrize("failing", [1, 2, 3])
def test_a_change_that_failed_half_way_is_asked_for_again(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    new = world.audit.make_key(tmp_path / "new.key")
    flush, commits = Ledger.flush, 0

    def counted(ledger: Ledger, *, alone: bool = False) -> None:
        nonlocal commits
        commits += 1
        if commits == failing:
            raise sqlite3.OperationalError("disk I/O error")
        flush(ledger, alone=alone)

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "flush", counted)
        with pytest.raises(DatabaseFailed):
            world.audit.rotate(tmp_path / "new.key")
    assert open_audit(world.service, key_file=world.key_file).rotate(tmp_path / "new.key")
    assert world.audit.keys().verifiers == (world.key, new.verifier)
    assert world.held_against().is_sound


def test_the_old_key_signs_no_more_once_it_is_changed(world: World, tmp_path: Path) -> None:
    old = open_audit(world.service, key_file=world.key_file)
    world.audit.make_key(tmp_path / "new.key")
    world.audit.rotate(tmp_path / "new.key")
    with pytest.raises(SigningKeyError, match="not by"):
        old.checkpoint()


def test_a_key_is_not_changed_for_itself_or_for_another_logs(world: World, tmp_path: Path) -> None:
    with pytest.raises(SigningKeyError, match="another than the old one"):
        world.audit.rotate(world.key_file)
    make_signer(tmp_path / "other.key", "partnerships/ffffffffffffffff")
    with pytest.raises(SigningKeyError, match="made for this log"):
        world.audit.rotate(tmp_path / "other.key")


def statement_of(world: World, *signers: Signer, new: Signer) -> str:
    note = Note(f"{world.key.name}\nkey\n{world.key}\n{new.verifier}\n")
    for signer in signers:
        note = note.signed(signer)
    return str(note)


def put(world: World, statement: str) -> None:
    from partnerships.audit.log.leaves import statement_digest

    def grown(ledger: object) -> None:
        log = Log(ledger)  # type: ignore[arg-type]
        log.lock()
        grow(log, [{"kind": LeafKind.KEY, "digest": statement_digest(statement), "note": statement}])

    world.service._run(grown)


def test_a_change_that_the_old_key_did_not_sign_is_a_fault(world: World) -> None:
    thief = Signer.fresh(world.key.name)
    put(world, statement_of(world, thief, new=thief))
    Audit(world.service, thief).checkpoint()
    faults = world.alone().faults
    assert [fault.rule for fault in faults] == ["key.unsigned"]
    assert faults[0].position == world.audit.keys().since[-1]


def test_a_change_that_the_new_key_did_not_sign_is_a_fault(world: World) -> None:
    other = Signer.fresh(world.key.name)
    put(world, statement_of(world, world.signer, new=other))
    Audit(world.service, other).checkpoint()
    assert [fault.rule for fault in world.alone().faults] == ["key.unsigned"]


def test_a_statement_that_was_exchanged_is_a_fault(world: World, tmp_path: Path) -> None:
    world.audit.make_key(tmp_path / "new.key")
    world.audit.rotate(tmp_path / "new.key")
    other = Signer.fresh(world.key.name)
    exchanged = statement_of(world, world.signer, other, new=other)
    leaf = TABLES.log_leaf
    Intruder(world.service).run(update(leaf).where(leaf.c.kind == "key").values(note=exchanged))
    rules = {fault.rule for fault in world.alone().faults}
    assert "key.statement" in rules


def test_a_statement_that_cannot_be_read_is_a_fault(world: World, tmp_path: Path) -> None:
    world.audit.make_key(tmp_path / "new.key")
    world.audit.rotate(tmp_path / "new.key")
    leaf = TABLES.log_leaf
    Intruder(world.service).run(update(leaf).where(leaf.c.kind == "key").values(note="nothing"))
    assert "key.statement" in {fault.rule for fault in world.alone().faults}
