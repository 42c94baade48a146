"""The sequencer: every entry comes into the log exactly once, whoever takes it, however late it commits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from partnerships import Service
from partnerships.audit.audit import Audit, open_audit
from partnerships.audit.log import sequencer
from partnerships.audit.log.merkle import Tree, nodes_over
from partnerships.storage.log import Log
from tests.audit.log.world import World
from tests.storage.rows import all_rows, another, engine_of
from tests.story import Story
from tests.tables import TABLES


@pytest.fixture
def audit(service: Service, tmp_path: Path) -> Audit:
    open_audit(service).make_key(tmp_path / "log.key")
    return open_audit(service, key_file=tmp_path / "log.key")


def taken(service: Service) -> Counter[tuple[str, int]]:
    """How often each entry is in the log."""
    return Counter(
        (row.partnership_id, row.sequence) for row in all_rows(service, "log_leaf") if row.sequence
    )


def recorded(service: Service) -> Counter[tuple[str, int]]:
    return Counter((row.partnership_id, row.sequence) for row in all_rows(service, "entry"))


@pytest.mark.every_store
def test_every_entry_is_taken_once_in_the_order_of_acceptance(
    audit: Audit, telling: Callable[..., Story]
) -> None:
    for number in (1, 2):
        telling(f"p-{number}", name=f"Radio {number} (fictional)").to("identified")
    telling("p-1").has("comment")
    audit.checkpoint()
    order = [(r.partnership_id, r.sequence) for r in all_rows(audit.service, "log_leaf") if r.sequence]
    assert order == [("p-1", 1), ("p-2", 1), ("p-1", 2)]


@pytest.mark.every_store
def test_where_nothing_is_new_nothing_is_taken_or_signed(audit: Audit, story: Story) -> None:
    story.to("identified")
    first = audit.checkpoint()
    before = all_rows(audit.service, "log_leaf")
    assert audit.checkpoint() == first
    assert all_rows(audit.service, "log_leaf") == before
    assert len(all_rows(audit.service, "checkpoint")) == 1


@pytest.mark.every_store
def test_batches_follow_each_other_until_all_is_taken(
    audit: Audit, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    story.to("active_activity")
    monkeypatch.setattr(sequencer.take, "__defaults__", (2,))
    audit.checkpoint()
    assert taken(audit.service) == recorded(audit.service)


@pytest.mark.every_store
def test_the_hashes_kept_are_those_of_the_whole_tree(audit: Audit, story: Story) -> None:
    story.to("active_activity")
    audit.checkpoint()
    rows = all_rows(audit.service, "log_leaf")
    leaves = [bytes(row.hashes)[:32] for row in rows]
    node, tree = nodes_over(leaves), Tree()
    for row, leaf in zip(rows, leaves, strict=True):
        assert b"".join(tree.append(leaf)) == bytes(row.hashes)
    with audit.service._reading() as ledger:
        log = Log(ledger)
        assert log.node(0, 3) == node(0, 3)
        assert log.node(3, 0) == node(3, 0)
        with pytest.raises(LookupError, match="level 9"):
            log.node(9, 0)


@pytest.mark.every_store
def test_several_take_at_once_and_nothing_is_taken_twice(
    audit: Audit, telling: Callable[..., Story], tmp_path: Path, store: str
) -> None:
    for number in range(6):
        telling(f"p-{number}", name=f"Radio {number} (fictional)").to("identified")
    services = [audit.service] * 4
    if store != "sqlite-memory":
        services = [another(audit.service) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda s: open_audit(s, key_file=tmp_path / "log.key").checkpoint(), services))
    assert len({checkpoint.size for checkpoint in made}) == 1
    assert taken(audit.service) == recorded(audit.service)
    for service in services:
        if service is not audit.service:
            service.close()


@pytest.mark.on_postgresql
def test_a_transaction_that_commits_late_is_taken_by_the_next_checkpoint(
    audit: Audit, telling: Callable[..., Story]
) -> None:
    """Its number is lower than those that were taken meanwhile; nothing passes it by."""
    late = telling("p-late", name="Radio Late (fictional)")
    with engine_of(audit.service).connect() as connection:
        within = audit.service.within(connection)
        Story(within, late.clock, "p-late", name="Radio Late (fictional)").identify()
        for number in range(3):
            telling(f"p-{number}", name=f"Radio {number} (fictional)").to("identified")
        audit.checkpoint()
        assert ("p-late", 1) not in taken(audit.service)
        connection.commit()
    audit.checkpoint()
    assert taken(audit.service) == recorded(audit.service)
    assert set(taken(audit.service).values()) == {1}
    assert audit.verify().is_sound


@pytest.mark.on_postgresql
@pytest.mark.parametrize("limit", [1, 2, sequencer.BATCH])
def test_a_history_is_taken_in_its_order_whoever_began_first(
    audit: Audit, telling: Callable[..., Story], monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    """The outbox has p-1/3 before p-1/2: a host's transaction began before p-1/2 and went on after it."""
    monkeypatch.setattr(sequencer.take, "__defaults__", (limit,))
    mine = telling("p-1").to("identified")
    with engine_of(audit.service).connect() as connection:
        within = audit.service.within(connection)
        Story(within, mine.clock, "p-2", name="Radio Two (fictional)").identify()
        mine.has("comment")
        Story(within, mine.clock, "p-1").has("comment")
        connection.commit()
    audit.checkpoint()
    order = [(r.partnership_id, r.sequence) for r in all_rows(audit.service, "log_leaf") if r.sequence]
    assert order == [("p-1", 1), ("p-2", 1), ("p-1", 2), ("p-1", 3)]
    assert audit.verify().is_sound


@pytest.mark.on_postgresql
def test_the_mark_stays_below_the_oldest_transaction_that_runs(
    audit: Audit, telling: Callable[..., Story]
) -> None:
    late = telling("p-late", name="Radio Late (fictional)")
    with engine_of(audit.service).connect() as connection:
        within = audit.service.within(connection)
        Story(within, late.clock, "p-late", name="Radio Late (fictional)").identify()
        running = connection.execute(text("SELECT pg_current_xact_id()::text::bigint")).scalar_one()
        telling("p-1").to("identified")
        audit.checkpoint()
        marks = [row.value for row in all_rows(audit.service, "upkeep") if row.name == "log"]
        assert marks == []
        connection.rollback()
    telling("p-2", name="Radio 2 (fictional)").to("identified")
    audit.checkpoint()
    [mark] = [row.value for row in all_rows(audit.service, "upkeep") if row.name == "log"]
    assert int(mark.strip("[]").split(",")[1]) > running


@pytest.mark.every_store
def test_only_what_lies_after_the_mark_is_looked_at(world: World) -> None:
    """However long the log is, a look that finds nothing new reads from the end of an index."""
    world.audit.checkpoint()
    with world.service._reading() as ledger:
        statement = Log(ledger)._statements.untaken
        if ledger.connection.dialect.name == "sqlite":
            order = {"position": 1, "limit": 1}
            plan = ledger.cursor.execute(
                f"EXPLAIN QUERY PLAN {statement.text}",
                statement._values({**statement._fixed, **order}),
            ).fetchall()
            assert any("SEARCH partnerships_outbox USING INTEGER PRIMARY KEY" in str(row) for row in plan), (
                plan
            )
        else:
            ledger.cursor.execute("SET LOCAL enable_seqscan = off")
            plan = ledger.cursor.execute(
                f"EXPLAIN {statement.text}",
                {"era": 1, "transaction": 1, "position": 1, "limit": 1, **statement._fixed},
            ).fetchall()
            assert any("in_order" in str(row) for row in plan), plan


def test_an_entry_that_is_in_the_outbox_twice_is_taken_once(audit: Audit, story: Story) -> None:
    story.to("identified")
    [row] = all_rows(audit.service, "outbox")
    values: dict[str, Any] = {"partnership_id": row.partnership_id, "sequence": row.sequence}
    with engine_of(audit.service).begin() as connection:
        connection.execute(TABLES.outbox.insert().values(values))
    audit.checkpoint()
    assert taken(audit.service) == recorded(audit.service)


@pytest.mark.every_store
def test_the_ends_of_all_histories_are_the_same_however_long_a_page(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.service._reading() as ledger:
        whole = list(Log(ledger).heads())
        monkeypatch.setattr("partnerships.storage.log._PAGE", 1)
        assert list(Log(ledger).heads()) == whole
    assert [id for id, _, _ in whole] == ["p-1", "p-2", "p-3"]
