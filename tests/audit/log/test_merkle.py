"""The Merkle tree: published vectors, the definition written out again, every proof of every small tree."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

import pytest

from partnerships.audit.log.merkle import (
    EMPTY_ROOT,
    Tree,
    consistency_proof,
    hash_leaf,
    inclusion_proof,
    is_consistent,
    is_included,
    nodes_over,
    peaks_of,
    root_of,
)

MOST = 64

# The inputs and roots that the reference implementations of RFC 6962 are tested with.
INPUTS = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
VECTOR = [hash_leaf(bytes.fromhex(each)) for each in INPUTS]
LEAVES = [hash_leaf(bytes([number])) for number in range(MOST + 1)]
SIZES = range(1, MOST + 1)


def defined_root(leaves: list[bytes]) -> bytes:
    """The root as RFC 6962 defines it, by recursion over leaves already hashed."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    left, right = defined_root(leaves[:split]), defined_root(leaves[split:])
    return sha256(b"\x01" + left + right).digest()


def defined_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962, by recursion."""
    if len(leaves) == 1:
        return []
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if index < split:
        return [*defined_path(index, leaves[:split]), defined_root(leaves[split:])]
    return [*defined_path(index - split, leaves[split:]), defined_root(leaves[:split])]


def defined_subproof(old: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962, by recursion."""
    if old == len(leaves):
        return [] if whole else [defined_root(leaves)]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if old <= split:
        return [*defined_subproof(old, leaves[:split], whole), defined_root(leaves[split:])]
    return [*defined_subproof(old - split, leaves[split:], False), defined_root(leaves[:split])]


def altered(proof: list[bytes]) -> Iterator[list[bytes]]:
    """A proof with one bit turned, a part dropped, a part too many, two parts swapped, a part cut short."""
    for at, part in enumerate(proof):
        turned = bytes([part[0] ^ 1]) + part[1:]
        yield [*proof[:at], turned, *proof[at + 1 :]]
        yield [*proof[:at], *proof[at + 1 :]]
        yield [*proof[:at], part[:-1], *proof[at + 1 :]]
    yield [*proof, bytes(32)]
    yield [*proof[:1], *proof]
    if len(proof) > 1:
        yield [proof[1], proof[0], *proof[2:]]


@pytest.mark.parametrize("size", range(len(ROOTS)))
def test_the_published_roots(size: int) -> None:
    assert root_of(VECTOR[:size]).hex() == ROOTS[size]


def test_the_published_proofs() -> None:
    node = nodes_over(VECTOR)
    assert [part.hex() for part in inclusion_proof(5, 8, node)] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert [part.hex() for part in consistency_proof(6, 8, node)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@pytest.mark.parametrize("size", SIZES)
def test_a_tree_that_grew_has_the_root_of_the_definition(size: int) -> None:
    assert root_of(LEAVES[:size]) == defined_root(LEAVES[:size])


@pytest.mark.parametrize("size", SIZES)
def test_every_leaf_is_proved_and_no_altered_proof_is_believed(size: int) -> None:
    node, root = nodes_over(LEAVES[:size]), defined_root(LEAVES[:size])
    for index in range(size):
        proof = inclusion_proof(index, size, node)
        assert proof == defined_path(index, LEAVES[:size])
        assert is_included(LEAVES[index], index, size, proof, root)
        assert not is_included(LEAVES[(index + 1) % (MOST + 1)], index, size, proof, root)
        for other in (index + 1, index - 1, size - 1 - index):
            assert other == index or not is_included(LEAVES[index], other, size, proof, root)
        for wrong in altered(proof):
            assert wrong == proof or not is_included(LEAVES[index], index, size, wrong, root)


@pytest.mark.parametrize("new", SIZES)
def test_every_older_tree_is_proved_and_no_altered_proof_is_believed(new: int) -> None:
    node, root = nodes_over(LEAVES[:new]), defined_root(LEAVES[:new])
    for old in range(1, new + 1):
        before, proof = defined_root(LEAVES[:old]), consistency_proof(old, new, node)
        assert proof == defined_subproof(old, LEAVES[:new])
        assert is_consistent(old, before, new, root, proof)
        rewritten = defined_root([*LEAVES[: old - 1], LEAVES[old]])
        assert not is_consistent(old, rewritten, new, root, proof)
        for wrong in altered(proof):
            assert wrong == proof or not is_consistent(old, before, new, root, wrong)


def test_an_empty_tree_begins_every_tree_and_holds_nothing() -> None:
    root = root_of(LEAVES[:3])
    assert consistency_proof(0, 3, nodes_over(LEAVES[:3])) == []
    assert is_consistent(0, EMPTY_ROOT, 3, root, [])
    assert not is_consistent(0, root, 3, root, [])
    assert not is_consistent(0, EMPTY_ROOT, 3, root, [LEAVES[0]])
    assert not is_included(LEAVES[0], 0, 0, [], EMPTY_ROOT)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_what_is_not_there_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(index, size, nodes_over(LEAVES[:3]))


def test_a_larger_tree_does_not_begin_a_smaller_one() -> None:
    with pytest.raises(ValueError, match="does not begin"):
        consistency_proof(4, 3, nodes_over(LEAVES[:3]))
    assert not is_consistent(4, root_of(LEAVES[:4]), 3, root_of(LEAVES[:3]), [])
    root = root_of(LEAVES[:2])
    assert not is_consistent(2, root, 1, root, [])


def test_a_proof_is_as_long_as_the_sizes_ask() -> None:
    assert not is_consistent(3, root_of(LEAVES[:3]), 4, root_of(LEAVES[:4]), [])
    assert not is_included(LEAVES[1], 0, 1, [LEAVES[0]], root_of(LEAVES[:2]))


@pytest.mark.parametrize("size", SIZES)
def test_a_tree_is_taken_up_where_it_was_left(size: int) -> None:
    taken_up = Tree(size, peaks_of(size, nodes_over(LEAVES[:size])))
    taken_up.append(LEAVES[size])
    assert taken_up.root() == defined_root(LEAVES[: size + 1])


def test_peaks_that_do_not_fit_the_size_are_refused() -> None:
    with pytest.raises(ValueError, match="3 leaves has 2 peaks"):
        Tree(3, [LEAVES[0]])


@pytest.mark.parametrize("size", SIZES)
def test_an_appended_leaf_tells_which_subtrees_it_completes(size: int) -> None:
    tree, node = Tree(), nodes_over(LEAVES[:size])
    for index in range(size):
        completed = tree.append(LEAVES[index])
        assert completed == [node(level, index >> level) for level in range(len(completed))]
        assert (index + 1) % (1 << len(completed) - 1) == 0
