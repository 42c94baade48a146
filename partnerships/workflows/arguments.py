"""What a reading is asked with: days, instants, ids, texts and counts, as they can be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypedDict

from partnerships.errors import BadRequest, UnknownPartnership
from partnerships.lifecycle.days import parse_day, parse_instant, write_instant
from partnerships.lifecycle.records.fields import is_id
from partnerships.lifecycle.records.reading import text_problems

Day = date | str | None
Instant = datetime | str | None


class PortfolioFilters(TypedDict, total=False):
    """What a portfolio is narrowed by; `name` is a part of it, `identifier` SCHEME:VALUE, `after` an id."""

    on: Day
    state: str | None
    overdue: bool
    name: str | None
    identifier: str | None
    type: str | None
    level: str | None
    country: str | None
    responsible: str | None
    limit: int | None
    after: str | None


class PromptFilters(TypedDict, total=False):
    """What prompts are narrowed by; `for_` is an actor's or a partnership's id, `after` a prompt's."""

    on: Day
    status: str | Sequence[str] | None
    kind: str | None
    for_: str | None
    country: str | None
    responsible: str | None
    limit: int | None
    after: str | None


MOST = 2**31 - 1
"""As many as any database counts to in one answer."""


def read_id(id: str) -> str:
    """Read a partnership's id; raises UnknownPartnership for one that none can have."""
    if not isinstance(id, str) or not is_id(id):
        raise unknown(id)
    return id


def unknown(id: str) -> UnknownPartnership:
    """Give the error that no such partnership is on file."""
    return UnknownPartnership(f"there is no partnership {id!r}; `partnerships list` shows those on file")


def read_day(value: Day, name: str) -> date | None:
    """Read a day; raises BadRequest for what is none."""
    if value is None:
        return None
    try:
        return parse_day(value)
    except ValueError as error:
        raise BadRequest(f"{name} {error}") from None


def read_instant(value: Instant, name: str) -> str | None:
    """Read an instant; raises BadRequest for what is none."""
    if value is None:
        return None
    try:
        return write_instant(parse_instant(value))
    except ValueError as error:
        raise BadRequest(f"{name} {error}") from None


def read_text(value: str, name: str) -> str:
    """Read a text to look for; raises BadRequest for what no database keeps as one."""
    problem = next(text_problems(value), None) if isinstance(value, str) else "must be text"
    if problem is not None:
        raise BadRequest(f"{name} {problem}")
    return value


def read_count(value: int, name: str) -> int:
    """Read how many are wanted, or after which number; raises BadRequest for what is no whole number."""
    if type(value) is not int or value < 0:
        raise BadRequest(f"{name}: {value!r} is no whole number from 0 on")
    return min(value, MOST)


def read_limit(value: int | None) -> int | None:
    """Read how many are wanted at most, or None for all; raises BadRequest for what is no whole number."""
    return None if value is None else read_count(value, "limit")
