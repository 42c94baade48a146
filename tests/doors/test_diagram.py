"""The diagram: in step with the table of triggers, well-formed, and even-handed between the categories."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from partnerships.doors.diagram import Edge, Step, edges, mermaid, path_taken, svg
from partnerships.doors.diagram.places import COLUMNS, HEIGHT, NODES, ROUTES, WIDTH
from partnerships.doors.diagram.style import STYLE
from partnerships.lifecycle.table import NOTHING, TRIGGERS
from partnerships.lifecycle.vocabulary import State
from tests.doors.conftest import Cli

SVG = "{http://www.w3.org/2000/svg}"
ALL_STEPS = tuple(Step(number, edge) for number, edge in enumerate(edges(), start=1))


def _drawn(picture: str) -> set[Edge]:
    root = ElementTree.fromstring(picture)
    return {
        Edge(group.attrib["data-trigger"], source or None, group.attrib["data-to"])
        for group in root.iter(f"{SVG}g")
        if "data-trigger" in group.attrib
        for source in group.attrib["data-from"].split(" ")
    }


def test_the_arrows_are_the_tables() -> None:
    named = {
        (str(row.trigger), None if source == NOTHING else str(source))
        for row in TRIGGERS
        for source in row.sources
    }
    assert {(edge.trigger, edge.source) for edge in edges()} == named
    assert {edge for edge in edges() if edge.trigger == "renew"} == {
        Edge("renew", state, state) for state in ("active_activity", "active_associate", "strategic")
    }


def test_every_arrow_and_state_has_its_place() -> None:
    assert set(ROUTES) == set(edges())
    assert set(NODES) == {state.value for state in State}


@pytest.mark.parametrize("steps", [(), ALL_STEPS, ALL_STEPS[:4]], ids=["none", "all", "some"])
def test_the_picture_shows_every_arrow_whatever_the_path(steps: tuple[Step, ...]) -> None:
    assert _drawn(svg(steps)) == set(edges())


def test_mermaid_shows_every_arrow() -> None:
    found = re.findall(r"^    (\S+) --> (\S+): (.+)$", mermaid(), re.MULTILINE)
    read = {Edge(label.replace(" ", "_"), None if a == "[*]" else a, b) for a, b, label in found}
    assert read == set(edges())


def test_the_categories_have_one_size_and_one_height() -> None:
    boxes = [NODES[state] for state in COLUMNS]
    assert len({(box.y, box.width, box.height) for box in boxes}) == 1
    assert len(boxes) == 3


def test_all_lines_are_level_or_upright_and_inside_the_picture() -> None:
    for route in ROUTES.values():
        for (x, y), (to_x, to_y) in zip(route.points, route.points[1:], strict=False):
            assert x == to_x or y == to_y
        assert all(0 < x < WIDTH and 0 < y < HEIGHT for x, y in route.points)


def test_labels_of_different_arrows_do_not_overlap() -> None:
    def patch(edge: Edge) -> tuple[float, float, float, float]:
        route = ROUTES[edge]
        half_width = max(map(len, route.label)) * 3.5 + 2
        half_height = 8.0 * len(route.label)
        x, y = route.label_at
        return x - half_width, y - half_height, x + half_width, y + half_height

    patches = {edge: patch(edge) for edge in edges() if edge.trigger != "terminate_for_crisis"}
    for one, (left, top, right, bottom) in patches.items():
        for other, (left_2, top_2, right_2, bottom_2) in patches.items():
            apart = right <= left_2 or right_2 <= left or bottom <= top_2 or bottom_2 <= top
            assert one == other or apart, (one, other)


def test_texts_of_others_stay_texts() -> None:
    name = '<script>alert(1)</script> & \u001b[31m"Radio" \u202eTop'
    root = ElementTree.fromstring(svg(ALL_STEPS, subtitle=name))
    assert root.find(f".//{SVG}script") is None
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert '<script>alert(1)</script> & "Radio" Top' in texts


def test_a_long_name_is_cut() -> None:
    texts = [
        element.text or "" for element in ElementTree.fromstring(svg(subtitle="x" * 500)).iter(f"{SVG}text")
    ]
    assert max(map(len, texts)) < 100


def test_the_picture_asks_for_nothing_from_elsewhere() -> None:
    picture = svg(ALL_STEPS)
    assert re.findall(r"href|url\(|@import|<image|<script", picture) == []
    assert re.findall(r"https?://[^\"]+", picture) == ["http://www.w3.org/2000/svg"]


def test_the_path_leaves_out_what_was_reverted() -> None:
    history = [
        {"entry": "identification", "kind": "partner_profile", "from": None, "to": "identified"},
        {"entry": "record", "kind": "assessment", "from": "identified", "to": "identified"},
        {"entry": "transition", "trigger": "assess", "from": "identified", "to": "assessed"},
        {"entry": "reversal", "from": "assessed", "to": "identified"},
        {"entry": "transition", "trigger": "decline", "from": "identified", "to": "exited"},
    ]
    assert [step.edge.trigger for step in path_taken(history)] == ["identify", "decline"]


def test_a_take_over_is_a_step_without_an_arrow() -> None:
    steps = path_taken([{"entry": "takeover", "from": None, "to": "strategic"}])
    assert steps == (Step(1, Edge("take_over", None, "strategic")),)
    assert _drawn(svg(steps)) == set(edges())


def test_the_command_prints_mermaid_without_a_database(cli: Cli) -> None:
    assert cli("diagram").ends(0).out == mermaid()


def test_the_command_draws_the_path_of_a_partnership(cli: Cli, lived: Path) -> None:
    picture = cli("--database", lived, "diagram", "--svg", "--path", "p-strategic").ends(0).out
    taken = [
        group.attrib["data-trigger"]
        for group in ElementTree.fromstring(picture).iter(f"{SVG}g")
        if "taken" in group.attrib.get("class", "")
    ]
    assert sorted(taken) == ["assess", "begin_strategic", "identify"]


def luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_arrows_and_words_stand_out_from_the_paper() -> None:
    colours: dict[str, str] = {}
    for theme in STYLE.split("@media"):
        for line in theme.splitlines():
            for colour in re.findall("#[0-9a-f]{6}", line)[:1]:
                colours |= dict.fromkeys(line.partition(" {")[0].split(", "), colour)
        for name, least in ((".line", 3), (".head", 3), (".label", 4.5), (".subtitle", 4.5), ("text", 4.5)):
            darker, brighter = sorted((luminance(colours[name]), luminance(colours[".paper"])))
            assert (brighter + 0.05) / (darker + 0.05) >= least, name
