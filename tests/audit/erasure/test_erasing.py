"""Erasing contents: who may, what goes, what stays, and that everything goes on afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from partnerships import BadRequest, Service, UnknownPartnership
from partnerships.audit.audit import open_audit
from partnerships.audit.erasure import erase
from partnerships.audit.replay import replay
from tests.outcomes import accepted
from tests.storage.rows import all_rows, as_bytes, another
from tests.story import Story, actor

Json = dict[str, Any]

pytestmark = pytest.mark.every_store

DIRECTOR, SAFEGUARDING = actor("director-1"), actor("safeguarding-1")


def erased(story: Story, *entries: int, by: Json = DIRECTOR, second: Json = SAFEGUARDING, **how: Any) -> Json:
    """Erase, and insist that it was done."""
    outcome = asks(story, *entries, by=by, second=second, **how)
    assert outcome["outcome"] == "accepted", outcome
    return outcome


def asks(story: Story, *entries: int, by: Json = DIRECTOR, second: Json = SAFEGUARDING, **how: Any) -> Json:
    parts = {"basis": "consent_withdrawn", "reason": "Asked for on paper", **how}
    return erase(story.service, story.id, by=by, second=second, entries=entries, **parts)


def is_green(service: Service) -> None:
    report = open_audit(service).verify()
    assert report.faults == []
    assert all(service.replay(id)["same"] for id in service.ids())


def test_words_go_and_codes_stay(story: Story) -> None:
    story.to("active_activity")
    at = story.has("assessment", relevance="Amara spoke of it", note="Amara's own note")
    erased(story, at)
    assert b"Amara" not in as_bytes(story.service)
    row = story.entry(at)
    assert (row["kind"], row["actor"]["id"], row["body"], row["erased"]) == ("assessment", "pm-2", None, True)
    shown = next(record for record in story.show()["records"] if record["sequence"] == at)
    assert "relevance" not in shown["body"]
    assert shown["body"]["conducted_on"] == story.today
    is_green(story.service)
