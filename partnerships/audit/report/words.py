"""Codes as an auditor reads them, and texts of others made safe to print."""

from __future__ import annotations

import re
from typing import Any

from partnerships.lifecycle.records import BODIES
from partnerships.lifecycle.vocabulary import RecordKind

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# Direction overrides can make a name read as another one; joiners stay, since several scripts need them.
_DIRECTIONS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")

_CODE = re.compile(r"[a-z]+(_[a-z]+)+")
_LINE = 110

LONGEST = 1500
"""How many characters of one text are printed; the JSON twin has all of it."""

_ACTIONS = {
    "identify": "Identified",
    "assess": "Assessed",
    "begin_activity": "Activity partnership begun",
    "begin_associate": "Associate partnership begun",
    "begin_strategic": "Strategic partnership begun",
    "renew": "Renewed",
    "begin_transition": "Transition begun",
    "extend": "Extended",
    "exit": "Exited",
    "decline": "Declined",
    "terminate_for_crisis": "Terminated for a crisis",
    "reidentify": "Identified anew",
    "take_over": "Taken over as running",
    "revert": "Reverted",
    "withdraw": "Withdrawn",
    "open": "Sealed content opened",
}


def action(trigger: str | None) -> str:
    """Give a trigger as what was done."""
    return _ACTIONS.get(trigger or "", words(trigger or "entry").capitalize())


_UNDONE = {"withdrawal": "withdrawn", "reversal": "reverted", "erasure": "erased"}


def undone(entry: str) -> str:
    """Give what an entry of this type did to another one."""
    return _UNDONE[entry]


def words(code: object) -> str:
    """Give a code such as `begin_activity` as words."""
    return clean(code).replace("_", " ")


def clean(value: object) -> str:
    """Give a text without control characters, lone surrogates or direction overrides; lines stay lines."""
    return _DIRECTIONS.sub("", _CONTROLS.sub(" ", str(value).replace("\r\n", "\n"))).strip()


def cut(value: object, longest: int = LONGEST) -> tuple[str, int]:
    """Give the part of a text that is printed, and how many characters are left out."""
    text = clean(value)
    if len(text) <= longest:
        return text, 0
    return text[:longest], len(text) - longest


def shown(value: Any) -> str:
    """Give a field's value as text; absent is a dash."""
    if value is None or value in ("", [], {}):
        return "—"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(shown(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{words(key)}: {shown(item)}" for key, item in value.items())
    text = clean(value)
    return text.replace("_", " ") if _CODE.fullmatch(text) else text


def is_short(value: Any) -> bool:
    """Tell whether a list or an object fits on a line: plain values only, and few of them."""
    items = list(value.values() if isinstance(value, dict) else value)
    plain = not any(isinstance(item, list | dict) for item in items)
    return plain and len(shown(value)) <= _LINE


def in_order(body: dict[str, Any], kind: str | None) -> list[tuple[str, Any]]:
    """Give a body's fields in the order in which its kind of record declares them."""
    model = BODIES.get(kind or RecordKind.PARTNER_PROFILE)
    order = {name: number for number, name in enumerate(model.model_fields if model else ())}
    return sorted(body.items(), key=lambda item: order.get(item[0], len(order)))
