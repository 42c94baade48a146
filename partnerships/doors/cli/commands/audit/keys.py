"""`partnerships audit keys`: the keys that sign the log."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from partnerships.doors.cli.commands.audit.key_file import KeyFile
from partnerships.doors.cli.location import opened
from partnerships.doors.cli.options import AsJson
from partnerships.doors.cli.output import console, write_json


def keys(
    context: typer.Context,
    new: Annotated[
        Path | None,
        typer.Option(
            "--new",
            metavar="FILE",
            show_default=False,
            help="Make a signing key for this log in a new file, readable by its owner alone.",
        ),
    ] = None,
    rotate: Annotated[
        Path | None,
        typer.Option(
            "--rotate",
            metavar="FILE",
            show_default=False,
            help="Put the key in this file in force; the key before it and it both sign the change.",
        ),
    ] = None,
    cosigner: Annotated[
        str | None,
        typer.Option(
            "--cosigner",
            metavar="NAME",
            show_default=False,
            help="With --new: the key is a co-signer's, under this name, not the log's own.",
        ),
    ] = None,
    key_file: KeyFile = None,
    as_json: AsJson = False,
) -> None:
    """Show the public keys that signed the log, the one in force last; make one, or put another in force.

    Give public keys to whoever verifies, over a way that the keeper of the database does not control.
    """
    from partnerships.audit.audit import Audit, open_audit
    from partnerships.audit.log.signing import make_signer

    if cosigner is not None and new is None:
        raise typer.BadParameter("--cosigner goes with --new")
    made = None
    with opened(context.obj) as service:
        if new is not None:
            signer = make_signer(new, cosigner) if cosigner else Audit(service).make_key(new)
            made = str(signer.verifier)
        if rotate is not None:
            open_audit(service, key_file=key_file).rotate(rotate)
        told = {**Audit(service).keys().as_json(), "made": made}
    if as_json:
        write_json(told)
    else:
        from partnerships.doors.cli.views.audit.keys import keys_view

        console().print(keys_view(told), soft_wrap=True)
