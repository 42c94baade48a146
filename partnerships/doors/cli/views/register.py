"""What an import did, for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from partnerships.doors.cli.views.findings import findings_view
from partnerships.doors.cli.views.words import counted
from partnerships.doors.text import plain


def register_view(report: Mapping[str, Any]) -> Group:
    """Return an import's report: what it made, and every row it left out with the reason."""
    published = f", published {plain(report['published_on'])}" if report.get("published_on") else ""
    parts: list[RenderableType] = [
        Text.assemble((plain(report["source"]), "bold"), f"{published} ({plain(report['format'])})"),
        Text(
            f"{counted(report['identified'], 'partner')} identified, "
            f"{counted(report['recorded'], 'register entry', 'register entries')} recorded, "
            f"{report['unchanged']} already on file and unchanged"
        ),
    ]
    parts += _listed("Left out", report["left_out"])
    parts += _listed("Worth a look", report["remarks"])
    if report["refused"]:
        parts += [Text(), Text(f"Refused ({len(report['refused'])})", style="bold red")]
        for outcome in report["refused"]:
            parts.append(
                Text(f"  {plain(outcome.get('id') or '')} {plain(outcome.get('reference') or '')}".rstrip())
            )
            parts.append(Padding(findings_view(outcome.get("findings") or ()), (0, 0, 0, 4)))
    return Group(*parts)


def _listed(title: str, items: Sequence[Mapping[str, Any]]) -> list[RenderableType]:
    if not items:
        return []
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(ratio=1, overflow="fold")
    for item in items:
        place = f"row {item['row']}" if item.get("row") is not None else "file"
        reference = f"{plain(item['reference'])}: " if item.get("reference") else ""
        grid.add_row(place, Text(reference + plain(item["reason"])))
    return [Text(), Text(f"{title} ({len(items)})", style="bold"), Padding(grid, (0, 0, 0, 2))]
