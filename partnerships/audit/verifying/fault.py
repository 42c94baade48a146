"""A fault: what `verify` found, in which layer, by which rule, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was written.

    `rule` is stable, `LAYER.what`. A place is a partnership with a sequence, a position in the log (from 0),
    or the size of a checkpoint; `proof` holds signed notes that prove the fault to anybody.
    """

    rule: str
    detail: str
    partnership: str | None = None
    sequence: int | None = None
    position: int | None = None
    size: int | None = None
    proof: tuple[str, ...] = ()

    @property
    def layer(self) -> str:
        """Give the layer that noticed it."""
        return self.rule.partition(".")[0]

    def as_json(self) -> dict[str, Any]:
        """Give the fault as JSON, absent parts left out."""
        place = {
            "partnership": self.partnership,
            "sequence": self.sequence,
            "position": self.position,
            "size": self.size,
            "proof": list(self.proof) or None,
        }
        said = {"layer": self.layer, "rule": self.rule, "detail": _as_json(self.detail)}
        return said | {name: _as_json(value) for name, value in place.items() if value is not None}


def _as_json(value: Any) -> Any:
    """SQLite keeps bytes where a text belongs, and texts that are no UTF-8: JSON knows neither."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    return value if isinstance(value, int | float | list) else repr(value)
