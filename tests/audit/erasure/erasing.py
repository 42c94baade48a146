"""Two people who erase, and what has to hold whenever they did."""

from __future__ import annotations

from typing import Any

from partnerships import Service
from partnerships.audit.audit import open_audit
from partnerships.audit.erasing.erasure import erase
from tests.story import Story, actor

Json = dict[str, Any]

DIRECTOR, SAFEGUARDING = actor("director-1"), actor("safeguarding-1")
HOW: Json = {
    "by": DIRECTOR,
    "second": SAFEGUARDING,
    "basis": "consent_withdrawn",
    "reason": "Asked for on paper",
}


def asks(story: Story, *entries: int, **how: Any) -> Json:
    """Ask for an erasure a moment later, and give the outcome."""
    story.clock.advance(seconds=1)
    return erase(story.service, story.id, **{**HOW, "entries": entries, **how})


def erased(story: Story, *entries: int, **how: Any) -> Json:
    """Erase, insist that it was done, and that everything is green."""
    outcome = asks(story, *entries, **how)
    assert outcome["outcome"] == "accepted", outcome
    is_green(story.service)
    return outcome


def refused(outcome: Json) -> list[str]:
    """The codes of a refusal."""
    assert outcome["outcome"] == "refused", outcome
    return [finding["code"] for finding in outcome["findings"]]


def is_green(service: Service) -> None:
    """Nothing is found, and every projection is what its history folds to."""
    assert open_audit(service).verify().faults == []
    assert all(service.replay(id)["same"] for id in service.ids())
