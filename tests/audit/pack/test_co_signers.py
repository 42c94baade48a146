"""A co-signer's key is asked of the pack's newest checkpoint, and of nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from partnerships.audit.log.notes import Signer
from tests.audit.pack.hands import Hands, messages

Copy = Callable[[str], Hands]


def test_co_signatures_are_checked_with_the_co_signers_key(hands: Copy, tmp_path: Path) -> None:
    whole, second = hands("whole"), Signer.fresh("witness.example")
    note = (whole.path / "checkpoint.txt").read_text("utf-8")
    text = note.split("\n\n")[0] + "\n"
    whole.put("checkpoint.txt", f"{note}{second.sign(text)}\n".encode())
    own = tmp_path / "witness.txt"
    own.write_text(f"{second.verifier}\n")
    assert whole.verify(keys=[str(own)])["verified"]
    assert any("witness.example" in one for one in whole.verify()["not_checked"])
    whole.put("checkpoint.txt", f"{note}{second.sign(text + 'more')}\n".encode())
    assert "not of the key it names" in messages(whole.verify(keys=[str(own)]))


def test_a_co_signature_on_the_auditors_own_file_is_none_on_the_pack_whatever_that_file_is_called(
    hands: Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, second = hands("whole"), Signer.fresh("witness.example")
    note = (whole.path / "checkpoint.txt").read_text("utf-8")
    text = note.split("\n\n")[0] + "\n"
    monkeypatch.chdir(tmp_path)
    for name in ("checkpoint.txt", "mine.txt"):
        Path(name).write_text(f"{note}{second.sign(text)}\n", "utf-8")
        told = whole.verify(checkpoints=[name], keys=[str(second.verifier)])
        assert "neither by your key" in messages(told)
