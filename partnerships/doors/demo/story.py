"""The story as a whole: where it is kept, in which order it is told, how it ends."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.text import Text

from partnerships.doors.cli.failures import Failure
from partnerships.doors.cli.views.words import symbol
from partnerships.doors.demo import auditor, closing, harbour, register, river, valley
from partnerships.doors.demo.clock import StoryClock
from partnerships.doors.demo.narrator import Narrator, StoryBroken
from partnerships.doors.text import plain

DATABASE = "partnerships.sqlite"
SHOWN = (*closing.PICTURES, auditor.PACK)
"""What stays where the database does not."""


def tell(console: Console, keep: Path | None) -> bool:
    """Tell the story on a new database and say where the pictures are; False when it went otherwise.

    With `keep` the database and the pictures stay in that folder, made when absent; there is nothing in it
    before the story is told to its end. Without it the pictures go to a temporary folder and the database is
    removed. Raises `Failure` when a story is there.
    """
    folder = _folder(keep) if keep is not None else None
    with tempfile.TemporaryDirectory(prefix=".partnerships-demo-", dir=folder) as drafts:
        draft = Path(drafts)
        try:
            _tell(console, draft)
        except StoryBroken as broken:
            console.print(Text(f"{symbol('no')} The story went otherwise: {plain(broken)}", style="bold red"))
            return False
        place = folder or Path(tempfile.mkdtemp(prefix="partnerships-demo-"))
        for name in SHOWN if folder is None else sorted(path.name for path in draft.iterdir()):
            (draft / name).rename(place / name)
    _farewell(console, place, kept=keep is not None)
    return True


def _folder(keep: Path) -> Path:
    if keep.is_file():
        raise Failure(f"{keep} is a file; give --keep a folder, which is made where there is none")
    keep.mkdir(parents=True, exist_ok=True)
    for name in (DATABASE, *SHOWN):
        if (keep / name).exists():
            raise Failure(f"{keep / name} is there already; give --keep another folder")
    return keep.absolute()


def _tell(console: Console, folder: Path) -> None:
    from partnerships import open_service

    clock = StoryClock(date.fromisoformat(register.PUBLISHED))
    url = f"sqlite:///{folder / DATABASE}"
    with open_service(url, create=True, clock=clock, door="demo") as service:
        narrator = Narrator(console, service, clock)
        register.tell(narrator)
        river.tell(narrator)
        valley.tell(narrator)
        harbour.tell(narrator, folder)
        closing.tell(narrator, folder)


def _farewell(console: Console, pictures: Path, *, kept: bool) -> None:
    console.print("The path that Example River Radio took, as pictures:")
    for name in closing.PICTURES:
        console.print(Text(f"  {pictures / name}", style="bold"), soft_wrap=True)
    console.print("Verify the auditor's pack yourself:")
    console.print(Text(f"  python3 {pictures / auditor.PACK / 'verify.py'}", style="bold"), soft_wrap=True)
    if kept:
        console.print("Go on with the same database:")
        command = f"partnerships --database {pictures / DATABASE} why {river.ID}"
        console.print(Text(f"  {command}", style="bold"), soft_wrap=True)
    else:
        console.print("The database is gone; --keep DIR keeps it to look around in.")
