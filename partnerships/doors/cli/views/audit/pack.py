"""A pack that was made, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from partnerships.doors.cli.views.words import counted
from partnerships.doors.text import plain


def pack_view(made: Mapping[str, Any]) -> Text:
    """Return what went into the pack, the digests to keep apart from it, and what is not in it."""
    counts = made["counts"]
    text = Text.assemble(("Pack ", "bold"), plain(made["path"]), "\n")
    entries = counted(counts["entries"], "entry", "entries")
    partnerships = counted(counts["partnerships"], "partnership")
    rest = counted(counts["contents"], "content"), counted(counts["checkpoints"], "checkpoint")
    text.append(f"{entries} of {partnerships}, {rest[0]}, {rest[1]}\n")
    text.append(f"log {plain(made['origin'])}, {counted(made['size'], 'leaf', 'leaves')}\n")
    text.append(f"root {made['root']}\nSHA256SUMS {made['sums']}\n", style="dim")
    text.append("Tell the auditor these two digests by another way than the pack itself.")
    if made["later"]:
        later = counted(made["later"], "entry", "entries")
        text.append(
            f"\n{later} not covered by the checkpoint: `audit checkpoint` covers them.", style="yellow"
        )
    if counts["withheld"]:
        withheld = counted(counts["withheld"], "entry", "entries")
        text.append(f"\n{withheld} of crisis cases withheld from this reader (L4).", style="yellow")
    if made["refused"]:
        refused = counted(made["refused"], "sealed content")
        text.append(f"\n{refused} not opened: not for this actor (L4).", style="yellow")
    return text
