"""A record as it stands on a partnership's file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar, cast

from orjson import Fragment

from partnerships.lifecycle.authors import fingerprints_of
from partnerships.lifecycle.canonical import plain_canonical
from partnerships.lifecycle.records.fields import Body
from partnerships.lifecycle.records.reading import typed

B = TypeVar("B", bound=Body)


@dataclass(slots=True)
class Filed(Generic[B]):
    """The version of a record that counts, with who recorded it, for which side, and from which day.

    `authors` holds every author under L2; `material` is the sequence of the latest version that changed
    more than progress, so that an exception knows whether it still stands (L5).
    """

    kind: str
    sequence: int
    on: date
    by: str
    party: str
    raw: dict[str, Any]
    authors: list[str] = field(default_factory=list)
    material: int = 0
    _body: B | None = field(default=None, repr=False, compare=False)
    _fingerprints: list[str] | None = field(default=None, repr=False, compare=False)
    _kept: dict[str, Any] | bytes | None = field(default=None, repr=False, compare=False)

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

    def as_json(self) -> Fragment:
        """Give the JSON that the projection keeps; encoded once, for a version on file does not change."""
        if not isinstance(self._kept, bytes):
            self._kept = plain_canonical(self._kept or self._fields())
        return Fragment(self._kept)

    def _fields(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "sequence": self.sequence,
            "on": self.on.isoformat(),
            "by": self.by,
            "party": self.party,
            "body": self.raw,
            "authors": self.authors,
            "material": self.material,
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Filed[B]:
        """Read what `as_json` gave."""
        return cls(
            value["kind"],
            value["sequence"],
            date.fromisoformat(value["on"]),
            value["by"],
            value["party"],
            value["body"],
            value["authors"],
            value["material"],
            _kept=value,
        )
