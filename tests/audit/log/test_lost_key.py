"""A log key that was lost: what was signed stands, nothing more is signed, and no other key takes over."""

from __future__ import annotations

from pathlib import Path

import pytest

from partnerships.audit.audit import Audit, open_audit
from partnerships.audit.log.signing import SigningKeyError
from partnerships.audit.pack.checking import verify_pack
from tests.audit.log.intruder import Intruder
from tests.audit.log.world import World
from tests.story import Story


@pytest.fixture
def lost(world: World) -> World:
    """The world after its key is gone; two entries came since the newest checkpoint."""
    story = Story(world.service, world.clock)
    world.kept.append(world.audit.checkpoint().note)
    world.key_file.unlink()
    story.has("comment")
    story.has("comment")
    world.audit = Audit(world.service)
    return world


@pytest.mark.every_store
def test_what_was_signed_stands_and_what_came_since_is_said_to_be_uncovered(lost: World) -> None:
    found = lost.held_against()
    assert found.is_sound
    assert found.checkpoint is not None
    assert "2 entries that no checkpoint covers yet: chain alone" in found.not_checked


@pytest.mark.every_store
def test_an_alteration_of_what_was_signed_is_found_as_ever(lost: World) -> None:
    lost.intruder.edit("p-1", 3, on="2020-01-01")
    assert {fault.rule for fault in lost.held_against().faults} >= {"chain.digest"}


def test_nothing_more_is_signed(lost: World) -> None:
    with pytest.raises(SigningKeyError, match="there is no key to sign the log with"):
        lost.audit.checkpoint()
    with pytest.raises(SigningKeyError, match="is missing; put it back"):
        open_audit(lost.service, key_file=lost.key_file)


def test_no_other_key_takes_over(lost: World, tmp_path: Path) -> None:
    lost.audit.make_key(tmp_path / "new.key")
    stranger = open_audit(lost.service, key_file=tmp_path / "new.key")
    with pytest.raises(SigningKeyError, match="--rotate"):
        stranger.checkpoint()
    lost.audit.make_key(tmp_path / "third.key")
    with pytest.raises(SigningKeyError, match="the log is signed by key"):
        stranger.rotate(tmp_path / "third.key")
    assert lost.held_against().is_sound
    assert lost.audit.keys().verifiers == (lost.key,)


def test_receipts_and_packs_are_given_of_what_was_signed(lost: World, tmp_path: Path) -> None:
    assert lost.audit.receipt("p-1", 3)["checkpoint"] == str(lost.kept[-1])
    newest = lost.service.show("p-1")["sequence"]
    with pytest.raises(SigningKeyError, match="there is no key"):
        lost.audit.receipt("p-1", newest)
    lost.audit.pack(tmp_path / "pack")
    told = verify_pack(tmp_path / "pack", keys=[str(lost.key)])
    assert told["verified"]


def test_what_came_since_can_be_rewritten_unseen(lost: World) -> None:
    """Which is why a lost key is worth a word to the auditor on the same day."""
    intruder = Intruder(lost.service)
    newest = lost.service.show("p-1")["sequence"]
    intruder.edit("p-1", newest, on="2024-01-02")
    intruder.rechain("p-1")
    assert intruder.chain("p-1", newest)["on"] == "2024-01-02"
    assert lost.held_against().is_sound
