"""A history, for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from partnerships.doors.cli.views.words import state_text, symbol, words
from partnerships.doors.text import plain


def history_view(identifier: str, entries: Sequence[Mapping[str, Any]]) -> RenderableType:
    """Return the shape of `history` as a table, a line an entry."""
    if not entries:
        return Text(f"Nothing on file for {plain(identifier)} in this range.")
    table = Table(
        box=box.SIMPLE_HEAD,
        show_edge=False,
        title=f"History of {plain(identifier)}",
        title_justify="left",
        title_style="bold",
    )
    table.add_column("#", justify="right", style="dim", no_wrap=True)
    table.add_column("day", no_wrap=True)
    table.add_column("who", overflow="fold")
    table.add_column("what", overflow="fold", ratio=1)
    table.add_column("rests on", overflow="fold", style="dim")
    for entry in entries:
        table.add_row(
            str(entry["sequence"]),
            Text(plain(entry.get("on") or "")),
            Text(_actor(entry.get("actor"))),
            _what(entry),
            Text(", ".join(str(number) for number in entry.get("evidence") or ())),
        )
    policies = sorted({plain(entry["policy"]) for entry in entries if entry.get("policy")})
    if policies:
        table.caption = f"\njudged under policy {', '.join(policies)}"
        table.caption_justify = "left"
    return table


def _actor(actor: Any) -> str:
    if isinstance(actor, Mapping):
        return plain(actor.get("id") or "")
    return plain(actor or "")


def _what(entry: Mapping[str, Any]) -> Text:
    kind = entry["entry"]
    text = Text()
    if kind in ("identification", "transition", "takeover", "reversal") and entry.get("to"):
        text.append(words(entry.get("trigger") or kind), style="bold").append(f" {symbol('arrow')} ")
        text.append_text(state_text(entry["to"]))
    elif kind == "record":
        text.append(words(entry.get("kind") or "record"))
    else:
        text.append(words(kind), style="bold")
        if named := entry.get("kind") or entry.get("trigger"):
            text.append(f" {words(named)}")
        if entry.get("target") is not None:
            text.append(f" of {plain(entry['target'])}")
        if entry.get("erases"):
            named = ", ".join(str(sequence) for sequence in entry["erases"])
            text.append(f" of {named}: {words(entry['basis'])}, with {_actor(entry['second'])}")
        if entry.get("granted") is not None:
            text.append(" (granted)" if entry["granted"] else " (refused)")
    if entry.get("restricted"):
        text.append("  restricted", style="dim italic")
    if entry.get("erased"):
        text.append("  erased", style="dim italic")
    if entry.get("before_policy"):
        text.append("  before the policy", style="dim italic")
    if entry.get("imported"):
        text.append("  imported", style="dim italic")
    if reason := plain(entry.get("reason") or ""):
        text.append(f"\n“{reason}”", style="italic")
    if clauses := ", ".join(plain(one.get("clause") or "") for one in entry.get("warnings") or ()):
        text.append(f"\nwarned: {clauses}", style="yellow")
    return text
