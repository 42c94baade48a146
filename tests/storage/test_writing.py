"""What one command leaves, and when it goes in one statement: outside a transaction, all of it or nothing."""

from __future__ import annotations

from typing import Any

import pytest

from partnerships import Service
from partnerships.storage.writing import Writing
from tests.story import Story
from tests.tables import TABLES

ROW: dict[str, Any] = {"id": "p-1"}
ENTRY: dict[str, Any] = {"entry": ROW, "content": ROW, "projection": ROW}


@pytest.mark.parametrize(
    ("rows", "leaves_something"),
    [({}, False), ({"entry": ROW}, True), ({"attempt": ROW}, True), ({"key": ROW}, True)],
)
def test_what_leaves_nothing_behind_is_not_written(rows: dict[str, Any], leaves_something: bool) -> None:
    assert Writing(**rows).is_empty is not leaves_something


@pytest.mark.parametrize(
    "rows",
    [
        ENTRY,
        ENTRY | {"key": ROW},
        ENTRY | {"seen": 1},
        ENTRY | {"identifiers": []},
        {"attempt": ROW},
        {"attempt": ROW, "key": ROW},
    ],
)
def test_an_entry_or_an_attempt_with_its_key_is_one_statement(rows: dict[str, Any]) -> None:
    assert Writing(**rows).fits_one_statement


@pytest.mark.parametrize(
    "rows",
    [
        {},
        {"key": ROW},
        ENTRY | {"attempt": ROW},
        ENTRY | {"data_keys": [ROW]},
        ENTRY | {"prompts": [ROW]},
        ENTRY | {"identifiers": [ROW]},
        ENTRY | {"identifiers": [], "seen": 1},
    ],
)
def test_what_takes_several_needs_a_transaction(rows: dict[str, Any]) -> None:
    assert not Writing(**rows).fits_one_statement


def test_on_sqlite_a_step_sets_no_column_of_an_index_that_it_leaves_as_it_was(
    service: Service, story: Story
) -> None:
    """A column that is set costs a page of its index in every commit, whatever its value."""
    story.to("identified")
    (writer,) = service._writers._idle
    ran: list[str] = []
    writer.cursor.connection.set_trace_callback(ran.append)
    story.has("comment", about=1)
    table = TABLES.partnership
    (moved,) = [one for one in ran if one.startswith(f"UPDATE {table.name} ")]
    indexed = {column.name for index in table.indexes for column in index.columns}
    assert {"state", "next_due_on", "name_key"} < indexed
    assert not [name for name in indexed if f" {name}=" in moved.partition(" WHERE ")[0]]
