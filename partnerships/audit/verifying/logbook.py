"""The log, leaf by leaf: its hashes, its roots at every checkpoint, and the keys that it puts in force."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from partnerships.audit.log.keys import Keys, read_statement
from partnerships.audit.log.leaves import LeafKind, leaf_hash, statement_digest
from partnerships.audit.log.merkle import HASH_BYTES, Tree
from partnerships.audit.log.notes import BadNote
from partnerships.audit.verifying.fault import Fault
from partnerships.audit.verifying.streams import Rows

_KINDS = {str(kind): kind for kind in LeafKind}


class Logbook:
    """Goes over all leaves once, in order; `roots` has the root at each size that was asked for.

    `attempts` is the newest head of the attempts log that a leaf commits to; `holds` are all those of the
    legal holds, with the positions of their leaves.
    """

    def __init__(self, wanted: set[int], kept: set[int], keys: Keys) -> None:
        """`wanted` are sizes to give the root of, `kept` those for which a checkpoint is kept."""
        self.roots: dict[int, bytes] = {}
        self.size = self.entries = 0
        self.heads: dict[int, str] = {}
        self.attempts: str | None = None
        self.holds: list[tuple[int, str]] = []
        self._newest_heads: tuple[int, str] | None = None
        self._wanted, self._kept, self._keys = wanted, kept, keys
        self._is_broken = False

    @property
    def newest_heads(self) -> tuple[int, str] | None:
        """Give the position and digest of the newest leaf over all heads."""
        return self._newest_heads

    def check(self, parts: Iterator[Rows], advanced: Callable[[int], None]) -> Iterator[Fault]:
        """Give what is wrong, as it is met; `advanced` is told how many leaves were looked at since."""
        tree = Tree()
        wanted, roots = self._wanted, self.roots
        if 0 in wanted:
            roots[0] = tree.root()
        for part in parts:
            for row in part:
                position, kind, id, sequence, digest, hashes, _ = row
                if position != self.size:
                    yield from self._gap(position)
                    self.size = position if type(position) is int else self.size
                self.size += 1
                try:
                    leaf = leaf_hash(_KINDS[kind], digest)
                    if len(leaf) != HASH_BYTES or len(digest) != 2 * HASH_BYTES:
                        raise ValueError(digest)
                except (KeyError, ValueError, TypeError):
                    yield Fault(
                        "log.leaf", "the leaf is of no known kind, or has no digest", position=position
                    )
                    leaf = bytes(HASH_BYTES)
                completed = tree.append(leaf)
                if b"".join(completed) != hashes:
                    yield from self._altered(row, leaf)
                if kind == LeafKind.ENTRY:
                    self.entries += 1
                    if id is None or sequence is None:
                        yield Fault("log.leaf", "the leaf names no entry", position=position)
                else:
                    yield from self._other(row)
                if tree.size in wanted:
                    roots[tree.size] = tree.root()
            advanced(len(part))

    def _gap(self, position: Any) -> Iterator[Fault]:
        detail = f"leaves are missing before it: {self.size} to {position - 1}"
        if type(position) is not int or position < self.size:
            detail = "the leaf is out of order"
        yield Fault("log.gap", detail, position=position)
        self._is_broken = True

    def _altered(self, row: Any, leaf: bytes) -> Iterator[Fault]:
        """Name the leaf that was altered; of what is hashed over it only the first is named."""
        position, _, id, sequence, _, hashes, _ = row
        own = bytes(hashes[:HASH_BYTES]) if isinstance(hashes, bytes | memoryview) else b""
        if own != leaf:
            yield Fault("log.leaf", "the leaf's hash is not that of its digest", id, sequence, position)
        elif not self._is_broken:
            yield Fault("log.hashes", "a hash over earlier leaves is not theirs", id, sequence, position)
        self._is_broken = True

    def _other(self, row: Any) -> Iterator[Fault]:
        position, kind, id, sequence, digest, _, note = row
        if id is not None or sequence is not None:
            yield Fault("log.leaf", "the leaf is of no entry, and names one", id, sequence, position)
        if kind == LeafKind.HEADS:
            self._newest_heads = (position, digest)
            if position + 1 in self._wanted:
                self.heads[position] = digest
            if position + 1 not in self._kept:
                detail = "a checkpoint was signed here, and is not kept any more"
                yield Fault("checkpoint.missing", detail, position=position, size=position + 1)
        elif kind == LeafKind.ATTEMPTS:
            self.attempts = digest
        elif kind == LeafKind.HOLDS:
            self.holds.append((position, digest))
        elif kind == LeafKind.KEY:
            yield from self._key(position, digest, note)

    def _key(self, position: int, digest: str, written: Any) -> Iterator[Fault]:
        try:
            note, old, new = read_statement(written if isinstance(written, str) else "")
        except BadNote as error:
            yield Fault("key.statement", f"the key's statement cannot be read: {error}", position=position)
            return
        in_force = self._keys.at(position)
        if statement_digest(written) != digest:
            yield Fault("key.statement", "the key's statement is not the one in the log", position=position)
        if note.text.partition("\n")[0] != self._keys.origin:
            yield Fault("key.statement", "the key's statement is another log's", position=position)
        if old != in_force or not note.is_signed_by(old) or not note.is_signed_by(new):
            detail = "the change of key is not signed by the key before it and by the new one"
            yield Fault("key.unsigned", detail, position=position)
