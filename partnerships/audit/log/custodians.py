"""Custodians: people and systems that keep checkpoints where whoever keeps the database cannot reach.

A custodian gets the newest checkpoint at least once, by mail or webhook, with a key by which it knows one
again. It stands for those before it: that they are its beginning can be proved from the log.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape

from partnerships.audit.audit import Audit
from partnerships.audit.log.checkpoints import Checkpoint
from partnerships.errors import BadRequest
from partnerships.lifecycle.canonical import plain_canonical
from partnerships.scheduler.delivery.channel import Channel, code_of
from partnerships.scheduler.delivery.message import Message
from partnerships.storage.upkeep import remember, remembered

DOMAIN = b"partnerships/checkpoint-message/1\n"

_ID = re.compile(r"[A-Za-z0-9._-]{1,48}")
_TEXT = """Please keep this checkpoint where the keepers of the database cannot reach it. It says what the log
of all histories held when it was signed; `partnerships audit verify --checkpoint FILE`, or the verify.py of
an audit pack, compares it with what they show you later.

"""


@dataclass(frozen=True, slots=True)
class Custodian:
    """Who keeps checkpoints elsewhere, and by which channel they get there.

    `id` is opaque and the same for good. A channel to a system needs no `address`. Raises BadRequest.
    """

    id: str
    channel: Channel
    address: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise BadRequest("a custodian's id has 1-48 characters of A-Z a-z 0-9 . _ - and is no address")
        if not self.address and self.channel.endpoint is None:
            raise BadRequest(f"custodian {self.id}: name the address that {self.channel.name} goes to")


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one custodian's turn; `error` is a code or a class, never an address or a text."""

    custodian: str
    size: int
    error: str | None = None


def tell_custodians(audit: Audit, custodians: Iterable[Custodian]) -> list[Told]:
    """Send the newest checkpoint to those who do not have it yet; who fails is tried at the next call."""
    newest = audit.latest()
    if newest is None:
        return []
    told = []
    for custodian in custodians:
        name = f"custodian:{custodian.id}"
        known = audit.service._run(lambda ledger, name=name: remembered(ledger, name))  # type: ignore[misc]
        if known is not None and int(known) >= newest.size:
            continue
        try:
            custodian.channel.send(message_of(newest, custodian))
        except Exception as error:
            told.append(Told(custodian.id, newest.size, code_of(error)))
            continue
        audit.service._run(
            lambda ledger, name=name: remember(ledger, name, str(newest.size))  # type: ignore[misc]
        )
        told.append(Told(custodian.id, newest.size))
    return told


def message_of(checkpoint: Checkpoint, custodian: Custodian) -> Message:
    """Put a checkpoint into a message; its key is the same however often it is sent."""
    head, note = checkpoint.head, str(checkpoint.note)
    key = hashlib.sha256(DOMAIN + plain_canonical([head.origin, head.size, custodian.id])).hexdigest()[:32]
    text = _TEXT + note
    return Message(
        key=key,
        recipient=custodian.id,
        address=custodian.address,
        name=None,
        language="en",
        subject=f"Checkpoint of {head.origin} over {head.size} leaves",
        text=text,
        html=f"<pre>{escape(text)}</pre>",
        event={
            "type": "checkpoint.signed",
            "timestamp": checkpoint.made_at,
            "data": checkpoint.as_json(),
        },
    )
