"""The few lines that a section shows, in order of id, however many there are."""

from __future__ import annotations

from typing import Any

Line = dict[str, Any]


class Listing:
    """The first lines up to a limit, and how many more there were."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.lines: list[Line] = []
        self.count = 0

    def add(self, line: Line) -> None:
        """Take a line in, or count it where there are enough."""
        self.count += 1
        if len(self.lines) < self.limit:
            self.lines.append(line)

    def as_json(self) -> dict[str, Any]:
        """Give the lines, and how many were left out."""
        return {"lines": self.lines, "left_out": self.count - len(self.lines)}
