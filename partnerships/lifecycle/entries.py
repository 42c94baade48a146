"""Entries of the history, as the fold reads them."""

from __future__ import annotations

from datetime import date
from typing import Any

from msgspec import MsgspecError, Struct, structs
from msgspec.json import Decoder

from partnerships.lifecycle.canonical import read_json
from partnerships.lifecycle.vocabulary import EntryType


class By(Struct, frozen=True, gc=False):
    """Who made an entry: an opaque id, the side, and the roles that the host vouched for."""

    id: str = ""
    party: str = "ims"
    roles: tuple[str, ...] = ()


NOBODY = By()
"""Stands where who it was is sealed and was not opened."""


class Under(Struct, frozen=True, gc=False):
    """Which version of the policy an entry was judged under."""

    version: str
    digest: str


class Held(Struct, gc=False):
    """The day on which a review or dialogue was held, as it is written."""

    held_on: str


class _SaysHeld(Struct, gc=False):
    body: Held


_held_of = Decoder(_SaysHeld).decode


class Entry(Struct, kw_only=True, gc=False, rename={"by": "actor", "from_state": "from", "to_state": "to"}):
    """One step of a partnership's history with what its contents say.

    The names are the chain's, so that an entry is read from its canonical bytes at once; what its content
    says is read only where somebody asks. `target` is the sequence that a withdrawal, reversal or opening is
    about; `record` is the body, typed, where it has just been checked. `evidence` lists the sequences that a
    decision rested on, `warnings` and `findings` hold the codes that it drew, `settings` the digest of the
    house's; `granted` is false for a refused opening. `prompt` is what the chain says of a prompt: its id,
    due day, clause, step, and endline where it has one; `imported` who took it over and the instant that was
    claimed. An erasure names what it `erased`, whether that was
    `sealed`, and what it `kept` of each by sequence.
    """

    partnership: str
    sequence: int
    entry: EntryType
    on: date
    recorded_at: str
    by: By | None = None
    digest: str = ""
    kind: str | None = None
    trigger: str | None = None
    from_state: str | None = None
    to_state: str | None = None
    target: int | None = None
    since: date | None = None
    evidence: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    granted: bool = True
    policy: Under | None = None
    settings: str = ""
    imported: dict[str, Any] | None = None
    before_policy: bool = False
    record: Any = None
    prompt: dict[str, str] | None = None
    erased: tuple[int, ...] = ()
    sealed: bool = False
    _unread: bytes = b""
    _said: Any = None

    def __repr__(self) -> str:
        """Tell which entry it is, and nothing of what it says."""
        return f"Entry({self.partnership!r}, {self.sequence})"

    @property
    def body(self) -> Any:
        """Give a record's cleaned body, and for a takeover the partner profile; None where there is none."""
        return self.said.get("body")

    @property
    def held_on(self) -> str:
        """Give the day on which it was held, as it is written; the rest of its content stays unread.

        Raises ValueError for a content that names none.
        """
        try:
            return _held_of(self._unread).body.held_on if self._unread else str(self.body["held_on"])
        except (MsgspecError, LookupError, TypeError):
            raise ValueError("the content names no day on which it was held") from None

    @property
    def reason(self) -> str | None:
        """Give the reason that came with it."""
        reason: str | None = self.said.get("reason")
        return reason

    @property
    def kept(self) -> Any:
        """Give what an erasure kept of each content by sequence."""
        return self.said.get("kept")

    @property
    def said(self) -> dict[str, Any]:
        """Give the content, read on first use; empty where there is none."""
        if self._unread:
            self._said, self._unread = read_json(self._unread), b""
        return self._said or {}

    def saying(self, said: dict[str, Any] | bytes | None) -> Entry:
        """Let it say a content, as its bytes or read already, and give it back."""
        if type(said) is bytes:
            self._unread, self._said = said, None
        else:
            self._unread, self._said = b"", said
        return self

    @property
    def actor(self) -> str:
        """Give who made it; empty where that is sealed."""
        return self.by.id if self.by is not None else ""

    @property
    def party(self) -> str:
        """Give for which side."""
        return self.by.party if self.by is not None else "ims"

    @property
    def roles(self) -> tuple[str, ...]:
        """Give in which roles."""
        return self.by.roles if self.by is not None else ()

    @property
    def effective(self) -> date:
        """Give the day from which the entry counts; a takeover's is the day its state began."""
        return self.since or self.on

    def standing_in(self, body: Any, by: By | None = None) -> Entry:
        """Give the same entry with another body, and by somebody else where that is given."""
        said = {**self.said, "body": body}
        return structs.replace(self, record=None, by=by or self.by, _unread=b"", _said=said)
