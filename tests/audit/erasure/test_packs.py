"""A pack made after an erasure verifies for every reader, whoever may see the erasure and its case."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from partnerships.audit.audit import open_audit
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
