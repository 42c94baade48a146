"""Agreements that are concluded, and versions of another category: no way round a renewal (S6.18, L11)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bodies import both_accept
from tests.outcomes import accepted, refused
from tests.story import Story

OLD = {"starts_on": "2024-03-01", "accepted": both_accept("2024-03-01")}
FUNDING = {"kind": "funding", "given_by": "ims", "for_collaboration": True, "currency": "EUR"}


def concluded(on: str) -> dict[str, Any]:
    return {"concluded_on": on, "concluded_how": "completed"}


class TestTakenBack:
    """A conclusion that was taken back leaves what was agreed before, and no more."""

    @pytest.mark.every_store
    def test_it_moves_no_endline(self, story: Story) -> None:
        story.to("active_activity").day("2024-09-01")
        story.has("agreement", **OLD | {"ends_on": "2030-12-31"} | concluded("2024-09-01"))
        refused(story.record("agreement", **OLD | {"ends_on": "2030-12-31"})).by("S6.18")
        story.has("sustainability_review")
        story.has("renewal_note")
        story.has("agreement", **OLD | {"ends_on": "2030-12-31"})
        assert story.show()["agreements"][0]["awaits_renewal"]
        accepted(story.trigger("renew")).warned()
        assert story.show()["endline"] == "2030-12-31"

    @pytest.mark.parametrize("before", [1, 2])
    def test_until_it_is_renewed_the_conclusion_stands(self, story: Story, before: int) -> None:
        story.to("active_activity").day("2024-09-01")
        for _ in range(before):
            story.has("agreement", **OLD | {"ends_on": "2030-12-31"} | concluded("2024-09-01"))
        story.has("renewal_note")
        story.has("agreement", **OLD | {"ends_on": "2030-12-31"})
        (agreement,) = story.show()["agreements"]
        assert (agreement["concluded"], agreement["awaits_renewal"]) == (True, True)

    def test_with_the_same_endline_it_runs_again(self, story: Story) -> None:
        story.to("active_activity").day("2024-09-01")
        story.has("agreement", **OLD | {"ends_on": "2025-02-28"} | concluded("2024-09-01"))
        story.has("agreement", **OLD | {"ends_on": "2025-02-28"})
        (agreement,) = story.show()["agreements"]
        assert (agreement["concluded"], agreement["awaits_renewal"]) == (False, False)
        assert story.day("2025-03-01").findings() == {"S6.18"}

    def test_what_began_as_concluded_is_continued_by_a_renewal_only(self, story: Story) -> None:
        story.to("active_activity").day("2024-09-01")
        later = {"reference": "a-2", "continues": "a-1", "ends_on": "2030-12-31"}
        story.has("agreement", **later, **concluded("2024-09-01"))
        story.has("agreement", **later)
        assert story.show()["endline"] == "2025-02-28"
        (_, continued) = story.show()["agreements"]
        assert (continued["concluded"], continued["awaits_renewal"]) == (True, True)

    @pytest.mark.every_store
    def test_while_a_case_is_open_nothing_new_begins_as_concluded(self, story: Story) -> None:
        story.to("active_activity").has("crisis_case")
        other = {"reference": "n-1", "collaboration": "Another series"}
        accepted(story.record("agreement", **other, **concluded(story.today)))
        refused(story.record("agreement", **other)).by("L11")

    def test_nor_does_more_support(self, story: Story) -> None:
        more = {"contributions": [FUNDING | {"amount": "90000.00"}], "ends_on": "2025-02-28"}
        story.to("active_activity").has("crisis_case")
        accepted(story.record("agreement", **OLD | more | concluded(story.today)))
        refused(story.record("agreement", **OLD | more)).including("L11")
        accepted(story.record("agreement", **OLD | {"ends_on": "2025-02-28"}))

    def test_after_completion_it_asks_for_a_renewal_note(self, story: Story) -> None:
        story.to("active_activity").day("2025-06-01")
        other = {"reference": "n-1", "collaboration": "Another series", "ends_on": "2025-12-31"}
        accepted(story.record("agreement", **other, **concluded(story.today)))
        refused(story.record("agreement", **other)).by("S6.18")


def test_an_agreement_that_was_given_up_before_it_began_carries_nothing_on(story: Story) -> None:
    story.to("active_activity").ready_for("renew", without="agreement")
    next = {"reference": "a-2", "continues": "a-1", "starts_on": "2025-03-01", "ends_on": "2026-02-28"}
    story.day("2024-12-01").has("agreement", **next)
    story.day("2025-01-10").has("agreement", **next, **concluded("2025-01-10"))
    refused(story.trigger("renew")).by("S5.16")
    story.has("agreement", **next)
    accepted(story.trigger("renew")).warned()


class TestLess:
    """L11 bars more support, not less of it."""

    @pytest.mark.parametrize(
        "contributions",
        [
            [],
            [FUNDING | {"amount": "5000.00"}],
            [FUNDING | {"amount": "10000"}],
        ],
        ids=["nothing any more", "half of it", "retyped"],
    )
    def test_is_accepted_while_a_case_is_open(self, story: Story, contributions: list[Any]) -> None:
        story.to("active_activity").has("crisis_case")
        accepted(story.record("agreement", contributions=contributions))

    @pytest.mark.parametrize(
        "contributions",
        [
            [FUNDING | {"amount": "10000.01"}],
            [FUNDING | {"amount": "9000.00", "currency": "USD"}],
            [FUNDING | {"amount": "6000.00"}, FUNDING | {"amount": "1.00"}],
            [{"kind": "funding", "given_by": "ims", "for_collaboration": True}],
        ],
        ids=["raised", "in another currency", "a second one", "without an amount"],
    )
    def test_more_is_refused(self, story: Story, contributions: list[Any]) -> None:
        story.to("active_activity").has("crisis_case")
        refused(story.record("agreement", contributions=contributions)).by("L11")

    def test_what_the_partner_gives_is_none_of_ours(self, story: Story) -> None:
        story.to("active_activity").has("crisis_case")
        ours = FUNDING | {"amount": "10000.00"}
        theirs = FUNDING | {"amount": "90000.00", "given_by": "partner"}
        accepted(story.record("agreement", contributions=[ours, theirs]))

    def test_in_whatever_order_they_are_listed(self, story: Story) -> None:
        story.to("assessed").ready_for("begin_activity", without="agreement")
        large, small, more = (FUNDING | {"amount": amount} for amount in ("10000", "500", "501"))
        story.has("agreement", contributions=[large, small])
        story.does("begin_activity")
        story.has("crisis_case")
        accepted(story.record("agreement", contributions=[small, large]))
        refused(story.record("agreement", contributions=[more, large])).by("L11")


class TestTheEndlineOfAConcludedAgreement:
    @pytest.fixture
    def longer(self, story: Story) -> Story:
        """Beside `a-1`, a longer agreement that was concluded early."""
        story.to("active_activity").day("2024-04-01")
        long = {"reference": "b-1", "collaboration": "A long series", "ends_on": "2030-12-31"}
        story.has("agreement", **long)
        story.day("2024-05-01").has(
            "agreement", **long | {"starts_on": "2024-04-01"}, **concluded(story.today)
        )
        return story

    def test_is_the_partnerships_no_more(self, longer: Story) -> None:
        assert longer.show()["endline"] == "2025-02-28"
        assert longer.service.portfolio()[0]["endline"] == "2025-02-28"

    @pytest.mark.every_store
    def test_nothing_follows_on_it_in_good_time(self, longer: Story) -> None:
        longer.has("sustainability_review")
        longer.has("renewal_note")
        gap = {"reference": "c-1", "collaboration": "A third series", "ends_on": "2031-12-31"}
        longer.has("agreement", **gap, starts_on="2029-01-01")
        refused(longer.trigger("renew")).by("S5.16")
        longer.has("agreement", **gap, starts_on="2025-03-01")
        accepted(longer.trigger("renew"))

    @pytest.mark.every_store
    @pytest.mark.parametrize("how", [{"continues": "a-1"}, {}], ids=["by its reference", "by the same work"])
    def test_nor_on_the_only_one_but_from_its_conclusion(self, story: Story, how: dict[str, Any]) -> None:
        story.to("active_activity").day("2024-09-01")
        story.has("agreement", **OLD | {"ends_on": "2025-02-28"} | concluded("2024-09-01"))
        story.has("sustainability_review")
        story.has("renewal_note")
        next_one = {"reference": "c-1", "ends_on": "2025-12-31", **how}
        story.has("agreement", **next_one, starts_on="2025-01-01")
        refused(story.trigger("renew")).by("S5.16")
        story.has("agreement", **next_one, starts_on="2024-09-02")
        accepted(story.trigger("renew"))


class TestAnotherCategory:
    """An agreement of a category that has not begun has no effect until it does."""

    @pytest.fixture
    def late(self, story: Story) -> Story:
        """A lapsed activity agreement, agreed on again as a strategic one."""
        story.to("active_activity").day("2025-05-01")
        story.has("agreement", category="strategic", ends_on="2026-12-31")
        return story

    @pytest.mark.every_store
    def test_a_version_takes_no_lapse_away(self, late: Story) -> None:
        assert late.findings() == {"S6.18"}
        assert (late.show()["endline"], late.show()["overdue"]) == ("2025-02-28", True)
        refused(late.record("agreement", reference="n-1", collaboration="Another series")).by("S6.18")

    def test_it_counts_once_its_category_begins(self, late: Story) -> None:
        late.category = "strategic"
        late.ready_for("begin_strategic", without="agreement").does("begin_strategic")
        assert (late.findings(), late.show()["endline"]) == (set(), "2026-12-31")

    def test_also_where_another_agreement_lets_it_begin(self, late: Story) -> None:
        later = {"starts_on": "2025-06-01", "ends_on": "2027-12-31"}
        late.has("agreement", category="strategic", **later)
        late.category = "strategic"
        late.ready_for("begin_strategic", agreement={"reference": "s-1", "collaboration": "The whole outlet"})
        late.does("begin_strategic")
        assert (late.lapsed(), late.show()["endline"]) == (set(), "2027-12-31")

    def test_a_replay_gives_the_same(self, late: Story) -> None:
        assert late.service.replay(late.id)["same"]
