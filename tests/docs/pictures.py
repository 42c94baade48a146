"""The pictures in docs/images: `python -m tests.docs.pictures` draws them anew."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.terminal_theme import TerminalTheme

from partnerships import open_service
from partnerships.audit.report import gather
from partnerships.audit.report.drawing import timeline
from partnerships.audit.report.rendering import stylesheet
from partnerships.doors.cli.views.why import why_view
from partnerships.doors.diagram import svg
from tests.story import Clock, Story

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
#: A font of the reader's machine: a picture fetches nothing.
_FORMAT = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL).replace(
    "Fira Code, monospace", "ui-monospace, Menlo, Consolas, monospace"
)
#: Every colour reads on this background, dimmed text too: 4.5 to 1 at least.
_PAPER, _INK = (30, 30, 30), (226, 228, 227)
_COLOURS = [
    _PAPER,
    (242, 119, 122),
    (152, 168, 75),
    (208, 179, 68),
    (122, 166, 218),
    (190, 148, 199),
    (112, 178, 196),
    _INK,
]
_THEME = TerminalTheme(_PAPER, _INK, _COLOURS)


def _answer() -> Any:
    """What the README's tour asks of `why` first."""
    profile = {
        "name": "Example Lake Radio (fictional)",
        "type": "media_content_production",
        "legal_form": "unregistered_group",
        "registered": False,
        "level": "local",
        "country": "MW",
    }
    actor = {"id": "pm-1", "party": "ims", "roles": ["programme_manager"]}
    with open_service("sqlite://", create=True, clock=lambda: datetime(2024, 3, 2, 9, tzinfo=UTC)) as service:
        service.apply({"do": "identify", "id": "lake", "body": profile, "actor": actor})
        return service.why("lake", trigger="assess")


def why_picture() -> str:
    """Give the terminal's picture of `partnerships why` for a partner of whom nothing is on file."""
    console = Console(
        record=True,
        width=96,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        highlight=False,
    )
    console.print("$ partnerships why lake --trigger assess --on 2024-03-02\n", style="dim")
    console.print(why_view(_answer()))
    # The foot of the last line is cut off, so that is an empty one.
    console.print()
    drawn = console.export_svg(title="partnerships", code_format=_FORMAT, theme=_THEME, unique_id="why")
    return "\n".join(line.rstrip() for line in drawn.splitlines()) + "\n"


def timeline_picture() -> str:
    """Give the report's timeline of a partnership whose second agreement lapsed, as a picture of its own."""
    clock = Clock()
    with open_service("sqlite://", create=True, clock=clock) as service:
        story = Story(service, clock, "lake", name="Example Lake Radio (fictional)")
        for day, state in (
            ("2024-01-15", "identified"),
            ("2024-03-20", "assessed"),
            ("2024-05-02", "active_activity"),
        ):
            story.day(day).to(state)
        for day in ("2025-02-01", "2025-04-10"):
            story.day(day)
            service.sweep()
        story.ready_for("renew").does("renew")
        for day in ("2025-11-20", "2026-02-02", "2026-04-12", "2026-06-30"):
            story.day(day)
            service.sweep()
        told = gather(service, ids=["lake"])
    drawn = str(timeline(told["partnerships"][0]["course"], "lake"))
    style = "\n".join(line for line in stylesheet().splitlines() if line.startswith(".timeline"))
    paper = '<rect width="100%" height="100%" fill="#fff"/>'
    return drawn.replace("<defs>", f"<style>{style}</style>{paper}<defs>", 1) + "\n"


PICTURES = {"why.svg": why_picture, "lifecycle.svg": svg, "timeline.svg": timeline_picture}


if __name__ == "__main__":
    for name, draw in PICTURES.items():
        (IMAGES / name).write_text(draw(), "utf-8")
