"""Pages of prompts follow each other without a gap, and cost what a page costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from partnerships import BadRequest, Service
from partnerships.lifecycle.partnership import Partnership
from tests.scheduler.sweep.asking import record, take_over
from tests.scheduler.sweep.conftest import TAKING_OVER, beside
from tests.storage.rows import engine_of
from tests.story import Story, actor

Json = dict[str, Any]
Page = Callable[..., list[Json]]

FILTERS: list[Json] = [
    {},
    {"status": "open"},
    {"status": ["open", "escalated"]},
    {"status": ["open", "escalated"], "on": "2025-01-01"},
    {"kind": "exit_dialogue"},
    {"country": "KE"},
    {"responsible": "pm-7"},
    {"for_": "pm-7"},
    {"for_": "p-3"},
    {"status": "answered", "kind": "exit_dialogue", "country": "MW"},
    {"actor": actor("partner-1", partnerships=["p-2", "p-3"])},
    {"on": "2025-01-01"},
    {"on": "2025-01-01", "kind": "exit_dialogue"},
    {"on": "2025-01-01", "for_": "pm-7"},
    {"on": "2025-01-01", "for_": "p-3"},
    {"on": "2024-06-30"},
    {"on": "2024-06-30", "for_": "pm-7"},
]


def put_many_on_file(story: Story) -> Story:
    """Prompts of several days; some are answered, some escalated or missed."""
    service, taking = story.service, beside(story.service, TAKING_OVER)
    for number in range(1, 6):
        country = "KE" if number % 2 else "MW"
        take_over(taking, f"p-{number}", f"2024-0{1 + number % 2}-15", country=country)
    record(service, "p-3", "arrangement", "2024-03-01", responsible="pm-7", deputy="pm-8")
    service.sweep()
    record(service, "p-4", "exit_dialogue", "2024-03-01")
    story.clock.set("2024-08-20T09:00:00+00:00")
    service.sweep()
    return story


@pytest.fixture
def many(store: str, standing: Callable[..., Story]) -> Service:
    service: Service = standing(store, put_many_on_file).service
    return service


def pages(service: Service, size: int, **filters: Any) -> Iterator[Json]:
    page = service.prompts(limit=size, **filters)
    while page:
        assert len(page) <= size
        yield from page
        page = service.prompts(limit=size, after=page[-1]["id"], **filters)


@pytest.mark.every_store
@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_pages_of_any_size_make_up_the_whole(many: Service, filters: Json) -> None:
    whole = many.prompts(**filters)
    assert whole
    for size in (1, 2, 7, 100):
        assert list(pages(many, size, **filters)) == whole


@pytest.mark.every_store
def test_a_page_goes_on_after_a_prompt_of_another_status(many: Service) -> None:
    whole = many.prompts()
    for number, line in enumerate(whole):
        after = many.prompts(status="open", after=line["id"])
        assert after == [one for one in whole[number + 1 :] if one["status"] == "open"]


@pytest.mark.every_store
def test_a_prompt_that_is_not_among_these_begins_no_page(many: Service) -> None:
    hers = many.prompts(for_="p-3")[0]["id"]
    for wrong in (
        {"after": "0" * 32},
        {"after": hers, "country": "MW"},
        {"after": hers, "actor": actor("partner-1", partnerships=["p-2"])},
    ):
        with pytest.raises(BadRequest, match="after"):
            many.prompts(**wrong)
    with pytest.raises(BadRequest, match="limit"):
        many.prompts(limit=-1)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The partnerships whose files are read."""
    told: list[str] = []
    whole = Partnership.read

    def reading(id: str, *parts: Any) -> Partnership:
        told.append(id)
        return whole(id, *parts)

    monkeypatch.setattr(Partnership, "read", reading)
    return told


@pytest.mark.every_store
@pytest.mark.parametrize("on", [None, "2024-08-20", "2025-01-01"])
@pytest.mark.parametrize("whom", ["p-3", "pm-7", "pm-8"])
def test_for_somebody_only_the_files_that_name_them_are_read(
    many: Service, read: list[str], whom: str, on: str | None
) -> None:
    assert {line["partnership"] for line in many.prompts(for_=whom, on=on)} == {"p-3"}
    assert set(read) == {"p-3"}


@pytest.mark.every_store
@pytest.mark.parametrize("whom", ["pm", "m-7", "PM-7", "pm_7", "p%", 'responsible":"pm-7', "p 3"])
def test_somebody_is_named_whole(many: Service, whom: str) -> None:
    assert many.prompts(for_=whom) == many.prompts(for_=whom, on="2025-01-01") == []


@pytest.mark.every_store
def test_a_page_of_today_reads_no_more_files_than_it_shows(many: Service, read: list[str]) -> None:
    first = many.prompts(on="2024-08-20", limit=2)
    assert len(set(read)) <= 2
    read.clear()
    many.prompts(on="2024-08-20", limit=2, after=first[-1]["id"])
    assert len(set(read)) <= 3


@contextmanager
def plans(service: Service) -> Iterator[list[str]]:
    """How SQLite reads, for each SELECT over prompts."""
    told: list[str] = []

    def explain(_conn: Any, cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT partnerships_prompt"):
            rows = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
            told.append("; ".join(str(row[-1]) for row in rows))

    event.listen(engine_of(service), "before_cursor_execute", explain)
    yield told
    event.remove(engine_of(service), "before_cursor_execute", explain)


@pytest.mark.parametrize("filters", [{}, {"status": "open"}], ids=str)
def test_a_page_is_read_where_it_begins_and_nothing_is_sorted(many: Service, filters: Json) -> None:
    id = many.prompts()[3]["id"]
    with plans(many) as told:
        many.prompts(limit=2, after=id, **filters)
    where, page = told
    assert "USING INDEX partnerships_prompt_by_id (id=?)" in where
    index = "by_status (status=? AND" if filters else "by_due_on ("
    assert f"SEARCH partnerships_prompt USING INDEX partnerships_prompt_{index}" in page
    assert "SCAN" not in page
    assert "TEMP B-TREE" not in page
