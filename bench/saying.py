"""What the hand-written code is told: the bytes of every row that ours left, or what these bytes say.

Told what they say, it decodes the file that it read, encodes what comes, commits to the content and digests
the entry, as whatever keeps a chained history has to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

SEQUENCE, HEAD, CRISIS_MARK, FILE = 1, 2, 15, 16
"""Where a row of the projection holds the sequence, the head digest, the mark of a crisis and the file."""


@dataclass(frozen=True)
class Step:
    """The rows that one accepted command left: entry, content, projection and key, column by column."""

    entry: tuple[Any, ...]
    content: tuple[Any, ...]
    projection: tuple[Any, ...]
    key: tuple[Any, ...]

    @property
    def moved(self) -> tuple[Any, ...]:
        """Give what a step may change of the projection: all but what profile and arrangement say."""
        row = self.projection
        return row[SEQUENCE:9] + row[CRISIS_MARK:19]


Make = Callable[[str, str, Any], Step]
"""Gives the rows to write for a partnership's id, a key, and the row read: sequence, head, file, sealed."""


@dataclass(frozen=True)
class Saying:
    """What the bytes of a step say, as plain values; a chain without its commitment."""

    step: Step
    chain: dict[str, Any]
    content: dict[str, Any]
    file: dict[str, Any]
    outcome: dict[str, Any]

    @classmethod
    def of(cls, step: Step) -> Saying:
        """Decode a step."""
        chain = orjson.loads(step.entry[3])
        del chain["content"]
        outcome = orjson.loads(step.key[2])
        return cls(step, chain, orjson.loads(step.content[3]), orjson.loads(step.projection[FILE]), outcome)

    def given(self, _id: str, _key: str, _row: Any) -> Step:
        """Give the bytes as they were told."""
        return self.step

    def encode(self, id: str, key: str, row: Any) -> Step:
        """Decode the file that is there; encode, commit to and digest what follows it."""
        seen, head, file, _ = row
        orjson.loads(file)
        sequence, salt, content = seen + 1, self.step.content[2], _encode(self.content)
        commitment = hashlib.sha256(b"partnerships/content/1\n" + salt + content).hexdigest()
        place = {"partnership": id, "sequence": sequence, "previous": head}
        canonical = _encode({**self.chain, **place, "content": commitment})
        digest = hashlib.sha256(b"partnerships/entry/1\n" + canonical).hexdigest()
        projection = [id, sequence, digest, *self.step.projection[HEAD + 1 :]]
        projection[FILE] = _encode(self.file).decode()
        outcome = {**self.outcome, "id": id, "sequence": sequence}
        return Step(
            entry=(id, sequence, digest, canonical),
            content=(id, sequence, salt, content, None, None),
            projection=tuple(projection),
            key=(key, self.step.key[1], _encode(outcome).decode()),
        )


def _encode(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
