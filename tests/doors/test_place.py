"""The command line finds the tables where the environment says they live."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from tests.doors.commands import lines_of, whole_life
from tests.doors.conftest import Cli
from tests.postgresql.databases import Databases

PREFIX, SCHEMA = "PARTNERSHIPS_TABLE_PREFIX", "PARTNERSHIPS_SCHEMA"


@pytest.fixture
def empty(postgresql: Databases) -> Iterator[str]:
    """The URL of a PostgreSQL database with nothing in it."""
    yield postgresql.create("command_line")
    postgresql.drop("command_line")


@pytest.fixture
def commands(tmp_path: Path) -> Path:
    path = tmp_path / "commands.jsonl"
    path.write_bytes(lines_of(whole_life()))
    return path


def names(url: str, schema: str | None = None) -> set[str]:
    engine = create_engine(url)
    try:
        return set(inspect(engine).get_table_names(schema=schema))
    finally:
        engine.dispose()


def test_a_prefix_names_every_table(
    cli: Cli, tmp_path: Path, commands: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "p.sqlite"
    monkeypatch.setenv(PREFIX, "house_")
    cli("--database", file, "apply", commands).ends(0)
    assert names(f"sqlite:///{file}")
    assert all(name.startswith(("house_", "sqlite_")) for name in names(f"sqlite:///{file}"))
    monkeypatch.delenv(PREFIX)
    assert "migrate" in cli("--database", file, "doctor").ends(2).one_error_line()


def test_a_schema_holds_every_table(
    cli: Cli, empty: str, tmp_path: Path, commands: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARTNERSHIPS_KEY_FILE", str(tmp_path / "sealing.key"))
    monkeypatch.setenv(SCHEMA, "ours")
    monkeypatch.setenv(PREFIX, "house_")
    cli("--database", empty, "migrate").ends(0)
    cli("--database", empty, "apply", commands).ends(0)
    assert names(empty) == set()
    assert "house_entry" in names(empty, "ours")


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        (PREFIX, "House-", "table_prefix"),
        (SCHEMA, "a b", "schema"),
        (SCHEMA, "ours", "SQLite has no schemas"),
    ],
)
def test_a_place_that_cannot_be_is_said_in_one_line(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, told: str
) -> None:
    monkeypatch.setenv(variable, value)
    ran = cli("--database", tmp_path / "p.sqlite", "migrate").ends(2)
    assert told in ran.one_error_line()
    assert not (tmp_path / "p.sqlite").exists()
