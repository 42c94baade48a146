"""The verifier's own JSON and trees, held to libraries and to the code that writes."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from partnerships.audit.log import merkle
from partnerships.audit.standalone.verify import (
    Tree,
    Trouble,
    canonical,
    proved_root,
    read_canonical,
    read_content,
)
from tests.properties.profile import examples

WHOLE = st.integers(-(2**53) + 1, 2**53 - 1)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | WHOLE | TEXT,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXT, inner, max_size=5),
    max_leaves=20,
)


@examples(60, 2000)
@given(JSON)
def test_it_writes_the_canonical_form_and_reads_it_back(value: Any) -> None:
    written = canonical(value)
    assert written == rfc8785.dumps(value)
    assert read_canonical(written) == value


def test_names_sort_by_utf_16_and_not_by_code_points() -> None:
    assert canonical({"\ufb33": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\ufb33":1}'.encode()
    assert canonical([{"\ufb33": 1, "\U0001f600": 2}]) == '[{"\U0001f600":2,"\ufb33":1}]'.encode()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"a":1,"a":1}', "a name twice"),
        ('{"a":{"b":1,"b":2}}', "a name twice"),
        ('{"b":1,"a":2}', "not in canonical form"),
        ('{"a": 1}', "not in canonical form"),
        (' {"a":1}', "not in canonical form"),
        ('{"a":"\\u0041"}', "not in canonical form"),
        ('{"a":"\\/"}', "not in canonical form"),
        ('{"a":-0}', "not in canonical form"),
        ('{"a":1.0}', "not whole"),
        ('{"a":1e2}', "not whole"),
        ('{"a":NaN}', "not whole"),
        ('{"a":-Infinity}', "not whole"),
        ('{"a":9007199254740992}', "beyond 2^53"),
        ('{"a":-9007199254740992}', "beyond 2^53"),
        ('{"a":' + "9" * 5000 + "}", "beyond 2^53"),
        ('{"a":"\\ud800"}', "lone surrogate"),
        ('{"\\udfff":1}', "lone surrogate"),
        ("[" * 200_000, "nested too deeply"),
        ("[" * 900 + '"\u00e9"' + "]" * 900, "nested too deeply"),
        ('{"a":1', "not JSON"),
        ("", "not JSON"),
        ('\ufeff{"a":1}', "not JSON"),
        ('{"a":1}{}', "not JSON"),
        ("{'a':1}", "not JSON"),
    ],
)
def test_what_is_not_canonical_is_refused_with_its_reason(line: str, says: str) -> None:
    with pytest.raises(Trouble, match=re.escape(says)):
        read_canonical(line.encode())


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('{"b":1,"a":2}', "not in canonical form"),
        ('{"b":[1],"a":{"c":2}}', "not in canonical form"),
        ('[{"a": 1}]', "not in canonical form"),
        ('{"a":123456789012345678901}', "beyond all measure"),
    ],
)
def test_a_plain_content_is_canonical_too(content: str, says: str) -> None:
    with pytest.raises(Trouble, match=re.escape(says)):
        read_content(content.encode())


@pytest.mark.parametrize(
    "content",
    [
        '{"b":0.50,"a":1}',
        '{"b":[1,0.50],"a":1}',
        '{"\u00e9":1,"a":2}',
        '{"b":{"\u00e9":1},"a":2}',
        '{"a":1e+21}',
    ],
)
def test_one_with_fractions_or_other_names_is_read_as_it_stands(content: str) -> None:
    assert read_content(content.encode()) == json.loads(content)


def test_bytes_that_are_no_text_are_refused_with_their_place() -> None:
    with pytest.raises(Trouble, match="not UTF-8 at byte 7"):
        read_canonical(b'{"a":"\xff"}')


def test_composed_and_decomposed_letters_stay_what_they_are() -> None:
    composed, decomposed = canonical({"a": "\u00e9"}), canonical({"a": "e\u0301"})
    assert composed != decomposed
    assert [read_canonical(one)["a"] for one in (composed, decomposed)] == ["\u00e9", "e\u0301"]


LEAVES = [b"leaf %d" % number for number in range(64)]
HASHES = list(map(merkle.hash_leaf, LEAVES))


def test_roots_are_those_of_the_tree_that_is_written() -> None:
    tree = Tree()
    assert tree.root() == merkle.EMPTY_ROOT
    for size, leaf in enumerate(LEAVES, 1):
        tree.add(leaf)
        assert (tree.size, tree.root()) == (size, merkle.root_of(HASHES[:size]))


def test_every_proof_up_to_64_leaves_leads_to_the_root_and_an_altered_one_does_not() -> None:
    for size in range(1, 65):
        root, node = merkle.root_of(HASHES[:size]), merkle.nodes_over(HASHES[:size])
        for index in range(size):
            proof = merkle.inclusion_proof(index, size, node)
            assert proved_root(LEAVES[index], index, size, proof) == root
            assert proved_root(b"another leaf", index, size, proof) != root
            assert proved_root(LEAVES[index], index, size, [*proof, root]) != root
            assert size == 1 or proved_root(LEAVES[index], index, size, proof[:-1]) != root
            for at, one in enumerate(proof):
                altered = [*proof[:at], bytes([one[0] ^ 1]) + one[1:], *proof[at + 1 :]]
                assert proved_root(LEAVES[index], index, size, altered) != root


@pytest.mark.parametrize(("index", "size"), [(-1, 2), (2, 2), (0, 0), (5, 3)])
def test_there_is_no_proof_of_a_leaf_that_is_not_there(index: int, size: int) -> None:
    assert proved_root(b"leaf", index, size, []) is None
