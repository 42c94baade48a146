"""What several tests of the store begin with."""

from __future__ import annotations

from pathlib import Path

import pytest

from partnerships import Service
from partnerships.audit.audit import open_audit
from tests.story import Story


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
    return service
