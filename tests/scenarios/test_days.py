"""Days and instants: when a thing takes effect, when it was recorded, and how it read on a day (L9)."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.outcomes import accepted, invalid, refused
from tests.story import Story


class TestEffectiveDay:
    @pytest.mark.every_store
    def test_nothing_takes_effect_in_the_future(self, story: Story) -> None:
        refused(story.identify(on="2024-03-02")).by("L9").of_kind("house_rule").in_state(None)
        story.to("identified").ready_for("assess")
        with story.nothing_changes():
            refused(story.record("context_analysis", on="2024-03-02")).by("L9")
            refused(story.trigger("assess", on="2024-03-02")).by("L9")
        accepted(story.trigger("assess", on="2024-03-01"))

    def test_a_record_may_be_put_on_file_late(self, story: Story) -> None:
        story.to("identified")
        accepted(story.record("context_analysis", on="2019-01-01")).warned()

    def test_a_transition_takes_effect_no_earlier_than_the_one_before(self, story: Story) -> None:
        story.to("identified").day("2024-03-20").ready_for("assess", on="2024-03-02")
        story.does("assess", on="2024-03-10")
        story.ready_for("begin_activity", on="2024-03-02")
        refused(story.trigger("begin_activity", on="2024-03-09")).by("L9")
        accepted(story.trigger("begin_activity", on="2024-03-10")).warned()

    def test_a_late_entry_draws_no_warning(self, story: Story) -> None:
        story.identify(on="2024-01-01")
        story.ready_for("assess", on="2024-01-01")
        accepted(story.trigger("assess", on="2024-01-02")).warned()

    def test_a_decision_is_read_on_its_own_day(self, story: Story) -> None:
        story.to("assessed").day("2024-06-01").ready_for("begin_activity", on="2024-05-01")
        refused(story.trigger("begin_activity", on="2024-04-30")).by("S3.6", "S5.16")
        accepted(story.trigger("begin_activity", on="2024-05-01")).warned()

    def test_without_a_day_it_is_today(self, story: Story) -> None:
        story.to("identified")
        assert story.entry(story.has("comment"))["on"] == "2024-03-01"


class TestTimeZone:
    def test_today_is_the_day_in_utc_by_default(self, story: Story) -> None:
        story.to("identified").clock.set("2024-03-01T20:00:00+00:00")
        assert story.entry(story.has("comment"))["on"] == "2024-03-01"
        refused(story.record("comment", on="2024-03-02")).by("L9")

    def test_or_in_the_partnerships_own_time_zone(self, story: Story) -> None:
        story.to("identified").has("arrangement", time_zone="Pacific/Auckland")
        story.clock.set("2024-03-01T20:00:00+00:00")
        assert story.entry(story.has("comment"))["on"] == "2024-03-02"
        accepted(story.record("comment", on="2024-03-02"))

    def test_what_was_done_by_today_is_put_on_file_and_nothing_done_later(self, story: Story) -> None:
        story.to("identified").clock.set("2024-03-01T20:00:00+00:00")
        done = {"conducted_on": "2024-03-02"}
        assert invalid(story.record("context_analysis", **done)) == {"body.conducted_on"}
        story.has("arrangement", time_zone="Pacific/Auckland")
        accepted(story.record("context_analysis", **done))
        for later in ({"conducted_on": "2024-03-03"}, {"on": "2024-02-20", "conducted_on": "2024-02-21"}):
            assert invalid(story.record("context_analysis", **later)) == {"body.conducted_on"}

    def test_west_of_utc_the_day_begins_later(self, story: Story) -> None:
        story.to("identified").has("arrangement", time_zone="America/Los_Angeles")
        story.clock.set("2024-03-02T05:00:00+00:00")
        assert story.entry(story.has("comment"))["on"] == "2024-03-01"
        refused(story.record("comment", on="2024-03-02")).by("L9")

    def test_instants_are_utc(self, story: Story) -> None:
        story.to("identified").clock.set("2024-03-01T22:30:00+02:00")
        recorded = story.entry(story.has("comment"))["recorded_at"]
        assert recorded.startswith("2024-03-01T20:30")
        assert recorded.endswith(("Z", "+00:00"))


class TestReadingBack:
    """As of a day, and as it was known at an instant."""

    @pytest.fixture
    def lived(self, story: Story) -> Story:
        """Assessed with effect from the 10th, put on file on the 20th; begun on the 25th."""
        story.to("identified").day("2024-03-20").ready_for("assess", on="2024-03-10")
        story.does("assess", on="2024-03-10")
        story.day("2024-03-25").ready_for("begin_activity").does("begin_activity")
        return story.day("2024-04-30")

    @pytest.mark.every_store
    def test_as_of_a_day(self, lived: Story) -> None:
        states = {day: lived.show(as_of=day)["state"] for day in ("2024-03-09", "2024-03-10", "2024-03-24")}
        assert states == {"2024-03-09": "identified", "2024-03-10": "assessed", "2024-03-24": "assessed"}
        assert lived.show(as_of="2024-03-25")["state"] == "active_activity"
        assert lived.show()["state"] == "active_activity"

    def test_as_known_at_an_instant(self, lived: Story) -> None:
        assert lived.show(known_at="2024-03-15T12:00:00+00:00")["state"] == "identified"
        assert lived.show(known_at="2024-03-20T23:00:00+00:00")["state"] == "assessed"
        assert lived.show(known_at="2024-04-01T00:00:00+00:00")["state"] == "active_activity"

    def test_as_of_a_day_and_known_then(self, lived: Story) -> None:
        then = "2024-03-15T12:00:00+00:00"
        assert lived.show(as_of="2024-03-12", known_at=then)["state"] == "identified"
        assert lived.show(as_of="2024-03-12")["state"] == "assessed"

    def test_lateness_is_read_as_of_the_day(self, lived: Story) -> None:
        assert not lived.show(as_of="2025-03-24")["overdue"]
        assert lived.show(as_of="2025-03-25")["overdue"]

    def test_a_correction_does_not_rewrite_what_was_known(self, lived: Story) -> None:
        lived.has("partner_profile", name="Example Radio Two (fictional)")
        assert lived.show()["partner"]["name"] == "Example Radio Two (fictional)"
        assert lived.show(known_at="2024-04-01T00:00:00+00:00")["partner"]["name"].startswith(
            "Example Radio ("
        )

    def test_an_unbroken_record_of_who_did_what_when(self, lived: Story) -> None:
        history = lived.history()
        assert [entry["sequence"] for entry in history] == list(range(1, len(history) + 1))
        assert all(entry["policy"] == "1.1" for entry in history if entry["entry"] == "transition")
        for before, after in pairwise(history):
            assert after["previous"] == before["digest"]
            assert after["recorded_at"] >= before["recorded_at"]
        assert [entry["trigger"] for entry in history if entry["entry"] == "transition"] == [
            "assess",
            "begin_activity",
        ]

    def test_part_of_a_history(self, lived: Story) -> None:
        assert [entry["sequence"] for entry in lived.history(after=3, limit=2)] == [4, 5]

    def test_a_replay_gives_the_live_state_byte_for_byte(self, lived: Story) -> None:
        replay = lived.service.replay(lived.id)
        assert replay["same"]
        assert replay["live"] == replay["replayed"]


class TestRegisters:
    """What another register says shows, and decides nothing."""

    def test_a_running_entry_past_its_end_is_late_before_any_decision(self, story: Story) -> None:
        story.to("identified").has("register_entry", status="running", ends_on="2020-12-31")
        shown = story.show()
        assert (shown["state"], shown["register"]) == ("identified", "running")
        (finding,) = shown["findings"]
        assert (finding["clause"], finding["source"]) == ("S6.18", "register")
        (entry,) = [one["body"] for one in shown["records"] if one["kind"] == "register_entry"]
        assert (finding["subject"], finding["since"]) == (entry["reference"], "2021-01-01")
        assert shown["overdue"]

    @pytest.mark.parametrize("entry", [{"status": "ended"}, {"status": "running", "ends_on": "2030-12-31"}])
    def test_others_are_not(self, story: Story, entry: dict[str, str]) -> None:
        story.to("identified").has("register_entry", **entry)
        assert story.findings() == set()

    def test_after_the_decision_our_own_agreements_count(self, story: Story) -> None:
        story.to("identified").has("register_entry", status="running", ends_on="2020-12-31")
        story.to("active_activity")
        assert story.findings() == set()

    def test_it_assesses_nothing(self, story: Story) -> None:
        story.to("identified").has("register_entry", status="running", ends_on="2030-12-31")
        assert story.state == "identified"
        refused(story.trigger("assess")).including("S4.13")
