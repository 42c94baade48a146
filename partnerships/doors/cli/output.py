"""Where results go: standard output for what was asked, standard error for progress."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console


def encoded(value: Any) -> bytes:
    """Return `value` as one line of JSON in UTF-8, without its line end."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # A lone surrogate cannot be UTF-8; its backslash form is what JSON writes for it anyway.
    return text.encode("utf-8", "backslashreplace")


def write_line(line: bytes) -> None:
    """Write one line to standard output and hand it to the reader at once."""
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


def write_json(value: Any) -> None:
    """Write `value` to standard output as one line of JSON."""
    sys.stdout.flush()
    write_line(encoded(value))


def console(*, stderr: bool = False, most: int = 120) -> Console:
    """Return the console that people read: at most `most` columns, no colour where it would be noise."""
    from rich.console import Console

    made = Console(stderr=stderr, highlight=False, emoji=False)
    # A terminal that does not know its width says 0, on which nothing would show.
    made.width = min(made.width or 80, most)
    return made
