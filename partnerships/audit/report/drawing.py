"""The timeline as inline SVG: states, decisions, agreements and prompts over the years, in ink on white."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from markupsafe import Markup, escape

from partnerships.audit.report.words import clean, words
from partnerships.lifecycle.days import add_months

Json = dict[str, Any]

WIDTH = 680
_LEFT, _RIGHT = 120, 12
_LANE, _BAR = 24, 14
_MOST_MONTHS_AHEAD = 120
_MOST_AGREEMENTS = 12
_LETTER = 5.6

_FILLS = {
    "identified": "f-light",
    "assessed": "f-light",
    "active_activity": "f-active",
    "active_associate": "f-active",
    "strategic": "f-active",
    "transitioning": "f-middle",
    "exited": "f-end",
    "terminated_for_crisis": "f-crisis",
}
_SIGNS = {"answered": "p-answered", "open": "p-open", "escalated": "p-escalated", "missed": "p-missed"}


def timeline(course: Json, id: str) -> Markup:
    """Draw a course (see `course`); `id` makes the names inside the picture its own."""
    return _Drawing(course, id).svg()


class _Drawing:
    def __init__(self, course: Json, id: str) -> None:
        self.course, self.id = course, id
        self.first = date.fromisoformat(course["from"])
        # An endline such as 9999-12-31 is no reason to draw centuries: it stands at the edge.
        ahead = add_months(date.fromisoformat(course["today"]), _MOST_MONTHS_AHEAD)
        self.last = max(min(date.fromisoformat(course["to"]), ahead), add_months(self.first, 3))
        self.agreements = course["agreements"][:_MOST_AGREEMENTS]
        self.more = len(course["agreements"]) - len(self.agreements)
        self.y = 4.0

    def svg(self) -> Markup:
        """Give the whole picture."""
        rows = [*self._states(), *self._decisions(), *self._agreements(), *self._prompts()]
        height = self.y + 22
        grid = list(self._grid(self.y))
        told = escape(self._told())
        head = (
            f'<svg class="timeline" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}"'
            f' role="img" aria-labelledby="{escape(self.id)}-title">'
            f'<title id="{escape(self.id)}-title">{told}</title>'
            '<defs><pattern id="' + str(escape(self.id)) + '-late" width="5" height="5"'
            ' patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
            '<path class="hatch" d="M0 0V5"/></pattern></defs>'
        )
        return Markup("".join([head, *grid, *rows, "</svg>"]))

    def x(self, day: str | date) -> float:
        """Give where a day stands, those outside at the edge."""
        at = date.fromisoformat(day) if isinstance(day, str) else day
        share = (at - self.first).days / (self.last - self.first).days
        return _LEFT + min(max(share, 0), 1) * (WIDTH - _LEFT - _RIGHT)

    def _grid(self, bottom: float) -> Iterator[str]:
        """The years (or, of a short life, the months) as lines, with their names below."""
        months = (self.last - self.first).days / 30.4
        step = 1 if months <= 9 else 3 if months <= 27 else 12 if months <= 150 else 24
        year, month = (self.first.year, 1) if step >= 12 else (self.first.year, self.first.month)
        at, right = date(year, month, 1), 0.0
        while at <= self.last:
            if at >= self.first:
                x = self.x(at)
                yield f'<path class="grid" d="M{x:.1f} 0V{bottom:g}"/>'
                name = f"{at.year}" if step >= 12 else f"{at.year}-{at.month:02}"
                if x > right:
                    yield _text(x, bottom + 13, name, "tick", "middle" if x > _LEFT + 14 else "start")
                    right = x + len(name) * _LETTER + 10
            at = add_months(at, step)
        today = self.course["today"]
        if self.first.isoformat() <= today <= self.last.isoformat():
            x = self.x(today)
            yield f'<path class="today" d="M{x:.1f} 0V{bottom:g}"/>'

    def _states(self) -> Iterator[str]:
        yield self._lane("State")
        for state in self.course["states"]:
            start, end = self.x(state["from"]), self.x(state["to"] or self.last)
            yield _bar(start, self.y, end - start, _FILLS[state["state"]])
            name = words(state["state"])
            if len(name) * _LETTER + 6 <= end - start:
                ink = "on-dark" if _FILLS[state["state"]] in ("f-active", "f-crisis") else "on-light"
                yield _text((start + end) / 2, self.y + 10.5, name, ink, "middle")
        self.y += _LANE

    def _decisions(self) -> Iterator[str]:
        """A mark and the entry's number for each decision; numbers that would touch stand one below."""
        yield self._lane("Decisions")
        rights = [0.0, 0.0, 0.0]
        for decision in self.course["decisions"]:
            x, number = self.x(decision["on"]), str(decision["sequence"])
            half = len(number) * _LETTER / 2 + 2
            row = next((row for row, right in enumerate(rights) if x - half > right), None)
            yield f'<path class="mark" d="M{x:.1f} {self.y:g}l3.5 5l-3.5 5l-3.5 -5z"/>'
            if row is not None:
                rights[row] = x + half
                yield _text(x, self.y + 20 + row * 10, number, "number", "middle")
        rows = max((row for row, right in enumerate(rights) if right), default=0)
        self.y += _LANE + 4 + rows * 10

    def _agreements(self) -> Iterator[str]:
        for number, one in enumerate(self.agreements):
            yield self._lane("Agreements" if number == 0 else "")
            start, end = self.x(one["starts_on"]), self.x(one["concluded_on"] or one["ends_on"] or self.last)
            kind = "f-draft" if one["draft"] else "f-agreement"
            yield _bar(start, self.y, end - start, kind)
            if one["lapsed_since"]:
                late = self.x(self.course["today"])
                yield (
                    f'<rect x="{end:.1f}" y="{self.y:g}" width="{max(late - end, 2):.1f}" height="{_BAR}"'
                    f' class="late" fill="url(#{escape(self.id)}-late)"/>'
                )
            yield self._reference(one, start, end)
            self.y += _LANE - 6
        if self.more:
            yield _text(_LEFT, self.y + 10, f"and {self.more} more in the table", "tick", "start")
            self.y += _LANE - 8
        if self.agreements:
            self.y += 6

    def _reference(self, one: Json, start: float, end: float) -> str:
        """The agreement's reference in its bar, or where there is room beside it."""
        text = clean(one["reference"]).replace("\n", " ")
        room = max(end - start - 8, _LEFT - 70)
        if len(text) * _LETTER > room:
            text = text[: max(int(room / _LETTER) - 1, 3)].rstrip() + "…"
        if len(text) * _LETTER + 8 <= end - start:
            return _text(start + 4, self.y + 10.5, text, "on-light", "start")
        if start - _LEFT > len(text) * _LETTER + 6:
            return _text(start - 4, self.y + 10.5, text, "on-light", "end")
        return _text(end + 4, self.y + 10.5, text, "on-light", "start")

    def _prompts(self) -> Iterator[str]:
        if not self.course["prompts"]:
            return
        yield self._lane("Prompts")
        rows = [_LEFT - 20.0]
        for prompt in self.course["prompts"]:
            x, kind = self.x(prompt["due_on"]), _SIGNS[prompt["status"]]
            row = next((row for row, right in enumerate(rows) if x - right >= 9), len(rows))
            rows[row : row + 1] = [x]
            middle = self.y + _BAR / 2 + row * 10
            if prompt["status"] == "missed":
                yield f'<path class="{kind}" d="M{x - 3.5:.1f} {middle - 3.5:g}l7 7m0 -7l-7 7"/>'
            else:
                yield f'<circle class="{kind}" cx="{x:.1f}" cy="{middle:g}" r="3.5"/>'
        self.y += _LANE + (len(rows) - 1) * 10

    def _lane(self, name: str) -> str:
        return _text(0, self.y + 10.5, name, "lane", "start") if name else ""

    def _told(self) -> str:
        """The same in words, for who does not see the picture."""
        states = ", ".join(
            f"{words(each['state'])} from {each['from']}" + (f" to {each['to']}" if each["to"] else "")
            for each in self.course["states"]
        )
        return (
            f"{states}; {len(self.course['agreements'])} agreements; {self.course['missed']} prompts missed"
        )


def _bar(x: float, y: float, width: float, kind: str) -> str:
    return f'<rect class="{kind}" x="{x:.1f}" y="{y:g}" width="{max(width, 1.5):.1f}" height="{_BAR}"/>'


def _text(x: float, y: float, text: str, kind: str, anchor: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:g}" text-anchor="{anchor}">{escape(text)}</text>'
