"""`partnerships audit report`: what an auditor puts in their file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from partnerships.doors.cli.commands.audit.asking import check_asker
from partnerships.doors.cli.files import replaced
from partnerships.doors.cli.location import opened
from partnerships.doors.cli.options import Actor, AsJson, read_actor, read_choice
from partnerships.doors.cli.output import console, write_json
from partnerships.doors.cli.progress import progress_bar


def report(
    context: typer.Context,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE.html",
            show_default=False,
            help="Where the report goes; its JSON twin and its signature go beside it.",
        ),
    ] = None,
    ids: Annotated[
        list[str] | None,
        typer.Option(
            "--for", metavar="ID", show_default=False, help="About this partnership; may be given again."
        ),
    ] = None,
    n: Annotated[
        int | None,
        typer.Option("-n", metavar="N", min=1, show_default=False, help="About a sample of so many."),
    ] = None,
    seed: Annotated[
        str | None,
        typer.Option("--seed", metavar="NONCE", show_default=False, help="What the sample is drawn by."),
    ] = None,
    of: Annotated[
        str, typer.Option("--of", metavar="WHAT", help="Draw from decisions, transitions or entries.")
    ] = "decisions",
    stratify: Annotated[
        str | None,
        typer.Option("--stratify", metavar="BY", show_default=False, help="Draw N of each stratum."),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(
            "--key",
            metavar="FILE",
            show_default=False,
            help="Sign with this key; without it with the one that the environment names, if any.",
        ),
    ] = None,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Write the audit report: integrity, decisions judged again, exceptions, and what was not checked.

    One HTML file that prints on A4 and needs nothing else, with a page for each decision of a partnership or
    of a sample. With --json the twin alone goes to standard output. Exit status 1 tells of faults or of
    decisions that deviate.
    """
    from partnerships.audit.report import Draw, gather, html, sign, twin
    from partnerships.audit.signing import signer_named
    from partnerships.audit.strata import POPULATIONS, STRATA

    if (ids is None) == (n is None) or (n is None) != (seed is None):
        raise typer.BadParameter("ask for partnerships with --for ID, or for a sample with -n N --seed NONCE")
    if (out is None) != as_json:
        raise typer.BadParameter("name the report's file with --out FILE.html, or ask for --json")
    read_choice(of, "--of", POPULATIONS)
    read_choice(stratify, "--stratify", STRATA)
    check_asker(actor)
    draw = Draw(n, seed, of, stratify) if n is not None and seed is not None else None
    with opened(context.obj) as service, progress_bar("judging again", None) as move:
        told = gather(service, ids=ids, draw=draw, actor=read_actor(actor), progress=move)
    if out is None:
        write_json(told)
    else:
        files = {out.name: html(told), out.with_suffix(".json").name: twin(told)}
        signer = signer_named(key)
        if signer is not None:
            files[out.with_suffix(".sig").name] = sign(files, signer).encode()
        for name, data in files.items():
            with replaced(out.with_name(name)) as file:
                file.write(data)
        _say(told, files)
    if told["integrity"]["faults"] or told["replay"]["deviates"]:
        raise typer.Exit(1)


def _say(told: dict[str, Any], files: dict[str, bytes]) -> None:
    from partnerships.doors.cli.views.audit.report import report_view

    console().print(report_view(told, files))
