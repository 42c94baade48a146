"""A commit that a server kept and never answered, of what is done once: nobody is told that it was not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from partnerships import DatabaseFailed, Service, open_service
from partnerships.audit.audit import Audit, open_audit
from partnerships.audit.erasing.erasure import erase
from partnerships.workflows.rekeying import change_sealing_key
from tests.audit.erasure.erasing import HOW, is_green
from tests.storage.rows import all_rows, engine_of
from tests.story import Story

pytestmark = pytest.mark.on_postgresql


@pytest.fixture
def unanswered(service: Service, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], list[str]]:
    """Lose the connection on which the commit of this number comes, once the server has kept it."""
    execute, commit = psycopg.Cursor.execute, psycopg.Connection.commit
    lost: list[str] = []

    def from_now_on(number: int) -> list[str]:
        came = 0

        def end(connection: Any) -> None:
            nonlocal came
            came += 1
            if came == number:
                lost.append("commit")
                with engine_of(service).connect() as another_one:
                    pid = connection.info.backend_pid
                    another_one.exec_driver_sql(f"SELECT pg_terminate_backend({pid}, 30000)")
                execute(connection.cursor(), "SELECT 1")

        def told(cursor: Any, query: Any, *rest: Any, **options: Any) -> Any:
            done = execute(cursor, query, *rest, **options)
            if query == "COMMIT":
                end(cursor.connection)
            return done

        def committed(connection: Any) -> None:
            commit(connection)
            end(connection)

        monkeypatch.setattr(psycopg.Cursor, "execute", told)
        monkeypatch.setattr(psycopg.Connection, "commit", committed)
        return lost

    return from_now_on


def test_an_erasure_is_not_refused_for_having_been_done(
    story: Story, unanswered: Callable[[int], list[str]]
) -> None:
    story.to("identified")
    lost = unanswered(1)
    with pytest.raises(DatabaseFailed, match="unknown") as caught:
        erase(story.service, "p-1", **HOW, everything=True)
    assert lost
    assert caught.value.unknown
    assert [row.sequence for row in all_rows(story.service, "erased")] == [1]
    assert all_rows(story.service, "attempt") == []
    is_green(story.service)


def test_whoever_changes_the_sealing_key_is_told_to_keep_both(
    story: Story, database: tuple[str, Path], tmp_path: Path, unanswered: Callable[[int], list[str]]
) -> None:
    case = story.to("active_activity").has("crisis_case")
    lost = unanswered(1)
    with pytest.raises(DatabaseFailed, match="keep both") as caught:
        change_sealing_key(story.service, tmp_path / "new.key")
    assert lost
    assert caught.value.unknown
    with open_service(database[0], key_file=tmp_path / "new.key", clock=story.clock) as service:
        story.service = service
        assert story.open(case)["outcome"] == "accepted"


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_signing_key_that_came_into_force_unanswered_signs(
    story: Story, tmp_path: Path, number: int, unanswered: Callable[[int], list[str]]
) -> None:
    story.to("identified")
    for name in ("old.key", "new.key"):
        Audit(story.service).make_key(tmp_path / name)
    audit = open_audit(story.service, key_file=tmp_path / "old.key")
    lost = unanswered(number)
    audit.rotate(tmp_path / "new.key")
    assert lost
    assert len(audit.keys().verifiers) == 2
    is_green(story.service)
