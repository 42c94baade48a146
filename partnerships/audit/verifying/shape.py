"""An entry's shape in the chain, field by field in the order of its bytes: read and written again at once."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.json import Decoder, Encoder

Number = Annotated[int, Meta(ge=0, le=2**53 - 1)]


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
    entry: str
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
    version: int
    warnings: list[str]


read_shape = Decoder(Shape).decode
"""Read an entry's bytes; raises msgspec's errors for those of another shape."""

write_shape = Encoder().encode
"""Write a shape: its fields in order and nothing between them, texts escaped as RFC 8785 asks.

So what is read and written alike was in canonical form; `sequence` and `version` are held to their values.
"""
