"""Readings: the portfolio and its filters, the checklist, the feed, the fields that every reading has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from partnerships.storage import ledger
from partnerships.storage.statements import Statement
from tests.outcomes import accepted, refused
from tests.story import Json, Story

Telling = Callable[..., Story]


def put_three_on_file(first: Story) -> Story:
    """A running outlet, an association that is late, and a candidate of the second cycle."""
    first.profile["name"] = "Example Radio (fictional)"
    first.to("active_activity").has("arrangement", responsible="pm-1")
    second = Story(
        first.service,
        first.clock,
        "p-2",
        name="Example Network (fictional)",
        type="media_ecosystem",
        country="DK",
        identifiers=[{"scheme": "XX-REG", "value": "77"}],
    )
    second.category, second.profile["level"] = "associate", "international"
    second.to("assessed").ready_for("begin_associate", agreement={"ends_on": "2024-04-30"})
    second.does("begin_associate")
    about = {"name": "Sample Paper (fictional)", "level": "local", "country": "UG"}
    third = Story(first.service, first.clock, "p-3", **about).to("identified")
    third.does("decline", reason="Too early")
    return first.day("2024-06-01")


class TestPortfolio:
    @pytest.fixture
    def three(self, store: str, standing: Callable[..., Story]) -> Story:
        return standing(store, put_three_on_file)

    @pytest.mark.every_store
    @pytest.mark.parametrize(
        ("asked", "ids"),
        [
            ({}, ["p-1", "p-2", "p-3"]),
            ({"state": "active_activity"}, ["p-1"]),
            ({"state": "exited"}, ["p-3"]),
            ({"state": "strategic"}, []),
            ({"overdue": True}, ["p-2"]),
            ({"overdue": True, "on": "2024-04-30"}, []),
            ({"name": "example"}, ["p-1", "p-2"]),
            ({"name": "Sample"}, ["p-3"]),
            ({"identifier": "XX-REG:77"}, ["p-2"]),
            ({"identifier": "XX-REG:7"}, []),
            ({"type": "media_ecosystem"}, ["p-2"]),
            ({"level": "local"}, ["p-3"]),
            ({"country": "UG"}, ["p-3"]),
            ({"responsible": "pm-1"}, ["p-1"]),
            ({"responsible": "pm-2"}, []),
            ({"limit": 2}, ["p-1", "p-2"]),
            ({"after": "p-1"}, ["p-2", "p-3"]),
            ({"after": "p-1", "limit": 1}, ["p-2"]),
            ({"type": "media_content_production", "level": "national"}, ["p-1"]),
        ],
    )
    def test_it_is_narrowed(self, three: Story, asked: dict[str, object], ids: list[str]) -> None:
        assert [one["id"] for one in three.service.portfolio(**asked)] == ids

    def test_each_line_says_what_matters(self, three: Story) -> None:
        first, second, third = three.service.portfolio()
        for line in (first, second, third):
            fields = {"id", "name", "state", "category", "endline", "overdue", "register", "ended_as"}
            assert fields <= set(line)
        assert (second["name"], second["state"]) == ("Example Network (fictional)", "active_associate")
        assert (second["endline"], second["overdue"], second["category"]) == ("2024-04-30", True, "associate")
        assert (first["overdue"], third["ended_as"]) == (False, "declined")


class TestWhy:
    @pytest.mark.parametrize(
        ("state", "triggers"),
        [
            ("identified", {"assess", "decline"}),
            ("assessed", {"begin_activity", "begin_associate", "begin_strategic", "decline"}),
            ("active_activity", {"begin_strategic", "renew", "begin_transition", "terminate_for_crisis"}),
            ("active_associate", {"renew", "begin_transition", "terminate_for_crisis"}),
            ("strategic", {"renew", "begin_transition", "terminate_for_crisis"}),
            (
                "transitioning",
                {"begin_associate", "begin_strategic", "extend", "exit", "terminate_for_crisis"},
            ),
            ("exited", {"reidentify"}),
            ("terminated_for_crisis", {"reidentify"}),
        ],
    )
    def test_every_step_from_here(self, story: Story, state: str, triggers: set[str]) -> None:
        explained = story.to(state).service.why(story.id)
        assert explained["state"] == state
        assert {one["trigger"] for one in explained["triggers"]} == triggers
        for one in explained["triggers"]:
            assert one["allowed"] is (one["findings"] == [])
            assert {"trigger", "target", "allowed", "findings", "warnings"} <= set(one)

    def test_without_an_actor_nobody_is_barred_by_role_or_authorship(self, story: Story) -> None:
        story.to("identified").ready_for("assess", assessment={"by": "pm-1"})
        assert story.why("assess")["allowed"]
        assert not story.why("assess", by="pm-1")["allowed"]

    def test_for_another_day(self, story: Story) -> None:
        story.to("assessed").day("2024-06-01").ready_for("begin_activity", on="2024-05-01")
        assert not story.why("begin_activity", on="2024-04-30")["allowed"]
        assert story.why("begin_activity", on="2024-05-01")["allowed"]

    def test_asking_changes_nothing(self, story: Story) -> None:
        story.to("active_activity")
        with story.nothing_changes():
            story.service.why(story.id)
            story.service.checklist(story.id)
            story.show()
            story.history()


class TestChecklist:
    def test_what_is_missing_by_clause_for_each_next_step(self, story: Story) -> None:
        story.to("identified").ready_for("assess", without="selection")
        steps = {step["trigger"]: step for step in story.service.checklist(story.id)}
        missing = steps["assess"]["missing"]
        assert steps["assess"]["target"] == "assessed"
        assert [one["clause"] for one in missing] == ["S4.14"]
        assert missing[0]["text"].strip()
        assert [finding["clause"] for finding in missing[0]["findings"]] == ["S4.14"]

    def test_nothing_missing(self, story: Story) -> None:
        story.to("identified").ready_for("assess")
        steps = {step["trigger"]: step for step in story.service.checklist(story.id)}
        assert steps["assess"]["missing"] == []


class TestFields:
    def test_of_a_partnership(self, story: Story) -> None:
        shown = story.to("active_activity").show()
        assert {"id", "state", "category", "cycle", "sequence", "ended_as", "register"} <= set(shown)
        assert {"partner", "endline", "overdue", "agreements", "findings"} <= set(shown)
        (agreement,) = shown["agreements"]
        assert agreement | {"category": "activity", "lapsed": False} == agreement
        assert (agreement["starts_on"], agreement["ends_on"]) == ("2024-03-01", "2025-02-28")
        assert shown["partner"]["legal_form"] == "ngo"

    def test_of_a_history(self, story: Story) -> None:
        story.to("assessed")
        for entry in story.history():
            assert {"sequence", "entry", "on", "recorded_at", "actor", "reason", "evidence"} <= set(entry)
            assert {"policy", "settings_digest", "via", "imported", "warnings", "digest", "previous"} <= set(
                entry
            )
            assert entry["via"]["door"] == "library"
            assert entry["policy"] == "1.1"
        first, *_, last = story.history()
        assert (first["entry"], first["to"]) == ("identification", "identified")
        assert (last["entry"], last["from"], last["to"]) == ("transition", "identified", "assessed")

    def test_of_a_finding(self, story: Story) -> None:
        story.to("identified")
        for finding in refused(story.trigger("assess")).found:
            fields = {"clause", "kind", "code", "message", "remedy", "needs", "who", "interpretation"}
            assert fields <= set(finding)
            assert finding["message"] != finding["remedy"]

    def test_of_a_standing_finding(self, story: Story) -> None:
        story.to("active_activity").day("2025-03-10")
        decision = max(one["sequence"] for one in story.history() if one["entry"] == "transition")
        commitment = next(one["sequence"] for one in story.history() if one["kind"] == "inclusion_commitment")
        accepted(story.withdraw(commitment, by="director-1"))
        late, rests = story.show()["findings"]
        assert (late["clause"], late["subject"], late["since"]) == ("S6.18", "a-1", "2025-03-01")
        assert (rests["subject"], rests["withdrawn"]) == (str(decision), str(commitment))


class TestFeed:
    @pytest.mark.every_store
    def test_accepted_entries_are_cloud_events_in_order(self, story: Story) -> None:
        story.to("assessed")
        refused(story.trigger("begin_activity"))
        events = story.service.feed()
        assert len(events) == story.show()["sequence"]
        for event in events:
            assert event["specversion"] == "1.0"
            assert all(event[field] for field in ("id", "source", "type", "cursor"))
        assert len({event["id"] for event in events}) == len(events)

    def test_it_is_read_on_from_a_cursor(self, story: Story) -> None:
        story.to("assessed")
        events = story.service.feed()
        assert story.service.feed(after=events[1]["cursor"]) == events[2:]
        assert story.service.feed(after=events[1]["cursor"], limit=2) == events[2:4]
        assert story.service.feed(after=events[-1]["cursor"]) == []
        accepted(story.record("comment"))
        assert len(story.service.feed(after=events[-1]["cursor"])) == 1


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Json]:
    """What each of our own statements was given."""
    told: list[Json] = []
    run = Statement.run

    def running(statement: Statement, cursor: Any, parameters: Json) -> Any:
        told.append(dict(parameters))
        return run(statement, cursor, parameters)

    monkeypatch.setattr(Statement, "run", running)
    return told


@pytest.mark.every_store
class TestLongHistories:
    def test_they_read_page_by_page_as_they_read_at_once(
        self, story: Story, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        story.to("active_activity").has("crisis_case")
        whole, then = story.history(by="safeguarding-1"), story.show(as_of=story.today)
        for size in (1, 2, len(whole) - 1, len(whole), len(whole) + 1):
            monkeypatch.setattr(ledger, "_PAGE", size)
            assert story.history(by="safeguarding-1") == whole
            assert story.history(by="safeguarding-1", after=3, limit=2) == whole[3:5]
            assert story.show(as_of=story.today) == then
            assert story.service.replay(story.id)["same"]

    def test_a_page_is_read_no_further_than_it_goes(
        self, story: Story, monkeypatch: pytest.MonkeyPatch, asked: list[Json]
    ) -> None:
        story.to("active_activity")
        monkeypatch.setattr(ledger, "_PAGE", 2)
        asked.clear()
        assert [entry["sequence"] for entry in story.history(after=2, limit=3)] == [3, 4, 5]
        assert [given["after"] for given in asked if "most" in given] == [2, 4]

    def test_a_page_of_the_feed_is_one_statement(self, story: Story, asked: list[Json]) -> None:
        story.to("active_activity")
        asked.clear()
        assert len(story.service.feed()) == story.show()["sequence"]
        assert not any("sequence" in given for given in asked)


def test_the_policy_names_what_enforces_each_clause(story: Story) -> None:
    table = {line["clause"]: line for line in story.service.policy_table()}
    for line in table.values():
        assert {"clause", "strength", "text", "enforced_by", "reading"} <= set(line)
        assert line["text"].strip()
    for clause in (
        "S3.6",
        "S4.3",
        "S4.11",
        "S4.19",
        "S5.4",
        "S5.9",
        "S5.12",
        "S5.16",
        "S6.18",
        "S6.21",
        "L3",
        "L11",
    ):
        assert table[clause]["enforced_by"], clause
    assert {f"L{number}" for number in range(1, 14)} <= set(table)
