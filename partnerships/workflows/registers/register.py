"""A register as it was read: candidates for a partnership, and what was left out."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One thing that was not taken, or that a person should look at.

    `row` is its place in the file (None when it concerns several), `reference` the identifier given there.
    """

    row: int | None
    reference: str | None
    reason: str

    def as_dict(self) -> dict[str, Any]:
        return {"row": self.row, "reference": self.reference, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One organisation.

    `id` is the partnership it would open: opaque, and the same in every version of the register that
    gives the same publisher, organisation name and country. `profile` is a `partner_profile` with only
    what the register says, `entries` are bodies of `register_entry`, one for each activity. `key` is its
    publisher and name, as ids are made of them; None where the register has that name in several countries.
    """

    id: str
    profile: dict[str, Any]
    entries: tuple[dict[str, str], ...]
    key: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Register:
    """A published register.

    `format` is `iati`, `360giving` or `csv`, `source` the publisher's name and identifier as given,
    `digest` `sha256:` and the hex digits of the file's bytes, `published_on` an ISO day if the file says
    one. `remarks` is what was taken as it stands although a person should look at it.
    """

    format: str
    source: str
    digest: str
    published_on: str | None
    candidates: tuple[Candidate, ...]
    left_out: tuple[LeftOut, ...]
    remarks: tuple[LeftOut, ...]
