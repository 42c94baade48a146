"""Partnerships with something of everything a report shows, gathered once."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

from partnerships import Service, open_service
from partnerships.audit.report import gather, html
from tests.golden.lives import live_ordinary, live_taken_over, policy
from tests.story import Clock, Story

Json = dict[str, Any]

SEALED = "the blue ledger"
HOSTILE = (
    "</td></table><script>alert(1)</script><img src=x onerror=alert(2)>\u202egnp.exe \u05e9\u05dc\u05d5\u05dd"
)
LONG = "x" * 5_000 + " " + "word " * 1_000


class Page(HTMLParser):
    """An HTML page as its tags and its text."""

    VOID = frozenset({"col", "meta", "br", "img", "path", "rect", "circle", "input", "link"})

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(page.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.tags]


@pytest.fixture(scope="session")
def audited() -> Iterator[Service]:
    """An ordinary life, one taken over with an open sealed case, and one full of hostile and long texts."""
    clock = Clock()
    service = open_service("sqlite://", create=True, policy=policy(), clock=clock)
    live_ordinary(service, clock)
    live_taken_over(service, clock).has(
        "crisis_case", by="safeguarding-1", case="2", sealed={"summary": SEALED}
    )
    story = Story(service, clock, "p-hostile", name=HOSTILE).day("2024-03-01")
    story.identify()
    story.ready_for("assess", selection={"justification": LONG}, assessment={"relevance": HOSTILE})
    story.trigger("assess", reason=HOSTILE)
    story.day("2024-04-01").ready_for("begin_activity", agreement={"reference": HOSTILE})
    story.does("begin_activity")
    for day in ("2025-02-20", "2025-11-01"):
        story.day(day)
        service.sweep()
    yield service
    service.close()


@pytest.fixture(scope="session")
def ordinary(audited: Service) -> Json:
    return gather(audited, ids=["g-ordinary"])


@pytest.fixture(scope="session")
def hostile(audited: Service) -> Json:
    return gather(audited, ids=["p-hostile"])


@pytest.fixture(scope="session")
def page(hostile: Json) -> Page:
    return Page(html(hostile))
