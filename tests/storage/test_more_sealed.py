"""A sealed word is in no error either, nor in what Python shows of an error's causes."""

from __future__ import annotations

import sqlite3
import traceback

import pytest
from sqlalchemy import event

from partnerships import DatabaseFailed
from tests.storage.rows import engine_of, everything
from tests.storage.test_sealed_words import CASE, RAISER, WORD, secrets
from tests.story import Story


@pytest.mark.parametrize("host", [False, True])
def test_a_database_that_fails_tells_no_sealed_word(story: Story, host: bool) -> None:
    story.to("active_activity")
    service, engine = story.service, engine_of(story.service)
    service.close()
    before = everything(service)

    def read_only(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA query_only = ON")

    engine.dispose()
    event.listen(engine, "connect", read_only)
    command = story.command("record", RAISER, kind="crisis_case", body=CASE, reason=WORD, key="k-1")
    with engine.connect() as connection, pytest.raises(DatabaseFailed) as caught:
        service.apply(command, connection=connection if host else None)
    event.remove(engine, "connect", read_only)
    told = "".join(traceback.format_exception(caught.value))
    causes = [repr(caught.value), repr(caught.value.__cause__), repr(vars(caught.value))]
    text = "\n".join([told, *causes])
    assert "readonly" in text
    assert [secret for secret in secrets() if secret.decode() in text] == []
    engine.dispose()
    assert everything(service) == before
    assert service.apply(command)["outcome"] == "accepted"


def test_a_keyed_crisis_command_is_told_again_without_its_words(story: Story) -> None:
    story.to("active_activity")
    command = story.command("record", RAISER, kind="crisis_case", body=CASE, reason=WORD, key="k-1")
    first = story.service.apply(command)
    assert story.service.apply(command) == first
    other = {**command, "body": {**CASE, "ground_text": f"{WORD} again"}}
    wrong = story.service.apply(other)
    assert [error["field"] for error in wrong["errors"]] == ["key"]
    text = repr([first, wrong, everything(story.service)["command_key"]])
    assert [secret for secret in secrets() if secret.decode() in text] == []
