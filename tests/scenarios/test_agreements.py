"""Written agreements, their endlines, and what is put on file meanwhile (S5.16, S6.16 to S6.18)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bodies import both_accept, plus
from tests.outcomes import accepted, refused
from tests.story import Story

CATEGORIES = ["activity", "associate", "strategic"]
BY_ONE_SIDE = {
    "ims alone": [{"party": "ims", "by": "director-1", "on": "2024-03-01"}],
    "the partner alone": [{"party": "partner", "by": "partner-1", "on": "2024-03-01"}],
    "ims twice": [{"party": "ims", "by": "director-1", "on": "2024-03-01"}] * 2,
    "nobody": [],
}


def assessed(story: Story, category: str) -> Story:
    if category == "associate":
        story.profile["level"] = "international"
    story.category = category
    return story.to("assessed")


class TestWritten:
    """S5.16: an agreement accepted by both, of that category, in force on the day."""

    @pytest.mark.parametrize("category", CATEGORIES)
    def test_without_any_agreement_that_alone_is_said(self, story: Story, category: str) -> None:
        assessed(story, category).ready_for(f"begin_{category}", without="agreement")
        found = refused(story.trigger(f"begin_{category}"))
        found.including("S5.16")
        assert found.clauses <= {"S5.16", "S5.10"}
        story.has("agreement")
        accepted(story.trigger(f"begin_{category}")).warned()

    @pytest.mark.parametrize("acceptances", list(BY_ONE_SIDE.values()), ids=list(BY_ONE_SIDE))
    @pytest.mark.parametrize("category", CATEGORIES)
    def test_a_draft_counts_for_nothing(self, story: Story, category: str, acceptances: list[Any]) -> None:
        assessed(story, category).ready_for(f"begin_{category}", agreement={"accepted": acceptances})
        refused(story.trigger(f"begin_{category}")).by("S5.16")
        story.has("agreement", accepted=both_accept(story.today))
        accepted(story.trigger(f"begin_{category}")).warned()

    def test_a_draft_is_read_for_what_else_it_lacks(self, story: Story) -> None:
        draft = {"accepted": [], "collaboration": None, "endline_acknowledged_on": None}
        assessed(story, "activity").ready_for("begin_activity", agreement=draft)
        refused(story.trigger("begin_activity")).by("S5.16", "S5.8", "S6.17")

    @pytest.mark.parametrize(
        ("starts_on", "ends_on", "allowed"),
        [
            ("2024-03-01", "2024-03-01", True),
            ("2023-03-01", "2024-03-01", True),
            ("2024-03-02", "2025-03-01", False),
            ("2023-03-01", "2024-02-29", False),
        ],
    )
    def test_it_is_in_force_on_the_day(
        self, story: Story, starts_on: str, ends_on: str, allowed: bool
    ) -> None:
        assessed(story, "activity")
        story.ready_for("begin_activity", agreement={"starts_on": starts_on, "ends_on": ends_on})
        outcome = story.trigger("begin_activity")
        accepted(outcome) if allowed else refused(outcome).by("S5.16")

    def test_a_concluded_agreement_is_in_force_no_more(self, story: Story) -> None:
        assessed(story, "activity").ready_for("begin_activity")
        story.has("agreement", concluded_on=story.today, concluded_how="ended_early")
        refused(story.trigger("begin_activity")).by("S5.16")

    @pytest.mark.parametrize("other", ["associate", "strategic"])
    def test_an_agreement_of_another_category_is_none(self, story: Story, other: str) -> None:
        assessed(story, "activity").ready_for("begin_activity", agreement={"category": other})
        refused(story.trigger("begin_activity")).by("S5.16")

    @pytest.mark.parametrize("form", ["partnership_agreement", "mou"])
    def test_either_form_will_do(self, story: Story, form: str) -> None:
        unfunded = {"form": form, "funded": False, "contributions": []}
        assessed(story, "activity").ready_for("begin_activity", agreement=unfunded)
        accepted(story.trigger("begin_activity")).warned()

    def test_a_draft_of_the_category_is_read_and_not_what_runs_in_another(self, story: Story) -> None:
        story.profile["level"] = "international"
        story.to("active_activity").ready_for("begin_transition").does("begin_transition")
        story.has("agreement", category="associate", purpose="joint_action", accepted=[])
        refused(story.trigger("begin_associate")).by("S5.16")
        story.has("agreement", category="associate", purpose=None, accepted=[])
        refused(story.trigger("begin_associate")).by("S5.16", "S5.10")

    def test_each_agreement_in_force_is_read(self, story: Story) -> None:
        assessed(story, "activity").ready_for("begin_activity")
        core = [{"kind": "core_support", "given_by": "ims", "for_collaboration": True}]
        story.has("agreement", reference="a-9", collaboration="A second series", contributions=core)
        refused(story.trigger("begin_activity")).by("S5.9")


class TestEndlines:
    """S6.16 and S6.17."""

    @pytest.mark.parametrize("category", ["activity", "associate"])
    @pytest.mark.parametrize("reason", [None, " "])
    def test_an_endline_is_defined_up_front(self, story: Story, category: str, reason: str | None) -> None:
        open_ended = {"ends_on": None, "no_endline_reason": reason}
        assessed(story, category).ready_for(f"begin_{category}", agreement=open_ended)
        refused(story.trigger(f"begin_{category}")).by("S6.16")

    @pytest.mark.parametrize("category", ["activity", "associate"])
    def test_or_the_reason_why_there_is_none(self, story: Story, category: str) -> None:
        open_ended = {
            "ends_on": None,
            "no_endline_reason": "Ends with the war",
            "endline_acknowledged_on": None,
        }
        assessed(story, category).ready_for(f"begin_{category}", agreement=open_ended)
        accepted(story.trigger(f"begin_{category}")).warned()
        assert story.show()["endline"] is None

    @pytest.mark.parametrize("category", ["activity", "associate"])
    def test_both_are_aware_of_the_endline(self, story: Story, category: str) -> None:
        assessed(story, category).ready_for(f"begin_{category}", agreement={"endline_acknowledged_on": None})
        found = refused(story.trigger(f"begin_{category}")).by("S6.17")
        assert found.found[0]["interpretation"] is True

    @pytest.mark.parametrize("end", [{"ends_on": None}, {"endline_acknowledged_on": None}])
    def test_a_strategic_partnership_needs_no_endline(self, story: Story, end: dict[str, None]) -> None:
        assessed(story, "strategic").ready_for("begin_strategic", agreement=end)
        accepted(story.trigger("begin_strategic")).warned()


class TestPassed:
    """A passed endline is a finding, never an exit."""

    @pytest.mark.every_store
    @pytest.mark.parametrize("state", ["active_activity", "active_associate"])
    def test_a_passed_endline_changes_no_state_and_is_named(self, story: Story, state: str) -> None:
        story.to(state)
        assert story.endline is not None
        story.day(story.endline)
        assert story.findings() == set()
        assert not story.show()["overdue"]
        story.day(plus(story.endline, days=1))
        shown = story.show()
        assert (shown["state"], shown["overdue"]) == (state, True)
        assert story.findings() == {"S6.18"}
        assert story.lapsed() == {"a-1"}
        assert [one["id"] for one in story.service.portfolio(overdue=True)] == [story.id]

    def test_a_strategic_agreement_that_has_passed_is_named_as_such(self, story: Story) -> None:
        story.to("strategic")
        story.day(story.endline or "")
        assert story.findings() == set()
        story.day(plus(story.endline or "", days=1))
        assert story.findings() == {"S5.16"}
        assert story.state == "strategic"

    def test_lateness_is_derived_for_any_day_asked(self, story: Story) -> None:
        story.to("active_activity")
        tomorrow = plus(story.endline or "", days=1)
        assert story.service.portfolio(overdue=True, on=story.endline) == []
        assert [one["id"] for one in story.service.portfolio(overdue=True, on=tomorrow)] == [story.id]

    def test_concluding_the_agreement_ends_the_finding(self, story: Story) -> None:
        story.to("active_activity").day("2025-06-01")
        assert story.findings() == {"S6.18"}
        story.has(
            "agreement",
            starts_on="2024-03-01",
            ends_on="2025-02-28",
            accepted=both_accept("2024-03-01"),
            concluded_on="2025-05-31",
            concluded_how="completed",
        )
        assert story.findings() == set()
        assert story.state == "active_activity"

    def test_of_two_parallel_agreements_one_lapses(self, story: Story) -> None:
        story.to("assessed").ready_for("begin_activity", agreement={"ends_on": "2024-06-30"})
        story.has("agreement", reference="a-2", collaboration="A second series", ends_on="2025-02-28")
        story.does("begin_activity")
        story.day("2024-07-01")
        assert story.lapsed() == {"a-1"}
        assert story.findings() == {"S6.18"}
        shown = story.show()
        assert shown["state"] == "active_activity"
        assert {one["reference"] for one in shown["agreements"]} == {"a-1", "a-2"}
        story.day("2025-03-01")
        assert story.lapsed() == {"a-1", "a-2"}

    def test_the_finding_names_the_agreement_that_lapsed(self, story: Story) -> None:
        story.to("assessed").ready_for("begin_activity", agreement={"ends_on": "2024-06-30"})
        story.has("agreement", reference="a-2", collaboration="A second series", ends_on="2025-02-28")
        story.does("begin_activity")
        story.day("2024-07-01")
        (finding,) = story.show()["findings"]
        assert "a-1" in str(finding)
        assert "a-2" not in str(finding)


NEW = {
    "reference": "n-1",
    "collaboration": "Another series",
    "starts_on": "2025-06-01",
    "ends_on": "2025-12-31",
}
OLD = {"starts_on": "2024-03-01", "accepted": both_accept("2024-03-01")}


class TestAfterCompletion:
    """S6.18: once all has passed, a new agreement asks for a renewal note."""

    @pytest.fixture(params=["active_activity", "active_associate"])
    def late(self, story: Story, request: pytest.FixtureRequest) -> Story:
        return story.to(request.param).day("2025-06-01")

    def test_a_new_agreement_asks_for_a_renewal_note(self, late: Story) -> None:
        with late.nothing_changes():
            refused(late.record("agreement", **NEW)).by("S6.18")
        late.has("renewal_note")
        accepted(late.record("agreement", **NEW))

    def test_an_old_renewal_note_will_not_do(self, story: Story) -> None:
        story.to("assessed").has("renewal_note")
        story.to("active_activity").day("2025-06-01")
        refused(story.record("agreement", **NEW)).by("S6.18")

    @pytest.mark.parametrize(
        "version",
        [
            {"ends_on": "2025-12-31"},
            {"ends_on": None, "no_endline_reason": "It goes on"},
            {
                "ends_on": "2025-02-28",
                "contributions": [
                    {
                        "kind": "funding",
                        "given_by": "ims",
                        "for_collaboration": True,
                        "amount": "10000.00",
                        "currency": "EUR",
                    },
                    {"kind": "equipment", "given_by": "ims", "for_collaboration": True},
                ],
            },
        ],
        ids=["longer", "without end", "more support"],
    )
    def test_a_version_that_gives_more_is_a_new_one(self, late: Story, version: dict[str, Any]) -> None:
        refused(late.record("agreement", **OLD | version)).by("S6.18")

    def test_a_version_that_concludes_is_not(self, late: Story) -> None:
        concluded = {"ends_on": "2025-02-28", "concluded_on": "2025-05-31", "concluded_how": "completed"}
        accepted(late.record("agreement", **OLD | concluded))

    def test_a_draft_is_judged_when_both_have_accepted(self, late: Story) -> None:
        accepted(late.record("agreement", **NEW | {"accepted": both_accept(late.today)[:1]}))
        refused(late.record("agreement", **NEW)).by("S6.18")

    def test_while_one_runs_another_may_be_added(self, story: Story) -> None:
        story.to("active_activity").day("2024-09-01")
        accepted(story.record("agreement", **NEW | {"starts_on": "2024-09-01"}))
        assert story.show()["endline"] == "2025-12-31"

    def test_a_strategic_partnership_is_not_bound_by_it(self, story: Story) -> None:
        story.to("strategic").day("2025-06-01")
        accepted(story.record("agreement", **NEW))


WAYS = {
    "a longer version": OLD | {"ends_on": "2026-12-31"},
    "a version without end": OLD | {"ends_on": None, "no_endline_reason": "It goes on"},
    "one that continues it": {
        "reference": "a-2",
        "continues": "a-1",
        "collaboration": "Under another name",
        "starts_on": "2025-03-01",
        "ends_on": "2026-12-31",
    },
    "one for the same collaboration": {
        "reference": "a-2",
        "starts_on": "2025-03-01",
        "ends_on": "2026-12-31",
    },
}


class TestNoWayRound:
    """What would continue an agreement has no effect before it is renewed."""

    @pytest.mark.parametrize("way", list(WAYS.values()), ids=list(WAYS))
    @pytest.mark.parametrize("state", ["active_activity", "active_associate"])
    def test_a_continuation_counts_from_its_renewal_only(
        self, story: Story, state: str, way: dict[str, Any]
    ) -> None:
        story.to(state).day("2024-09-01")
        accepted(story.record("agreement", **way))
        assert story.show()["endline"] == "2025-02-28"
        story.day("2025-03-01")
        assert story.findings() == {"S6.18"}
        assert story.show()["overdue"]
        story.has("sustainability_review")
        story.has("renewal_note")
        accepted(story.trigger("renew")).warned()
        assert story.findings() == set()
        assert not story.show()["overdue"]

    def test_an_agreement_of_a_category_that_has_not_begun_has_no_effect(self, story: Story) -> None:
        story.to("active_activity").day("2024-09-01")
        story.has(
            "agreement",
            reference="s-1",
            category="strategic",
            collaboration="The whole outlet",
            ends_on="2024-12-31",
        )
        assert story.show()["endline"] == "2025-02-28"
        story.day("2025-01-15")
        assert story.findings() == set()
        story.day("2025-03-01")
        assert story.findings() == {"S6.18"}
