"""Checkpoints: a signed head of the log, made by command or duty, co-signed, and taken to a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from partnerships.audit.log.holds import new_head
from partnerships.audit.log.keys import fit
from partnerships.audit.log.leaves import LeafKind, heads_digest
from partnerships.audit.log.notes import BadNote, Head, Note, Signer, Verifier
from partnerships.audit.log.sequencer import LogBroken, begin, grow, take, tree_at
from partnerships.errors import BadRequest
from partnerships.storage.attempts import count_unlinked, link_attempts
from partnerships.storage.files import write_whole
from partnerships.storage.log import KeptCheckpoint, Log

SUFFIX = ".checkpoint"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed head of the log; `made_at` is what the service's clock said (UTC), and is not signed."""

    head: Head
    note: Note
    made_at: str

    @classmethod
    def of(cls, kept: KeptCheckpoint) -> Checkpoint:
        """Read a kept one; raises BadNote."""
        note = Note.parse(kept.note)
        return cls(Head.parse(note.text), note, kept.made_at)

    @property
    def size(self) -> int:
        """Give how many leaves it is over."""
        return self.head.size

    def as_json(self) -> dict[str, Any]:
        """Give it as JSON."""
        return {
            "origin": self.head.origin,
            "size": self.head.size,
            "root": self.head.root.hex(),
            "made_at": self.made_at,
            "signed_by": [f"{line.name}+{line.hash.hex()}" for line in self.note.signatures],
            "note": str(self.note),
        }


def make(log: Log, signer: Signer, made_at: str) -> Checkpoint | None:
    """Take what is new, and sign the log's head; None where there is more than one transaction takes.

    Where nothing is new the newest checkpoint stands. Raises SigningKeyError for a key that is not in force,
    and LogBroken where the log does not begin with the newest checkpoint.
    """
    log.lock()
    fit(log, signer)
    if not take(log):
        return None
    if count_unlinked(log.ledger):
        head = link_attempts(log.ledger)
        grow(log, [{"kind": LeafKind.ATTEMPTS, "digest": head}])
    if held := new_head(log.ledger):
        grow(log, [{"kind": LeafKind.HOLDS, "digest": held}])
    newest = log.latest()
    if newest is not None:
        check_head(log, Checkpoint.of(newest).head)
        if newest.size == log.size():
            return Checkpoint.of(newest)
    grow(log, [{"kind": LeafKind.HEADS, "digest": heads_digest(log.heads())}])
    size = log.size()
    signed = Head(begin(log), size, tree_at(log, size).root())
    note = Note(str(signed)).signed(signer)
    log.keep_checkpoint(size, signed.root.hex(), made_at, str(note))
    return Checkpoint(signed, note, made_at)


def check_head(log: Log, head: Head) -> None:
    """Raise LogBroken where the log's beginning is not what a checkpoint signed."""
    if head.size > log.size() or tree_at(log, head.size).root() != head.root:
        raise LogBroken(
            f"the log does not begin with its checkpoint over {head.size} leaves; nothing is signed;"
            " `partnerships audit verify` says where it is broken"
        )


def write_checkpoint(checkpoint: Checkpoint, path: Path) -> Path:
    """Write a checkpoint to a file, or into a folder under its size, and give the file.

    More signatures under the same text replace fewer. Raises BadRequest where the file holds another text,
    where there is no folder for it, or where it cannot be written.
    """
    try:
        return _write_checkpoint(checkpoint, path.expanduser())
    except OSError as error:
        raise BadRequest(
            f"the checkpoint is signed and kept, and could not be written to {path}: {error.strerror};"
            " mend that, and ask for it again"
        ) from error


def _write_checkpoint(checkpoint: Checkpoint, path: Path) -> Path:
    if path.is_dir():
        path = path / f"{checkpoint.head.origin.rpartition('/')[2]}-{checkpoint.size:012d}{SUFFIX}"
    if not path.parent.is_dir():
        raise BadRequest(
            f"the checkpoint is signed and kept; there is no folder {path.parent} to put {path.name} in:"
            " make it, and ask for it again"
        )
    if path.exists():
        there = read_note(path)
        if there.text != checkpoint.note.text:
            raise BadRequest(f"{path} holds another checkpoint, and is left as it is")
        known = set(checkpoint.note.signatures)
        more = tuple(line for line in there.signatures if line not in known)
        checkpoint = Checkpoint(
            checkpoint.head,
            Note(checkpoint.note.text, checkpoint.note.signatures + more),
            checkpoint.made_at,
        )
    write_whole(path, str(checkpoint.note).encode())
    return path


def read_note(path: Path) -> Note:
    """Read a checkpoint's file; raises BadNote with the file's name."""
    try:
        note = Note.parse(path.read_bytes())
        Head.parse(note.text)
    except BadNote as error:
        raise BadNote(f"{path}: {error}") from None
    return note


def read_notes(path: Path) -> list[Note]:
    """Read a checkpoint's file, or every one in a folder; raises BadNote, or BadRequest without any."""
    if not path.is_dir():
        return [read_note(path)]
    files = sorted(path.glob(f"*{SUFFIX}"))
    if not files:
        raise BadRequest(f"there is no {SUFFIX} file in {path}")
    return [read_note(file) for file in files]


def parse_keys(texts: list[str]) -> list[Verifier]:
    """Read public keys as they are written; raises BadNote."""
    return [Verifier.parse(text) for text in texts]
