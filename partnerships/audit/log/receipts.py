"""Receipts: a signed proof that an entry is in the log, for whoever made it to keep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from partnerships.audit.log.checkpoints import Checkpoint
from partnerships.audit.log.leaves import LeafKind, leaf_hash
from partnerships.audit.log.merkle import inclusion_proof, is_included
from partnerships.audit.log.notes import BadNote, Head, Note, Verifier
from partnerships.audit.log.sequencer import LogBroken
from partnerships.audit.verifying.fault import Fault
from partnerships.storage.log import Log

VERSION = 1


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
    """Tell what is wrong with a receipt, without a database; one of these keys has to have signed it."""
    try:
        id, sequence = str(receipt["partnership"]), int(receipt["sequence"])
        note = Note.parse(receipt["checkpoint"])
        head = Head.parse(note.text)
        leaf = leaf_hash(LeafKind.ENTRY, receipt["digest"])
        proof = [bytes.fromhex(part) for part in receipt["proof"]]
        position = int(receipt["position"])
        if receipt["receipt"] != VERSION or len(receipt["digest"]) != 64:
            raise ValueError(receipt["receipt"])
    except (KeyError, TypeError, ValueError, BadNote):
        return [Fault("receipt.form", "this is no receipt")]
    place = (id, sequence, position, head.size)
    faults = []
    if not any(note.is_signed_by(key) for key in keys):
        faults.append(Fault("receipt.signature", "no key that you gave has signed it", *place))
    if not is_included(leaf, position, head.size, proof, head.root):
        faults.append(Fault("receipt.proof", "the proof does not lead to the checkpoint", *place))
    return faults
