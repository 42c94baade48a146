"""Merkle trees: hashes as in RFC 6962, proofs of inclusion and of consistency as in RFC 9162.

Hashes are 32 bytes. A tree's leaves are numbered from 0; `node(level, index)` is the hash of the complete
subtree over the leaves from `index << level` on, `1 << level` of them; level 0 are the leaves themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves."""

Node = Callable[[int, int], bytes]


def hash_leaf(data: bytes) -> bytes:
    """Hash a leaf's data."""
    return sha256(b"\x00" + data).digest()


def hash_node(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into the one above them."""
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that grows leaf by leaf and keeps only its peaks: the complete subtrees, the largest first."""

    __slots__ = ("_peaks", "size")

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        """Take a tree up where another left off; raises ValueError where the peaks do not fit the size."""
        self.size = size
        self._peaks = list(peaks)
        if len(self._peaks) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} peaks, not {len(self._peaks)}")

    def append(self, leaf: bytes) -> list[bytes]:
        """Append a leaf's hash and give the hashes of the subtrees that it completes, itself first."""
        completed = [leaf]
        size = self.size
        while size & 1:
            leaf = sha256(b"\x01" + self._peaks.pop() + leaf).digest()
            completed.append(leaf)
            size >>= 1
        self._peaks.append(leaf)
        self.size += 1
        return completed

    def root(self) -> bytes:
        """Give the root over all leaves so far."""
        if not self._peaks:
            return EMPTY_ROOT
        *rest, root = self._peaks
        for peak in reversed(rest):
            root = hash_node(peak, root)
        return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Give the root over leaves, of which the hashes are given, in memory for the peaks alone."""
    tree = Tree()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def peaks_of(size: int, node: Node) -> list[bytes]:
    """Give the peaks of a tree of a size, the largest first."""
    peaks, start = [], 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            peaks.append(node(level, start >> level))
            start += 1 << level
    return peaks


def nodes_over(leaves: Sequence[bytes]) -> Node:
    """Give the nodes over leaves that are in memory, each hashed once."""
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([hash_node(*below[at : at + 2]) for at in range(0, len(below) - 1, 2)])
    return lambda level, index: levels[level][index]


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """Give the proof that a leaf is in the tree of a size; raises ValueError where there is no such leaf."""
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} in a tree of {size}")
    proof, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(_range(middle, end, node))
            end = middle
        else:
            proof.append(_range(start, middle, node))
            start = middle
    return proof[::-1]


def consistency_proof(old: int, new: int, node: Node) -> list[bytes]:
    """Give the proof that the tree of size `old` is the beginning of that of size `new`."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} leaves does not begin with one of {old}")
    if old in (0, new):
        return []
    proof, start, end, whole = [], 0, new, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(_range(middle, end, node))
            end = middle
        else:
            proof.append(_range(start, middle, node))
            start, whole = middle, False
    if not whole:
        proof.append(_range(start, end, node))
    return proof[::-1]


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Tell whether a proof shows a leaf's hash at an index of the tree with this size and root."""
    if not 0 <= index < size or not _are_hashes(proof):
        return False
    at, last, reached = index, size - 1, leaf
    for beside in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            reached = hash_node(beside, reached)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            reached = hash_node(reached, beside)
        at, last = at >> 1, last >> 1
    return last == 0 and reached == root


def is_consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether a proof shows that the tree of size `old` is the beginning of that of size `new`."""
    if not 0 <= old <= new or not _are_hashes(proof):
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    before = after = path[0]
    for beside in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            before, after = hash_node(beside, before), hash_node(beside, after)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            after = hash_node(after, beside)
        at, last = at >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def _are_hashes(proof: Sequence[bytes]) -> bool:
    return all(len(part) == HASH_BYTES for part in proof)


def _split(count: int) -> int:
    """Give the largest power of two below a count of at least 2."""
    return 1 << (count - 1).bit_length() - 1


def _range(start: int, end: int, node: Node) -> bytes:
    """Give the hash over the leaves from `start` to before `end`, a subtree of some tree."""
    count = end - start
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return node(level, start >> level)
    middle = start + _split(count)
    return hash_node(_range(start, middle, node), _range(middle, end, node))
