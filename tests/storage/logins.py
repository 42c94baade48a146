"""Logins on a PostgreSQL server of the tests: each in one of our roles, and gone afterwards."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

PASSWORD = "only-for-tests"


def run(url: str, *statements: str) -> list[tuple[object, ...]]:
    """Run statements in one transaction; the rows of the last one."""
    engine = create_engine(url, poolclass=NullPool, connect_args={"client_encoding": "utf8"})
    rows: list[tuple[object, ...]] = []
    with engine.begin() as connection:
        for statement in statements:
            result = connection.execute(text(statement))
            rows = [tuple(row) for row in result] if result.returns_rows else []
    return rows


@contextmanager
def login(url: str, role: str) -> Iterator[str]:
    """The URL of a new login that is in a role, such as `partnerships_app`."""
    name = f"clerk_{uuid.uuid4().hex[:8]}"
    run(url, f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}' IN ROLE {role}")
    try:
        as_clerk = make_url(url).set(username=name, password=PASSWORD)
        yield as_clerk.render_as_string(hide_password=False)
    finally:
        run(url, f"DROP OWNED BY {name}", f"DROP ROLE {name}")
