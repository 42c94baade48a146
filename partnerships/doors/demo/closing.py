"""The last chapter: every history replayed, a pack for the auditor, and the picture of the path taken."""

from __future__ import annotations

from pathlib import Path

from rich.text import Text

from partnerships.doors.cli.views.words import symbol
from partnerships.doors.demo import auditor, river
from partnerships.doors.demo.narrator import Narrator, StoryBroken
from partnerships.doors.diagram import mermaid, path_taken, svg

PICTURES = ("lifecycle.svg", "lifecycle.mmd")


def tell(narrator: Narrator, folder: Path) -> None:
    """Replay all histories and compare each with its live state; draw the radio's path into `folder`."""
    narrator.chapter("Is all of it true?")
    narrator.tell("Every history is folded again from its first entry, and compared with the live state.")
    replayed = entries = 0
    for identifier in narrator.service.ids():
        result = narrator.service.replay(identifier)
        if not result["same"]:
            raise StoryBroken(f"the replay of {identifier} differs from its live state")
        replayed += 1
        entries += narrator.service.show(identifier)["sequence"]
    narrator.show(
        Text.assemble(
            (f"{symbol('yes')} ", "bold green"),
            f"{replayed} histories replayed, {entries} entries: each gives the live state, byte for byte.",
        ),
        indent=0,
    )
    auditor.tell(narrator, folder)
    steps = path_taken(narrator.service.history(river.ID))
    for name, drawn in zip(PICTURES, (svg(steps, subtitle=river.NAME), mermaid(steps)), strict=True):
        (folder / name).write_text(drawn, encoding="utf-8")
