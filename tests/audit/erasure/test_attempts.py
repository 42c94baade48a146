"""The attempts log has a chain of its own: what is altered or taken out of it is missed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from partnerships import Service
from partnerships.audit.log.attempts import check_attempts
from partnerships.storage.attempts import count_unlinked, link_attempts
from partnerships.storage.statements import Statement
from tests.storage.rows import all_rows, engine_of
from tests.story import Story

pytestmark = pytest.mark.every_store


def faults(service: Service, head: str | None = None) -> list[tuple[str, int | None]]:
    with service._reading() as ledger:
        return [(fault.rule, fault.position) for fault in check_attempts(ledger, head)]


def waiting(service: Service) -> int:
    with service._reading() as ledger:
        return count_unlinked(ledger)


def attempts(story: Story, count: int) -> None:
    for _ in range(count):
        assert story.trigger("assess")["outcome"] == "refused"


def tampered(service: Service, *statements: str) -> None:
    """What only a keeper can do: the triggers are taken off first."""
    with engine_of(service).begin() as connection:
        is_postgresql = connection.dialect.name == "postgresql"
        for table in ("attempt", "attempt_link"):
            full = f"partnerships_{table}"
            if is_postgresql:
                connection.execute(text(f"ALTER TABLE {full} DISABLE TRIGGER ALL"))
            else:
                for way in ("update", "delete", "replace"):
                    connection.execute(text(f"DROP TRIGGER IF EXISTS {full}_no_{way}"))
        for statement in statements:
            assert connection.execute(text(statement)).rowcount > 0


@pytest.fixture
def chained(story: Story) -> Story:
    story.to("identified")
    attempts(story, 5)
    story.service._run(link_attempts)
    return story


def test_attempts_are_linked_as_the_sequencer_meets_them(story: Story) -> None:
    service: Service = story.service
    assert service._run(link_attempts) is None
    story.to("identified")
    attempts(story, 3)
    assert waiting(service) == 3
    first = service._run(link_attempts)
    assert (waiting(service), service._run(link_attempts)) == (0, first)
    attempts(story, 2)
    assert waiting(service) == 2
    assert service._run(link_attempts) != first
    links = all_rows(service, "attempt_link")
    assert [link.position for link in links] == [0, 1, 2, 3, 4]
    assert [link.attempt_id for link in links] == [row.id for row in all_rows(service, "attempt")]
    assert faults(service) == []


def test_however_many_there_are_each_is_looked_at_once(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("partnerships.storage.attempts._PAGE", 2)
    story.to("identified")
    attempts(story, 5)
    begins: list[int] = []
    run = Statement.all

    def heard(statement: Statement, cursor: Any, told: dict[str, Any]) -> list[Any]:
        if "after" in told:
            begins.append(told["after"])
        return run(statement, cursor, told)

    monkeypatch.setattr(Statement, "all", heard)
    story.service._run(link_attempts)
    assert begins[1:] == [2, 4, 5]
    assert (waiting(story.service), faults(story.service)) == (0, [])


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE partnerships_attempt SET findings = 'S4.13' WHERE id = 3", ("attempts.altered", 2)),
        ("UPDATE partnerships_attempt SET actor = NULL WHERE id = 3", ("attempts.altered", 2)),
        ("DELETE FROM partnerships_attempt WHERE id = 5", ("attempts.gone", 4)),
        ("DELETE FROM partnerships_attempt WHERE id = 1", ("attempts.gone", 0)),
        ("DELETE FROM partnerships_attempt_link WHERE position = 2", ("attempts.gap", 3)),
    ],
)
def test_what_is_altered_or_taken_out_is_missed(
    chained: Story, statement: str, found: tuple[str, int]
) -> None:
    tampered(chained.service, statement)
    assert faults(chained.service) == [found]


def test_a_link_written_anew_does_not_fit_the_next(chained: Story) -> None:
    tampered(
        chained.service,
        "UPDATE partnerships_attempt_link SET digest = '" + "ab" * 32 + "' WHERE position = 2",
    )
    assert faults(chained.service) == [("attempts.altered", 2), ("attempts.altered", 3)]


def test_a_tail_cut_off_with_its_links_shows_by_the_signed_head(chained: Story) -> None:
    service: Service = chained.service
    head = service._run(link_attempts)
    assert faults(service, head) == []
    tampered(
        service,
        "DELETE FROM partnerships_attempt WHERE id > 3",
        "DELETE FROM partnerships_attempt_link WHERE position > 2",
    )
    assert faults(service) == [], "alone, the chain does not show it"
    assert faults(service, head) == [("attempts.gap", 3)]


def test_a_refused_command_sends_nothing_more_for_the_chain(
    story: Story, telling: Callable[..., Story]
) -> None:
    story.to("identified")
    attempts(story, 1)
    assert all_rows(story.service, "attempt_link") == []
