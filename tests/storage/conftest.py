"""What several tests of the store begin with."""

from __future__ import annotations

from pathlib import Path

import pytest

from partnerships import Service
from partnerships.audit.audit import open_audit
from partnerships.audit.erasing.erasure import erase
from partnerships.audit.erasing.holding import place_hold
from partnerships.storage.attempts import link_attempts
from tests.story import Story, actor


@pytest.fixture
def filled(story: Story, tmp_path: Path) -> Service:
    """A database with a row in every append-only table."""
    story.to("active_activity")
    story.has("crisis_case")
    story.record("comment", key="k-1")
    assert story.trigger("exit")["outcome"] == "refused"
    service: Service = story.service
    key = tmp_path / "log.key"
    open_audit(service).make_key(key)
    open_audit(service, key_file=key).checkpoint()
    director, safeguarding = actor("director-1"), actor("safeguarding-1")
    erase(
        service,
        "p-1",
        by=director,
        second=safeguarding,
        entries=[2],
        basis="objection",
        reason="They said so",
    )
    story.has("comment", about=1)
    place_hold(service, "p-1", by=director, reason="A claim was announced")
    service._run(link_attempts)
    return service
