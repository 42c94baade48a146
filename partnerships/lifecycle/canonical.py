"""Canonical bytes (RFC 8785), their digests, and commitments to contents."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
import rfc8785

ENTRY_DOMAIN = b"partnerships/entry/1\n"
CONTENT_DOMAIN = b"partnerships/content/1\n"
GENESIS_DOMAIN = b"partnerships/genesis/1\n"


def canonical(value: Any) -> bytes:
    """Give the canonical bytes (RFC 8785) of any JSON value.

    Raises ValueError for what JSON cannot carry, such as NaN or an integer beyond 2^53.
    """
    try:
        return rfc8785.dumps(value)
    except rfc8785.CanonicalizationError as error:
        raise ValueError(str(error)) from None


def plain_canonical(value: Any) -> bytes:
    """Give the same bytes for a value without floats, large integers or keys beyond ASCII, ten times faster.

    Only for values this package makes itself; the tests hold it equal to `canonical`.
    """
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def read_json(kept: bytes | str) -> Any:
    """Read JSON that this package wrote."""
    return orjson.loads(kept)


def entry_digest(canonical_bytes: bytes) -> str:
    """Digest an entry's canonical bytes."""
    return hashlib.sha256(ENTRY_DOMAIN + canonical_bytes).hexdigest()


def genesis(partnership: str) -> str:
    """Give the digest that the first entry of a partnership chains to."""
    return hashlib.sha256(GENESIS_DOMAIN + partnership.encode()).hexdigest()


def commitment(salt: bytes, content: bytes) -> str:
    """Commit to a content under a salt of 32 random bytes, so that it can be erased without a trace."""
    return hashlib.sha256(CONTENT_DOMAIN + salt + content).hexdigest()


def digest_of(value: Any) -> str:
    """Digest any JSON value by its canonical bytes."""
    return hashlib.sha256(canonical(value)).hexdigest()
