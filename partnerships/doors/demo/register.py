"""The first chapter: a register that an organisation really published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from partnerships.doors.cli.views.words import counted
from partnerships.doors.demo.cast import MANAGER
from partnerships.doors.demo.narrator import Narrator, StoryBroken
from partnerships.doors.text import plain

FILE = Path(__file__).with_name("register.csv")
PUBLISHED = "2013-01-23"


def tell(narrator: Narrator) -> None:
    """Import the register and show what of it is overdue."""
    narrator.chapter("A real register")
    narrator.tell(
        f"It is {PUBLISHED}. CAFOD has just published its work in the Democratic Republic of Congo: "
        "real organisations, real dates. They are read as candidates: nothing decided, nothing guessed."
    )
    narrator.turn_to(PUBLISHED)
    report = narrator.service.import_register(FILE, MANAGER)
    if report.refused:
        raise StoryBroken(f"the import was refused: {report.refused}")
    late = narrator.service.portfolio(overdue=True)
    narrator.tell(
        f"{counted(report.identified, 'organisation')} identified, "
        f"{counted(report.recorded, 'register entry', 'register entries')} put on file, "
        f"{counted(len(report.left_out), 'row')} left out ({plain(report.left_out[0].reason)}). "
        f"{len(late)} organisations have work that still runs past the end which the register itself gives:"
    )
    narrator.show(_overdue(narrator, late))
    narrator.tell("A passed end is a finding. It moves nobody by itself.")
    again = narrator.service.import_register(FILE, MANAGER)
    if again.identified or again.recorded:
        raise StoryBroken("a second import changed something")
    narrator.tell("Imported once more: nothing changes.")


def _overdue(narrator: Narrator, late: Iterable[Mapping[str, Any]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False)
    table.add_column("organisation", overflow="fold", ratio=1)
    table.add_column("activity", no_wrap=True)
    table.add_column("late since", no_wrap=True, style="red")
    for row in late:
        for number, finding in enumerate(narrator.service.show(row["id"])["findings"]):
            name = Text(plain(row["name"]) if number == 0 else "")
            table.add_row(name, Text(plain(finding["subject"])), Text(plain(finding["since"])))
    return table
