"""Rendering a report: one HTML file that needs nothing else, and its JSON twin."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined, UndefinedError
from markupsafe import Markup

from partnerships.audit.report.drawing import timeline
from partnerships.audit.report.words import action, clean, cut, in_order, is_short, shown, undone, words
from partnerships.errors import PartnershipsError
from partnerships.storage.unreadable import UNREADABLE

Json = dict[str, Any]

_SHORT = 16


def html(told: Json) -> bytes:
    """Give a report as HTML in UTF-8: no script, no external resource, a policy that allows neither.

    Raises PartnershipsError where an entry says what no such entry says, and cannot be shown.
    """
    style = stylesheet()
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    page = _environment().get_template("report.html")
    with _showing(told):
        text = page.render(told, style=Markup(style), style_hash=f"sha256-{digest}")
    # What somebody wrote may hold half of a character, which UTF-8 cannot.
    return text.encode("utf-8", "replace")


def twin(told: Json) -> bytes:
    """Give the same report as JSON in UTF-8, for programs; raises as `html` does."""
    # Some keys are words of the vocabulary, which are texts of a kind of their own.
    option = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS
    with _showing(told):
        return orjson.dumps(told, option=option)


@contextmanager
def _showing(told: Json) -> Iterator[None]:
    try:
        yield
    except (*UNREADABLE, UndefinedError):
        named = ", ".join(told["scope"]["ids"])
        raise PartnershipsError(
            f"what is on file of {named} cannot be shown; `partnerships audit verify` looks closer"
        ) from None


@cache
def stylesheet() -> str:
    """Give the style of report and timeline, as CSS."""
    return (files("partnerships.audit.report") / "templates" / "style.css").read_text("utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("partnerships.audit.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "action": action,
        "capitalize_first": lambda text: text[:1].upper() + text[1:],
        "clean": clean,
        "cut": cut,
        "day": lambda instant: instant[:10],
        "in_order": in_order,
        "instant": _instant,
        "is_short": is_short,
        "one_line": _one_line,
        "short": lambda digest: digest[:_SHORT],
        "shown": shown,
        "timeline": timeline,
        "title_of": _title,
        "undone": undone,
        "words": words,
    }
    return environment


def _instant(text: str) -> str:
    return f"{text[:10]} {text[11:19]} UTC"


def _one_line(text: str) -> str:
    part, more = cut(" ".join(str(text).split()), 160)
    return part + "…" if more else part


def _title(page: Json) -> str:
    """What an entry did, as a heading."""
    if page["restricted"]:
        return "An entry of a crisis case"
    if page["trigger"]:
        return action(page["trigger"])
    if page["entry"] == "takeover":
        return action("take_over")
    if page["entry"] == "reversal":
        return f"Entry {page['target']} reverted"
    if page["entry"] == "withdrawal":
        return f"Entry {page['target']} withdrawn"
    return (
        f"{words(page['entry'])}: {words(page['kind'])}".capitalize()
        if page["kind"]
        else words(page["entry"])
    )
