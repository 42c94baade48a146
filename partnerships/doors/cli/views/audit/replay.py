"""Verdicts, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from partnerships.doors.cli.views.findings import findings_view
from partnerships.doors.cli.views.words import counted, words
from partnerships.doors.text import plain

_STYLES = {"conform": "green", "deviates": "bold red", "not_evaluable": "yellow"}


def verdict_view(told: Mapping[str, Any]) -> RenderableType:
    """Return one verdict: which decision it is, what comes out otherwise, and what was unmet."""
    line = Text.assemble(
        (f"{plain(told['partnership'])} {told['sequence']}", "bold"),
        f"  {plain(told['on'] or '')}  {_what(told)}  ",
        (words(told["verdict"]), _STYLES[told["verdict"]]),
    )
    for said in _said(told):
        line.append(f"  {said}", style="dim")
    if not told["findings"]:
        return line
    return Group(line, Padding(findings_view(told["findings"]), (0, 0, 0, 4)))


def totals_view(totals: Mapping[str, Any], policy: str | None) -> Text:
    """Return what came of all of them in a line or two."""
    under = f" under policy {plain(policy)}" if policy else ""
    text = Text(f"{counted(totals['decisions'], 'decision')} judged again{under}: ")
    parts = [
        f"{totals[name]} {words(name)}" for name in ("conform", "deviates", "not_evaluable") if totals[name]
    ]
    text.append(", ".join(parts) or "none")
    for name, number in totals["why"].items():
        text.append(f"\n{number} {words(name)}", style="dim")
    if policy:
        text.append(
            f"\n{totals['refused']} would have been refused, {totals['granted']} granted; "
            f"{totals['warnings_added']} would have drawn more warnings, {totals['warnings_gone']} fewer"
        )
    for name, number in totals["marks"].items():
        text.append(f"\n{number} {words(name)}", style="dim")
    return text


def _what(told: Mapping[str, Any]) -> str:
    return words(told["trigger"] or told["kind"] or told["entry"] or "")


def _said(told: Mapping[str, Any]) -> list[str]:
    said = [words(told["why"])] if told["why"] else []
    if told["differs"]:
        said.append(f"other: {', '.join(words(name) for name in told['differs'])}")
    if "state" in told["differs"]:
        said.append(f"recorded {words(told['recorded_state'])}, judged {words(told['state'])}")
    said += [f"+ {plain(code)}" for code in told["warnings_added"]]
    said += [f"- {plain(code)}" for code in told["warnings_gone"]]
    return said + [words(mark) for mark in told["marks"]]
