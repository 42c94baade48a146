"""What an import did."""

from dataclasses import dataclass, field
from typing import Any

from partnerships.workflows.registers.register import LeftOut


@dataclass(slots=True)
class ImportReport:
    """What one import did.

    `source` and `digest` are the register's; `ids` the partnerships of its candidates, in the register's
    order; `identified` counts those opened now, `recorded` the register entries put on file now,
    `unchanged` those that were on file with the same facts. `refused` holds the outcomes that were not
    accepted, each with the `reference` of its entry (None for an identification), `left_out` the rows and
    facts that were not taken, `remarks` what a person should look at, the warnings of accepted commands
    included.
    """

    source: str
    digest: str
    format: str
    published_on: str | None
    ids: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    remarks: list[LeftOut]
    identified: int = 0
    recorded: int = 0
    unchanged: int = 0
    refused: list[dict[str, Any]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Returns JSON values; `left_out` and `remarks` are lists of {row, reference, reason}."""
        return {
            "source": self.source,
            "digest": self.digest,
            "format": self.format,
            "published_on": self.published_on,
            "ids": list(self.ids),
            "identified": self.identified,
            "recorded": self.recorded,
            "unchanged": self.unchanged,
            "refused": list(self.refused),
            "left_out": [item.as_dict() for item in self.left_out],
            "remarks": [item.as_dict() for item in self.remarks],
        }
