"""Where each state and arrow stands in the picture, placed by hand, in SVG user units."""

from __future__ import annotations

from typing import NamedTuple

from partnerships.doors.diagram.edges import Edge

Point = tuple[float, float]

WIDTH, HEIGHT = 1200, 960
COLUMNS = {"active_associate": 290, "active_activity": 620, "strategic": 950}


class Box(NamedTuple):
    """A rectangle by its centre and size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def left(self) -> float:
        """The x of the left side."""
        return self.x - self.width / 2

    @property
    def top(self) -> float:
        """The y of the upper side."""
        return self.y - self.height / 2


class Route(NamedTuple):
    """The way of an arrow: its corners, its label's lines and middle, and where step numbers stand."""

    points: tuple[Point, ...]
    label: tuple[str, ...]
    label_at: Point
    steps_at: Point


# The three categories have one size and one height: none ranks above another (S5.14).
NODES: dict[str, Box] = {
    "identified": Box(620, 140, 200, 64),
    "assessed": Box(620, 250, 200, 64),
    **{state: Box(x, 430, 200, 64) for state, x in COLUMNS.items()},
    "transitioning": Box(620, 670, 860, 60),
    "exited": Box(290, 850, 220, 64),
    "terminated_for_crisis": Box(950, 850, 220, 64),
}

LIVE = Box(625, 548, 950, 376)
START: Point = (620, 82)

# Drawn once, from the frame around the four states, until a path takes one of the four arrows.
CRISIS = Route(((950, 736), (950, 818)), ("terminate for crisis",), (950, 766), (950, 792))


def _category(state: str, x: float) -> dict[Edge, Route]:
    begin = "begin_strategic" if state == "strategic" else "begin_" + state.removeprefix("active_")
    up = ((x + 50, 640.0), (x + 50, 462.0))
    around = ((x + 100, 448.0), (x + 118, 448.0), (x + 118, 614.0), (1082.0, 614.0), (1082.0, 718.0))
    return {
        Edge("renew", state, state): Route(
            ((x + 40, 398), (x + 40, 378), (x + 122, 378), (x + 122, 416), (x + 100, 416)),
            ("renew",),
            (x + 84, 378),
            (x + 32, 380),
        ),
        Edge("begin_transition", state, "transitioning"): Route(
            ((x - 50, 462), (x - 50, 640)), ("begin", "transition"), (x - 50, 546), (x - 50, 498)
        ),
        Edge("extend", "transitioning", state): Route(up, ("extend",), (x + 50, 522), (x + 50, 496)),
        Edge(begin, "transitioning", state): Route(up, tuple(begin.split("_")), (x + 50, 562), (x + 50, 592)),
        Edge("terminate_for_crisis", state, "terminated_for_crisis"): Route(
            (*around, (950, 718), (950, 818)), CRISIS.label, CRISIS.label_at, CRISIS.steps_at
        ),
    }


ROUTES: dict[Edge, Route] = {
    Edge("identify", None, "identified"): Route((START, (620, 108)), ("identify",), (664, 84), (578, 84)),
    Edge("assess", "identified", "assessed"): Route(
        ((620, 172), (620, 218)), ("assess",), (656, 195), (584, 195)
    ),
    Edge("decline", "identified", "exited"): Route(
        ((520, 154), (90, 154), (90, 838), (180, 838)), ("decline",), (300, 154), (236, 154)
    ),
    Edge("decline", "assessed", "exited"): Route(
        ((520, 236), (90, 236), (90, 838), (180, 838)), ("decline",), (300, 236), (236, 236)
    ),
    Edge("reidentify", "exited", "identified"): Route(
        ((180, 862), (50, 862), (50, 126), (520, 126)), ("reidentify",), (400, 126), (326, 126)
    ),
    Edge("reidentify", "terminated_for_crisis", "identified"): Route(
        ((1060, 850), (1150, 850), (1150, 140), (720, 140)), ("reidentify",), (850, 140), (924, 140)
    ),
    Edge("begin_associate", "assessed", "active_associate"): Route(
        ((520, 266), (290, 266), (290, 398)), ("begin associate",), (400, 266), (290, 318)
    ),
    Edge("begin_activity", "assessed", "active_activity"): Route(
        ((620, 282), (620, 398)), ("begin activity",), (620, 316), (620, 340)
    ),
    Edge("begin_strategic", "assessed", "strategic"): Route(
        ((720, 250), (950, 250), (950, 398)), ("begin strategic",), (835, 250), (950, 318)
    ),
    Edge("begin_strategic", "active_activity", "strategic"): Route(
        ((720, 430), (850, 430)), ("begin", "strategic"), (786, 430), (786, 464)
    ),
    Edge("exit", "transitioning", "exited"): Route(
        ((290, 700), (290, 818)), ("exit",), (290, 768), (290, 794)
    ),
    Edge("terminate_for_crisis", "transitioning", "terminated_for_crisis"): Route(
        ((950, 700), (950, 818)), CRISIS.label, CRISIS.label_at, CRISIS.steps_at
    ),
    **{edge: route for state, x in COLUMNS.items() for edge, route in _category(state, x).items()},
}
