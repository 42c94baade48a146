"""A pack made after an erasure verifies for every reader, whoever may see the erasure and its case."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from partnerships import BadRequest
from partnerships.audit.audit import open_audit
from partnerships.audit.pack.checking import verify_pack
from tests.audit.erasure.erasing import erased
from tests.story import Story

READERS = (None, "auditor-1", "director-1", "pm-1", "safeguarding-1")


@pytest.mark.parametrize("contents", ["none", "open"])
@pytest.mark.parametrize("reader", READERS)
def test_it_verifies_for(story: Story, tmp_path: Path, reader: str | None, contents: str) -> None:
    story.profile["name"] = "Amara Media"
    story.to("terminated_for_crisis")
    key = tmp_path / "log.key"
    audit = open_audit(story.service)
    audit.make_key(key)
    erased(story, 1, 3)
    erased(story, cases=["1"])
    erased(story, everything=True)
    audit = open_audit(story.service, key_file=key)
    audit.checkpoint()
    audit.pack(tmp_path / "pack", actor=story.who(reader) if reader else None, contents=contents)
    run = [sys.executable, "-I", "-S", str(tmp_path / "pack" / "verify.py"), str(tmp_path / "pack")]
    said = subprocess.run(run, capture_output=True, text=True, check=False)
    assert (said.returncode, said.stdout.splitlines()[-1]) == (0, "Verified."), said.stdout
    for file in (tmp_path / "pack").rglob("*"):
        assert not file.is_file() or b"Amara" not in file.read_bytes()


def test_none_is_made_with_contents_of_a_checkpoint_before_the_erasure(story: Story, tmp_path: Path) -> None:
    """It would look as if they had been taken out: the entry that says why is not in it."""
    story.to("assessed")
    other = Story(story.service, story.clock, "p-2", name="Radio Two (fictional)").to("identified")
    open_audit(story.service).make_key(tmp_path / "log.key")
    audit = open_audit(story.service, key_file=tmp_path / "log.key")
    before = audit.checkpoint().size
    erased(story, 2)
    for size in (None, before):
        with pytest.raises(BadRequest, match="1 content was erased after the checkpoint"):
            audit.pack(tmp_path / "pack", contents="open", size=size)
        sealed = {"contents": "sealed", "reason": "The yearly audit", "actor": story.who("safeguarding-1")}
        with pytest.raises(BadRequest, match="erased after"):
            audit.pack(tmp_path / "pack", size=size, **sealed)
    assert not (tmp_path / "pack").exists()
    audit.pack(tmp_path / "without", size=before)
    audit.pack(tmp_path / "other", ids=[other.id], contents="open", size=before)
    audit.checkpoint()
    audit.pack(tmp_path / "after", contents="open")
    for name in ("without", "other", "after"):
        assert verify_pack(tmp_path / name)["verified"]
