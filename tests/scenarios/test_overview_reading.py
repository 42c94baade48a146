"""The overview as a reading: its shape, who sees what of it, and what cannot be read."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from partnerships import BadRequest
from partnerships.workflows.overview import SECTIONS, gathering
from tests.scheduler.damage import HALF, NO_JSON, breaks, mends
from tests.story import Story, actor

Telling = Callable[..., Story]

pytestmark = pytest.mark.every_store


def test_an_empty_portfolio(story: Story) -> None:
    told = story.service.overview()
    assert list(told) == ["on", "partnerships", "running", *SECTIONS, "unreadable"]
    assert (told["on"], told["partnerships"], told["running"]) == ("2024-03-01", 0, 0)
    assert told["localisation"]["share"] is None
    assert {row["share"] for row in told["mix"]["states"].values()} == {None}
    assert told["effort"]["categories"]["strategic"]["contributions"] == []
    assert told["unreadable"] == {"partnerships": 0, "lines": [], "left_out": 0}


def test_it_is_json_and_asking_changes_nothing(story: Story) -> None:
    story.to("strategic")
    with story.nothing_changes():
        told = story.service.overview()
    assert json.loads(json.dumps(told)) == told


def test_the_partners_side_sees_its_own_alone(telling: Telling) -> None:
    own = telling("p-1", identifiers=[{"scheme": "XX-REG", "value": "1"}], level="local").to("strategic")
    other = telling("p-2", identifiers=[{"scheme": "XX-REG", "value": "1"}], level="local").to("strategic")
    other.has("sustainability_review")
    breaks(telling("p-3").to("identified").service, "p-3")
    own.day("2024-10-01").service.sweep()
    told = own.service.overview(actor=actor("partner-1", partnerships=["p-1"]))
    assert (told["partnerships"], told["running"], told["unreadable"]["partnerships"]) == (1, 1, 0)
    assert [(line["id"], line["requests"]) for line in told["requests"]["lines"]] == [("p-1", 1)]
    assert told["introductions"]["partnerships"] == 0
    assert "p-2" not in json.dumps(told)
    nobody = own.service.overview(actor=actor("partner-2", partnerships=[]))
    assert nobody["partnerships"] == 0


@pytest.mark.parametrize("by", [None, actor("pm-1"), actor("partner-1", partnerships=["p-1"])])
def test_no_section_betrays_a_case(story: Story, by: dict[str, object] | None) -> None:
    story.to("strategic")
    before = story.service.overview(actor=by)
    story.has("crisis_case", by="director-1")
    story.has("crisis_recommendation")
    assert story.service.overview(actor=by) == before


@pytest.mark.parametrize("file", [NO_JSON, HALF])
def test_one_that_cannot_be_read_is_set_apart_and_stops_no_other(telling: Telling, file: str) -> None:
    for id in ("p-1", "p-2", "p-3"):
        last = telling(id).to("strategic")
    whole = last.service.overview()
    before = breaks(last.service, "p-2", file)
    told = last.service.overview()
    assert (told["partnerships"], told["running"], told["exit_dialogues"]["strategic"]) == (2, 2, 2)
    assert told["mix"]["states"]["strategic"]["partnerships"] == 2
    assert told["unreadable"] == {
        "partnerships": 1, "lines": [{"id": "p-2", "error": "Unreadable"}], "left_out": 0,
    }  # fmt: skip
    mends(last.service, "p-2", before)
    assert last.service.overview() == whole


def test_nor_is_the_list_stopped_by_one_that_is_late(telling: Telling) -> None:
    for id in ("p-1", "p-2"):
        last = telling(id).to("active_activity")
    late, before = "2030-01-01", breaks(last.service, "p-1")
    broken, whole = last.service.portfolio(on=late, overdue=True)
    assert (broken["id"], broken["overdue"], broken["unreadable"]) == ("p-1", True, "Unreadable")
    assert (whole["id"], whole["overdue"], whole["unreadable"]) == ("p-2", True, None)
    mends(last.service, "p-1", before)
    assert [line["unreadable"] for line in last.service.portfolio(on=late)] == [None, None]


def test_one_whose_records_cannot_be_read_is_counted_nowhere(telling: Telling) -> None:
    for id in ("p-1", "p-2"):
        last = telling(id).to("active_activity")
    before = breaks(last.service, "p-2")
    mends(last.service, "p-2", before.replace('"amount":"10000.00"', '"amount":"many"'))
    told = last.service.overview()
    assert (told["partnerships"], told["effort"]["agreements"]) == (1, 1)
    assert [line["id"] for line in told["unreadable"]["lines"]] == ["p-2"]


def test_pages_make_no_difference(telling: Telling, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(1, 6):
        identifiers = [{"scheme": "XX-REG", "value": str(number % 2)}]
        last = telling(f"p-{number}", identifiers=identifiers).to("strategic")
    last.day("2024-10-01").service.sweep()
    whole = last.service.overview()
    assert [line["requests"] for line in whole["requests"]["lines"]] == [3, 2]
    monkeypatch.setattr(gathering, "_PAGE", 2)
    assert last.service.overview() == whole


@pytest.mark.parametrize("wrong", [{"on": "soon"}, {"limit": -1}, {"limit": "many"}, {"actor": {"id": "x"}}])
def test_what_cannot_be_asked_is_named(story: Story, wrong: dict[str, object]) -> None:
    with pytest.raises(BadRequest, match=next(iter(wrong))):
        story.service.overview(**wrong)
