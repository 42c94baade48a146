"""What a reader finds: one organisation in one activity, before any grouping."""

from dataclasses import dataclass, field

from partnerships.workflows.registers.names import normal
from partnerships.workflows.registers.register import LeftOut


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who published the row, as the register gives it: an identifier, a name, or neither."""

    reference: str = ""
    name: str = ""

    @property
    def source(self) -> str:
        if self.name and self.reference:
            return f"{self.name} ({self.reference})"
        return self.name or self.reference or "publisher not named"

    @property
    def key(self) -> str:
        """What makes the publisher the same one in the next version of the file."""
        return self.reference.casefold() or normal(self.name)


@dataclass(frozen=True, slots=True)
class Row:
    """One organisation in one activity.

    `number` is the place in the file (activity or grant, from 1; line of a CSV), `identifiers` pairs of
    scheme and value as given, `country` the organisation's own (ISO 3166-1 alpha-2), `works_in` where the
    activity takes place, `places` the names of those places as given, and `entry` the facts of a
    `register_entry` but for its source; None when the row names an organisation alone.
    """

    number: int
    reference: str | None
    publisher: Publisher
    name: str
    identifiers: tuple[tuple[str, str], ...] = ()
    country: str | None = None
    works_in: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    entry: dict[str, str] | None = None


@dataclass(slots=True)
class Reading:
    """All that one file gave: rows, what was left out of them, and what a person should look at."""

    format: str
    published_on: str | None = None
    rows: list[Row] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    remarks: list[LeftOut] = field(default_factory=list)

    def leave_out(self, row: int | None, reference: str | None, reason: str) -> None:
        self.left_out.append(LeftOut(row, reference, reason))

    def remark(self, row: int | None, reference: str | None, reason: str) -> None:
        self.remarks.append(LeftOut(row, reference, reason))
