"""The overview: each report that a clause asks for, told of small portfolios."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from partnerships import POLICY_1_1
from tests.story import Story

Json = dict[str, Any]
Telling = Callable[..., Story]

pytestmark = pytest.mark.every_store


def numbers(tally: Json) -> Json:
    """What is there of a tally, as word and number."""
    return {word: row["partnerships"] for word, row in tally.items() if row["partnerships"]}


def given(amount: str | None = None, currency: str | None = None, **parts: Any) -> Json:
    made = {"kind": "funding", "given_by": "ims", "for_collaboration": True, **parts}
    return made | ({"amount": amount, "currency": currency} if amount else {})


def strategic(telling: Telling, id: str, *identifiers: str, **profile: Any) -> Story:
    known = [{"scheme": "XX-REG", "value": value} for value in identifiers]
    return telling(id, name=f"Example {id} (fictional)", identifiers=known, **profile).to("strategic")


class TestLocalisation:
    """S2.3"""

    def test_the_share_of_local_and_national_partners_in_each_category(self, telling: Telling) -> None:
        telling("p-1", level="local").to("active_activity")
        telling("p-2", level="regional").to("active_activity")
        telling("p-3", level="national").to("transitioning")
        telling("p-4").to("active_associate")
        telling("p-5", level="local").to("exited")
        last = telling("p-6", level="local").to("identified")
        told = last.service.overview()["localisation"]
        assert (told["partnerships"], told["local_and_national"], told["share"]) == (4, 2, "0.5000")
        activity, associate, strategic = told["categories"].values()
        assert (activity["partnerships"], activity["share"]) == (3, "0.6667")
        assert numbers(activity["levels"]) == {"local": 1, "national": 1, "regional": 1}
        assert (associate["share"], numbers(associate["levels"])) == ("0.0000", {"international": 1})
        assert (strategic["partnerships"], strategic["share"]) == (0, None)

    def test_a_level_that_no_record_says_counts_as_not_said(self, under: Callable[..., Story]) -> None:
        story = under(l13_profile=False)
        story.profile["level"] = None
        told = story.to("active_activity").service.overview()["localisation"]
        assert (told["share"], numbers(told["levels"])) == ("0.0000", {"not_said": 1})


class TestRequests:
    """S2.4"""

    @staticmethod
    def lines(story: Story, **how: Any) -> list[tuple[str, int, int]]:
        told = story.service.overview(**how)["requests"]
        return [(line["id"], line["partnerships"], line["requests"]) for line in told["lines"]]

    def test_one_partners_requests_are_added_up_over_its_partnerships(self, telling: Telling) -> None:
        strategic(telling, "p-1", "1", level="local")
        strategic(telling, "p-2", "9")
        strategic(telling, "p-3", "1", "2")
        last = strategic(telling, "p-4", "2")
        last.day("2024-10-01").service.sweep()
        assert self.lines(last) == [("p-1", 3, 3), ("p-2", 1, 1)]
        told = last.service.overview()["requests"]
        assert (told["partners"], told["requests"], told["most"], told["left_out"]) == (2, 4, 3, 0)
        assert told["lines"][0]["level"] == "local"

    def test_also_where_one_that_ended_is_what_links_two(self, telling: Telling) -> None:
        telling("p-0", identifiers=[{"scheme": "XX-REG", "value": v} for v in "12"]).to("exited")
        strategic(telling, "p-1", "1")
        last = strategic(telling, "p-2", "2")
        last.day("2024-10-01").service.sweep()
        assert self.lines(last) == [("p-1", 2, 2)]

    def test_partners_of_wider_reach_are_not_counted(self, telling: Telling) -> None:
        strategic(telling, "p-1", level="regional")
        last = telling("p-2").to("active_associate")
        last.day("2024-12-15").service.sweep()
        assert {prompt["partnership"] for prompt in last.service.prompts()} == {"p-1", "p-2"}
        assert self.lines(last) == []

    def test_what_is_asked_of_ims_alone_is_no_request(self, telling: Telling) -> None:
        story = strategic(telling, "p-1")
        story.has("partner_profile", type="civil_society")
        story.service.sweep()
        assert [prompt["kind"] for prompt in story.service.prompts()] == ["no_longer_meets"]
        assert self.lines(story) == []

    def test_an_answer_takes_it_away(self, telling: Telling) -> None:
        story = strategic(telling, "p-1")
        story.day("2024-10-01").service.sweep()
        assert self.lines(story) == [("p-1", 1, 1)]
        story.has("sustainability_review", on="2024-10-01")
        assert self.lines(story) == []

    def test_a_request_counts_from_the_day_on_which_it_was_made(self, telling: Telling) -> None:
        story = strategic(telling, "p-1")
        story.day("2024-10-01").service.sweep()
        assert self.lines(story, on="2024-09-30") == []
        assert self.lines(story, on="2030-01-01") == [("p-1", 1, 1)]

    def test_the_lines_beyond_the_limit_are_counted(self, telling: Telling) -> None:
        for id in ("p-1", "p-2", "p-3"):
            last = strategic(telling, id, "1" if id != "p-2" else "2")
        last.day("2024-10-01").service.sweep()
        told = last.service.overview(limit=1)["requests"]
        assert [line["id"] for line in told["lines"]] == ["p-1"]
        assert (told["lines"][0]["requests"], told["partners"], told["left_out"]) == (2, 2, 1)
        assert (
            last.service.overview(limit=0)["requests"] | {"lines": [], "left_out": 2, "most": 2}
            == (last.service.overview(limit=0)["requests"])
        )


class TestMix:
    """S4.8"""

    def test_states_of_all_and_the_rest_of_what_runs(self, telling: Telling) -> None:
        telling("p-1", legal_form="unregistered_group", level="local").to("active_activity")
        telling("p-2", type="media_ecosystem").to("strategic")
        telling("p-3", type="other", legal_form="un_agency").to("active_associate")
        last = telling("p-4", type="civil_society", legal_form="cso").to("identified")
        mix = last.service.overview()["mix"]
        assert numbers(mix["states"]) == {
            "identified": 1, "active_activity": 1, "active_associate": 1, "strategic": 1,
        }  # fmt: skip
        assert mix["states"]["identified"]["share"] == "0.2500"
        assert numbers(mix["categories"]) == {"activity": 1, "associate": 1, "strategic": 1}
        assert numbers(mix["types"]) == {"media_content_production": 1, "media_ecosystem": 1, "other": 1}
        assert numbers(mix["levels"]) == {"local": 1, "national": 1, "international": 1}
        assert numbers(mix["legal_forms"]) == {"ngo": 1, "unregistered_group": 1, "un_agency": 1}

    def test_who_owes_rights_is_not_guessed_from_a_legal_form(self, telling: Telling) -> None:
        story = telling("p-1", type="other", legal_form="public_institution").to("active_activity")
        mix = story.service.overview()["mix"]
        assert mix["duty_bearers_and_rights_holders"] == {"not_said": {"partnerships": 1, "share": "1.0000"}}

    def test_categories_stand_in_one_order_however_many_there_are(self, telling: Telling) -> None:
        story = telling("p-1").to("strategic")
        told = story.service.overview()
        for tally in (told["mix"]["categories"], told["effort"]["categories"]):
            assert [name for name in tally if name != "not_said"] == ["activity", "associate", "strategic"]


class TestEffort:
    """S5.15"""

    def test_what_each_side_gives_by_kind_and_currency_to_the_last_digit(self, telling: Telling) -> None:
        parts = [
            given("0.1", "EUR"),
            given("999999999999999999999999999999.0000000001", "EUR"),
            given("5", "USD"),
            given("7.50", "EUR", kind="core_support", given_by="partner"),
            given(kind="networking", given_by="partner"),
        ]
        first = telling("p-1").to("strategic")
        first.has("agreement", category="strategic", reference="a-2", contributions=parts)
        telling("p-2").to("strategic")
        told = first.service.overview()["effort"]["categories"]["strategic"]
        assert (told["partnerships"], told["agreements"]) == (2, 3)
        assert [tuple(item.values()) for item in told["contributions"]] == [
            ("ims", "funding", "EUR", 4, "1000000000000000000000000019999.1000000001"),
            ("ims", "funding", "USD", 1, "5"),
            ("partner", "core_support", "EUR", 1, "7.50"),
            ("partner", "networking", None, 1, None),
        ]

    def test_shares_and_whole_months(self, telling: Telling) -> None:
        telling("p-1").to("active_activity")
        telling("p-2").to("active_associate").day("2024-05-15")
        last = telling("p-3").to("active_activity")
        told = last.service.overview(on="2024-06-14")["effort"]
        assert (told["partnerships"], told["agreements"]) == (3, 3)
        assert told["categories"]["activity"]["share"] == "0.6667"
        assert told["categories"]["associate"]["share_of_agreements"] == "0.3333"
        assert [part["months_running"] for part in told["categories"].values()] == [3, 3, 0]
        later = last.service.overview(on="2024-06-15")["effort"]
        assert later["categories"]["activity"]["months_running"] == 4

    @pytest.mark.parametrize(
        ("day", "agreements", "months"),
        [("2024-02-29", 0, 0), ("2024-03-01", 1, 0), ("2025-02-28", 1, 11), ("2025-03-01", 0, 12)],
    )
    def test_an_agreement_counts_on_the_days_of_its_term(
        self, telling: Telling, day: str, agreements: int, months: int
    ) -> None:
        story = telling("p-1").to("active_activity")
        told = story.service.overview(on=day)["effort"]["categories"]["activity"]
        assert (told["agreements"], told["months_running"]) == (agreements, months)

    def test_a_draft_counts_for_nothing_and_what_was_concluded_no_more(self, telling: Telling) -> None:
        story = telling("p-1").to("active_activity")
        story.has("agreement", reference="a-2", collaboration="Another series", accepted=[])
        assert story.service.overview()["effort"]["agreements"] == 1
        story.has("agreement", concluded_on=story.today, concluded_how="completed")
        assert story.service.overview()["effort"]["agreements"] == 0


class TestIntroductions:
    """S6.10"""

    def test_those_of_the_review_on_each_file(self, telling: Telling) -> None:
        first = telling("p-1").to("active_activity")
        first.has("sustainability_review", introductions=["A fund", "A network"])
        telling("p-2").to("strategic")
        telling("p-3").to("strategic").has("sustainability_review", introductions=[])
        last = telling("p-4", name="Example Paper (fictional)").to("exited")
        told = last.service.overview()["introductions"]
        assert (told["reviews"], told["partnerships"], told["introductions"]) == (3, 2, 3)
        assert told["running_without"] == 2
        assert [line["introductions"] for line in told["lines"]] == [["A fund", "A network"], ["A network"]]
        assert (
            told["lines"][1] | {"id": "p-4", "state": "exited", "held_on": "2024-03-01"} == (told["lines"][1])
        )

    def test_a_review_counts_from_the_day_on_which_it_was_held(self, telling: Telling) -> None:
        story = telling("p-1").to("active_activity").day("2024-05-01")
        story.has("sustainability_review", held_on="2024-04-10")
        assert story.service.overview(on="2024-04-09")["introductions"]["introductions"] == 0
        assert story.service.overview(on="2024-04-10")["introductions"]["introductions"] == 1


class TestExitDialogues:
    """S6.23"""

    def test_strategic_partners_with_whom_nobody_talked_for_a_year(self, telling: Telling) -> None:
        strategic(telling, "p-1")
        second = strategic(telling, "p-2").day("2024-09-01")
        second.has("exit_dialogue")
        third = telling("p-3")
        third.category = "strategic"
        third.to("assessed").ready_for("begin_strategic", without="exit_dialogue").does("begin_strategic")
        telling("p-4").to("active_activity")
        told = third.service.overview(on="2025-03-01")["exit_dialogues"]
        assert (told["months"], told["strategic"], told["without"]) == (12, 3, 1)
        told = third.service.overview(on="2025-03-02")["exit_dialogues"]
        assert [(line["id"], line["last_held_on"]) for line in told["lines"]] == [
            ("p-1", "2024-03-01"),
            ("p-3", None),
        ]
        assert (
            told["lines"][0] | {"began_on": "2024-03-01", "name": "Example p-1 (fictional)"}
            == (told["lines"][0])
        )

    def test_the_months_are_those_after_which_a_review_is_stale(self, under: Callable[..., Story]) -> None:
        for months, without in ((6, 1), (0, 0)):
            story = under(l7_stale_months=months)
            if story.service_knows_nothing():
                story.to("strategic")
            told = story.service.overview(on="2030-01-01")["exit_dialogues"]
            assert (told["months"], told["without"]) == (months, without)
        assert POLICY_1_1.settings.l7_stale_months == 12
