"""What the projection keeps of a partnership, read typed; what a record says stays unread until asked."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, TypeVar

from msgspec import UNSET, MsgspecError, Raw, Struct, UnsetType
from msgspec.json import Decoder, Encoder

from partnerships.lifecycle.authors import Texts
from partnerships.lifecycle.vocabulary import Category, State

FOLDED = 5
"""How a history is folded, by number: raised whenever the same history folds to another file than before."""

T = TypeVar("T")


class Unreadable(ValueError):
    """Raised for a projection that holds no partnership."""


class KeptRecord(Struct):
    """A version of a record, as its row's file holds it."""

    authors: list[str]
    body: Raw
    by: str
    kind: str
    material: int
    on: date
    party: str
    sequence: int

    def __repr__(self) -> str:
        """Tell which version it is, and nothing of what it says."""
        return f"KeptRecord({self.kind!r}, {self.sequence})"

    def as_json(self) -> bytes:
        """Give its canonical bytes."""
        return _write(self)


class KeptLine(Struct):
    """The versions of one agreement."""

    draft: KeptRecord | None
    accepted: KeptRecord | None
    counting: KeptRecord | Literal["accepted"] | None
    read: int
    read_ends_on: date | None
    added: bool
    resumes: KeptRecord | UnsetType = UNSET
    older: list[KeptRecord] | UnsetType = UNSET


class KeptFile(Struct):
    """The current file."""

    records: dict[str, KeptRecord]
    agreements: dict[str, KeptLine]
    registers: dict[str, KeptRecord]
    texts: dict[str, Texts]


class Kept(Struct):
    """The open part of a partnership; its file is read by itself."""

    state: State
    cycle: int
    cycles_used: int
    since: int
    began_on: date | None
    left: Category | None
    transition_began: int
    begun: list[str]
    decided: bool
    taken_over: int | None
    ended: int | None
    ended_as: str | None
    move: tuple[int, str, date, str, str | None] | None
    newest_on: date | None
    undermined: list[tuple[int, int]]
    prompts: dict[str, dict[str, Any]]
    file: Raw
    known_on: date | UnsetType = UNSET
    folded: int | UnsetType = UNSET
    own_word: tuple[int, date] | UnsetType = UNSET
    extended_on: date | UnsetType = UNSET

    def __repr__(self) -> str:
        """Tell where the partnership stands, and nothing of its file."""
        return f"Kept({self.state.value!r})"

    def as_json(self) -> bytes:
        """Give its canonical bytes."""
        return _write(self)


class KeptSealed(Struct):
    """The sealed part of a partnership."""

    records: dict[str, KeptRecord]
    open_at_end: bool
    cases: list[dict[str, Any]]
    hidden: list[tuple[int, str | None]]

    def __repr__(self) -> str:
        """Tell nothing of what is sealed."""
        return "KeptSealed()"


def read_kept(text: str | bytes) -> Kept:
    """Read the open part of a partnership; raises Unreadable for what is none."""
    return _read(_kept, text)


def read_file(text: Raw) -> KeptFile:
    """Read the file in it; raises Unreadable for what is none."""
    return _read(_file, text)


def read_sealed(text: bytes) -> KeptSealed:
    """Read the sealed part of a partnership; raises Unreadable for what is none."""
    return _read(_sealed, text)


def _read(decoder: Decoder[T], text: str | bytes | Raw) -> T:
    try:
        return decoder.decode(text)
    except MsgspecError as error:
        raise Unreadable(f"the projection holds no partnership: {error}") from None


_kept, _file, _sealed = Decoder(Kept), Decoder(KeptFile), Decoder(KeptSealed)
_write = Encoder(order="sorted").encode
