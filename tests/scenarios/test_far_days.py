"""Days at the calendar's ends: judged like any other, and no reason to fail."""

from __future__ import annotations

import json

import pytest

from tests.outcomes import accepted, refused
from tests.story import Story, actor


@pytest.mark.every_store
def test_an_agreement_that_starts_at_the_end_of_the_calendar(story: Story) -> None:
    story.to("assessed").has("inclusion_commitment")
    story.has("agreement", starts_on="9999-01-01", ends_on="9999-12-31")
    refused(story.trigger("begin_activity")).by("S5.16")
    assert [one["clause"] for one in story.why("begin_activity")["findings"]] == ["S5.16"]


def test_one_without_a_real_end_is_longer_than_a_mid_term(story: Story) -> None:
    story.to("assessed").ready_for("begin_activity", agreement={"ends_on": "9999-12-31"})
    accepted(story.trigger("begin_activity")).warned("S5.8")
    assert story.show(as_of="9999-12-31")["findings"] == []
    assert story.service.sweep().set_aside == []


def test_a_claimed_instant_outside_the_calendar_stops_no_import(story: Story) -> None:
    profile = story.body("partner_profile")
    lines = [
        story.command("identify", "pm-1", body=profile, recorded_at="0001-01-01T00:00:00+14:00"),
        story.command("identify", "pm-1", body=profile, recorded_at="2023-12-01T09:00:00Z"),
    ]
    encoded = [json.dumps(line).encode() for line in lines]
    bad, good = story.service.apply_lines(encoded, importing_actor=actor("director-1"))
    assert (bad["outcome"], bad["errors"][0]["field"]) == ("invalid", "recorded_at")
    accepted(good)
