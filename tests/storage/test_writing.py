"""What one command leaves, and when it goes in one statement: outside a transaction, all of it or nothing."""

from __future__ import annotations

from typing import Any

import pytest

from partnerships.storage.writing import Writing

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
