"""Sealed contents held against their commitments: opened in memory, shown to nobody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from partnerships.audit.verifying.fault import Fault
from partnerships.audit.verifying.form import content_fault
from partnerships.errors import SealingKeyError
from partnerships.lifecycle.canonical import commitment, read_json
from partnerships.storage.octets import as_bytes
from partnerships.storage.rows import SALT_BYTES
from partnerships.storage.sealing import SealingKey, unseal


def check_sealed(rows: Iterator[Any], key: SealingKey) -> Iterator[Fault]:
    """Give which sealed contents do not open, or are not what their entries commit to."""
    for id, sequence, scope, sealed, wrapped, canonical in rows:
        place = (id, sequence)
        try:
            if wrapped is None:
                raise SealingKeyError("the key of its scope is gone")
            data_key = key.unwrap(wrapped, f"{id}/{scope}")
            opened = unseal(data_key, sealed, f"{id}/{sequence}")
        except (SealingKeyError, TypeError, ValueError):
            yield Fault("content.sealed", "the sealed content does not open with its key", *place)
            continue
        salt, body = opened[:SALT_BYTES], opened[SALT_BYTES:]
        if commitment(salt, body) != _committed(canonical):
            yield Fault("content.altered", "the content is not the one that the entry commits to", *place)
        if (why := content_fault(body)) is not None:
            yield Fault("form.content", f"the content's bytes are {why}", *place)


def _committed(canonical: Any) -> Any:
    try:
        return read_json(as_bytes(canonical))["content"]
    except (KeyError, TypeError, ValueError):
        return None
