"""Damage done to a partnership's row by hand, past the service, and mended again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from partnerships import Service
from tests.storage.rows import all_rows, engine_of

NO_JSON = "{"
HALF = '{"state": "strategic"}'
"""JSON, but not what a file holds."""


def by_hand(service: Service, statement: str, **values: Any) -> None:
    with engine_of(service).begin() as connection:
        connection.execute(text(statement), values)


def breaks(service: Service, id: str, file: str = NO_JSON) -> str:
    """Put something else in the place of a partnership's file, and give the file as it was."""
    (before,) = [row.file for row in all_rows(service, "partnership") if row.id == id]
    mends(service, id, file)
    return str(before)


def mends(service: Service, id: str, file: str) -> None:
    by_hand(service, "UPDATE partnerships_partnership SET file = :file WHERE id = :id", file=file, id=id)
