"""What lies in the tables, read past the service."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from partnerships import Service, open_service
from tests.tables import PLACE
from tests.tables import TABLES as tables

Json = dict[str, Any]


def engine_of(service: Service) -> Engine:
    return service._opened.engine


def all_rows(service: Service, name: str) -> list[Any]:
    """Every row of a table, by its name without the prefix."""
    table = tables.metadata.tables[PLACE.prefix + name]
    with engine_of(service).connect() as connection:
        return list(connection.execute(select(table).order_by(*table.primary_key.columns)).all())


def everything(service: Service) -> dict[str, list[Any]]:
    """Every row of every table."""
    return {
        name.removeprefix(PLACE.prefix): [
            tuple(row) for row in all_rows(service, name.removeprefix(PLACE.prefix))
        ]
        for name in tables.metadata.tables
    }


def chains(service: Service) -> list[Json]:
    return [json.loads(bytes(row.canonical)) for row in all_rows(service, "entry")]


def as_bytes(service: Service) -> bytes:
    """All that the tables hold, as bytes to search."""
    parts: list[bytes] = []
    for rows in everything(service).values():
        for row in rows:
            parts += [bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in row]
    return b"\n".join(parts)


def database_files(folder: Path) -> dict[str, bytes]:
    """The database's own files: the file itself, its write-ahead log, its index."""
    return {path.name: path.read_bytes() for path in folder.glob("p.sqlite*") if path.suffix != ".key"}


def another(service: Service, **options: Any) -> Service:
    """A further service on the same database, as another process would have it."""
    return open_service(
        engine_of(service).url.render_as_string(hide_password=False),
        **options,
        clock=service._context.clock,
        key_file=service._opened.key_file,
    )
