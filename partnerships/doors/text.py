"""Text made fit to be shown, on a terminal or in a picture."""

from __future__ import annotations

import codecs
import re
import unicodedata

# Terminal sequences go whole, so that "\x1b[31m" does not leave "[31m" behind.
_SEQUENCES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_].*?(?:\x07|\x1b\\|$)|\x1b[ -/]*[0-~]?", re.DOTALL
)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# Direction overrides can make a name read as another one; joiners stay, since several scripts need them.
_DIRECTIONS = re.compile(r"[\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def plain(value: object) -> str:
    """Return `value` as one line without control characters, terminal sequences or direction overrides."""
    text = _SEQUENCES.sub("", str(value))
    return _DIRECTIONS.sub("", _CONTROLS.sub(" ", text)).strip()


def shortened(value: object, length: int) -> str:
    """Return `value` as `plain` text of at most `length` characters, the cut marked by an ellipsis."""
    text = plain(value)
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def beside(name: object, value: str) -> str:
    """Return `value`, such as a day, marked to read from left to right beside a name that does not."""
    runs_left = any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in str(name))
    return f"\u200e{value}" if runs_left else value


# Each as wide as what it stands for, so that the columns of a table stay where they are.
_STAND_INS = {
    "…": ".",
    "—": "-",
    "–": "-",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "·": "-",
    "→": ">",
    "█": "#",
    "░": ".",
}


def _stand_in(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_nearest, error.object[error.start : error.end])), error.end


def _nearest(character: str) -> str:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return ""
    letter = unicodedata.normalize("NFKD", character)[0]
    return _STAND_INS.get(character) or (letter if letter.isascii() else "?")


STAND_INS = "partnerships-stand-ins"
"""The error handler for a stream whose encoding lacks a character: the nearest that ASCII has, else `?`."""
codecs.register_error(STAND_INS, _stand_in)
