"""Who the people behind an addressee are: asked of the host each time, never kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from partnerships.errors import BadRequest
from partnerships.scheduler.addressees import Addressee

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


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

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise BadRequest("a person's id has 1-64 characters of A-Z a-z 0-9 . _ - and is no address")


class Directory(Protocol):
    """The host's directory of people."""

    def __call__(self, addressee: Addressee, partnership: str) -> Iterable[Person]:
        """Give who is meant: the actor where one is named, or else whoever holds the role there."""
        ...
