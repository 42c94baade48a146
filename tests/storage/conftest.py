"""What several tests of the store begin with."""

from __future__ import annotations

import pytest

from partnerships import Service
from tests.story import Story


@pytest.fixture
def filled(story: Story) -> Service:
    """A database with a row in every append-only table."""
    story.to("active_activity")
    story.has("crisis_case")
    story.record("comment", key="k-1")
    assert story.trigger("exit")["outcome"] == "refused"
    service: Service = story.service
    return service
