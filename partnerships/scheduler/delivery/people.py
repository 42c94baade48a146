"""A directory of people in a file, for a host that has no other."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from partnerships.errors import BadRequest
from partnerships.lifecycle.records.reading import problems_of
from partnerships.lifecycle.vocabulary import Role
from partnerships.scheduler.addressees import Addressee
from partnerships.scheduler.delivery.directory import Person

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")]


class Listed(BaseModel):
    """One person of the file; without `partnerships`, one of IMS is there for all, a partner's for none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Id
    roles: tuple[Role, ...] = Field(min_length=1)
    partnerships: tuple[Id, ...] | None = None
    addresses: dict[str, str] = Field(default_factory=dict, repr=False)
    language: str = Field(default="en", min_length=1)
    name: str | None = Field(default=None, repr=False)

    def looks_after(self, partnership: str) -> bool:
        """Tell whether a partnership is among this person's own."""
        if self.partnerships is None:
            return Role.PARTNER_REPRESENTATIVE not in self.roles
        return partnership in self.partnerships

    def as_person(self) -> Person:
        """Give what a message needs of this person."""
        return Person(self.id, self.addresses, self.language, self.name)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    person: tuple[Listed, ...]


class People:
    """A directory of listed people."""

    def __init__(self, listed: Iterable[Listed]) -> None:
        self._listed = tuple(listed)

    def __repr__(self) -> str:
        return f"People({len(self._listed)})"

    def __call__(self, addressee: Addressee, partnership: str) -> list[Person]:
        """Give the actor who is named, or else, also where that one is not listed, whoever holds the role."""
        holders = [one for one in self._listed if addressee.role in one.roles]
        named = [one for one in self._listed if one.id == addressee.actor and addressee.actor is not None]
        found = named or [one for one in holders if one.looks_after(partnership)]
        return [one.as_person() for one in found]


def read_people(path: str | Path) -> People:
    """Read a directory from a TOML or JSON file, a list `person`; raises BadRequest that names the field."""
    file = Path(path)
    try:
        text = file.read_text("utf-8")
        raw = json.loads(text) if file.suffix == ".json" else tomllib.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise BadRequest(f"the people in {file.name} cannot be read: {_first_line(error)}") from None
    try:
        listed = _File.model_validate(raw).person
    except ValidationError as error:
        # What stands in the field may be an address: only where it stands and what is wrong is told.
        wrong = "; ".join(f"{field}: {told}" for field, told in problems_of(error))
        raise BadRequest(f"the people in {file.name} cannot be read: {wrong}") from None
    ids = [one.id for one in listed]
    twice = sorted({id for id in ids if ids.count(id) > 1})
    if twice:
        raise BadRequest(f"the people in {file.name} cannot be read: id {', '.join(twice)} is there twice")
    return People(listed)


def _first_line(error: Exception) -> str:
    told = error.strerror if isinstance(error, OSError) else None
    return told or str(error).partition("\n")[0]
