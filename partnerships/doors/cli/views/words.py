"""The small parts that the views share: states, symbols, days."""

from __future__ import annotations

import sys
from typing import Any

from rich.text import Text

from partnerships.doors.text import plain

# The three categories look alike: none ranks above another (S5.14).
_STATE_STYLES = {
    "identified": "cyan",
    "assessed": "cyan",
    "active_activity": "green",
    "active_associate": "green",
    "strategic": "green",
    "transitioning": "yellow",
    "exited": "magenta",
    "terminated_for_crisis": "red",
}


_SHORT = {"ngo": "NGO", "cso": "CSO", "un_agency": "UN agency"}


def words(name: object) -> str:
    """Return a code such as `begin_activity` as words."""
    code = plain(name)
    return _SHORT.get(code) or code.replace("_", " ")


def state_text(state: object, *, bold: bool = True) -> Text:
    """Return a state in its colour."""
    if state is None:
        return Text("—")
    style = _STATE_STYLES.get(str(state), "")
    # A span, not a base style, so that what is appended does not take the colour on.
    return Text().append(words(state), style=f"bold {style}" if bold else style)


def symbol(name: str) -> str:
    """Return the sign for `yes`, `no` or `arrow`, in ASCII where standard output has nothing better."""
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower()
    signs = {"yes": "✓", "no": "✗", "arrow": "→"}
    plainer = {"yes": "+", "no": "x", "arrow": "->"}
    return (signs if encoding.startswith("utf") else plainer)[name]


def value_text(value: Any) -> str:
    """Return a field's value as plain text; absent is a dash."""
    if value is None or value in ("", [], {}):
        return "—"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(value_text(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{words(key)} {value_text(item)}" for key, item in value.items())
    return plain(value)


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return `1 thing` or `2 things`."""
    return f"{number} {one if number == 1 else many or one + 's'}"
