"""The form of stored bytes: whether they are their own canonical form (RFC 8785), and why not."""

from __future__ import annotations

from typing import Any

import orjson

from partnerships.lifecycle.canonical import canonical


def form_fault(stored: Any) -> str | None:
    """Give why bytes are not their own canonical form, or None where they are."""
    if not isinstance(stored, bytes | memoryview):
        return "not kept as bytes"
    stored = bytes(stored)
    try:
        value = orjson.loads(stored)
    except ValueError as error:
        return f"not JSON: {error}"
    try:
        written = canonical(value)
    except ValueError as error:
        return f"not what canonical JSON can carry: {error}"
    if written != stored:
        return (
            "not in their canonical form: a key twice or out of order, blanks, or a number written otherwise"
        )
    return None


def content_fault(stored: bytes) -> str | None:
    """Give why a content's bytes are not as this package writes them, or None.

    A crisis record may hold any JSON, floats too, in its sealed part; that is written with sorted keys.
    """
    try:
        value = orjson.loads(stored)
    except ValueError as error:
        return f"not JSON: {error}"
    if orjson.dumps(value, option=orjson.OPT_SORT_KEYS) != stored:
        return (
            "not in their canonical form: a key twice or out of order, blanks, or a number written otherwise"
        )
    return None
