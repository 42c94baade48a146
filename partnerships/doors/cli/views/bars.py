"""Shares of a whole as people read them: per cent, and a small bar."""

from __future__ import annotations

from rich.text import Text

_CELLS = 10


def share_text(share: str | None) -> Text:
    """Return a share such as `0.3333` as a bar and per cent; a dash where there is nothing to share."""
    if share is None:
        return Text("—", style="dim")
    filled = int(float(share) * _CELLS + 0.5)
    if float(share) > 0:
        filled = max(filled, 1)
    text = Text().append("█" * filled, style="cyan").append("░" * (_CELLS - filled), style="dim")
    return text.append(f" {percent(share):>4}")


def percent(share: str) -> str:
    """Return a share in whole per cent; what is there and less than one is said to be so."""
    number = float(share) * 100
    if 0 < number < 1:
        return "<1%"
    if 99 < number < 100:
        return ">99%"
    return f"{number:.0f}%"
