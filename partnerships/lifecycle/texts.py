"""Texts as people mean them: which are blank, and which are the same but for how they were typed."""

from __future__ import annotations

import unicodedata

_SPACES = "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
#: Fillers that count as letters or signs and show nothing.
_FILLERS = "\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
#: Marks of direction, width and joining, and tags.
_MARKS = "\xad\u061c\u180e\ufeff" + "".join(
    map(
        chr,
        (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xE0000, 0xE0080)),
    )
)
_CONTROLS = "".join(
    map(chr, (*range(0x01, 0x09), *range(0x0E, 0x1C), *range(0x7F, 0x85), *range(0x86, 0xA0)))
)
BLANKS = _SPACES + _FILLERS + _MARKS + _CONTROLS
"""Every character that shows nothing."""

PRINTABLE_BLANKS = " " + _FILLERS
"""Those among them that Python takes for printable."""

_UNSEEN = dict.fromkeys(map(ord, _FILLERS + _MARKS + _CONTROLS))


def bare(text: str) -> str:
    """Give a text for comparing: without case, spaces and what shows nothing, its accents composed."""
    if text.isascii() and text.isprintable():
        return "".join(text.casefold().split())
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    return "".join(folded.translate(_UNSEEN).split())
