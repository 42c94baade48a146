"""Of reviews and dialogues the one held last counts, whenever it was recorded (S6.7, S6.23)."""

from __future__ import annotations

from typing import Any

import pytest

from partnerships.audit.audit import Audit
from tests.bodies import BOTH_SIDES
from tests.outcomes import accepted
from tests.story import Story

IMS_ALONE = BOTH_SIDES[:1]


def due(story: Story, kind: str) -> list[tuple[str, str]]:
    """The prompts of a kind, each as its day and status."""
    story.service.sweep()
    return [(one["due_on"], one["status"]) for one in story.service.prompts() if one["kind"] == kind]


@pytest.fixture
def strategic(story: Story) -> Story:
    return story.to("strategic")


class TestDecisions:
    """S6.7 warns at a renewal, an extension and a transition."""

    @pytest.fixture
    def ready(self, story: Story) -> Story:
        return (
            story.to("active_activity").day("2025-02-01").ready_for("renew", without="sustainability_review")
        )

    def test_an_older_one_recorded_late_hides_no_newer_one(self, ready: Story) -> None:
        ready.has("sustainability_review", held_on="2025-01-20")
        ready.has("sustainability_review", held_on="2023-11-20", participants=IMS_ALONE)
        accepted(ready.trigger("renew")).warned()

    def test_nor_that_the_partner_took_no_part_in_the_newer_one(self, ready: Story) -> None:
        ready.has("sustainability_review", held_on="2025-01-20", participants=IMS_ALONE)
        ready.has("sustainability_review", held_on="2024-12-20")
        found = accepted(ready.trigger("renew")).warned("S6.7")
        assert found.codes == ["S6.7.review_without_partner"]

    def test_the_decision_rests_on_the_one_that_was_read(self, ready: Story) -> None:
        newer = ready.has("sustainability_review", held_on="2025-01-20")
        older = ready.has("sustainability_review", held_on="2024-12-20")
        evidence = ready.entry(ready.does("renew"))["evidence"]
        assert newer in evidence
        assert older not in evidence

    def test_of_one_day_the_one_recorded_last_counts(self, ready: Story) -> None:
        ready.has("sustainability_review", held_on="2025-01-20", participants=IMS_ALONE)
        ready.has("sustainability_review", held_on="2025-01-20")
        accepted(ready.trigger("renew")).warned()

    def test_of_both_sides_ones_the_latest_of_either(self, ready: Story) -> None:
        ready.has("sustainability_review", by="partner-1", held_on="2025-01-20")
        ready.has("sustainability_review", by="pm-1", held_on="2024-12-20", participants=IMS_ALONE)
        accepted(ready.trigger("renew")).warned()

    def test_a_newer_one_that_is_withdrawn_leaves_the_older_one(self, ready: Story) -> None:
        newer = ready.has("sustainability_review", held_on="2025-01-20")
        ready.has("sustainability_review", held_on="2023-11-20")
        accepted(ready.withdraw(newer))
        found = accepted(ready.trigger("renew")).warned("S6.7")
        assert found.codes == ["S6.7.review_stale"]

    def test_a_day_before_the_newer_one_reads_the_older_one(self, ready: Story) -> None:
        ready.day("2025-02-20")
        ready.has("sustainability_review", held_on="2025-02-15")
        ready.has("sustainability_review", on="2025-02-01", held_on="2025-01-20", participants=IMS_ALONE)
        assert ready.why("renew")["warnings"] == []
        (warned,) = ready.why("renew", on="2025-02-10")["warnings"]
        assert warned["code"] == "S6.7.review_without_partner"

    def test_what_was_read_is_read_again(self, ready: Story) -> None:
        ready.has("sustainability_review", held_on="2025-01-20")
        ready.has("sustainability_review", held_on="2023-11-20")
        ready.does("renew")
        assert ready.service.replay("p-1")["same"]
        assert {str(one.outcome) for one in Audit(ready.service).replay()} == {"conform"}

    def test_a_new_cycle_knows_none_of_an_earlier_one(self, ready: Story) -> None:
        ready.has("sustainability_review", held_on="2025-02-01")
        ready.ready_for("begin_transition").does("begin_transition")
        ready.ready_for("exit").does("exit")
        ready.does("reidentify")
        ready.walked = []
        ready.day("2025-03-01").to("active_activity")
        ready.ready_for("begin_transition", without="sustainability_review")
        ready.has("sustainability_review", held_on="2024-06-01", participants=IMS_ALONE)
        found = accepted(ready.trigger("begin_transition")).warned("S6.7")
        assert found.codes == ["S6.7.review_without_partner"]


class TestPrompts:
    def test_an_older_one_recorded_late_makes_nothing_stale(self, strategic: Story) -> None:
        strategic.day("2024-11-01").has("sustainability_review", held_on="2024-10-20")
        strategic.has("sustainability_review", held_on="2024-03-01")
        assert due(strategic.day("2025-03-05"), "review_stale") == []
        assert due(strategic.day("2025-10-21"), "review_stale") == [("2025-10-21", "open")]

    def test_nor_does_it_ask_for_a_review_that_was_held(self, strategic: Story) -> None:
        strategic.day("2024-08-20").has("sustainability_review", held_on="2024-08-20")
        strategic.has("sustainability_review", held_on="2024-03-02")
        assert due(strategic.day("2024-09-05"), "sustainability_review") == []

    @pytest.mark.parametrize(
        ("says", "kind"),
        [({"goals_reached": "all"}, "goals_reached"), ({"added_value_ims": None}, "no_added_value")],
    )
    def test_what_the_newer_one_says_is_asked(
        self, strategic: Story, says: dict[str, Any], kind: str
    ) -> None:
        strategic.day("2024-06-01").has("sustainability_review", held_on="2024-05-20", **says)
        strategic.has("sustainability_review", held_on="2024-04-01")
        assert due(strategic, kind) == [("2024-05-20", "open")]
        strategic.day("2024-06-02").has("sustainability_review", held_on="2024-04-02")
        assert due(strategic, kind) == [("2024-05-20", "open")], "an older one takes no reason away"

    def test_what_an_older_one_said_is_asked_no_more(self, strategic: Story) -> None:
        strategic.day("2024-06-01").has("sustainability_review", held_on="2024-05-20")
        strategic.has("sustainability_review", held_on="2024-04-01", goals_reached="all")
        assert due(strategic, "goals_reached") == []

    def test_one_held_before_the_latest_answers_nothing(self, strategic: Story) -> None:
        strategic.day("2024-08-01").has("sustainability_review", held_on="2024-04-01")
        assert due(strategic.day("2024-09-02"), "sustainability_review") == [("2024-09-01", "open")]
        strategic.has("sustainability_review", held_on="2024-03-20")
        assert due(strategic, "sustainability_review") == [("2024-09-01", "open")]
        strategic.has("sustainability_review", held_on="2024-08-30")
        assert due(strategic, "sustainability_review") == [("2024-09-01", "answered")]

    @pytest.mark.parametrize(("held_on", "answers"), [("2024-06-01", False), ("2024-06-02", True)])
    def test_one_that_stands_for_the_day_before_answers_nothing(
        self, strategic: Story, held_on: str, answers: bool
    ) -> None:
        """Filed a day earlier it would have left the day of September to be asked, too."""
        assert due(strategic.day("2024-09-02"), "sustainability_review") == [("2024-09-01", "open")]
        strategic.has("sustainability_review", held_on=held_on)
        status = "answered" if answers else "open"
        assert due(strategic, "sustainability_review") == [("2024-09-01", status)]
        strategic.day("2025-03-02")
        assert due(strategic, "sustainability_review")[-1] == ("2025-03-01", "open")
        assert strategic.service.replay("p-1")["same"]

    @pytest.mark.parametrize("kind", ["sustainability_review", "exit_dialogue"])
    def test_one_held_before_the_way_out_is_no_check_in(self, strategic: Story, kind: str) -> None:
        strategic.day("2024-05-01").ready_for("begin_transition", without="sustainability_review")
        strategic.does("begin_transition")
        assert due(strategic.day("2024-06-01"), "transition_check_in") == [("2024-06-01", "open")]
        strategic.has(kind, held_on="2024-04-30")
        assert due(strategic, "transition_check_in") == [("2024-06-01", "open")]
        strategic.has(kind, held_on="2024-05-01")
        assert due(strategic, "transition_check_in") == [("2024-06-01", "answered")]

    def test_one_held_before_the_exit_is_no_follow_up(self, story: Story) -> None:
        story.to("exited").day("2024-09-01")
        assert due(story, "exit_follow_up") == [("2024-09-01", "open")]
        story.withdraw(
            next(one["sequence"] for one in story.history() if one.get("kind") == "sustainability_review")
        )
        story.has("sustainability_review", held_on="2024-02-28")
        assert due(story, "exit_follow_up") == [("2024-09-01", "open")]
        story.has("sustainability_review", held_on="2024-08-01")
        assert due(story, "exit_follow_up") == [("2024-09-01", "answered")]


class TestDialogues:
    """S6.23: strategic partners with whom nobody talked about the end for long."""

    def test_an_older_one_recorded_late_puts_nobody_on_the_list(self, strategic: Story) -> None:
        strategic.day("2025-06-01").has("exit_dialogue", held_on="2025-05-20")
        strategic.has("exit_dialogue", held_on="2024-03-02")
        told = strategic.service.overview()["exit_dialogues"]
        assert told["without"] == 0


class TestReadings:
    def test_introductions_are_those_of_the_review_held_last(self, strategic: Story) -> None:
        strategic.day("2024-10-01").has("sustainability_review", held_on="2024-09-20", introductions=["One"])
        strategic.day("2024-11-01")
        strategic.has("sustainability_review", held_on="2024-08-20", introductions=["Another"])
        told = strategic.service.overview()["introductions"]
        assert "One" in str(told)
        assert "Another" not in str(told)
