"""Canonical bytes: the fast way gives what RFC 8785 asks for, for every value that the package makes."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from partnerships.lifecycle.canonical import (
    canonical,
    commitment,
    digest_of,
    entry_digest,
    genesis,
    plain_canonical,
)

LARGEST = 2**53 - 1
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
KEYS = st.text(st.characters(codec="ascii"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
@example({"b": '\u2028\u2029\x7f\x1f\b\f\n\r\t"\\/', "a": "😀é", "": [], "A": {}})
@example(["\ud7ff\ue000\U0010ffff", -0, LARGEST, -LARGEST])
def test_plain_canonical_bytes_are_those_of_rfc_8785(value: Any) -> None:
    assert plain_canonical(value) == rfc8785.dumps(value) == canonical(value)


@given(VALUES)
def test_canonical_bytes_are_read_back_and_written_the_same(value: Any) -> None:
    written = plain_canonical(value)
    assert json.loads(written) == value
    assert plain_canonical(json.loads(written)) == written


@given(st.dictionaries(TEXT, st.floats(allow_nan=False, allow_infinity=False) | TEXT, max_size=4))
def test_canonical_takes_any_json(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), LARGEST + 1, -LARGEST - 1, {1: 2}, b"", {"a"}])
def test_what_json_cannot_carry_is_a_value_error(value: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical({"deep": [value]})


@given(st.permutations(["a", "b", "c", "d"]))
def test_the_order_of_fields_makes_no_other_bytes(names: list[str]) -> None:
    assert plain_canonical(dict.fromkeys(names, 1)) == b'{"a":1,"b":1,"c":1,"d":1}'


def test_digests_are_of_their_domain_and_of_nothing_else() -> None:
    def sha256(*parts: bytes) -> str:
        return hashlib.sha256(b"".join(parts)).hexdigest()

    assert entry_digest(b"{}") == sha256(b"partnerships/entry/1\n", b"{}")
    assert genesis("p-1") == sha256(b"partnerships/genesis/1\n", b"p-1")
    assert commitment(b"s" * 32, b"{}") == sha256(b"partnerships/content/1\n", b"s" * 32, b"{}")
    assert digest_of({"b": 1, "a": 2}) == sha256(b'{"a":2,"b":1}')


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32), st.binary(max_size=8))
def test_a_commitment_binds_salt_and_content(salt: bytes, other: bytes, content: bytes) -> None:
    assert (commitment(salt, content) == commitment(other, content)) == (salt == other)
    assert commitment(salt, content) != commitment(salt, content + b"!")
