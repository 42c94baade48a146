"""`partnerships audit verify`: is this all of it, and was it altered?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from partnerships.doors.cli.commands.audit.kept_elsewhere import (
    Checkpoints,
    TrustedKeys,
    read_checkpoints,
    read_keys,
)
from partnerships.doors.cli.failures import FOUND
from partnerships.doors.cli.location import opened
from partnerships.doors.cli.options import AsJson, flag
from partnerships.doors.cli.output import console, write_json
from partnerships.doors.cli.progress import progress_bar


def verify(
    context: typer.Context,
    checkpoints: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="CHECKPOINT",
            show_default=False,
            help="Checkpoints that were kept elsewhere: files, or folders of them.",
        ),
    ] = None,
    checkpoint: Checkpoints = None,
    key: TrustedKeys = None,
    pack: Annotated[
        Path | None,
        typer.Option(
            "--pack",
            metavar="PATH",
            show_default=False,
            help="Verify this pack, a folder or a zip, and no database at all.",
        ),
    ] = None,
    chains_alone: Annotated[bool, flag("--chains", "Only the chains and the log, no contents.")] = False,
    folds: Annotated[
        bool,
        flag("--folds", "Fold each history anew too and compare its row; takes several times as long."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Verify every history, the log over them and every checkpoint; status 1 where anything is found.

    Without a checkpoint kept elsewhere nothing shows that not all of it was written anew.
    """
    checkpoints = [*(checkpoints or ()), *(checkpoint or ())]
    if pack is not None:
        if chains_alone or folds:
            raise typer.BadParameter(
                "--chains and --folds are for a database; a pack is always verified whole"
            )
        raise typer.Exit(_verify_pack(pack, checkpoints, key or [], as_json))
    from partnerships.audit.audit import Audit

    notes, trusted = read_checkpoints(checkpoints), read_keys(key)
    with opened(context.obj) as service, progress_bar("verifying", None) as advance:
        found = Audit(service).verify(
            checkpoints=notes, keys=trusted, contents=not chains_alone, folds=folds, progress=advance
        )
    if as_json:
        write_json(found.as_json())
    else:
        from partnerships.doors.cli.views.audit.verify import verification_view

        console().print(verification_view(found.as_json()), soft_wrap=True)
    raise typer.Exit(0 if found.is_sound else FOUND)


def _verify_pack(path: Path, checkpoints: list[Path], keys: list[str], as_json: bool) -> int:
    from partnerships.audit.pack.checking import pack_text, verify_pack

    with progress_bar("verifying", None) as advance:
        told = verify_pack(path, checkpoints=checkpoints, keys=keys, progress=advance)
    if as_json:
        write_json(told)
    else:
        console().print(pack_text(told, path), markup=False, soft_wrap=True)
    return 0 if told["verified"] else FOUND
