"""The log's keys, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from partnerships.doors.text import plain


def keys_view(answer: Mapping[str, Any]) -> Text:
    """Return each key with the size from which on it signs, and the one that was just made."""
    lines = []
    for key in answer["keys"]:
        lines.append(Text.assemble((f"from leaf {key['since']:>8}", "dim"), "  ", plain(key["key"])))
    if not lines:
        lines.append(Text("No key has signed this log yet."))
    if answer["made"] is not None:
        lines.append(Text.assemble(("made  ", "bold green"), plain(answer["made"])))
    return Text("\n").join(lines)
