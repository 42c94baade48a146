"""Several agreements under one partnership, versions of them, and drafts beside them (S5.16, S6.18)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bodies import both_accept
from tests.outcomes import accepted, refused
from tests.story import Story


@pytest.fixture
def two(story: Story) -> Story:
    """An activity partnership with `a-1` to the end of June 2024 and `b-1` to the end of February 2025."""
    story.to("assessed").ready_for("begin_activity", agreement={"ends_on": "2024-06-30"})
    story.has("agreement", reference="b-1", collaboration="A second series", ends_on="2025-02-28")
    story.does("begin_activity")
    return story


def renewing(story: Story, **agreement: Any) -> dict[str, Any]:
    story.has("sustainability_review")
    story.has("renewal_note")
    story.has("agreement", reference="a-2", **agreement)
    return story.trigger("renew")


class TestRenewingOneOfTwo:
    @pytest.mark.parametrize(("starts_on", "allowed"), [("2024-07-01", True), ("2024-07-02", False)])
    def test_it_follows_the_one_that_it_continues(self, two: Story, starts_on: str, allowed: bool) -> None:
        outcome = renewing(two, continues="a-1", starts_on=starts_on, ends_on="2025-06-30")
        accepted(outcome).warned() if allowed else refused(outcome).by("S5.16")

    @pytest.mark.parametrize(("starts_on", "allowed"), [("2025-03-01", True), ("2025-03-02", False)])
    def test_or_else_the_latest_endline(self, two: Story, starts_on: str, allowed: bool) -> None:
        outcome = renewing(two, starts_on=starts_on, ends_on="2026-02-28")
        accepted(outcome).warned() if allowed else refused(outcome).by("S5.16")

    def test_no_agreement_follows_its_own_endline(self, two: Story) -> None:
        later = {"starts_on": "2025-12-01", "ends_on": "2026-12-31", "collaboration": "A third series"}
        refused(renewing(two, **later)).by("S5.16")

    def test_only_the_one_that_is_not_continued_lapses(self, two: Story) -> None:
        accepted(renewing(two, continues="a-1", starts_on="2024-07-01", ends_on="2026-06-30"))
        two.day("2024-07-15")
        assert two.lapsed() == set()
        two.day("2025-03-01")
        assert two.lapsed() == {"b-1"}
        assert two.findings() == {"S6.18"}

    @pytest.mark.every_store
    def test_it_is_late_since_the_one_that_is_late_still(self, two: Story) -> None:
        two.day("2024-07-15")
        (line,) = two.service.portfolio(overdue=True)
        assert line["overdue_since"] == two.show()["overdue_since"] == "2024-07-01"
        two.has("agreement", ends_on="2024-06-30", starts_on="2024-03-01", concluded_on=two.today)
        assert two.service.portfolio(overdue=True) == []
        two.day("2025-03-10")
        (line,) = two.service.portfolio(overdue=True)
        assert line["overdue_since"] == two.show()["overdue_since"] == "2025-03-01"

    def test_while_one_runs_a_new_one_needs_no_renewal(self, two: Story) -> None:
        two.day("2024-07-15")
        accepted(
            two.record("agreement", reference="c-1", collaboration="A third series", ends_on="2025-12-31")
        )
        assert two.show()["endline"] == "2025-12-31"
        assert two.lapsed() == {"a-1"}

    def test_once_all_have_passed_it_does(self, two: Story) -> None:
        two.day("2025-03-01")
        refused(two.record("agreement", reference="c-1", collaboration="A third series")).by("S6.18")

    def test_on_the_last_day_of_the_last_one_it_does_not(self, two: Story) -> None:
        two.day("2025-02-28")
        accepted(two.record("agreement", reference="c-1", collaboration="A third series"))

    def test_the_same_collaboration_retyped_is_the_same(self, two: Story) -> None:
        retyped = {"collaboration": "  a SERIES on\nlocal  budgets ", "starts_on": "2024-07-01"}
        two.has("agreement", reference="a-2", ends_on="2026-06-30", **retyped)
        assert two.show()["endline"] == "2025-02-28"
        two.day("2024-07-15")
        assert two.lapsed() == {"a-1"}


class TestVersionsAndDrafts:
    OLD_ACCEPTANCE = both_accept("2024-03-01")

    def test_a_draft_beside_it_takes_nothing_from_an_accepted_agreement(self, story: Story) -> None:
        story.to("assessed").ready_for("begin_activity")
        story.has("agreement", accepted=both_accept(story.today)[:1], ends_on="2026-02-28")
        accepted(story.trigger("begin_activity")).warned()
        assert story.show()["endline"] == "2025-02-28"

    def test_a_shorter_version_counts_at_once(self, story: Story) -> None:
        story.to("active_activity").day("2024-06-01")
        story.has("agreement", starts_on="2024-03-01", accepted=self.OLD_ACCEPTANCE, ends_on="2024-08-31")
        assert story.show()["endline"] == "2024-08-31"
        story.day("2024-09-01")
        assert story.findings() == {"S6.18"}

    def test_a_withdrawn_version_gives_way_to_the_one_before(self, story: Story) -> None:
        story.to("active_activity").day("2024-06-01")
        shorter = story.has(
            "agreement", starts_on="2024-03-01", accepted=self.OLD_ACCEPTANCE, ends_on="2024-08-31"
        )
        accepted(story.withdraw(shorter))
        assert story.show()["endline"] == "2025-02-28"

    def test_what_has_not_begun_is_never_late(self, story: Story) -> None:
        story.to("assessed").ready_for("begin_activity", agreement={"ends_on": "2024-03-31"})
        story.day("2024-06-01")
        assert story.findings() == set()
        assert not story.show()["overdue"]

    def test_while_transitioning_it_is(self, story: Story) -> None:
        story.to("transitioning").day("2025-03-01")
        assert story.findings() == {"S6.18"}
        assert (story.show()["state"], story.show()["overdue"]) == ("transitioning", True)

    def test_a_strategic_partner_keeps_each_of_its_agreements(self, story: Story) -> None:
        story.to("assessed").ready_for("begin_strategic", agreement={"ends_on": None})
        story.has(
            "agreement", reference="s-2", category="strategic", collaboration="Training", ends_on="2024-12-31"
        )
        story.does("begin_strategic")
        assert story.day("2025-01-01").lapsed() == {"s-2"}
        assert story.findings() == {"S5.16"}


class TestEachNamesTheOther:
    """Agreements that are said to continue each other hide no lapse: the one that ends last is late."""

    @pytest.mark.every_store
    def test_where_a_strategic_one_is_recorded_again(self, story: Story) -> None:
        story.to("strategic")
        both = {"category": "strategic", "reference": "s-2", "collaboration": "Training"}
        story.has("agreement", **both, continues="a-1", starts_on="2025-03-01", ends_on="2025-06-30")
        story.day("2025-07-01")
        assert story.lapsed() == {"s-2"}
        first = {"starts_on": "2024-03-01", "accepted": both_accept("2024-03-01"), "ends_on": "2025-02-28"}
        story.has("agreement", category="strategic", continues="s-2", **first)
        assert story.lapsed() == {"s-2"}
        assert story.findings() == {"S5.16"}
        assert [line["overdue"] for line in story.service.portfolio(overdue=True)] == [True]

    @pytest.mark.parametrize("ends_on", ["2024-06-30", "2025-02-28"])
    def test_where_one_beginning_reads_both(self, story: Story, ends_on: str) -> None:
        story.to("assessed").ready_for("begin_activity", agreement={"continues": "b-1"})
        story.has("agreement", reference="b-1", collaboration="Other", continues="a-1", ends_on=ends_on)
        story.does("begin_activity")
        assert story.day("2025-02-28").lapsed() == set()
        assert "a-1" in story.day("2025-03-01").lapsed()
        assert story.findings() == {"S6.18"}
        assert story.show()["overdue"]

    @pytest.mark.parametrize(
        ("names", "ends"),
        [
            ({"a-1": "c-1", "b-1": "a-1", "c-1": "b-1"}, {"a-1": 5, "b-1": 7, "c-1": 9}),
            ({"a-1": "b-1", "b-1": "c-1", "c-1": "a-1"}, {"a-1": 9, "b-1": 9, "c-1": 5}),
            (
                {"a-1": "d-1", "b-1": "a-1", "c-1": "b-1", "d-1": "c-1"},
                {"a-1": 8, "b-1": 9, "c-1": 5, "d-1": 6},
            ),
        ],
    )
    def test_in_a_ring_of_any_length(self, story: Story, names: dict[str, str], ends: dict[str, int]) -> None:
        """Only the last to end is late, as somebody has to be; the work of the others went on in it."""
        story.to("assessed").ready_for("begin_activity", without="agreement")
        for reference, continues in names.items():
            story.has(
                "agreement",
                reference=reference,
                collaboration=reference,
                continues=continues,
                ends_on=f"2024-{ends[reference]:02}-15",
            )
        story.does("begin_activity")
        last = max(ends, key=lambda reference: ends[reference])
        assert story.day(f"2024-{ends[last]:02}-15").lapsed() == set()
        assert story.day(f"2024-{ends[last]:02}-16").lapsed() == {last}
        (line,) = story.service.portfolio(overdue=True)
        assert line["overdue_since"] == f"2024-{ends[last]:02}-16"

    def test_where_one_carries_the_others_work_on_that_names_it(self, story: Story) -> None:
        """The shorter one names the longer one, and the longer one has the same work."""
        story.to("assessed").ready_for("begin_activity", agreement={"ends_on": "2025-02-28"})
        story.has("agreement", reference="b-1", continues="a-1", ends_on="2024-12-31")
        story.does("begin_activity")
        assert story.day("2025-02-28").lapsed() == set()
        assert story.day("2025-03-01").lapsed() == {"a-1"}

    def test_one_outside_the_ring_carries_its_last_one_on(self, story: Story) -> None:
        story.to("assessed").ready_for("begin_activity", agreement={"continues": "b-1"})
        story.has("agreement", reference="b-1", collaboration="Other", continues="a-1", ends_on="2024-06-30")
        story.has("agreement", reference="c-1", collaboration="Third", continues="a-1", ends_on="2025-06-30")
        story.does("begin_activity")
        assert story.day("2025-03-01").lapsed() == set()
        assert story.day("2025-07-01").lapsed() == {"c-1"}


class TestWhatRunsNoLonger:
    """Nothing is carried on by an agreement that was over before its endline, and so hides no lapse."""

    @pytest.mark.parametrize(
        "work", [{"continues": "a-1", "collaboration": "Other"}, {"ends_on": "2026-12-31"}]
    )
    def test_one_that_comes_on_file_as_concluded(self, story: Story, work: dict[str, str]) -> None:
        story.to("active_activity").day("2024-06-01")
        story.has(
            "agreement", reference="a-2", **work, concluded_on="2024-06-01", concluded_how="ended_early"
        )
        assert story.day("2025-03-01").lapsed() == {"a-1"}
        assert story.findings() == {"S6.18"}

    def test_one_that_was_renewed_in_good_time_and_given_up(self, story: Story) -> None:
        story.to("active_activity").day("2024-12-01").ready_for("renew").does("renew")
        assert story.day("2025-03-01").lapsed() == set()
        follows = {"reference": "a-2", "continues": "a-1", "starts_on": "2025-03-01", "ends_on": "2026-02-28"}
        story.day("2025-02-01")
        story.has("agreement", **follows, concluded_on="2025-02-01", concluded_how="ended_early")
        assert story.day("2025-03-01").lapsed() == {"a-1"}

    def test_one_that_ended_before_the_renewed_one_does(self, story: Story) -> None:
        story.to("active_activity").day("2024-06-01").has("renewal_note")
        story.has("sustainability_review")
        story.has("agreement", reference="b-1", continues="a-1", collaboration="Other", ends_on="2024-12-31")
        story.has("agreement", starts_on="2024-03-01", ends_on="2025-12-31")
        story.does("renew")
        over = {"concluded_on": "2024-12-31", "concluded_how": "completed", "ends_on": "2024-12-31"}
        story.day("2024-12-31").has(
            "agreement", reference="b-1", continues="a-1", collaboration="Other", **over
        )
        assert story.day("2026-01-01").lapsed() == {"a-1"}

    def test_one_that_ran_on_past_it_does(self, story: Story) -> None:
        story.to("active_activity").day("2024-12-01").ready_for("renew").does("renew")
        follows = {"reference": "a-2", "continues": "a-1", "starts_on": "2025-03-01", "ends_on": "2026-02-28"}
        story.day("2025-06-01")
        story.has("agreement", **follows, concluded_on="2025-06-01", concluded_how="completed")
        assert story.lapsed() == set()


class TestBesideAStrategicOne:
    """An activity agreement that goes on under a strategic partnership: no renewal there would read it."""

    @pytest.fixture
    def beside(self, story: Story) -> Story:
        whole = {"reference": "s-1", "collaboration": "The whole outlet", "ends_on": "2030-12-31"}
        story.to("active_activity").ready_for("begin_strategic", agreement=whole).does("begin_strategic")
        return story.day("2025-02-20")

    def test_a_longer_version_counts_when_both_accepted(self, beside: Story) -> None:
        beside.has("agreement", starts_on="2024-03-01", ends_on="2025-12-31")
        assert beside.day("2025-12-31").lapsed() == set()
        assert beside.day("2026-01-01").lapsed() == {"a-1"}
        assert beside.findings() == {"S6.18"}

    def test_so_does_one_that_continues_it(self, beside: Story) -> None:
        beside.has(
            "agreement", reference="a-2", continues="a-1", starts_on="2025-03-01", ends_on="2025-12-31"
        )
        assert beside.day("2025-12-31").lapsed() == set()
        assert beside.day("2026-01-01").lapsed() == {"a-2"}
        assert beside.service.replay("p-1")["same"]

    def test_once_it_is_an_activity_again_a_renewal_is_needed(self, beside: Story) -> None:
        beside.ready_for("begin_transition").does("begin_transition")
        beside.ready_for("begin_activity", without="agreement").does("begin_activity")
        beside.has("agreement", starts_on="2024-03-01", ends_on="2025-12-31")
        assert beside.day("2025-03-01").lapsed() == {"a-1"}
