"""A partnership that cannot be read is listed as far as the table of prompts knows; the others as ever."""

from __future__ import annotations

from typing import Any

import pytest

from partnerships import Service
from tests.scheduler.damage import HALF, NO_JSON, breaks, by_hand, mends
from tests.scheduler.sweep.asking import record, take_over
from tests.story import Clock, actor

pytestmark = pytest.mark.every_store

LATER = "2030-01-01"


@pytest.fixture
def three(service: Service, taking: Service) -> Service:
    """Three partnerships that were asked; somebody looks after the second."""
    for id in ("p-1", "p-2", "p-3"):
        take_over(taking, id, "2024-01-15")
    record(service, "p-2", "arrangement", "2024-03-01", responsible="pm-7")
    service.sweep()
    return service


def of(lines: list[dict[str, Any]], id: str) -> list[dict[str, Any]]:
    return [line for line in lines if line["partnership"] == id]


@pytest.mark.parametrize("file", [NO_JSON, HALF])
def test_the_others_are_listed_as_ever_and_it_as_the_table_knows_it(three: Service, file: str) -> None:
    before = three.prompts()
    breaks(three, "p-2", file)
    after = three.prompts()
    assert [line for line in after if line["partnership"] != "p-2"] == [
        line for line in before if line["partnership"] != "p-2"
    ]
    (whole,), (told,) = of(before, "p-2"), of(after, "p-2")
    assert whole["unreadable"] is None
    assert told["unreadable"] in ("Unreadable", "KeyError")
    # An exit dialogue has no subject, so that nothing is missing but what the file says.
    assert told == whole | {"unreadable": told["unreadable"]}


def test_filters_and_pages_hold_for_it_too(three: Service) -> None:
    breaks(three, "p-2")
    assert len(three.prompts(responsible="pm-7", status="open", for_="pm-7")) == 1
    pages = [three.prompts(limit=1)[0]]
    while page := three.prompts(limit=1, after=pages[-1]["id"]):
        pages += page
    assert pages == three.prompts()


@pytest.mark.parametrize("day", [None, "2024-03-01", LATER])
def test_a_reading_of_a_coming_day_leaves_out_what_it_will_be_asked(three: Service, day: str | None) -> None:
    before = three.prompts(on=day)
    breaks(three, "p-2")
    after = three.prompts(on=day)
    assert [line for line in after if line["partnership"] != "p-2"] == [
        line for line in before if line["partnership"] != "p-2"
    ]
    assert [line["id"] for line in of(after, "p-2")] == [
        line["id"] for line in of(before, "p-2") if line["made_on"]
    ]


def test_a_past_day_is_told_by_the_history_which_is_whole(three: Service, clock: Clock) -> None:
    clock.advance(days=1)
    before = three.prompts(on="2024-03-01")
    breaks(three, "p-2")
    assert three.prompts(on="2024-03-01") == before


def test_a_history_that_cannot_be_read_is_told_by_the_table(three: Service, clock: Clock) -> None:
    clock.advance(days=1)
    before = three.prompts(on="2024-03-01")
    postgresql = three._opened.engine.dialect.name == "postgresql"
    if postgresql:
        by_hand(three, "ALTER TABLE partnerships_entry DISABLE TRIGGER USER")
    else:
        by_hand(three, "DROP TRIGGER partnerships_entry_no_update")
    by_hand(
        three,
        "UPDATE partnerships_entry SET canonical = :spoilt WHERE partnership_id = 'p-2' AND sequence = 1",
        spoilt=b"{",
    )
    after = three.prompts(on="2024-03-01")
    assert [line | {"unreadable": None} for line in after] == before
    assert [line["partnership"] for line in after if line["unreadable"]] == ["p-2"]


def test_the_partners_side_sees_what_is_for_both_sides_whatever_the_file_says(three: Service) -> None:
    record(three, "p-2", "partner_profile", "2024-03-01", type="other")
    three.sweep()
    assert {line["kind"] for line in of(three.prompts(), "p-2")} == {"exit_dialogue", "no_longer_meets"}
    partner = actor("partner-1", partnerships=["p-2"])
    before = three.prompts(actor=partner)
    file = breaks(three, "p-2")
    (told,) = three.prompts(actor=partner)
    assert (told["kind"], told["answered_by"]) == ("exit_dialogue", None)
    mends(three, "p-2", file)
    assert three.prompts(actor=partner) == before
