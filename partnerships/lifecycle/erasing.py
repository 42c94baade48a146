"""What stays of an erased content: codes, days, amounts and ids, by which the fold goes on; no words."""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from msgspec import convert

from partnerships.lifecycle.entries import By, Entry
from partnerships.lifecycle.records import (
    BODIES,
    Agreement,
    PromptAnswer,
    RegisterEntry,
    SustainabilityReview,
)
from partnerships.lifecycle.records.fields import Part
from partnerships.lifecycle.vocabulary import EntryType, RecordKind

Json = dict[str, Any]

ERASED = "(erased)"
"""Stands where a text has to stand."""

Names = Mapping[str, str]
"""What an agreement's or a register's reference is called from now on; one that is absent stays as it is."""

_HANDLES: Mapping[type[Part], tuple[str, ...]] = {
    Agreement: ("reference", "continues"),
    RegisterEntry: ("source", "reference"),
    PromptAnswer: ("prompt",),
}
"""Texts by which entries find each other: they stay as long as another content holds them."""

_SAID: Mapping[type[Part], tuple[str, ...]] = {
    SustainabilityReview: ("added_value_partner", "added_value_ims"),
}
"""Texts that may be absent, where it is kept that they were not: an absence is asked about (S6.6)."""

_GONE = frozenset({"documents", "identifiers", "sealed"})
_EMPTIED = frozenset({"steps"})
"""A plan's steps are nothing without their words."""

_ERASURE = EntryType.ERASURE
_VOID = frozenset({RecordKind.EXCEPTION})
"""An exception is its reason: without it, it excuses nothing."""


def handles_in(kind: str | None, body: Json | None) -> set[str]:
    """Give the references by which a body is found, or finds others."""
    model = BODIES.get(kind or "")
    if model is None or model is PromptAnswer or body is None:
        return set()
    return {body[name] for name in _HANDLES.get(model, ()) if name in body}


def texts_in(value: Any) -> Iterator[str]:
    """Give every text that a JSON value holds."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts_in(item)


def remainder(entry: Entry, content: Json, names: Names) -> Json:
    """Give what the erasure keeps of an entry's content.

    `body` holds a record's codes, and is absent where the record counts no more; `actor` who raised a case,
    by the id that stays; `kept` what an earlier erasure kept.
    """
    left: Json = {}
    if "actor" in content:
        left["actor"] = content["actor"]
    if entry.entry == EntryType.ERASURE:
        left["kept"] = {at: _renamed(value, names) for at, value in (content.get("kept") or {}).items()}
    body = content.get("body")
    if body is None:
        return left
    if entry.entry == EntryType.PROMPT:
        left["body"] = _renamed(body, names)
    elif entry.kind not in _VOID:
        kind = entry.kind if entry.entry == EntryType.RECORD else RecordKind.PARTNER_PROFILE
        left["body"] = _codes(BODIES[str(kind)], body, names)
    return left


def stand_in(entries: Iterable[Entry]) -> tuple[list[Entry], set[int]]:
    """Put what was kept in the place of what was erased; also give the sequences that count no more."""
    history = list(entries)
    erasures = [entry for entry in history if entry.entry == _ERASURE]
    if not erasures:
        return history, set()
    erased: set[int] = set()
    kept: dict[int, Json] = {}
    # The latest comes first: it may have erased an earlier one's content, and kept what that had kept.
    for erasure in reversed(erasures):
        own = kept.get(erasure.sequence, {}).get("kept") if erasure.sequence in erased else erasure.kept
        erased.update(erasure.erased)
        for sequence, left in (own or {}).items():
            kept.setdefault(int(sequence), left)
    void = {
        entry.sequence
        for entry in history
        if entry.sequence in erased
        and entry.entry == EntryType.RECORD
        and "body" not in kept.get(entry.sequence, {})
    }
    return [
        _standing(entry, kept.get(entry.sequence, {})) if entry.sequence in erased else entry
        for entry in history
    ], void


def _standing(entry: Entry, left: Json) -> Entry:
    actor = left.get("actor")
    return entry.standing_in(left.get("body"), convert(actor, By) if actor is not None else None)


def _renamed(value: Any, names: Names) -> Any:
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, dict):
        return {key: _renamed(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [_renamed(item, names) for item in value]
    return value


def _codes(model: type[Part], raw: Json, names: Names) -> Json:
    left: Json = {}
    fields = _fields(model)
    for name, value in raw.items():
        if name in _GONE or name not in fields:
            continue
        annotation, is_code, is_required = fields[name]
        if name in _EMPTIED:
            left[name] = []
        elif name in _HANDLES.get(model, ()):
            left[name] = names.get(value, value)
        elif (code := _code(annotation, is_code, value, names)) is not None:
            left[name] = code
        elif is_required or name in _SAID.get(model, ()):
            left[name] = ERASED
    return left


def _code(annotation: Any, is_code: bool, value: Any, names: Names) -> Any:
    """Give what stays of a value, or None for words."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _code(get_args(annotation)[0], True, value, names)
    if origin in (Union, types.UnionType):
        (inner,) = [option for option in get_args(annotation) if option is not type(None)]
        return _code(inner, is_code, value, names)
    if origin is list:
        (item,) = get_args(annotation)
        # How many took part is kept, not who.
        return [ERASED if (code := _code(item, False, one, names)) is None else code for one in value]
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return _codes(annotation, value, names)
    return None if annotation is str and not is_code else value


@cache
def _fields(model: type[Part]) -> dict[str, tuple[Any, bool, bool]]:
    """Give each kept name's type, whether its text is a code, and whether it has to be there."""
    return {
        field.alias or name: (field.annotation, bool(field.metadata), field.is_required())
        for name, field in model.model_fields.items()
    }
