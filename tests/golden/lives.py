"""Two fictional histories that use every kind of entry an ordinary life has."""

from __future__ import annotations

from typing import Any

from partnerships import POLICY_1_1, Policy, Service
from tests.outcomes import accepted
from tests.story import Clock, Story

ORDINARY, TAKEN_OVER = "g-ordinary", "g-taken-over"


def policy() -> Policy:
    """The policy that both histories are decided under."""
    from datetime import date

    return POLICY_1_1.with_settings(take_over_until=date(2024, 12, 31))


def live_ordinary(service: Service, clock: Clock) -> Story:
    """From identification through a renewal, corrections and an exit to a second cycle."""
    story = Story(service, clock, ORDINARY, name="Radio of the Hills (fictional)")
    story.day("2024-01-08")
    accepted(story.identify(identifiers=[{"scheme": "XX-REG", "value": "17-ü"}], works_in=["UG", "TZ"]))
    story.has("arrangement", time_zone="Africa/Nairobi", review_months=12)
    story.has("register_entry")
    story.day("2024-01-22").ready_for("assess", context_analysis={"participants": []})
    accepted(story.trigger("assess", reason="Asked for by three editors")).warned("S4.6")
    story.day("2024-02-01").ready_for("begin_activity")
    story.does("begin_activity", key="golden-1")
    story.withdraw(story.has("comment", about=1, text="Meant for another"))
    story.day("2024-06-01").has("relation", to="g-elsewhere")
    case = story.has("crisis_case", by="safeguarding-1")
    story.withdraw(case, by="safeguarding-1")
    story.day("2025-01-10").ready_for("renew")
    story.does("renew")
    story.withdraw(next(e["sequence"] for e in story.history() if e["kind"] == "selection"))
    story.day("2025-11-03").ready_for("begin_transition")
    story.does("begin_transition")
    story.revert(story.show()["sequence"])
    story.day("2025-11-10")
    story.does("begin_transition", by="director-2")
    story.day("2026-01-12").ready_for("exit")
    accepted(story.trigger("exit"))
    story.day("2026-03-02").does("reidentify", reason="A new programme begins")
    story.has("comment", about=1, text="Back again")
    return story


def live_taken_over(service: Service, clock: Clock) -> Story:
    """A strategic partnership that ran before, with an open sealed case."""
    story = Story(service, clock, TAKEN_OVER, name="Archive of Voices (fictional)")
    story.day("2024-03-04")
    body = story.body("partner_profile")
    taken: dict[str, Any] = {
        "state": "strategic",
        "since": "2021-05-01",
        "body": body,
        "reason": "Ran before",
    }
    accepted(story.apply(story.command("take_over", "director-1", **taken)))
    story.has("exit_dialogue", by="pm-1")
    story.category = "strategic"
    story.has("agreement", starts_on="2023-09-01", ends_on="2024-08-31")
    case = story.has("crisis_case", by="safeguarding-1")
    story.open(case, by="pm-1")
    return story
