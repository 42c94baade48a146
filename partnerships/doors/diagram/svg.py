"""The state machine as an SVG picture, drawn without any other program."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from partnerships.doors.diagram import places
from partnerships.doors.diagram.edges import Edge, edges
from partnerships.doors.diagram.places import CRISIS, LIVE, NODES, ROUTES, Box, Point, Route
from partnerships.doors.diagram.style import STYLE
from partnerships.doors.diagram.taken import Step
from partnerships.doors.text import shortened

CRISIS_TRIGGER = "terminate_for_crisis"
_RADIUS = 12.0
_HEAD = 10.0


def svg(steps: Sequence[Step] = (), *, subtitle: str = "") -> str:
    """Return the state machine as an SVG document (UTF-8 text), readable on light and on dark paper.

    `steps` are shown as the path taken, each arrow with the numbers of its steps; `subtitle` is shown as text
    whatever it holds. The three categories have one height and one size (S5.14).
    """
    table = edges()
    taken = {step.edge for step in steps}
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {places.WIDTH} {places.HEIGHT}"'
        f' width="{places.WIDTH}" height="{places.HEIGHT}" role="img" aria-labelledby="title description">',
        '<title id="title">The life of a partnership</title>',
        f'<desc id="description">{escape(_description(table, steps))}</desc>',
        f"<style>{STYLE}</style>",
        f'<rect class="paper" width="{places.WIDTH}" height="{places.HEIGHT}"/>',
        _text((50, 46), "The life of a partnership", "title", anchor="start"),
        _text((50, 72), shortened(subtitle, 58), "subtitle", anchor="start") if subtitle else "",
        _frame(),
        _crisis([edge for edge in table if edge.trigger == CRISIS_TRIGGER and edge not in taken]),
        *(_arrow(edge, ()) for edge in table if edge not in taken and edge.trigger != CRISIS_TRIGGER),
        *(_arrow(edge, _numbers(edge, steps)) for edge in table if edge in taken),
        *(
            _label(ROUTES[edge], "label")
            for edge in table
            if edge not in taken and edge.trigger != CRISIS_TRIGGER
        ),
        *(_label(ROUTES[edge], "label taken") for edge in table if edge in taken),
        *(_node(state, box, steps) for state, box in NODES.items()),
        *(_badge(ROUTES[edge].steps_at, _numbers(edge, steps)) for edge in table if edge in taken),
        *_taken_over(steps),
        _legend(bool(steps)),
        "</svg>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _numbers(edge: Edge, steps: Sequence[Step]) -> tuple[int, ...]:
    return tuple(step.number for step in steps if step.edge == edge)


def _description(table: Sequence[Edge], steps: Sequence[Step]) -> str:
    if steps:
        return "The path taken: " + "; ".join(
            f"{step.number}. {_words(step.edge.trigger)} to {_words(step.edge.target)}" for step in steps
        )
    return "; ".join(
        f"{_words(e.source or 'start')}: {_words(e.trigger)} to {_words(e.target)}" for e in table
    )


def _text(at: Point, text: str, kind: str, *, anchor: str = "middle") -> str:
    return f'<text class="{kind}" x="{at[0]:g}" y="{at[1]:g}" text-anchor="{anchor}">{escape(text)}</text>'


def _on_paper(at: Point, lines: Sequence[str], kind: str, size: float = 13) -> str:
    """Text in the middle of `at`, on a patch of paper that interrupts the line below it."""
    height = size + 4
    width = max(len(line) for line in lines) * size * 0.54 + 10
    first = at[1] - height * (len(lines) - 1) / 2
    patch = Box(at[0], at[1], width, height * len(lines))
    return _rect(patch, "paper", 3) + "".join(
        _text((at[0], first + index * height + size * 0.35), line, kind) for index, line in enumerate(lines)
    )


def _rect(box: Box, kind: str, radius: float) -> str:
    return (
        f'<rect class="{kind}" x="{box.left:g}" y="{box.top:g}" width="{box.width:g}" height="{box.height:g}"'
        f' rx="{radius:g}"/>'
    )


def _frame() -> str:
    return _rect(LIVE, "live", 18) + _on_paper(
        (455, LIVE.top), ["three categories, none above another"], "caption"
    )


def _towards(start: Point, end: Point, distance: float) -> Point:
    span = abs(end[0] - start[0]) + abs(end[1] - start[1])
    share = min(distance / span, 0.5)
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def _line(points: Sequence[Point]) -> str:
    """The `d` of a line with rounded corners through `points`, all its parts being level or upright."""
    drawn = [f"M{points[0][0]:g} {points[0][1]:g}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        enter, leave = _towards(corner, before, _RADIUS), _towards(corner, after, _RADIUS)
        drawn.append(f"L{enter[0]:g} {enter[1]:g}Q{corner[0]:g} {corner[1]:g} {leave[0]:g} {leave[1]:g}")
    end = _towards(points[-1], points[-2], _HEAD - 2)
    drawn.append(f"L{end[0]:g} {end[1]:g}")
    return "".join(drawn)


def _head(points: Sequence[Point]) -> str:
    (x, y), before = points[-1], points[-2]
    back, half = _towards((x, y), before, _HEAD), _HEAD * 0.5
    if before[0] == x:
        corners = f"{x:g},{y:g} {x - half:g},{back[1]:g} {x + half:g},{back[1]:g}"
    else:
        corners = f"{x:g},{y:g} {back[0]:g},{y - half:g} {back[0]:g},{y + half:g}"
    return f'<polygon class="head" points="{corners}"/>'


def _group(kind: str, trigger: str, sources: Sequence[str], target: str, content: str) -> str:
    facts = f"data-trigger={quoteattr(trigger)} data-from={quoteattr(' '.join(sources))}"
    facts += f" data-to={quoteattr(target)}"
    return f'<g class="{kind}" {facts}>{content}</g>'


def _arrow(edge: Edge, numbers: Sequence[int]) -> str:
    route = ROUTES[edge]
    crisis = " crisis" if edge.trigger == CRISIS_TRIGGER else ""
    line = _line(route.points)
    start = (
        f'<circle class="start" cx="{places.START[0]}" cy="{places.START[1]}" r="7"/>'
        if edge.source is None
        else ""
    )
    # The gap lets a line on the path pass visibly over those that it crosses.
    gap = f'<path class="gap" d="{line}"/>' if numbers and len(route.points) > 2 else ""
    content = f'{gap}<path class="line{crisis}" d="{line}"/>{_head(route.points)}{start}'
    return _group(
        "edge taken" if numbers else "edge", edge.trigger, [edge.source or ""], edge.target, content
    )


def _label(route: Route, kind: str) -> str:
    # Labels come after every line, since two arrows may share a line and each names itself on it.
    return _on_paper(route.label_at, route.label, kind)


def _crisis(untaken: Sequence[Edge]) -> str:
    if not untaken:
        return ""
    label = _label(CRISIS, "label")
    content = f'<path class="line crisis" d="{_line(CRISIS.points)}"/>{_head(CRISIS.points)}{label}'
    sources = [edge.source or "" for edge in untaken]
    return _group("edge", CRISIS_TRIGGER, sources, untaken[0].target, content)


def _node(state: str, box: Box, steps: Sequence[Step]) -> str:
    kind = "node"
    if state in places.COLUMNS:
        kind += " category"
    elif state in ("exited", CRISIS_TRIGGER.replace("terminate", "terminated")):
        kind += " end"
    words = "state"
    if steps and steps[-1].edge.target == state:
        kind, words = kind + " present", "state on-present"
    elif any(step.edge.target == state for step in steps):
        kind += " passed"
    content = _rect(box, kind, 12) + _text((box.x, box.y + 6), _words(state), words)
    return f"<g data-state={quoteattr(state)}>{content}</g>"


def _badge(at: Point, numbers: Sequence[int]) -> str:
    shown = " · ".join(map(str, numbers)) if len(numbers) <= 2 else f"{numbers[0]} … {numbers[-1]}"
    width = max(20.0, len(shown) * 7 + 10)
    return _rect(Box(at[0], at[1], width, 20), "badge", 10) + _text((at[0], at[1] + 4.5), shown, "number")


def _taken_over(steps: Sequence[Step]) -> list[str]:
    return [
        _badge((NODES[step.edge.target].left + 8, NODES[step.edge.target].top), [step.number])
        for step in steps
        if step.edge.trigger == "take_over"
    ]


def _legend(path: bool) -> str:
    y = 928
    frame = "The dotted frame: a crisis can end a partnership in any of the four states inside it."
    if not path:
        return _text((50, y), frame, "caption", anchor="start")
    marks = _badge((60, y - 4), [1]) + _text(
        (78, y), "a step on the path taken, in order", "caption", anchor="start"
    )
    return marks + _text((330, y), frame, "caption", anchor="start")
