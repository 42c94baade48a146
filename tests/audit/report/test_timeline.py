"""A partnership's course, and the picture that is drawn of it."""

from __future__ import annotations

from collections import Counter
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from partnerships import Service
from partnerships.audit.report import gather
from partnerships.audit.report.drawing import WIDTH, timeline
from tests.audit.report.conftest import HOSTILE
from tests.story import Story

Json = dict[str, Any]
SPACE = "{http://www.w3.org/2000/svg}"


def drawn(course: Json) -> Element:
    return fromstring(str(timeline(course, "t1")))


def classes(picture: Element) -> Counter[str]:
    return Counter(each.get("class", "") for each in picture.iter())


def test_states_follow_each_other_without_what_was_reverted(ordinary: Json) -> None:
    course = ordinary["partnerships"][0]["course"]
    assert [(each["state"], each["from"], each["to"]) for each in course["states"]] == [
        ("identified", "2024-01-08", "2024-01-22"),
        ("assessed", "2024-01-22", "2024-02-01"),
        ("active_activity", "2024-02-01", "2025-11-10"),
        ("transitioning", "2025-11-10", "2026-01-12"),
        ("exited", "2026-01-12", "2026-03-02"),
        ("identified", "2026-03-02", None),
    ]


def test_decisions_are_marked_without_what_was_reverted(ordinary: Json) -> None:
    course = ordinary["partnerships"][0]["course"]
    assert [each["trigger"] for each in course["decisions"]].count("begin_transition") == 1
    assert classes(drawn(course))["mark"] == len(course["decisions"]) == 7


def test_an_agreement_is_drawn_by_its_latest_version(story: Story) -> None:
    story.to("active_activity")
    story.has("agreement", concluded_on=story.today, concluded_how="completed")
    [agreement] = course_of(story)["agreements"]
    assert (agreement["reference"], agreement["concluded_on"]) == ("a-1", story.today)


def test_an_agreement_of_an_earlier_cycle_is_drawn_too(ordinary: Json) -> None:
    course = ordinary["partnerships"][0]["course"]
    assert [one["reference"] for one in course["agreements"]] == ["a-1", "a-2"]
    assert classes(drawn(course))["f-agreement"] == 2


def test_a_draft_is_drawn_as_one(story: Story) -> None:
    story.to("assessed")
    story.has("agreement", accepted=[])
    course = course_of(story)
    assert classes(drawn(course))["f-draft"] == 1


def test_a_lapsed_agreement_is_hatched_up_to_today(story: Story) -> None:
    story.to("active_activity")
    assert classes(drawn(course_of(story)))["late"] == 0
    story.day("2025-06-01")
    picture = drawn(course_of(story))
    assert classes(picture)["late"] == 1
    [late] = [each for each in picture.iter(f"{SPACE}rect") if each.get("class") == "late"]
    [today] = [each for each in picture.iter(f"{SPACE}path") if each.get("class") == "today"]
    assert today.get("d", "").startswith(f"M{float(late.get('x', 0)) + float(late.get('width', 0)):.1f} ")


def test_every_prompt_is_drawn_by_what_became_of_it(hostile: Json) -> None:
    course = hostile["partnerships"][0]["course"]
    statuses = Counter(prompt["status"] for prompt in course["prompts"])
    assert statuses["missed"] == course["missed"] > 0
    signs = classes(drawn(course))
    for status, number in statuses.items():
        assert signs[f"p-{status}"] == number


def test_a_text_of_others_stays_a_text(hostile: Json) -> None:
    course = hostile["partnerships"][0]["course"]
    assert course["agreements"][0]["reference"] == HOSTILE
    names = {each.tag for each in drawn(course).iter()}
    assert names <= {
        SPACE + name for name in ("svg", "title", "defs", "pattern", "path", "rect", "text", "circle")
    }


@pytest.mark.parametrize("life", ["ordinary", "hostile"])
def test_everything_lies_within_the_picture(life: str, request: pytest.FixtureRequest) -> None:
    picture = drawn(request.getfixturevalue(life)["partnerships"][0]["course"])
    height = float(picture.get("viewBox", "").split()[3])
    for each in picture.iter(f"{SPACE}rect"):
        assert (
            0 <= float(each.get("x", 0)) <= float(each.get("x", 0)) + float(each.get("width", 0)) <= WIDTH + 2
        )
        assert 0 <= float(each.get("y", 0)) <= height
    for each in picture.iter(f"{SPACE}text"):
        assert 0 <= float(each.get("x", 0)) <= WIDTH
        assert 0 <= float(each.get("y", 0)) <= height


def test_many_agreements_are_cut_where_the_picture_says_so(story: Story) -> None:
    story.to("active_activity")
    for number in range(2, 17):
        story.has("agreement", reference=f"b-{number}", collaboration=f"Another, number {number}")
    picture = drawn(course_of(story))
    assert classes(picture)["f-agreement"] == 12
    assert any(each.text == "and 4 more in the table" for each in picture.iter(f"{SPACE}text"))


def test_a_partnership_of_one_day_is_drawn(service: Service, story: Story) -> None:
    story.identify()
    course = course_of(story)
    assert course["from"] == course["to"]
    assert classes(drawn(course))["f-light"] == 1


def course_of(story: Story) -> Json:
    course: Json = gather(story.service, ids=[story.id])["partnerships"][0]["course"]
    return course


def test_an_endline_at_the_end_of_the_calendar_stands_at_the_edge(service: Service, story: Story) -> None:
    story.to("assessed").ready_for("begin_activity", agreement={"ends_on": "9999-12-31"})
    story.does("begin_activity")
    course = gather(service, ids=["p-1"])["partnerships"][0]["course"]
    assert course["to"] == "9999-12-31"
    assert classes(drawn(course))["grid"] < 20
