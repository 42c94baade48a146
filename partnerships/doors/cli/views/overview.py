"""The overview, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from partnerships.doors.cli.views.bars import percent, share_text
from partnerships.doors.cli.views.effort import effort_view
from partnerships.doors.cli.views.words import counted, state_text, value_text, words
from partnerships.doors.text import beside, plain

Part = Mapping[str, Any]

NARROW = 64
_ALWAYS = ("categories", "levels")
_MIX = {
    "states": "state",
    "categories": "category",
    "types": "type",
    "levels": "level",
    "legal_forms": "legal form",
    "duty_bearers_and_rights_holders": "duties and rights",
}


def overview_view(told: Part, *, width: int = 100) -> RenderableType:
    """Return the shape of `overview` for `width` columns, section by section, empty ones said to be so."""
    title = Text.assemble(
        ("The portfolio", "bold"),
        f" on {plain(told['on'])}: {counted(told['partnerships'], 'partnership')} on file, ",
        f"{told['running']} running",
    )
    narrow = width < NARROW
    parts: list[RenderableType] = [title]
    for heading, clause, body in (
        ("Local and national partners", "S2.3", _localisation(told["localisation"], narrow)),
        ("Asked at once of local and national partners", "S2.4", _requests(told["requests"], narrow)),
        ("What the portfolio is made of", "S4.8", _mix(told, narrow)),
        ("Effort by category", "S5.15", effort_view(told["effort"], narrow)),
        ("Introductions", "S6.10", _introductions(told["introductions"])),
        ("Strategic partners without an exit dialogue", "S6.23", _dialogues(told["exit_dialogues"])),
    ):
        parts += [Text(), Text.assemble((heading, "bold"), (f"  {clause}", "dim")), *body]
    if told["unreadable"]["partnerships"]:
        parts += [Text(), Text("Cannot be read, and counted nowhere above", style="bold red")]
        parts += _unreadable(told["unreadable"])
    return Group(*parts)


def _localisation(part: Part, narrow: bool) -> list[RenderableType]:
    if not part["partnerships"]:
        return [_nothing("Nothing is running.")]
    table = _table()
    table.add_column("category", no_wrap=True)
    table.add_column("running", justify="right", no_wrap=True)
    table.add_column("local or national", no_wrap=True)
    if not narrow:
        table.add_column("levels", overflow="fold", ratio=1)
    for name, row in [*part["categories"].items(), ("all", part)]:
        levels = [] if narrow else [Text(_levels(row["levels"]))]
        style = "bold" if name == "all" else None
        table.add_row(words(name), str(row["partnerships"]), share_text(row["share"]), *levels, style=style)
    return [table]


def _levels(levels: Part) -> str:
    there = [f"{row['partnerships']} {words(level)}" for level, row in levels.items() if row["partnerships"]]
    return ", ".join(there) or "—"


def _requests(part: Part, narrow: bool) -> list[RenderableType]:
    if not part["requests"]:
        return [_nothing("No local or national partner is asked anything.")]
    said = (
        f"{counted(part['requests'], 'open request')} to {counted(part['partners'], 'partner')}, "
        f"at most {part['most']} to one."
    )
    table = _table()
    table.add_column("partner", overflow="fold", ratio=1)
    if not narrow:
        table.add_column("level", no_wrap=True)
        table.add_column("in", no_wrap=True)
    table.add_column("requests", justify="right", no_wrap=True)
    for row in part["lines"]:
        about = [words(row["level"]), counted(row["partnerships"], "partnership")]
        partner = _partner(row)
        if narrow:
            partner.append(f"\n{about[0]}, in {about[1]}", style="dim")
        table.add_row(partner, *([] if narrow else about), str(row["requests"]))
    return [Text(said), *_listed(table, part)]


def _mix(told: Part, narrow: bool) -> list[RenderableType]:
    if not told["partnerships"]:
        return [_nothing("Nothing is on file.")]
    table = Table.grid(padding=(0, 2, 0, 0))
    if not narrow:
        table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    for name, heading in _MIX.items():
        if table.row_count:
            table.add_row()
        if narrow:
            table.add_row(Text(heading, style="dim"), "", "")
        for label, word, row in _rows(name, heading, told["mix"][name]):
            first = [] if narrow else [label]
            table.add_row(*first, word, str(row["partnerships"]), share_text(row["share"]))
    return [
        Text("States of all on file; all else of those running.", style="dim"),
        table,
    ]


def _rows(name: str, heading: str, tally: Part) -> list[tuple[str, Text, Part]]:
    shown = [
        (word, row)
        for word, row in tally.items()
        if row["partnerships"] or (name in _ALWAYS and word != "not_said")
    ] or list(tally.items())[-1:]
    return [
        (heading if not at else "", state_text(word, bold=False) if name == "states" else _word(word), row)
        for at, (word, row) in enumerate(shown)
    ]


def _word(word: str) -> Text:
    return Text(words(word), style="dim" if word == "not_said" else "")


def _introductions(part: Part) -> list[RenderableType]:
    without = f"{counted(part['running_without'], 'running partnership')} without any on file."
    if not part["introductions"]:
        said = "No review on file names one."
        return [_nothing(f"{said} {without}" if part["running_without"] else said)]
    said = (
        f"{counted(part['introductions'], 'introduction')} in the reviews of "
        f"{counted(part['partnerships'], 'partnership')}; {without}"
    )
    table = _table()
    table.add_column("partner", overflow="fold", ratio=2)
    table.add_column("review held", no_wrap=True)
    table.add_column("introduced to", overflow="fold", ratio=3)
    for row in part["lines"]:
        table.add_row(_partner(row), plain(row["held_on"]), Text("\n".join(map(plain, row["introductions"]))))
    return [Text(said), *_listed(table, part)]


def _dialogues(part: Part) -> list[RenderableType]:
    if not part["strategic"]:
        return [_nothing("There is no strategic partnership.")]
    within = f" within {counted(part['months'], 'month')}" if part["months"] else ""
    if not part["without"]:
        return [_nothing(f"All {part['strategic']} had one{within}.")]
    share = percent(f"{part['without'] / part['strategic']:.4f}")
    said = f"{part['without']} of {part['strategic']} ({share}) had none{within}."
    table = _table()
    table.add_column("partner", overflow="fold", ratio=1)
    table.add_column("strategic since", no_wrap=True)
    table.add_column("last dialogue", no_wrap=True)
    for row in part["lines"]:
        held = plain(row["last_held_on"] or "")
        last = Text(beside(row["name"], held)) if held else Text("none on file", style="yellow")
        table.add_row(_partner(row), beside(row["name"], value_text(row["began_on"])), last)
    return [Text(said), *_listed(table, part)]


def _unreadable(part: Part) -> list[RenderableType]:
    lines = [Text(f"{plain(row['id'])} ({plain(row['error'])})") for row in part["lines"]]
    return [*lines, *_left_out(part)]


def _table() -> Table:
    return Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)


def _partner(row: Part) -> Text:
    return Text().append(plain(row["name"]), style="bold").append(f"\n{plain(row['id'])}", style="dim")


def _listed(table: Table, part: Part) -> list[RenderableType]:
    return [*([table] if part["lines"] else []), *_left_out(part)]


def _left_out(part: Part) -> list[RenderableType]:
    more = part["left_out"]
    return [Text(f"{more} more; --limit shows more", style="dim italic")] if more else []


def _nothing(said: str) -> Text:
    return Text(said, style="dim")
