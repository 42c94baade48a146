"""A record as it stands on a partnership's file."""

from __future__ import annotations

from datetime import date
from typing import Any, Generic, TypeVar, cast

from msgspec import Raw, Struct
from orjson import Fragment

from partnerships.lifecycle.authors import (
    Texts,
    author_of,
    authors_of,
    differs_materially,
    fingerprints_of,
    texts_of,
)
from partnerships.lifecycle.canonical import plain_canonical, read_json
from partnerships.lifecycle.days import write_day
from partnerships.lifecycle.entries import Entry
from partnerships.lifecycle.kept import KeptRecord
from partnerships.lifecycle.records import AUTHORED
from partnerships.lifecycle.records.fields import Body
from partnerships.lifecycle.records.reading import typed

B = TypeVar("B", bound=Body)


class Authored(Struct):
    """Who wrote a version, since when it says what it says, and who wrote which text.

    `texts` is None where one author wrote all of them and nobody has asked for them yet.
    """

    authors: list[str]
    material: int
    texts: Texts | None


class Filed(Struct, Generic[B], eq=False):
    """The version of a record that counts, with who recorded it, for which side, and from which day.

    `authors` holds every author under L2; `material` is the sequence of the latest version that changed
    more than progress, so that an exception knows whether it still stands (L5); `texts` what is known of who
    wrote which text. All three are found when they are first asked for, from the versions before: most
    versions are superseded before anybody asks.
    """

    kind: str
    sequence: int
    on: date
    by: str
    party: str
    _raw: dict[str, Any] | Entry | Raw
    _body: B | None = None
    _fingerprints: list[str] | None = None
    _kept: KeptRecord | Fragment | None = None
    _earlier: Filed[B] | None = None
    _authored: Authored | None = None
    _forgets: bool = False
    _held_on: str | None = None

    def __repr__(self) -> str:
        """Tell which version it is, and nothing of what it says."""
        return f"Filed({self.kind!r}, {self.sequence})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Filed) and self._told() == other._told()

    def _told(self) -> tuple[Any, ...]:
        return self.kind, self.sequence, self.on, self.by, self.party, self.raw

    @property
    def raw(self) -> dict[str, Any]:
        """Give the record as it is kept, read from its entry or the projection on first use."""
        raw = self._raw
        if type(raw) is dict:
            return raw
        raw = self._raw = read_json(bytes(raw)) if isinstance(raw, Raw) else cast("Entry", raw).body or {}
        return raw

    @property
    def held_on(self) -> str:
        """Give the day on which a review or dialogue was held, as it is written."""
        if self._held_on is None:
            raw = self._raw
            self._held_on = raw.held_on if isinstance(raw, Entry) else str(self.raw["held_on"])
        return self._held_on

    @property
    def body(self) -> B:
        """Give the typed record, read on first use."""
        if self._body is None:
            self._body = cast("B", typed(self.kind, self.raw))
        return self._body

    @property
    def fingerprints(self) -> list[str]:
        """Give the fingerprints of its texts, made on first use."""
        if self._fingerprints is None:
            self._fingerprints = fingerprints_of(self.raw)
        return self._fingerprints

    @property
    def authors(self) -> list[str]:
        """Give every author; empty for a kind that has none."""
        return (self._authored or self._known()).authors

    @property
    def material(self) -> int:
        """Give the sequence of the latest version that changed more than progress."""
        return (self._authored or self._known()).material

    @property
    def texts(self) -> Texts:
        """Give the fingerprints of the texts written so far, each with who wrote it."""
        known = self._authored or self._known()
        if known.texts is None:
            known.texts = self._texts_by_one()
        return known.texts

    @property
    def author(self) -> str:
        """Give who recorded it, apart from whoever has the same id on the other side."""
        return author_of(self.by, self.party)

    @property
    def is_authored(self) -> bool:
        """Tell whether its kind has authors."""
        return self.kind in AUTHORED

    def supersede(self, earlier: Filed[B] | None) -> None:
        """Take the place of an earlier version, whose recorders stay authors where its texts stand."""
        self._earlier = earlier

    def forget_old_texts(self) -> None:
        """Keep, for later versions, the authorship of the texts that this one holds alone."""
        self._forgets = True
        known = self._authored
        if known is not None and known.texts is None:
            self._earlier = None
        elif known is not None and known.texts:
            known.texts = texts_of(self.fingerprints, known.texts)

    def _known(self) -> Authored:
        """Go back to the latest version of which it is known, and forward again from there."""
        waiting: list[Filed[B]] = []
        version: Filed[B] | None = self
        while version is not None and version._authored is None:
            waiting.append(version)
            version = version._earlier
        for later in reversed(waiting):
            later._follow(version)
            version = later
        assert self._authored is not None
        return self._authored

    def _follow(self, earlier: Filed[B] | None) -> None:
        by, known = self.author, earlier._authored if earlier is not None else None
        if not self.is_authored:
            self._authored = Authored([], 0, {})
        elif earlier is None or known is None:
            self._authored = Authored([by], self.sequence, None)
        else:
            changed = differs_materially(earlier.raw, self.raw)
            material = self.sequence if changed else known.material
            if known.texts is None and known.authors == [by]:
                self._authored = Authored([by], material, None)
            else:
                authors, texts = authors_of(self.fingerprints, by, earlier.texts)
                self._authored = Authored(authors, material, texts)
        if self._authored.texts is not None:
            self._earlier = None
        if self._forgets:
            self.forget_old_texts()

    def _texts_by_one(self) -> Texts:
        """Gather the texts of all versions back to where earlier ones were forgotten."""
        found = list(self.fingerprints)
        version = self._earlier
        while version is not None:
            found += version.texts if version._known().texts is not None else version.fingerprints
            version = version._earlier
        self._earlier = None
        return {fingerprint: [self.author] for fingerprint in found}

    def as_json(self) -> Fragment:
        """Give the JSON that the projection keeps; encoded once, for a version on file does not change."""
        kept = self._kept
        if type(kept) is not Fragment:
            encoded = kept.as_json() if isinstance(kept, KeptRecord) else plain_canonical(self._fields())
            kept = self._kept = Fragment(encoded)
        return kept

    def _fields(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "sequence": self.sequence,
            "on": write_day(self.on),
            "by": self.by,
            "party": self.party,
            "body": self.raw,
            "authors": self.authors,
            "material": self.material,
        }

    @classmethod
    def of_kept(cls, kept: KeptRecord, texts: Texts | None = None) -> Filed[B]:
        """Give the version as the projection keeps it, with what the file keeps of its texts."""
        return cls(
            kept.kind,
            kept.sequence,
            kept.on,
            kept.by,
            kept.party,
            kept.body,
            _kept=kept,
            _authored=Authored(kept.authors, kept.material, texts or {}),
        )
