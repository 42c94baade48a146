"""The story as a whole: where it is kept, in which order it is told, how it ends."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
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


def tell(console: Console, keep: Path | None) -> bool:
    """Tell the story on a new database and say where the pictures are; False when it went otherwise.

    With `keep` the database and the pictures stay in that folder, made when absent. Without it the pictures
    go to a temporary folder and the database is removed at the end. Raises `Failure` when a story is there.
    """
    with ExitStack() as stack:
        if keep is None:
            pictures = Path(tempfile.mkdtemp(prefix="partnerships-demo-"))
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="partnerships-demo-db-")))
        else:
            folder = pictures = _folder(keep)
        try:
            _tell(console, folder, pictures)
        except StoryBroken as broken:
            console.print(Text(f"{symbol('no')} The story went otherwise: {plain(broken)}", style="bold red"))
            if keep is None:
                shutil.rmtree(pictures, ignore_errors=True)
            return False
    _farewell(console, pictures, kept=keep is not None)
    return True


def _folder(keep: Path) -> Path:
    keep.mkdir(parents=True, exist_ok=True)
    if (keep / DATABASE).exists():
        raise Failure(f"{keep / DATABASE} is there already; give --keep another folder")
    return keep.absolute()


def _tell(console: Console, folder: Path, pictures: Path) -> None:
    from partnerships import open_service

    clock = StoryClock(date.fromisoformat(register.PUBLISHED))
    url = f"sqlite:///{folder / DATABASE}"
    with open_service(url, create=True, clock=clock, door="demo") as service:
        narrator = Narrator(console, service, clock)
        register.tell(narrator)
        river.tell(narrator)
        valley.tell(narrator)
        harbour.tell(narrator, folder)
        closing.tell(narrator, folder, pictures)


def _farewell(console: Console, pictures: Path, *, kept: bool) -> None:
    console.print("The path that Example River Radio took, as pictures:")
    for name in ("lifecycle.svg", "lifecycle.mmd"):
        console.print(Text(f"  {pictures / name}", style="bold"), soft_wrap=True)
    console.print("Verify the auditor's pack yourself:")
    console.print(Text(f"  python3 {pictures / auditor.PACK / 'verify.py'}", style="bold"), soft_wrap=True)
    if kept:
        console.print("Go on with the same database:")
        command = f"partnerships --database {pictures / DATABASE} why {river.ID}"
        console.print(Text(f"  {command}", style="bold"), soft_wrap=True)
    else:
        console.print("The database is gone; --keep DIR keeps it to look around in.")
