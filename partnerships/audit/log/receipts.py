"""Receipts: a signed proof that an entry is in the log, for whoever made it to keep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, ValidationError, convert

from partnerships.audit.log.checkpoints import Checkpoint
from partnerships.audit.log.leaves import LeafKind, leaf_hash
from partnerships.audit.log.merkle import inclusion_proof, is_included
from partnerships.audit.log.notes import BadNote, Head, Note, Verifier
from partnerships.audit.log.sequencer import LogBroken
from partnerships.audit.verifying.fault import Fault
from partnerships.storage.log import Log

VERSION = 1

_Digest = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
_Hex = Annotated[str, Meta(pattern=r"\A([0-9a-f]{2})*\Z")]


class _Receipt(Struct):
    receipt: Literal[1]
    partnership: str
    sequence: int
    digest: _Digest
    position: int
    proof: list[_Hex]
    checkpoint: str


def receipt(log: Log, id: str, sequence: int, digest: str, checkpoint: Checkpoint) -> dict[str, Any] | None:
    """Give the receipt for an entry under a checkpoint, or None where that does not cover it.

    Raises LogBroken where a hash on the way from the entry to the checkpoint is not there.
    """
    position = log.position_of(id, sequence)
    if position is None or position >= checkpoint.size:
        return None
    try:
        proof = inclusion_proof(position, checkpoint.size, log.node)
    except (LookupError, ValueError) as error:
        raise LogBroken(f"{error}; run `partnerships audit verify`") from None
    return {
        "receipt": VERSION,
        "partnership": id,
        "sequence": sequence,
        "digest": digest,
        "position": position,
        "proof": [part.hex() for part in proof],
        "checkpoint": str(checkpoint.note),
    }


def check_receipt(receipt: dict[str, Any], keys: Sequence[Verifier]) -> list[Fault]:
    """Tell what is wrong with a receipt, without a database; one of these keys has to have signed it.

    What is proved is the digest: that it is this entry's is for the history, an export or a pack to show.
    """
    try:
        read = convert(receipt, _Receipt)
        note = Note.parse(read.checkpoint)
        head = Head.parse(note.text)
    except (ValidationError, BadNote):
        return [Fault("receipt.form", "this is no receipt")]
    id, sequence, position = read.partnership, read.sequence, read.position
    leaf, proof = leaf_hash(LeafKind.ENTRY, read.digest), list(map(bytes.fromhex, read.proof))
    place = (id, sequence, position, head.size)
    faults = []
    if not any(note.is_signed_by(key) for key in keys):
        faults.append(Fault("receipt.signature", "no key that you gave has signed it", *place))
    if not is_included(leaf, position, head.size, proof, head.root):
        faults.append(Fault("receipt.proof", "the proof does not lead to the checkpoint", *place))
    return faults
