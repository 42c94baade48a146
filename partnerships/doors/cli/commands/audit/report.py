"""`partnerships audit report`: what an auditor puts in their file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer

from partnerships.doors.cli.commands.audit.asking import Earlier, check_asker, earlier_policies
from partnerships.doors.cli.commands.audit.drawing import DrawnFrom, Stratify, check_draw
from partnerships.doors.cli.commands.audit.kept_elsewhere import (
    Checkpoints,
    TrustedKeys,
    read_checkpoints,
    read_keys,
)
from partnerships.doors.cli.commands.audit.key_file import KeyFile
from partnerships.doors.cli.failures import FOUND
from partnerships.doors.cli.files import check_place, replaced
from partnerships.doors.cli.location import opened
from partnerships.doors.cli.options import Actor, AsJson, read_actor
from partnerships.doors.cli.output import console, write_json
from partnerships.doors.cli.progress import progress_bar


def report(
    context: typer.Context,
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID", help="About these partnerships.", show_default=False),
    ] = None,
    n: Annotated[
        int | None,
        typer.Option("-n", metavar="N", min=1, show_default=False, help="About a sample of so many."),
    ] = None,
    seed: Annotated[
        str | None,
        typer.Option(
            "--seed", metavar="NONCE", show_default=False, help="The auditor's nonce, which draws the sample."
        ),
    ] = None,
    of: DrawnFrom = "decisions",
    stratify: Stratify = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE.html",
            show_default=False,
            help="Where the report goes; its JSON twin and its signature go beside it.",
        ),
    ] = None,
    key_file: KeyFile = None,
    checkpoints: Checkpoints = None,
    key: TrustedKeys = None,
    settings: Earlier = None,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Write the audit report: integrity, decisions judged again, exceptions, and what was not checked.

    It is about the partnerships named, or about a sample: one HTML file that prints on A4 and needs no other.

    Each decision has a page. With --json the twin alone goes to standard output.

    Exit status 1 tells of faults or of decisions that deviate.
    """
    from partnerships.audit.log.signing import signer_named
    from partnerships.audit.report import Draw, gather, html, sign, twin

    if bool(ids) == (n is not None) or (n is None) != (seed is None):
        raise typer.BadParameter("name partnerships, or ask for a sample with -n N --seed NONCE")
    if (out is None) != as_json:
        raise typer.BadParameter("say where the report goes with --out FILE.html, or ask for --json")
    if out is not None:
        check_place(out)
        if out.suffix not in (".html", ".htm"):
            raise typer.BadParameter(f"--out {out}: the report is an HTML file; name it {out.stem}.html")
    check_draw(of, stratify)
    check_asker(actor)
    draw = Draw(n, seed, of, stratify) if n is not None and seed is not None else None
    notes, trusted = read_checkpoints(checkpoints), read_keys(key)
    signer = signer_named(key_file) if out is not None else None
    with opened(context.obj) as service, progress_bar("auditing", None) as advance:
        told = gather(
            service,
            ids=ids,
            draw=draw,
            actor=read_actor(actor),
            policies=earlier_policies(settings),
            notes=notes,
            trusted=trusted,
            progress=advance,
        )
    if out is None:
        write_json(told)
    else:
        files = {out.name: html(told), out.with_suffix(".json").name: twin(told)}
        if signer is not None:
            files[out.with_suffix(".sig").name] = sign(files, signer).encode()
        _write(out, files)
        _show(told, files)
    raise typer.Exit(FOUND if told["integrity"]["faults"] or told["replay"]["deviates"] else 0)


def _write(out: Path, files: Mapping[str, bytes]) -> None:
    """Write all of them, or none: each is on disk before the first takes its name, the signature last."""
    with ExitStack() as whole:
        for name, data in reversed([*files.items()]):
            file = whole.enter_context(replaced(out.with_name(name)))
            file.write(data)
            file.flush()
            os.fsync(file.fileno())


def _show(told: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
    from partnerships.doors.cli.views.audit.report import report_view

    console().print(report_view(told, files))
