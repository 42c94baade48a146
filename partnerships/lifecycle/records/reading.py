"""Reading a record's body: blank is absent, unknown is refused, and all errors come at once."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from partnerships.lifecycle.days import parse_day, write_day
from partnerships.lifecycle.records import BODIES
from partnerships.lifecycle.records.fields import PATTERNS, Body
from partnerships.lifecycle.records.trusted import construct
from partnerships.lifecycle.texts import BLANKS, PRINTABLE_BLANKS

Problem = tuple[str, str]

MAX_DEPTH = 64
MAX_INTEGER = 2**53 - 1

#: Days of something done; none may lie after the record's own day.
_DONE = frozenset(
    {
        "conducted_on",
        "committed_on",
        "dei_agreed_on",
        "held_on",
        "written_on",
        "endline_acknowledged_on",
        "confirmed_on",
        "recommended_on",
        "cleared_on",
        "closed_on",
        "done_on",
        "concluded_on",
        "on",
    }
)
_VERBATIM = frozenset({"sealed"})


def is_plain(value: Any, depth: int = 0) -> bool:
    """Tell quickly whether a value has no blank and nothing that cannot be kept, as most have."""
    kind = type(value)
    if kind is str:
        return bool(value.isprintable() and value.strip(PRINTABLE_BLANKS))
    if kind is dict and depth < MAX_DEPTH:
        if not _are_plain_names(value):
            return False
        for item in value.values():
            # Looked at right here: a call for each text takes half the time, on every command.
            if type(item) is str:
                if not item.isprintable() or not item.strip(PRINTABLE_BLANKS):
                    return False
            elif not is_plain(item, depth + 1):
                return False
        return True
    if kind is list and depth < MAX_DEPTH:
        for item in value:  # noqa: SIM110  (a generator here takes twice the time, on every command)
            if not is_plain(item, depth + 1):
                return False
        return True
    return kind is bool or (kind is int and -MAX_INTEGER <= value <= MAX_INTEGER)


def _are_plain_names(value: dict[Any, Any]) -> bool:
    try:
        return "".join(value).isprintable() and _VERBATIM.isdisjoint(value)
    except TypeError:
        return False


def without_blanks(value: Any, problems: list[Problem], path: str, depth: int = 0, keep: bool = False) -> Any:
    """Give the value with nulls, blank texts and blank list items left out; note what cannot be kept."""
    if isinstance(value, str):
        if not value.isprintable():
            problems += [(path, problem) for problem in text_problems(value)]
        return value if keep or value.strip(BLANKS) else None
    if isinstance(value, dict):
        if depth >= MAX_DEPTH:
            problems.append((path, f"is nested deeper than {MAX_DEPTH} levels"))
            return None
        result = {}
        for key, item in value.items():
            if not isinstance(key, str):
                problems.append((path, "has a field whose name is not text"))
                continue
            inner = f"{path}.{key}" if path else key
            if not key.isprintable():
                problems += [(path, problem) for problem in text_problems(key)]
            kept = without_blanks(item, problems, inner, depth + 1, keep or key in _VERBATIM)
            if kept is not None or keep:
                result[key] = kept
        return result
    if isinstance(value, list):
        if depth >= MAX_DEPTH:
            problems.append((path, f"is nested deeper than {MAX_DEPTH} levels"))
            return None
        items = [
            without_blanks(item, problems, f"{path}.{index}", depth + 1, keep)
            for index, item in enumerate(value)
        ]
        return items if keep else [item for item in items if item is not None]
    return _plain_value(value, problems, path)


def _plain_value(value: Any, problems: list[Problem], path: str) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, int):
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            problems.append((path, "is a number too large to keep exactly; write it as text"))
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            problems.append((path, "is not a finite number"))
        return value
    problems.append((path, "is not a JSON value"))
    return None


def text_problems(text: str) -> Iterator[str]:
    """Give what keeps a text from any database."""
    if "\0" in text:
        yield "must not contain a NUL character"
    try:
        text.encode()
    except UnicodeEncodeError:
        yield "must be text that UTF-8 can carry (a lone surrogate is not)"


def read_body(kind: str, body: dict[str, Any], on: date) -> tuple[Body | None, list[Problem]]:
    """Check a body whose blanks are gone; give the typed record, or every problem with its path."""
    try:
        record = BODIES[kind].model_validate(body)
    except ValidationError as error:
        return None, problems_of(error, "body") + later_days(body, on)
    problems = [(f"body.{path}", message) for path, message in record.contradictions()]
    return record, problems + later_days(body, on)


def later_days(body: dict[str, Any], on: date) -> list[Problem]:
    """Name every day of something done that lies after the record's own day."""
    written = write_day(on)
    return [
        (f"body.{path}", f"lies after the record's own day, {written}") for path in _later_than(body, written)
    ]


def typed(kind: str, body: dict[str, Any]) -> Body:
    """Give the typed record of a body that was checked when it was recorded."""
    record: Body = construct(BODIES[kind], body)
    return record


def problems_of(error: ValidationError, root: str = "") -> list[Problem]:
    """Give a model's errors as (path, message), in words of our own where pydantic's are not for people."""
    problems = []
    for item in error.errors(include_url=False, include_context=True, include_input=False):
        path = ".".join(part for part in (root, *(str(step) for step in item["loc"])) if part)
        problems.append((path, _message(item)))
    return problems


def _message(item: ErrorDetails) -> str:
    if item["type"] == "string_pattern_mismatch":
        return PATTERNS.get(item["ctx"]["pattern"], item["msg"])
    words = _WORDS.get(item["type"])
    return words.format(**item.get("ctx", {})) if words else item["msg"].removeprefix("Value error, ")


_WORDS = {
    "extra_forbidden": "is not a field here",
    "missing": "is required",
    "string_type": "must be text",
    "string_unicode": "must be text that UTF-8 can carry (a lone surrogate is not)",
    "string_too_long": "must have at most {max_length} characters",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "int_parsing": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "list_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "enum": "must be {expected}",
    "literal_error": "must be {expected}",
}


def _later_than(value: Any, on: str) -> list[str]:
    """Give the paths, inside a value, of the days that lie after a day."""
    paths: list[str] = []
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(item, str):
            # Days written out come in the order of their text.
            if key in _DONE and item > on and _is_day(item):
                paths.append(key)
        elif isinstance(item, (dict, list)) and key not in _VERBATIM:
            inner = _later_than(item, on)
            if inner:
                paths += [f"{key}.{path}" for path in inner]
    return paths


def _is_day(text: str) -> bool:
    try:
        parse_day(text)
    except ValueError:
        return False
    return True
