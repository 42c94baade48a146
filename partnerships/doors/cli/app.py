"""The command line put together: its commands, its global options, how it ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from functools import cache
from typing import Annotated, Any

import typer
from typer.main import get_command

from partnerships.doors.cli.commands import (
    apply,
    audit,
    demo,
    diagram,
    feed,
    history,
    overview,
    policy,
    portfolio,
    prompts,
    register,
    rekey,
    schema,
    serve,
    show,
    sweep,
    why,
)
from partnerships.doors.cli.failures import INTERRUPTED, WRONG_USAGE, report, say
from partnerships.doors.text import STAND_INS

# The base of the errors that mean "wrong usage", found through a public name of typer.
_UsageError: type[Exception] = typer.BadParameter.__mro__[2]

app = typer.Typer(
    name="partnerships",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    help="Partnership lifecycles: a written policy as a guarded state machine with an append-only history.",
    epilog="Exit status: 0 all well; 1 refused, invalid or found; 2 wrong usage or no database.",
)

_BY_PANEL: dict[str, list[tuple[str, Callable[..., None]]]] = {
    "Try it": [("demo", demo.demo)],
    "Act": [("apply", apply.apply), ("import", register.import_file), ("sweep", sweep.sweep)],
    "Ask": [
        ("why", why.why),
        ("show", show.show),
        ("history", history.history),
        ("list", portfolio.portfolio),
        ("overview", overview.overview),
        ("prompts", prompts.prompts),
        ("feed", feed.feed),
    ],
    "The policy": [("policy", policy.policy), ("diagram", diagram.diagram)],
    "Keep it running": [
        ("serve", serve.serve),
        ("migrate", schema.migrate),
        ("doctor", schema.doctor),
        ("rekey", rekey.rekey),
    ],
}

for _panel, _commands in _BY_PANEL.items():
    for _name, _command in _commands:
        app.command(_name, rich_help_panel=_panel)(_command)
app.add_typer(audit.app, rich_help_panel="For auditors")


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        print(f"partnerships {version('partnerships')}")
        raise typer.Exit()


@app.callback()
def _options(
    context: typer.Context,
    database: Annotated[
        str | None,
        typer.Option(
            "--database",
            metavar="URL",
            show_default=False,
            help="The database, as a URL or the path of an SQLite file; without it $PARTNERSHIPS_DATABASE, "
            "else a file in your data directory.",
        ),
    ] = None,
    version: Annotated[
        bool,
        typer.Option(
            "--version", metavar="", is_eager=True, callback=_version, help="Print the version and stop."
        ),
    ] = False,
) -> None:
    context.obj = database


@cache
def _program() -> Any:
    # Read off all the functions above, which takes as long as most commands do: once in a process.
    return get_command(app)


def run(arguments: Sequence[str]) -> int:
    """Run the command line on `arguments` and return its exit status; nothing is raised to the caller."""
    for stream in (sys.stdout, sys.stderr):
        # What the terminal's encoding lacks is shown by a stand-in rather than ending the command.
        if (reconfigure := getattr(stream, "reconfigure", None)) is not None:
            reconfigure(errors=STAND_INS)
    try:
        status: Any = _program()(args=list(arguments), prog_name="partnerships", standalone_mode=False)
        sys.stdout.flush()
        if status == INTERRUPTED:
            # Typer makes this status of a person's Ctrl-C, and says nothing.
            say("stopped")
        return status if isinstance(status, int) else 0
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 1
    except BrokenPipeError:
        return 1
    except (KeyboardInterrupt, typer.Abort):
        say("stopped")
        return INTERRUPTED
    except _UsageError as error:
        return _wrong_usage(error)
    except Exception as error:
        return report(error)


def _wrong_usage(error: Any) -> int:
    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()
        return WRONG_USAGE
    path = context.command_path if (context := getattr(error, "ctx", None)) is not None else "partnerships"
    message = " ".join(error.format_message().split()).removeprefix("Invalid value: ")
    if type(error).__name__ == "NoSuchOption" and error.option_name == "--database":
        message = "--database stands before the command: partnerships --database URL COMMAND"
    elif type(error).__name__ == "NoSuchOption" and path == "partnerships":
        message = f"{error.option_name} stands behind its command, or is none"
    ended = message if message.endswith("?") else f"{message.rstrip('.')}."
    say(f"{ended} `{path} --help` says more.")
    return WRONG_USAGE


def main() -> None:
    """Run the command line as a program."""
    for name in ("stdout", "stderr"):
        # Whoever started it closed the stream: nobody reads there, and the work is done all the same.
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115
    status = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except OSError:
        # The reader is gone; without something to flush into, the interpreter complains as it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
        status = status or 1
    sys.exit(status)
