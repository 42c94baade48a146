"""Days by the sweep: every time zone, both changes of the clock, short months, long gaps, clocks set back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from partnerships import Service, open_service
from tests.properties.profile import LONG
from tests.scheduler.sweep.asking import made, record, take_over
from tests.scheduler.sweep.conftest import TAKING_OVER, beside
from tests.storage.rows import all_rows
from tests.story import Clock, Story

DUE = date(2024, 9, 15)
QUARTER, SECOND = timedelta(minutes=15), timedelta(seconds=1)


@pytest.fixture
def in_memory(clock: Clock) -> Iterator[tuple[Service, Service]]:
    """A service on a database of its own that waits for no disk, and one that takes over there."""
    with open_service("sqlite://", create=True, clock=clock) as service:
        yield service, beside(service, TAKING_OVER)


def begins_at(zone: str, day: date) -> datetime:
    """The first quarter of an hour at which it is that day, or a later one, in a zone."""
    now = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=1)
    while now.astimezone(ZoneInfo(zone)).date() < day:
        now += QUARTER
    return now


def asked_at(service: Service, kind: str, due_on: date) -> dict[str, str]:
    """When each partnership was asked for something due on a day."""
    rows = {row.id: row for row in all_rows(service, "prompt") if row.kind == kind}
    return {
        row.partnership_id: row.made_at
        for row in all_rows(service, "notice")
        if row.prompt_id in rows and rows[row.prompt_id].due_on == due_on.isoformat() and row.step == "asked"
    }


def instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def test_in_every_time_zone_a_prompt_is_made_as_soon_as_its_day_begins_there(
    in_memory: tuple[Service, Service], clock: Clock
) -> None:
    service, taking = in_memory
    names = sorted(available_timezones())[:: 1 if LONG else 5]
    zones = {f"z-{number}": zone for number, zone in enumerate(names)}
    clock.set("2024-08-01T12:00:00Z")
    for id, zone in zones.items():
        take_over(taking, id, "2024-03-15")
        record(service, id, "arrangement", "2024-08-01", time_zone=zone)
    service.sweep()
    expected = {id: begins_at(zone, DUE) for id, zone in zones.items()}
    moments = sorted(set(expected.values()))
    assert len(moments) >= 25
    for moment in moments:
        for clock.now in (moment - SECOND, moment):
            service.sweep()
            come = {id: instant(at) for id, at in expected.items() if at <= clock.now}
            assert asked_at(service, "sustainability_review", DUE) == come
    assert set(come) == set(zones)
    assert {row.made_on for row in all_rows(service, "prompt") if row.due_on == DUE.isoformat()} == {
        DUE.isoformat()
    }


@pytest.mark.parametrize(
    ("zone", "day", "begins"),
    [
        ("Europe/Copenhagen", "2024-03-31", "2024-03-30T23:00:00Z"),
        ("Europe/Copenhagen", "2024-10-27", "2024-10-26T22:00:00Z"),
        ("America/New_York", "2024-03-10", "2024-03-10T05:00:00Z"),
        ("America/New_York", "2024-11-03", "2024-11-03T04:00:00Z"),
        # The clock goes from midnight to one: the day begins at one.
        ("America/Santiago", "2024-09-08", "2024-09-08T04:00:00Z"),
        ("Africa/Cairo", "2024-04-26", "2024-04-25T22:00:00Z"),
        # The clock goes from midnight back to eleven: the day before is longer.
        ("America/Santiago", "2024-04-07", "2024-04-07T04:00:00Z"),
        # It goes from one back to midnight: the day begins once.
        ("America/Havana", "2024-11-03", "2024-11-03T04:00:00Z"),
        # Half an hour.
        ("Australia/Lord_Howe", "2024-10-06", "2024-10-05T13:30:00Z"),
        ("Asia/Kathmandu", "2024-09-15", "2024-09-14T18:15:00Z"),
        # The first and the last to see a day.
        ("Pacific/Kiritimati", "2024-09-15", "2024-09-14T10:00:00Z"),
        ("Etc/GMT+12", "2024-09-15", "2024-09-15T12:00:00Z"),
        # A day that never was there: asked on the next.
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"),
    ],
)
def test_the_day_begins_where_the_partnership_is(
    in_memory: tuple[Service, Service], clock: Clock, zone: str, day: str, begins: str
) -> None:
    service, taking = in_memory
    due = date.fromisoformat(day)
    since = (due - timedelta(days=1)).replace(year=due.year - 1).isoformat()
    clock.set(f"{due - timedelta(days=60)}T12:00:00Z")
    take_over(taking, "p-1", since)
    record(service, "p-1", "arrangement", clock.now.date().isoformat(), time_zone=zone)
    service.sweep()
    clock.set(begins)
    clock.now -= SECOND
    service.sweep()
    assert asked_at(service, "review_stale", due) == {}
    clock.now += SECOND
    service.sweep()
    assert asked_at(service, "review_stale", due) == {"p-1": instant(clock.now)}
    (row,) = [row for row in all_rows(service, "prompt") if row.kind == "review_stale"]
    assert row.made_on == clock.now.astimezone(ZoneInfo(zone)).date().isoformat()
    clock.advance(hours=30)
    service.sweep()
    assert len(asked_at(service, "review_stale", due)) == 1


def test_a_partnership_that_moves_around_the_world_is_asked_once(
    in_memory: tuple[Service, Service], clock: Clock
) -> None:
    service, taking = in_memory
    take_over(taking, "p-1", "2023-09-15")
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kathmandu", "Pacific/Kiritimati"):
        record(service, "p-1", "arrangement", "2024-03-01", time_zone=zone)
        for hours in range(0, 48, 6):
            clock.set("2024-03-14T09:00:00Z")
            clock.advance(hours=hours)
            service.sweep()
    assert len(made(service)) == len(set(made(service)))
    assert made(service, "sustainability_review") == [("p-1", "sustainability_review", "2024-03-15")]
    assert service.replay("p-1")["same"]


REVIEWS = {
    "2023-08-31": ["2024-02-29", "2024-08-31", "2025-02-28", "2025-08-31", "2026-02-28", "2026-08-31"],
    "2024-02-29": ["2024-08-29", "2025-02-28", "2025-08-29", "2026-02-28", "2026-08-29", "2027-02-28"],
    "2023-10-31": ["2024-04-30", "2024-10-31", "2025-04-30", "2025-10-31", "2026-04-30", "2026-10-31"],
    "2023-12-30": ["2024-06-30", "2024-12-30", "2025-06-30", "2025-12-30", "2026-06-30", "2026-12-30"],
}
STALE = {
    "2023-08-31": ["2024-09-01", "2025-09-01", "2026-09-01"],
    "2024-02-29": ["2025-03-01", "2026-03-01", "2027-03-01"],
    "2023-10-31": ["2024-11-01", "2025-11-01", "2026-11-01"],
    "2023-12-30": ["2024-12-31", "2025-12-31", "2026-12-31"],
}


def test_swept_every_day_short_months_and_29_february_are_counted_from_the_anchor(
    in_memory: tuple[Service, Service], clock: Clock
) -> None:
    service, taking = in_memory
    begun = {f"p-{since}": since for since in REVIEWS}
    first = date(2023, 8, 31)
    for days in range((date(2027, 3, 31) - first).days):
        day = first + timedelta(days=days)
        clock.set(f"{day}T09:00:00Z")
        for id, since in begun.items():
            if since == day.isoformat():
                take_over(taking, id, since)
        service.sweep()
    rows = all_rows(service, "prompt")
    assert all(row.made_on == row.due_on for row in rows)
    for id, since in begun.items():
        days_of = {
            kind: sorted(row.due_on for row in rows if (row.partnership_id, row.kind) == (id, kind))
            for kind in ("sustainability_review", "review_stale", "exit_dialogue")
        }
        assert days_of["sustainability_review"][:6] == REVIEWS[since]
        assert days_of["review_stale"][:3] == STALE[since]
        assert days_of["exit_dialogue"] == [since]


@pytest.mark.every_store
def test_after_thirteen_months_in_which_nothing_ran_the_latest_is_asked_and_the_gap_shows(
    telling: Callable[..., Story], service: Service, clock: Clock
) -> None:
    telling("p-leaving").to("transitioning")
    telling("p-long", name="Another Radio").to("strategic")
    clock.set("2025-04-01T09:00:00Z")
    report = service.sweep()
    lines = sorted(
        (line["partnership"], line["due_on"], line["kind"], line["status"]) for line in service.prompts()
    )
    check_ins = [f"2024-{month:02}-01" for month in range(4, 13)] + [
        f"2025-{month:02}-01" for month in range(1, 5)
    ]
    expected = [
        ("p-leaving", "2025-03-01", "endline_passed", "open"),
        ("p-leaving", "2024-11-30", "endline_notice", "missed"),
        ("p-leaving", "2025-01-29", "endline_notice", "missed"),
        ("p-leaving", "2025-02-21", "endline_notice", "missed"),
        *(("p-leaving", day, "transition_check_in", "missed") for day in check_ins[:-1]),
        ("p-leaving", check_ins[-1], "transition_check_in", "open"),
        ("p-long", "2024-09-01", "sustainability_review", "missed"),
        ("p-long", "2025-03-01", "sustainability_review", "open"),
        ("p-long", "2025-03-02", "review_stale", "open"),
        ("p-long", "2024-11-30", "agreement_ending", "missed"),
        ("p-long", "2025-01-29", "agreement_ending", "missed"),
        ("p-long", "2025-02-21", "agreement_ending", "missed"),
        ("p-long", "2025-03-01", "endline_passed", "open"),
    ]
    assert lines == sorted(expected)
    assert (report.asked, report.missed, report.escalated) == (5, 19, 0)
    assert len(all_rows(service, "notice")) == 5, "nobody is told of what was missed"
    assert service.sweep().looked_at == 0
    clock.advance(days=13)
    assert service.sweep().escalated == 0
    clock.advance(days=1)
    assert service.sweep().escalated == 5, "fourteen days count from the asking"
    assert all(service.replay(id)["same"] for id in ("p-leaving", "p-long"))


@pytest.mark.every_store
def test_a_clock_that_is_set_back_asks_nothing_twice_and_nothing_early(
    service: Service, taking: Service, clock: Clock
) -> None:
    take_over(taking, "p-1", "2024-02-15")
    take_over(taking, "p-2", "2024-03-01")
    clock.set("2024-08-20T09:00:00Z")
    service.sweep()
    before = made(service)
    assert ("p-1", "sustainability_review", "2024-08-15") in before
    for day in ("2024-08-14", "2024-03-01", "2023-12-31", "2024-08-19", "2024-08-20"):
        clock.set(f"{day}T09:00:00Z")
        assert (service.sweep().asked, service.sweep().escalated) == (0, 0)
    assert made(service) == before
    clock.set("2024-09-01T09:00:00Z")
    assert service.sweep().asked == 1
    assert made(service)[-1] == ("p-2", "sustainability_review", "2024-09-01")
    assert all(service.replay(id)["same"] for id in ("p-1", "p-2"))


@pytest.mark.every_store
def test_a_clock_that_ran_a_year_ahead_for_a_while_stops_nobody_s_work(
    service: Service, taking: Service, clock: Clock
) -> None:
    take_over(taking, "p-1", "2024-01-15")
    clock.set("2025-03-01T09:00:00Z")
    service.sweep()
    ahead = made(service)
    clock.set("2024-03-02T09:00:00Z")
    record(service, "p-1", "exit_dialogue", "2024-03-02")
    record(service, "p-1", "sustainability_review", "2024-03-02")
    for day in ("2024-03-02", "2024-07-15", "2025-01-15", "2025-03-01"):
        clock.set(f"{day}T09:00:00Z")
        service.sweep()
    assert len(made(service)) == len(set(made(service)))
    assert set(ahead) <= set(made(service))
    assert service.replay("p-1")["same"]


@pytest.mark.every_store
def test_what_was_taken_over_and_renewed_at_once_missed_nothing(story: Story, taking: Service) -> None:
    """The years before this service are nobody's omission, whatever came before the first sweep."""
    take_over(taking, "p-1", "2021-05-01")
    story.category = "strategic"
    for kind in ("exit_dialogue", "inclusion_commitment", "strategic_importance"):
        story.has(kind)
    follows = {"reference": "a-1", "continues": None, "starts_on": "2024-03-01"}
    story.ready_for("renew", sustainability_review={"held_on": "2022-01-01"}, agreement=follows).does("renew")
    report = story.service.sweep()
    assert (report.missed, report.set_aside) == (0, [])
    assert made(story.service) == [
        ("p-1", "review_stale", "2024-01-02"),
        ("p-1", "sustainability_review", "2023-11-01"),
    ]
