"""One partnership, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from partnerships.doors.cli.views.findings import findings_view
from partnerships.doors.cli.views.words import state_text, value_text, words
from partnerships.doors.text import plain

_PARTNER = ("type", "legal_form", "registered", "registration_note", "level", "country", "works_in")


def show_view(shown: Mapping[str, Any]) -> Panel:
    """Return the shape of `show` as one panel: facts, agreements, what stands against it."""
    parts: list[RenderableType] = [_facts(shown)]
    if shown.get("agreements"):
        parts += [Text(), _agreements(shown["agreements"])]
    if shown.get("findings"):
        parts += [Text(), Text("What stands against it", style="bold"), findings_view(shown["findings"])]
    title = Text(plain(shown["id"]), style="bold")
    return Panel(Group(*parts), title=title, title_align="left", box=box.ROUNDED, padding=(1, 2))


def _facts(shown: Mapping[str, Any]) -> Table:
    grid = Table.grid(padding=(0, 3, 0, 0))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    partner = shown.get("partner") or {}
    if partner.get("name"):
        grid.add_row("partner", Text(plain(partner["name"])))
    state = state_text(shown["state"])
    if shown.get("ended_as") == "declined":
        state.append("  (declined)")
    grid.add_row("state", state)
    if shown.get("cycle"):
        grid.add_row("cycle", plain(shown["cycle"]))
    if shown.get("endline"):
        endline = Text(plain(shown["endline"]))
        if shown.get("overdue"):
            endline.append("  passed", style="bold red")
        grid.add_row("endline", endline)
    elif shown.get("overdue"):
        grid.add_row("overdue", Text("yes", style="bold red"))
    if shown.get("register"):
        grid.add_row("in its register", Text(words(shown["register"])))
    for field in _PARTNER:
        if partner.get(field) not in (None, "", []):
            said = value_text(partner[field])
            grid.add_row(words(field), Text(said if field == "registration_note" else words(said)))
    for identifier in partner.get("identifiers") or ():
        grid.add_row("identifier", Text(f"{plain(identifier['scheme'])}:{plain(identifier['value'])}"))
    kinds = dict.fromkeys(words(record["kind"]) for record in shown.get("records") or ())
    if kinds:
        grid.add_row("on file", Text(", ".join(kinds)))
    count = shown["sequence"]
    grid.add_row("history", Text(f"{count} {'entry' if count == 1 else 'entries'}"))
    return grid


def _agreements(agreements: list[Mapping[str, Any]]) -> Table:
    table = Table(
        box=box.SIMPLE_HEAD,
        show_edge=False,
        title="Agreements",
        title_justify="left",
        title_style="bold",
        pad_edge=False,
    )
    table.add_column("reference", overflow="fold")
    for column in ("category", "from", "until"):
        table.add_column(column, no_wrap=True)
    for agreement in agreements:
        until = Text(value_text(agreement.get("ends_on")))
        if agreement.get("lapsed"):
            until.append("\nlapsed", style="bold red")
        table.add_row(
            Text(plain(agreement["reference"])),
            Text(words(agreement["category"])),
            Text(value_text(agreement.get("starts_on"))),
            until,
        )
    return table
