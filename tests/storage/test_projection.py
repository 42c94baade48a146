"""The row by which a portfolio is searched says what the file says, whichever column a step changes."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from partnerships import Service
from partnerships.storage.projection import projection
from partnerships.storage.tables import AT_ONCE
from tests.story import Story

pytestmark = pytest.mark.every_store

BY_ITSELF = {"next_due_on", "sealed"}
"""What the row does not have of the file: when to look again, and what is encrypted anew each time."""


def row(service: Service, id: str = "p-1") -> dict[str, Any]:
    """Give the row as it is kept, once it says what its file says."""
    with service._reading() as ledger:
        table = ledger.tables.partnership
        kept = dict(ledger.connection.execute(select(table).where(table.c.id == id)).one()._mapping)
        said = projection(ledger.load(id), ledger.vault)
    assert {k: v for k, v in kept.items() if k not in BY_ITSELF} == {
        k: v for k, v in said.items() if k not in BY_ITSELF
    }
    return kept


def test_every_column_follows_the_file(service: Service, story: Story) -> None:
    story.to("identified")
    before = row(service)
    story.has("comment", about=1)
    assert row(service)["sequence"] == before["sequence"] + 1
    story.has("partner_profile", name="Another name", country="UG")
    assert [row(service)[name] for name in ("name", "name_key", "country")] == [
        "Another name",
        "anothername",
        "UG",
    ]
    story.profile.update(name="Another name", country="UG")
    assert row(service)["late_from"] is None
    story.to("active_activity")
    active = row(service)
    assert active["state"] == "active_activity"
    assert active["late_from"] > active["endline"]
    story.to("transitioning")
    assert row(service)["state"] == "transitioning"


def test_a_command_after_a_look_that_found_nothing_is_looked_at_again(service: Service, story: Story) -> None:
    """A look moves its day and no sequence: what stays in memory between commands knows nothing of it."""
    story.to("active_activity")
    service.sweep()
    head = row(service)["head"]
    story.has("comment", about=1)
    service.sweep()
    assert row(service)["head"] != head
    assert row(service)["next_due_on"] > story.today
    story.has("comment", about=1)
    assert row(service)["next_due_on"] == AT_ONCE
