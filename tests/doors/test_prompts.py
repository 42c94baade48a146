"""`sweep` and `prompts`: what is due is made, and shown to those who look after it."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from partnerships import open_service
from partnerships.scheduler.delivery.channel import Channel, NotDelivered
from partnerships.scheduler.delivery.delivery import Delivery
from partnerships.scheduler.delivery.message import Message
from tests.doors.commands import record, strategic
from tests.doors.conftest import Cli
from tests.scheduler.damage import breaks
from tests.story import Clock, actor

CONTRACT = {"id", "partnership", "kind", "subject", "due_on", "for", "clause", "status"}
DAY = "2024-10-01"
NAMES = {
    "p-hill": "Example Hill FM (fictional)",
    "p-river": "Evil [bold]\x1b[31mRiver\x1b[0m\u202e (fictional)",
}


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two strategic partnerships, swept on 12 March and 1 October; on `p-hill` a dialogue is missing."""
    path = tmp_path_factory.mktemp("asked") / "p.sqlite"
    clock = Clock("2024-03-12")
    with open_service(path, create=True, clock=clock) as service:
        for id, name in NAMES.items():
            for command in strategic(id):
                if command["do"] == "identify":
                    command["body"] |= {"name": name, "country": "MW" if id == "p-hill" else "KE"}
                if (id, command.get("kind")) != ("p-hill", "exit_dialogue"):
                    assert service.apply(command)["outcome"] == "accepted"
        named = record("p-river", "arrangement", "2024-03-12", responsible="pm-7")
        assert service.apply(named)["outcome"] == "accepted"
        service.sweep()
        clock.set(f"{DAY}T09:00:00+00:00")
        service.sweep()
        review = record("p-river", "sustainability_review", DAY)
        assert service.apply(review)["outcome"] == "accepted"
    return path


def rows(cli: Cli, database: Path, *options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = cli("--database", database, "prompts", *options, "--json").ends(0).json
    return found


def short(found: list[dict[str, Any]]) -> list[tuple[str, str, str, str]]:
    return [(row["partnership"], row["kind"], row["due_on"], row["status"]) for row in found]


def told(cli: Cli, database: Path, *options: str) -> str:
    return " ".join(cli("--database", database, "prompts", *options).ends(0).out.split())


def test_prompts_have_the_contracts_fields_and_every_status(cli: Cli, asked: Path) -> None:
    found = rows(cli, asked)
    assert all(set(row) >= CONTRACT for row in found)
    assert short(found) == [
        ("p-hill", "exit_dialogue", "2024-03-12", "escalated"),
        ("p-hill", "sustainability_review", "2024-09-12", "open"),
        ("p-river", "sustainability_review", "2024-09-12", "answered"),
    ] or short(found) == [
        ("p-hill", "exit_dialogue", "2024-03-12", "escalated"),
        ("p-river", "sustainability_review", "2024-09-12", "answered"),
        ("p-hill", "sustainability_review", "2024-09-12", "open"),
    ]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--status", "open"], {("p-hill", "sustainability_review")}),
        (["--status", "escalated"], {("p-hill", "exit_dialogue")}),
        (
            ["--kind", "sustainability_review"],
            {("p-hill", "sustainability_review"), ("p-river", "sustainability_review")},
        ),
        (["--country", "ke"], {("p-river", "sustainability_review")}),
        (["--responsible", "pm-7"], {("p-river", "sustainability_review")}),
        (["--for", "pm-7"], {("p-river", "sustainability_review")}),
        (["--for", "p-hill"], {("p-hill", "exit_dialogue"), ("p-hill", "sustainability_review")}),
        (["--limit", "1"], {("p-hill", "exit_dialogue")}),
        (["--on", "2024-03-12"], {("p-hill", "exit_dialogue")}),
        (["--country", "FR"], set()),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_prompts_keep_what_was_asked_for(
    cli: Cli, asked: Path, options: list[str], expected: set[tuple[str, str]]
) -> None:
    assert {(row["partnership"], row["kind"]) for row in rows(cli, asked, *options)} == expected


def test_pages_follow_each_other(cli: Cli, asked: Path) -> None:
    whole = rows(cli, asked)
    pages: list[dict[str, Any]] = []
    while page := rows(cli, asked, "--limit", "1", *(["--after", pages[-1]["id"]] if pages else [])):
        pages += page
    assert pages == whole
    cli("--database", asked, "prompts", "--after", "0" * 32).ends(2).one_error_line()


def test_people_see_what_waits_how_late_it_is_and_whom_it_is_for(cli: Cli, asked: Path) -> None:
    text = told(cli, asked)
    assert "Exit dialogue" in text
    assert "with the director" in text
    assert "Example Hill FM (fictional)" in text
    assert re.search(r"\d+ days late", text)
    assert "for programme manager, the partner, director, S6.22" in text
    assert "2 prompts: 1 open, 1 with the director; 2 late" in text
    assert "What was answered or missed is left out; --all shows it." in text
    assert "answered" in told(cli, asked, "--all").split("Sustainability review", 1)[1]


def test_how_late_is_counted_on_the_day_that_is_asked_about(cli: Cli, asked: Path) -> None:
    assert "20 days late" in told(cli, asked, "--on", "2024-04-01")
    assert "today" in told(cli, asked, "--on", "2024-03-12")


def test_a_coming_day_shows_what_will_be_due_and_makes_nothing(cli: Cli, asked: Path) -> None:
    before = rows(cli, asked)
    ahead = rows(cli, asked, "--on", "2099-01-01", "--status", "open")
    assert len(ahead) > len(before)
    assert any(row["made_on"] is None for row in ahead)
    text = told(cli, asked, "--on", "2099-01-01")
    assert "not made yet" in text
    assert "coming" in text
    assert re.search(r"in \d+ days", text)
    assert rows(cli, asked) == before


def test_a_page_says_what_comes_after_it(cli: Cli, asked: Path) -> None:
    first = rows(cli, asked)[0]["id"]
    assert f"1 more after {first}" in told(cli, asked, "--limit", "1")
    assert "more after" not in told(cli, asked, "--limit", "2")


def test_nothing_asked_is_said(cli: Cli, asked: Path) -> None:
    assert told(cli, asked, "--country", "FR", "--all") == "Nothing is asked."
    assert told(cli, asked, "--for", "pm-7") == (
        "Nothing is asked. What was answered or missed is left out; --all shows it."
    )


def test_the_partners_side_sees_its_own_alone(cli: Cli, asked: Path) -> None:
    partner = json.dumps(actor("partner-1", partnerships=["p-river"]))
    assert {row["partnership"] for row in rows(cli, asked, "--actor", partner)} == {"p-river"}
    text = cli("--database", asked, "prompts", "--ical", "--actor", partner).ends(0).out
    assert "p-river" in text
    assert "p-hill" not in text
    assert rows(cli, asked, "--actor", json.dumps(actor("partner-1", partnerships=[]))) == []


def test_the_calendar_holds_what_is_open_and_what_comes(cli: Cli, asked: Path) -> None:
    text = cli("--database", asked, "prompts", "--ical", "--country", "mw").ends(0).out
    calendar = Calendar.from_ical(text)
    events = {str(event["UID"]): event for event in calendar.walk("VEVENT")}
    assert str(calendar["X-WR-CALNAME"]) == "Partnerships: MW"
    made = {f"{row['id']}@partnerships" for row in rows(cli, asked, "--for", "p-hill")}
    assert made < set(events)
    assert all("Example Hill FM" in event["SUMMARY"] for event in events.values())
    assert len(events) == len(calendar.walk("VEVENT"))


@pytest.mark.parametrize("columns", ["40", "60", "100", "200"])
@pytest.mark.parametrize("options", [[], ["--all"], ["--on", "2099-01-01"]], ids=str)
def test_no_line_is_wider_than_the_terminal_and_names_stay_text(
    cli: Cli, asked: Path, columns: str, options: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    ran = cli("--database", asked, "prompts", *options).ends(0)
    assert max(map(len, ran.out.splitlines())) <= int(columns)
    assert ran.err == ""
    assert not {"\x1b", "\u202e"} & set(ran.out)


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--status", "late"], "escalated"),
        (["--kind", "birthday"], "exit_dialogue"),
        (["--country", "Malawi"], "Malawi"),
        (["--on", "soon"], "--on"),
        (["--limit", "0"], "--limit"),
        (["--ical", "--json"], "--ical"),
        (["--actor", "nonsense"], "--actor"),
    ],
)
def test_wrong_usage_of_prompts_is_one_line_that_names_it(
    cli: Cli, asked: Path, options: list[str], word: str
) -> None:
    assert word in cli("--database", asked, "prompts", *options).ends(2).one_error_line()


class Closed(Channel):
    """A system that takes nothing."""

    name = endpoint = "closed"
    digest = False

    def send(self, message: Message) -> None:
        raise NotDelivered("HTTP 410", permanent=True)


def test_what_was_given_up_is_shown_and_tried_again(cli: Cli, unswept: Path) -> None:
    assert told(cli, unswept, "--undelivered") == "Everything is delivered."
    with open_service(unswept, clock=Clock("2024-03-12")) as service:
        service.sweep()
        service.deliver(Delivery([Closed()]))
    (row,) = cli("--database", unswept, "prompts", "--undelivered", "--json").ends(0).json
    assert (row["status"], row["error"], row["channel"]) == ("dead", "HTTP 410", "closed")
    text = told(cli, unswept, "--undelivered")
    assert "HTTP 410" in text
    assert "given up" in text
    assert "1 message, 1 given up; --retry sends those again" in text
    assert "1 message will be sent again" in told(cli, unswept, "--retry")
    again = cli("--database", unswept, "prompts", "--retry", "--json").ends(0).json
    assert set(again) == {"retried", "undelivered"}


def test_what_no_process_delivers_is_said(cli: Cli, asked: Path) -> None:
    assert "no process with a channel runs" in told(cli, asked, "--undelivered")


@pytest.mark.parametrize("option", ["--undelivered", "--retry"])
@pytest.mark.parametrize(
    "choice", [["--for", "pm-1"], ["--kind", "plan_step"], ["--limit", "1"], ["--ical"]], ids=" ".join
)
def test_deliveries_are_shown_and_retried_all_together(
    cli: Cli, asked: Path, option: str, choice: list[str]
) -> None:
    line = cli("--database", asked, "prompts", option, *choice).ends(2).one_error_line()
    assert f"of all messages; leave {choice[0]} out" in line


def test_deliveries_are_not_for_the_partners_side(cli: Cli, asked: Path) -> None:
    partner = json.dumps(actor("partner-1", partnerships=["p-river"]))
    for option in ("--undelivered", "--retry"):
        cli("--database", asked, "prompts", option, "--actor", partner).ends(1).one_error_line()


@pytest.fixture
def unswept(tmp_path: Path) -> Path:
    with open_service(tmp_path / "p.sqlite", create=True, clock=Clock("2024-03-12")) as service:
        for command in strategic("p-1"):
            if command.get("kind") != "exit_dialogue":
                assert service.apply(command)["outcome"] == "accepted"
    return tmp_path / "p.sqlite"


def test_a_sweep_makes_what_is_due_once(cli: Cli, unswept: Path) -> None:
    first = cli("--database", unswept, "sweep", "--on", "2024-03-12", "--json").ends(0).json
    assert (first["asked"], first["set_aside"]) == (1, [])
    assert cli("--database", unswept, "sweep", "--on", "2024-03-12", "--json").ends(0).json["asked"] == 0
    assert short(rows(cli, unswept)) == [("p-1", "exit_dialogue", "2024-03-12", "open")]
    assert "0 prompts made" not in cli("--database", unswept, "sweep").ends(0).out
    said = cli("--database", unswept, "sweep").ends(0)
    assert said.out.startswith("0 prompts made, 0 recorded as missed, 0 gone to the director")
    assert said.err == ""


def test_a_sweep_of_a_day_ahead_is_wrong_usage_and_makes_nothing(cli: Cli, unswept: Path) -> None:
    assert "2099-01-01" in cli("--database", unswept, "sweep", "--on", "2099-01-01").ends(2).one_error_line()
    assert rows(cli, unswept) == []


def test_a_partnership_that_was_set_aside_is_named_and_found(cli: Cli, unswept: Path) -> None:
    with open_service(unswept) as service, service._opened.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE partnerships_partnership SET file = '{\"state\": 1}'")
    swept = cli("--database", unswept, "sweep", "--json").ends(1).json
    assert [one["partnership"] for one in swept["set_aside"]] == ["p-1"]
    with open_service(unswept) as service, service._opened.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE partnerships_partnership SET next_due_on = '0001-01-01'")
    text = " ".join(cli("--database", unswept, "sweep").ends(1).out.split())
    assert "Set aside, and tried again tomorrow or after the next command (1)" in text
    assert swept["set_aside"][0]["error"] in text


def test_a_partnership_that_cannot_be_read_is_named_and_hides_no_other(cli: Cli, unswept: Path) -> None:
    cli("--database", unswept, "sweep").ends(0)
    with open_service(unswept) as service:
        breaks(service, "p-1")
    assert {row["unreadable"] for row in rows(cli, unswept)} == {"Unreadable"}
    assert "p-1 cannot be read (Unreadable)" in told(cli, unswept)


@pytest.mark.parametrize(
    "command", [["sweep"], ["prompts"], ["prompts", "--undelivered"], ["serve", "--once"]]
)
def test_without_a_database_it_is_2_and_names_migrate(cli: Cli, tmp_path: Path, command: list[str]) -> None:
    absent = tmp_path / "none.sqlite"
    assert "partnerships migrate" in cli("--database", absent, *command).ends(2).one_error_line()
    assert not absent.exists()


@pytest.mark.parametrize(
    ("command", "module", "absent"),
    [
        (["serve", "--once"], "partnerships.doors.serving.process", "apscheduler.schedulers.background"),
        (["prompts", "--ical"], "partnerships.scheduler.calendar", "icalendar"),
    ],
)
def test_without_the_extra_it_is_2_and_names_it(
    cli: Cli, asked: Path, command: list[str], module: str, absent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setitem(sys.modules, absent, None)
    line = cli("--database", asked, *command).ends(2).one_error_line()
    assert line == f"partnerships: {absent} is not there; install 'partnerships[serve]'\n"


def test_settings_that_are_not_there_are_2(cli: Cli, asked: Path, tmp_path: Path) -> None:
    absent = tmp_path / "absent.toml"
    assert "absent.toml" in cli("--database", asked, "serve", "--config", absent).ends(2).one_error_line()
