"""What the log's leaves commit to: entries, attempts, legal holds, all histories' heads, changes of key."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from hashlib import sha256

from partnerships.audit.log.merkle import hash_leaf, root_of
from partnerships.lifecycle.canonical import plain_canonical


class LeafKind(StrEnum):
    """The kinds of leaves."""

    ENTRY = "entry"
    ATTEMPTS = "attempts"
    HOLDS = "holds"
    HEADS = "heads"
    KEY = "key"


_DOMAINS = {kind: f"partnerships/log/{kind}/1\n".encode() for kind in LeafKind}

Head = tuple[str, int, str]
"""A partnership's id, its latest sequence in the log, and that entry's digest."""


def leaf_data(kind: LeafKind, digest: str) -> bytes:
    """Give a leaf's data: its domain and the 32 bytes that it commits to, given as hexadecimal text."""
    return _DOMAINS[kind] + bytes.fromhex(digest)


def leaf_hash(kind: LeafKind, digest: str) -> bytes:
    """Give the hash of a leaf."""
    return hash_leaf(leaf_data(kind, digest))


def head_hash(head: Head) -> bytes:
    """Give the leaf of one partnership in the tree over all heads."""
    return hash_leaf(plain_canonical(list(head)))


def heads_digest(heads: Iterable[Head]) -> str:
    """Give the root over all heads, which come in the order of the ids' bytes."""
    return root_of(map(head_hash, heads)).hex()


def statement_digest(statement: str) -> str:
    """Digest a statement that puts another key in force."""
    return sha256(statement.encode()).hexdigest()
