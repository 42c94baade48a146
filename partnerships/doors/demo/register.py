"""The first chapter: a register that an organisation really published."""

from __future__ import annotations

from pathlib import Path

from partnerships.doors.cli.views.portfolio import portfolio_view
from partnerships.doors.cli.views.words import counted
from partnerships.doors.demo.cast import MANAGER
from partnerships.doors.demo.narrator import Narrator, StoryBroken

FILE = Path(__file__).with_name("register.csv")
PUBLISHED = "2013-01-23"
_SHOWN = 8


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
        f"{counted(len(report.left_out), 'row')} left out. "
        f"{len(late)} of the organisations have work that runs past an end which the register itself gives:"
    )
    narrator.show(portfolio_view(late[:_SHOWN], width=narrator.console.width))
    if len(late) > _SHOWN:
        narrator.tell(f"And {len(late) - _SHOWN} more. A passed end is a finding; it moves nobody by itself.")
    again = narrator.service.import_register(FILE, MANAGER)
    if again.identified or again.recorded:
        raise StoryBroken("a second import changed something")
    narrator.tell("Imported once more: nothing changes.")
