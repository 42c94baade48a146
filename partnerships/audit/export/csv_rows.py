"""CSV (RFC 4180): a line an entry, in the order of recording, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from codecs import getwriter
from collections.abc import Iterable
from typing import BinaryIO

from partnerships.audit.export.facts import FIELDS, Exported
from partnerships.audit.export.header import Header

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_csv(entries: Iterable[Exported], out: BinaryIO, header: Header) -> None:
    """Write entries as CSV in UTF-8 with CRLF line ends, the first line naming the fields.

    Lists are their items with a blank between them; absent is empty. A cell that a spreadsheet would take for
    a formula gets an apostrophe in front.
    """
    # A writer that leaves the file to whoever opened it, also where an error ends it.
    lines = csv.writer(getwriter("utf-8")(out), lineterminator="\r\n")
    lines.writerow(FIELDS)
    for each in entries:
        lines.writerow([cell(each.fact[name]) for name in FIELDS])


def cell(value: object) -> str:
    """Give a value as a cell that no spreadsheet computes."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    shown = " ".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown
