"""An entry's shape in the chain, field by field in the order of its bytes: read and written again at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, MsgspecError, Struct, UnsetType
from msgspec.json import Decoder, Encoder

Number = Annotated[int, Meta(ge=0, le=2**53 - 1)]

Looked = Literal[
    "identification", "record", "transition", "prompt", "opening", "withdrawal", "reversal", "takeover"
]
"""The entries that may have this shape; an erasure, which names what is gone, never has."""


class Actor(Struct, forbid_unknown_fields=True, gc=False):
    """Who acted."""

    id: str
    party: str
    roles: list[str]


class Policy(Struct, forbid_unknown_fields=True, gc=False):
    """The policy version that was in force."""

    digest: str
    version: str


class Imported(Struct, forbid_unknown_fields=True, gc=False):
    """Who took a past history over, and the instant that it claims."""

    by: str
    claimed: str | None


class Prompt(Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True, gc=False):
    """What the chain says of a prompt."""

    clause: str
    due_on: str
    endline: str | UnsetType = UNSET
    id: str
    step: str


class Shape(
    Struct,
    forbid_unknown_fields=True,
    omit_defaults=True,
    kw_only=True,
    gc=False,
    rename={"from_state": "from", "to_state": "to"},
):
    """What an entry of version 1 may hold; bytes of another shape are looked at the long way."""

    actor: Actor | None
    basis: str | UnsetType = UNSET
    before_policy: bool | UnsetType = UNSET
    content: str
    cycle: Number
    door: str
    entry: Looked
    erased: list[Number] | UnsetType = UNSET
    evidence: list[Number]
    findings: list[str] | UnsetType = UNSET
    from_state: str | UnsetType = UNSET
    granted: bool | UnsetType = UNSET
    imported: Imported | UnsetType = UNSET
    kind: str | UnsetType | None = UNSET
    on: str
    partnership: str
    policy: Policy
    previous: str
    prompt: Prompt | UnsetType = UNSET
    recorded_at: str
    sealed: bool | UnsetType = UNSET
    second: Actor | UnsetType = UNSET
    sequence: int
    settings: str
    since: str | UnsetType = UNSET
    target: Number | UnsetType = UNSET
    to_state: str | UnsetType = UNSET
    trigger: str | UnsetType = UNSET
    version: Literal[1]
    warnings: list[str]


_read_line, _read_lines = Decoder(Shape).decode, Decoder(Shape).decode_lines
_write_line, _write_lines = Encoder().encode, Encoder().encode_lines


def read_shapes(stored: Sequence[Any]) -> Sequence[Shape | None]:
    """Read entries' bytes; None for those of another shape, or not in their canonical form.

    A shape is written with its fields in order, nothing between them, and texts escaped as RFC 8785 asks:
    what is read and written alike was in canonical form. `sequence` is held to its value elsewhere.
    """
    try:
        lines = b"\n".join(stored) + b"\n"
        shapes = _read_lines(lines)
        if len(shapes) == len(stored) and _write_lines(shapes) == lines:
            return shapes
    except (MsgspecError, TypeError, ValueError):
        pass
    return [_read_shape(each) for each in stored]


def _read_shape(stored: Any) -> Shape | None:
    try:
        shape = _read_line(stored)
        return shape if _write_line(shape) == stored else None
    except (MsgspecError, TypeError, ValueError):
        return None
