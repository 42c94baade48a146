"""The histories, entry by entry: form, digest, chain, content, projection, and the leaf in the log."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

import orjson

from partnerships.audit.verifying.fault import Fault
from partnerships.audit.verifying.form import content_fault, form_fault
from partnerships.audit.verifying.instants import Instants
from partnerships.audit.verifying.shape import read_shapes
from partnerships.audit.verifying.streams import SEALED, Rows
from partnerships.lifecycle.canonical import CONTENT_DOMAIN, ENTRY_DOMAIN, commitment, entry_digest, genesis
from partnerships.storage.rows import was_sealed

VERSION = 1

_CANONICAL = 3
"""Where a row has the entry's bytes."""


class Chains:
    """Goes over all entries once, in order; what it counts is complete when it has."""

    def __init__(self, projections: Iterator[Rows], instants: Instants, *, contents: bool = True) -> None:
        """Take projections in order; without `contents` the parts say nothing of what is kept of them."""
        self.entries = self.partnerships = self.opened = self.sealed = self.erased = 0
        self.logged = self.unlogged = 0
        self._projections = projections
        self._instants = instants
        self._contents = contents
        self._projection: Any = next(projections, None)
        self._missing: set[int] = set()
        self._named: set[int] = set()

    def check(self, parts: Iterator[Rows], advanced: Callable[[int], None]) -> Iterator[Fault]:
        """Give what is wrong, as it is met; `advanced` is told how many entries were looked at since."""
        begun, loads, dumps = sha256(ENTRY_DOMAIN).copy, orjson.loads, orjson.dumps
        sizes, windows = self._instants.sizes, self._instants.windows
        unlogged = windows[-1]
        here, head, last, waiting, before = None, "", 0, None, -1
        for part in parts:
            opened = sealed = logged = 0
            shapes = read_shapes([row[_CANONICAL] for row in part])
            for row, shape in zip(part, shapes, strict=True):
                id, sequence, digest, canonical, salt, body, instead, position, leaf = row
                if id != here:
                    if here is not None:
                        yield from self._ended(here, last, head)
                    here, last, head, waiting, before = id, 0, _genesis(id), None, -1
                    self.partnerships += 1
                try:
                    digested = begun()
                    digested.update(canonical)
                    earliest, latest = (
                        unlogged if position is None else windows[bisect_right(sizes, position)]
                    )
                    is_sound = (
                        shape is not None
                        and digested.hexdigest() == digest
                        and shape.previous == head
                        and shape.sequence == sequence == last + 1
                        and shape.partnership == id
                        and earliest <= shape.recorded_at <= latest
                        and (position is None or (leaf == digest and position > before))
                    )
                    if body is not None and shape is not None:
                        is_sound = (
                            is_sound
                            and sha256(CONTENT_DOMAIN + salt + body).hexdigest() == shape.content
                            and dumps(loads(body), option=orjson.OPT_SORT_KEYS) == body
                        )
                except Exception:
                    is_sound = False
                if is_sound:
                    last += 1
                else:
                    yield from self._examine(row, head, last, before)
                    last = sequence if type(sequence) is int else last + 1
                head = digest
                if instead == SEALED and (body is not None or not _may_be_sealed(canonical)):
                    yield Fault(
                        "content.closed", "the content is kept as a sealed one, and is none", id, sequence
                    )
                if body is not None:
                    opened += 1
                elif instead == SEALED:
                    sealed += 1
                elif instead is not None and type(sequence) is int:
                    self._missing.add(sequence)
                if position is None:
                    waiting = waiting or sequence
                else:
                    logged += 1
                    before = position
                    if waiting is not None:
                        yield Fault("log.left_out", "not in the log, though later ones are", id, waiting)
                        waiting = None
            self.opened += opened
            self.sealed += sealed
            self.logged += logged
            self.unlogged += len(part) - logged
            self.entries += len(part)
            advanced(len(part))
        if here is not None:
            yield from self._ended(here, last, head)
        yield from self._without_history(None)

    def _examine(self, row: Any, head: str, last: int, before: int) -> Iterator[Fault]:
        """Say rule by rule what is wrong with an entry, if anything: it is of another shape, or not sound."""
        id, sequence, digest, canonical, salt, body, _, position, logged = row
        place = (id, sequence)
        if (why := form_fault(canonical)) is not None:
            yield Fault("form.entry", f"the stored bytes are {why}", *place)
        if isinstance(canonical, bytes | memoryview) and entry_digest(bytes(canonical)) != digest:
            yield Fault("chain.digest", "the digest is not that of the stored bytes", *place)
        if sequence == last and digest == head:
            yield Fault("log.twice", "the log has the entry twice", *place, position=position)
            return
        if sequence != last + 1:
            missing = f"{last + 1}" if sequence == last + 2 else f"{last + 1} to {_before(sequence)}"
            yield Fault("chain.gap", f"missing before it: {missing}", *place)
        chain = _read(canonical)
        if chain is None:
            if why is None:
                yield Fault("form.entry", "the stored bytes are no JSON object", *place)
            return
        if chain.get("entry") == "erasure" and isinstance(named := chain.get("erased"), list):
            # What came later was not there to be erased.
            self._named.update(each for each in named if type(each) is int and each <= last)
        if (chain.get("partnership"), chain.get("sequence")) != place:
            said = f"{chain.get('partnership')}/{chain.get('sequence')}"
            yield Fault("chain.place", f"the entry says that it is {said}", *place)
        if chain.get("previous") != head and sequence == last + 1:
            yield Fault("chain.previous", "it does not follow the entry before it", *place)
        if chain.get("version") != VERSION:
            yield Fault("form.version", f"its version is {chain.get('version')!r}, not {VERSION}", *place)
        if logged is not None and logged != digest:
            yield Fault("log.digest", "the log took another digest for it", *place, position=position)
        if position is not None and position < before:
            yield Fault(
                "log.order", "the log took it before the entry that it follows", *place, position=position
            )
        yield from self._instant(chain.get("recorded_at"), place, position)
        if body is not None:
            yield from self._content(chain.get("content"), salt, body, place)

    def _instant(self, said: Any, place: tuple[str, int], position: int | None) -> Iterator[Fault]:
        earliest, latest = self._instants.around(position)
        if not isinstance(said, str) or said < earliest:
            detail = f"recorded at {said}, yet not in the log at the checkpoint of {earliest} and an hour"
            yield Fault("instant.late", detail, *place, position=position)
        elif said > latest:
            detail = f"recorded at {said}, yet in the log at the checkpoint of an hour before {latest}"
            yield Fault("instant.early", detail, *place, position=position)

    def _content(self, committed: Any, salt: Any, body: Any, place: tuple[str, int]) -> Iterator[Fault]:
        if not isinstance(salt, bytes | memoryview) or not isinstance(body, bytes | memoryview):
            yield Fault("content.altered", "salt or content is not kept as bytes", *place)
            return
        if commitment(bytes(salt), bytes(body)) != committed:
            yield Fault("content.altered", "the content is not the one that the entry commits to", *place)
        if (why := content_fault(bytes(body))) is not None:
            yield Fault("form.content", f"the content's bytes are {why}", *place)

    def _ended(self, id: str, last: int, head: str) -> Iterator[Fault]:
        """Compare a history's end with its projection, and what is gone with what was erased."""
        for sequence in sorted(self._missing - self._named):
            yield Fault("content.missing", "the content is gone, and no erasure names it", id, sequence)
        for sequence in sorted(self._named - self._missing if self._contents else ()):
            yield Fault("content.kept", "an erasure names the content, and it is still there", id, sequence)
        self.erased += len(self._missing & self._named)
        self._missing.clear()
        self._named.clear()
        yield from self._without_history(id)
        if self._projection is None or self._projection[0] != id:
            yield Fault("projection.missing", "no row says where the partnership stands", id, last)
            return
        _, sequence, kept = self._projection
        if (sequence, kept) != (last, head):
            detail = f"the row of the partnership stands at {sequence}, its history ends at {last}"
            if sequence == last:
                detail = "the row of the partnership has another head than its history"
            yield Fault("projection.head", detail, id, last)
        self._projection = next(self._projections, None)

    def _without_history(self, until: str | None) -> Iterator[Fault]:
        while self._projection is not None and (until is None or str(self._projection[0]) < str(until)):
            id, sequence, _ = self._projection
            yield Fault("projection.alone", "the partnership has no history any more", id, sequence)
            self._projection = next(self._projections, None)


def _genesis(id: Any) -> str:
    try:
        return genesis(id)
    except (AttributeError, UnicodeEncodeError):
        # No id of ours: no entry follows it.
        return ""


def _read(canonical: Any) -> dict[str, Any] | None:
    try:
        value = orjson.loads(canonical)
    except (ValueError, TypeError):
        return None
    return value if isinstance(value, dict) else None


def _may_be_sealed(canonical: Any) -> bool:
    try:
        return was_sealed(_read(canonical) or {})
    except TypeError:
        return False


def _before(sequence: Any) -> Any:
    return sequence - 1 if type(sequence) is int else sequence
