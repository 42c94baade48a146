"""What an auditor kept elsewhere, as the commands take it: checkpoints, and public keys to trust."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from partnerships.audit.log.notes import Note, Verifier

Checkpoints = Annotated[
    list[Path] | None,
    typer.Option(
        "--checkpoint",
        metavar="FILE",
        show_default=False,
        help="A checkpoint that was kept elsewhere, or a folder of them; may be given again.",
    ),
]
TrustedKeys = Annotated[
    list[str] | None,
    typer.Option(
        "--key",
        metavar="KEY",
        show_default=False,
        help="A public key that you trust, as text or as a file of them; may be given again.",
    ),
]


def read_checkpoints(paths: Sequence[Path] | None) -> list[Note]:
    """Read checkpoints from files and folders; raises BadNote, or BadRequest for a folder without any."""
    from partnerships.audit.log.checkpoints import read_notes

    return [note for path in paths or () for note in read_notes(path)]


def read_keys(texts: Sequence[str] | None) -> list[Verifier]:
    """Read public keys from texts and files of them; raises BadNote."""
    from partnerships.audit.log.checkpoints import parse_keys

    keys = []
    for text in texts or ():
        path = Path(text).expanduser()
        keys += parse_keys(path.read_text("utf-8").split() if path.is_file() else [text])
    return keys
