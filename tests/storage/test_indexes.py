"""What a portal asks for at every page is found by an index, however large the portfolio is."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, select, update

from partnerships import Service
from partnerships.storage.delivery_statements import delivery_statements
from partnerships.storage.migrate import downgrade, migrate
from tests.storage.rows import engine_of
from tests.story import Story
from tests.tables import PLACE, TABLES

TABLE = TABLES.partnership


def plans(service: Service, reading: Any) -> list[str]:
    """Say how SQLite goes about each statement of a reading."""
    asked: list[tuple[str, Any]] = []

    def heard(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        asked.append((statement, parameters))

    engine = engine_of(service)
    event.listen(engine, "before_cursor_execute", heard)
    try:
        reading()
    finally:
        event.remove(engine, "before_cursor_execute", heard)
    with engine.connect() as connection:
        return [
            step.detail
            for statement, parameters in asked
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]


@pytest.mark.parametrize(
    "filters",
    [
        {"responsible": "pm-7"},
        {"responsible": "pm-7", "state": "exited"},
        {"country": "KE"},
        {"overdue": True},
        {"identifier": "register:1"},
        {"after": "p-1"},
    ],
    ids=lambda filters: "+".join(filters),
)
def test_no_filter_of_a_portfolio_goes_over_all_of_it(
    service: Service, story: Story, filters: dict[str, Any]
) -> None:
    story.to("identified")
    told = plans(service, lambda: service.portfolio(limit=50, **filters))
    assert not [step for step in told if step.startswith("SCAN")], told
    walked = [step for step in told if "autoindex_partnerships_partnership" in step and "(id>?)" in step]
    assert bool(walked) == ("after" in filters), told


@pytest.mark.parametrize("filters", [{"for_": "pm-7"}, {"responsible": "pm-7"}], ids=str)
def test_nobody_s_prompts_are_looked_for_in_every_file(
    service: Service, story: Story, filters: dict[str, Any]
) -> None:
    story.to("identified")
    told = plans(service, lambda: service.prompts(limit=50, **filters))
    assert any("_by_responsible (responsible=?)" in step for step in told), told
    assert not [step for step in told if step.startswith("SCAN partnerships_partnership")], told


@pytest.mark.every_store
def test_what_is_late_is_the_same_be_it_little_or_much(
    service: Service, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    for id in ("p-1", "p-2", "p-3"):
        one = Story(service, story.clock, id, name=f"Radio {id} (fictional)")
        one.to("identified" if id == "p-2" else "active_activity")
    little = service.portfolio(overdue=True, on="2035-01-01")
    monkeypatch.setattr("partnerships.workflows.portfolio._FEW", 1)
    assert service.portfolio(overdue=True, on="2035-01-01") == little
    assert [line["id"] for line in little] == ["p-1", "p-3"]


def test_what_failed_is_not_looked_for_among_all_that_was_ever_told(service: Service) -> None:
    with service._reading() as ledger:
        statements = delivery_statements(PLACE, ledger.connection.dialect)
        for statement in (statements.failed_notices, statements.retry_notices, statements.failed_letters):
            given = dict.fromkeys(("again", "most", "overdue"), 1) | statement._fixed
            query = f"EXPLAIN QUERY PLAN {statement.text}"
            steps = ledger.cursor.execute(query, statement._values(given)).fetchall()
            assert not [step for step in steps if step[3].startswith("SCAN")], steps


@pytest.mark.every_store
def test_who_stands_in_is_found_in_the_files_that_were_there(service: Service, story: Story) -> None:
    """A file that cannot be read is passed by, and says so elsewhere."""
    engine = engine_of(service)
    for id, deputy in (("p-1", "pm-8"), ("p-2", None), ("p-3", "pm-8")):
        one = Story(service, story.clock, id, name=f"Radio {id} (fictional)").to("identified")
        one.has("arrangement", responsible="pm-7", deputy=deputy)
    with engine.begin() as connection:
        connection.execute(update(TABLE).where(TABLE.c.id == "p-3").values(file='{"deputy":"pm-8"'))
    downgrade(engine, PLACE, "0006")
    migrate(engine, PLACE)
    with engine.connect() as connection:
        kept = connection.execute(select(TABLE.c.id, TABLE.c.deputy).order_by(TABLE.c.id)).all()
    assert [tuple(row) for row in kept] == [("p-1", "pm-8"), ("p-2", None), ("p-3", None)]
