"""The calendar: an event for each prompt that is open or coming, the same one until it is answered."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from partnerships.lifecycle.vocabulary import PromptKind
from partnerships.scheduler.calendar import calendar, one_line
from partnerships.scheduler.due import due, upcoming
from partnerships.scheduler.listing import listed
from tests.scheduler.asked import ASKED, EVERY_KIND
from tests.scheduler.life import SETTINGS, Life, activity, day

GOLDEN = Path(__file__).parent / "files" / "calendar.ics"
TODAY = day("2024-12-02")


def rows(life: Life, last: date) -> list[dict[str, Any]]:
    """What was made, what is due and what will be due by a day, as a reading gives it."""
    ahead = [*due(life.partnership, SETTINGS, life.on)]
    ahead += upcoming(life.partnership, SETTINGS, life.on + timedelta(days=1), last)
    return [listed(life.partnership, prompt) for prompt in (*life.prompts(), *ahead)]


def events(text: bytes) -> list[Event]:
    return [part for part in Calendar.from_ical(text).walk("VEVENT") if isinstance(part, Event)]


def two_partnerships() -> list[dict[str, Any]]:
    """One whose notice nobody answered and whose endline comes, and one that is in transition."""
    river, hill = activity(ends_on="2024-12-31"), Life("2024-01-31", id="p-2")
    for on in ("2024-10-02", "2024-10-16", "2024-12-02"):
        river.sweeps(on)
    hill.begins("activity", ends_on="2026-12-31")
    hill.day("2024-11-02").begins_transition(
        steps=[{"what": "Hand over; the archive, all\\of it", "owner": "partner", "due_on": "2025-01-15"}]
    )
    hill.sweeps("2024-12-02")
    named = {"p-1": "Example River Radio (fictional)", "p-2": "Example Hill FM, Ñandú (fictional)"}
    found = [*rows(river, day("2025-03-31")), *rows(hill, day("2025-03-31"))]
    return [row | {"name": named[row["partnership"]]} for row in found]


def test_the_calendar_is_the_same_as_ever() -> None:
    """A changed calendar moves the events of everybody who subscribed: change the file knowingly."""
    assert (
        calendar(two_partnerships(), day=TODAY, domain="example.org").decode() == GOLDEN.read_bytes().decode()
    )


def test_the_order_of_the_reading_does_not_matter() -> None:
    found = two_partnerships()
    random.Random(1).shuffle(found)
    assert calendar(found, day=TODAY, domain="example.org") == GOLDEN.read_bytes()


def test_an_event_keeps_its_uid_from_its_announcement_on_and_its_revision_only_rises() -> None:
    life = activity(ends_on="2024-12-31").day("2024-09-01")
    seen: list[tuple[str, int, str]] = []
    for on in ("2024-09-01", "2024-10-02", "2024-10-16"):
        life.day(on)
        if on != "2024-09-01":
            life.sweeps()
        for event in events(calendar(rows(life, day("2024-10-02")), day=life.on)):
            seen.append((event["UID"], event["SEQUENCE"], event["STATUS"]))
    uid = seen[0][0]
    assert seen == [(uid, 0, "TENTATIVE"), (uid, 1, "CONFIRMED"), (uid, 2, "CONFIRMED")]


def test_what_is_answered_or_missed_leaves_the_calendar() -> None:
    life = activity(ends_on="2024-12-31").day("2024-10-02")
    life.sweeps()
    life.has("renewal_note")
    assert [row["status"] for row in rows(life, life.on)] == ["answered"]
    assert events(calendar(rows(life, life.on), day=life.on)) == []
    late = activity(ends_on="2024-12-31").day("2024-12-24")
    late.sweeps()
    assert [row["status"] for row in rows(late, late.on)] == ["missed", "missed", "open"]
    assert len(events(calendar(rows(late, late.on), day=late.on))) == 1


@EVERY_KIND
def test_every_kind_is_an_event_of_its_whole_day(kind: str) -> None:
    life = ASKED[kind]()
    wanted = [row for row in rows(life, life.on) if row["kind"] == kind and row["status"] == "open"]
    (event,) = events(calendar(wanted, day=life.on))
    (row,) = wanted
    assert event["DTSTART"].dt == date.fromisoformat(row["due_on"])
    assert event["DTEND"].dt == event["DTSTART"].dt + timedelta(days=1)
    assert event["UID"] == f"{row['id']}@partnerships"
    assert event["SUMMARY"].startswith(f"{row['title']}: {row['name']}")
    assert row["what"] in event["DESCRIPTION"]
    assert f"Why: {row['clause']}" in event["DESCRIPTION"]
    assert event["TRANSP"] == "TRANSPARENT"


def test_every_kind_is_tried() -> None:
    assert set(ASKED) == set(PromptKind)


def test_the_feed_says_how_often_to_look_and_that_it_is_published() -> None:
    text = calendar([], day=TODAY, name="Reviews of pm-1").decode()
    assert "METHOD:PUBLISH\r\n" in text
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT6H\r\n" in text
    assert "X-PUBLISHED-TTL:PT6H\r\n" in text
    assert "X-WR-CALNAME:Reviews of pm-1\r\n" in text


def test_an_event_leads_to_the_hosts_portal() -> None:
    text = calendar(
        two_partnerships(), day=TODAY, link=lambda row: f"https://portal.example/p/{row['partnership']}"
    )
    assert {event["URL"] for event in events(text)} == {
        "https://portal.example/p/p-1",
        "https://portal.example/p/p-2",
    }


def test_the_last_day_of_the_calendar_is_a_day_too() -> None:
    row = two_partnerships()[0] | {"status": "open", "due_on": "9999-12-31"}
    (event,) = events(calendar([row], day=TODAY))
    assert event["DTSTART"].dt == date.max


NASTY = st.text(min_size=1).filter(lambda text: one_line(text) != "")


@given(about=NASTY, name=NASTY, what=NASTY)
def test_no_words_of_others_break_out_of_their_field(about: str, name: str, what: str) -> None:
    row = two_partnerships()[0] | {"about": about, "name": name, "what": what, "status": "open"}
    text = calendar([row], day=TODAY, name=name)
    (event,) = events(text)
    assert event["SUMMARY"] == f"{row['title']}: {one_line(name)} ({one_line(about)})"
    assert event["DESCRIPTION"].split("\n")[0] == one_line(what)
    assert str(Calendar.from_ical(text)["X-WR-CALNAME"]) == one_line(name)
    lines = text.decode().split("\r\n")
    assert [line for line in lines if re.search(r"[\x00-\x08\x0b-\x1f\x7f]", line)] == []
    assert max(len(line.encode()) for line in lines) <= 75


@pytest.mark.parametrize("text", ["A\r\nBEGIN:VEVENT", "A\x85B\u2028C", "\x1b[31mred\x1b[0m", "tab\there"])
def test_one_line_is_one_line(text: str) -> None:
    line = one_line(text)
    assert line.splitlines() == [line]
    assert line.isprintable()
