"""The current file: the version of each record that counts in this cycle."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from partnerships.lifecycle.filed import Filed
from partnerships.lifecycle.kept import KeptFile
from partnerships.lifecycle.lines import Line
from partnerships.lifecycle.records import AUTHORED, RegisterEntry
from partnerships.lifecycle.records.fields import Body

B = TypeVar("B", bound=Body)

#: What a new cycle keeps (L6); relations move nothing and are read from the history.
_LASTING = ("partner_profile", "arrangement")


@dataclass(slots=True)
class File:
    """What is on a partnership's file, by the slot that a later record of the same kind takes over.

    `passed` holds, on the file of a past day, the versions that did not take effect by then: they count for
    nothing there, but who recorded a text stays its author (L2).
    """

    records: dict[str, Filed[Any]] = field(default_factory=dict)
    agreements: dict[str, Line] = field(default_factory=dict)
    registers: dict[str, Filed[RegisterEntry]] = field(default_factory=dict)
    passed: dict[str, Filed[Any]] = field(default_factory=dict)

    def get(self, model: type[B], of: str | None = None) -> Filed[B] | None:
        """Give the version of a record that counts; `of` names the party or clause where each has its own."""
        return self.records.get(f"{model.kind}:{of}" if of else model.kind)

    def version_before(self, slot: str) -> Filed[Any] | None:
        """Give the version recorded last in a slot, whatever its day."""
        return self.passed.pop(slot, None) or self.records.get(slot)

    def pass_by(self, version: Filed[Any]) -> None:
        """Take note of a version that did not take effect by the day of this file."""
        slot = slot_of(version)
        version.supersede(self.version_before(slot))
        self.passed[slot] = version

    def next_cycle(self) -> File:
        """Give the file that a new cycle begins with (L6)."""
        kept = {slot: self.records[slot] for slot in _LASTING if slot in self.records}
        return File(records=kept, registers=self.registers)

    def without(self, kinds: Collection[str]) -> File:
        """Give the same file without the records of some kinds."""
        records = {slot: filed for slot, filed in self.records.items() if filed.kind not in kinds}
        return replace(self, records=records)

    def sort(self) -> None:
        """Bring agreements and register entries into the order in which the projection keeps them."""
        self.agreements = dict(sorted(self.agreements.items()))
        self.registers = dict(sorted(self.registers.items()))

    def forget_old_texts(self, after: int) -> None:
        """Keep the authorship of the texts that still stand: the file must not grow with every renewal.

        `after` is the sequence of the decision that did so before; what was recorded by then is clean.
        """
        for filed in (*self.records.values(), *self.passed.values()):
            if filed.sequence > after and filed.is_authored:
                filed.forget_old_texts()

    def as_json(self) -> dict[str, Any]:
        """Give the JSON that the projection keeps, its records encoded already."""
        return {
            "records": {slot: filed.as_json() for slot, filed in self.records.items()},
            "agreements": {reference: line.as_json() for reference, line in self.agreements.items()},
            "registers": {key: filed.as_json() for key, filed in self.registers.items()},
            "texts": {slot: filed.texts for slot, filed in self.records.items() if filed.kind in AUTHORED},
        }

    @classmethod
    def of_kept(cls, kept: KeptFile) -> File:
        """Give the file as the projection keeps it."""
        texts = kept.texts
        return cls(
            {slot: Filed.of_kept(item, texts.get(slot)) for slot, item in kept.records.items()},
            {reference: Line.of_kept(reference, item) for reference, item in kept.agreements.items()},
            {key: Filed.of_kept(item) for key, item in kept.registers.items()},
        )


def slot_of(filed: Filed[Any]) -> str:
    """Give the slot of a record: positions are kept by party, exceptions by clause, all else by kind."""
    kind = filed.kind
    if kind == "position":
        return f"{kind}:{filed.raw['party']}"
    if kind == "exception":
        return f"{kind}:{filed.raw['clause']}"
    return kind
