"""Two lives and a hostile one, exported once in every format."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from partnerships import Service, open_service
from partnerships.audit.export import FORMATS, export
from tests.golden.lives import live_ordinary, live_taken_over, policy
from tests.story import Clock, Story

Json = dict[str, Any]
HOSTILE = '=HYPERLINK("http://example.invalid")'
SEALED = "the blue ledger"


@pytest.fixture(scope="session")
def lived_through() -> Iterator[Service]:
    """An ordinary partnership, one with an open sealed case, and one whose id looks like a formula."""
    clock = Clock()
    service = open_service("sqlite://", create=True, policy=policy(), clock=clock)
    live_ordinary(service, clock)
    taken_over = live_taken_over(service, clock)
    taken_over.has("crisis_case", by="safeguarding-1", case="2", sealed={"summary": SEALED})
    story = Story(service, clock, "-1.2", name=HOSTILE)
    story.identify()
    story.has("comment", about=1, text=HOSTILE)
    for day in ("2025-01-10", "2025-06-01"):
        story.day(day)
        service.sweep()
    yield service
    service.close()


@pytest.fixture(scope="session")
def files(lived_through: Service) -> dict[str, bytes]:
    """Every format's file."""
    return {name: written(lived_through, name) for name in FORMATS}


def written(service: Service, format: str, **how: Any) -> bytes:
    out = io.BytesIO()
    export(service, format, out, **how)
    return out.getvalue()


@pytest.fixture(scope="session")
def rows(files: dict[str, bytes]) -> list[dict[str, str]]:
    """The CSV's lines."""
    return list(csv.DictReader(io.StringIO(files["csv"].decode(), newline="")))


@pytest.fixture(scope="session")
def read_json(files: dict[str, bytes]) -> Callable[[str], Any]:
    """Reads a format that is JSON."""
    return lambda name: json.loads(files[name])
