"""Who the people behind an addressee are: asked of the host each time, never kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from partnerships.scheduler.addressees import Addressee


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the host's directory.

    `id` is opaque (as an actor's is) and the same for good; it alone is stored. `addresses` holds an address
    for each channel that reaches the person, by the channel's name. `language` is a tag such as `fr-CA`.
    """

    id: str
    addresses: Mapping[str, str] = field(repr=False)
    language: str = "en"
    name: str | None = field(default=None, repr=False)


class Directory(Protocol):
    """The host's directory of people."""

    def __call__(self, addressee: Addressee, partnership: str) -> Iterable[Person]:
        """Give who is meant: the actor where one is named, or else whoever holds the role there."""
        ...
