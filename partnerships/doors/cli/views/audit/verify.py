"""A verification, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from partnerships.doors.cli.views.words import counted, symbol
from partnerships.doors.text import plain


def verification_view(answer: Mapping[str, Any]) -> Text:
    """Return what was found and where, what was gone over, and what was not looked at."""
    text = Text()
    for fault in answer["faults"]:
        text.append(f"{plain(fault['rule']):<24}", style="bold red")
        text.append(f"  {place_of(fault)}", style="bold").append(f"  {plain(fault['detail'])}\n")
        if fault["rule"] == "checkpoint.equivocation":
            # Both signed notes are the proof, for whoever has the key.
            for note in fault["proof"]:
                text.append("".join(f"    {plain(line)}\n" for line in note.splitlines()), style="dim")
    found = len(answer["faults"]) + answer["more"]
    if answer["more"]:
        text.append(f"and {answer['more']} more\n", style="bold red")
    sign, style = ("no", "bold red") if found else ("yes", "bold green")
    said = f"{counted(found, 'fault')} found" if found else "nothing was altered, as far as can be told here"
    text.append(f"{symbol(sign)} {said}\n", style=style)
    counts = answer["counts"]
    text.append(
        f"{counted(counts['partnerships'], 'partnership')}, {counted(counts['entries'], 'entry', 'entries')},"
        f" {counted(counts['contents'], 'content')} and {counts['sealed']} sealed,"
        f" {counted(counts['leaves'], 'leaf', 'leaves')}, {counted(counts['checkpoints'], 'checkpoint')}"
    )
    if counts["given"]:
        text.append(f" and {counts['given']} that you gave")
    for told in answer["not_checked"]:
        text.append("\nnot checked: ", style="yellow").append(plain(told))
    return text


def place_of(fault: Mapping[str, Any]) -> str:
    """Return where a fault is, in a few words."""
    parts = []
    if "partnership" in fault:
        parts.append(f"{plain(fault['partnership'])}/{plain(fault.get('sequence', ''))}".rstrip("/"))
    if "position" in fault:
        parts.append(f"leaf {plain(fault['position'])}")
    if "size" in fault:
        parts.append(f"checkpoint {plain(fault['size'])}")
    return ", ".join(parts)
