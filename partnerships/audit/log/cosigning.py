"""Co-signing: a second key signs a checkpoint, and remembers beside its own file what it signed."""

from __future__ import annotations

from pathlib import Path

from partnerships.audit.log.checkpoints import SUFFIX, Checkpoint, check_head, read_note
from partnerships.audit.log.keys import keys_of
from partnerships.audit.log.notes import Head, Note, Signer
from partnerships.audit.log.sequencer import LogBroken
from partnerships.errors import BadRequest
from partnerships.storage.files import write_whole
from partnerships.storage.log import Log


def cosign(log: Log, signer: Signer, key_file: Path) -> Checkpoint:
    """Let another key sign the newest checkpoint too, and keep it so. Within a lock.

    What it signed last is kept beside its file, a note for each log: whoever keeps the database may take from
    it what was signed before. Raises LogBroken where the log does not begin with that and with all that it
    keeps of this key's, or where the log's own key did not sign; BadRequest where there is no checkpoint, the
    key is the log's own, or what is signed cannot be remembered.
    """
    log.lock()
    kept = log.checkpoints()
    if not kept:
        raise BadRequest("there is no checkpoint to sign yet; make one first")
    newest = Checkpoint.of(kept[-1])
    if signer.verifier.name == newest.head.origin:
        raise BadRequest("a co-signer's key bears a name of its own, not the log's")
    own = keys_of(log).at(newest.size)
    if own is None or newest.head.origin != own.name or not newest.note.is_signed_by(own):
        raise LogBroken("the newest checkpoint is not signed by the log's key; nothing is signed")
    memory = key_file.with_name(f"{key_file.name}.{own.name.rpartition('/')[2]}{SUFFIX}")
    last = Head.parse(read_note(memory).text) if memory.exists() else None
    if last is not None:
        check_head(log, last)
    signed = [Checkpoint.of(one) for one in kept[:-1]]
    for head in [one.head for one in signed if one.note.is_signed_by(signer.verifier)] + [newest.head]:
        check_head(log, head)
    note = newest.note if newest.note.is_signed_by(signer.verifier) else newest.note.signed(signer)
    if last is None or last.size < newest.size:
        _remember(note, memory)
    if note != newest.note:
        log.keep_checkpoint(newest.size, newest.head.root.hex(), newest.made_at, str(note))
    return Checkpoint(newest.head, note, newest.made_at)


def _remember(note: Note, memory: Path) -> None:
    """Keep a note for good before it is given away."""
    try:
        write_whole(memory, str(note).encode())
    except OSError as error:
        raise BadRequest(
            f"what is signed has to be remembered in {memory}: {error.strerror}; nothing is signed"
        ) from error
