"""Values of another type where bytes belong, as SQLite keeps them: told, and never taken for a length."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Table, type_coerce, update
from sqlalchemy.types import NullType

from partnerships.audit.audit import open_audit
from partnerships.audit.judging.replay import replay
from partnerships.audit.log.sequencer import LogBroken
from partnerships.errors import PartnershipsError, SealingKeyError
from partnerships.storage.octets import as_bytes
from partnerships.storage.sealing import SealingKey, new_data_key, unseal
from tests.audit.log.intruder import Intruder
from tests.storage.rows import another
from tests.story import Story
from tests.tables import TABLES

MOST = 2**62
"""As a length, more than any machine has."""

OTHERS: list[Any] = [MOST, 7, 0, -1, 1.5, "text", None]


@pytest.mark.parametrize("kept", OTHERS)
def test_what_is_no_bytes_is_refused_by_its_type(kept: Any) -> None:
    with pytest.raises(ValueError, match=f"type {type(kept).__name__} .* where bytes belong"):
        as_bytes(kept)


def test_bytes_are_given_as_they_are_and_a_view_as_its_bytes() -> None:
    kept = b"kept"
    assert as_bytes(kept) is kept
    assert as_bytes(memoryview(kept)) == kept


@pytest.mark.parametrize("kept", [*OTHERS, b"", b"short"])
def test_what_is_no_sealed_content_does_not_open(kept: Any) -> None:
    with pytest.raises(SealingKeyError):
        unseal(new_data_key(), kept, "p-1/1")
    with pytest.raises(SealingKeyError):
        SealingKey.fresh().unwrap(kept, "p-1/case:1")


def retyped(story: Story, table: Table, column: str, value: Any) -> None:
    given = {column: type_coerce(value, NullType())}
    Intruder(story.service).run(update(table).values(given).where(table.c[column].is_not(None)))


@pytest.mark.parametrize("value", [MOST, "text"])
@pytest.mark.parametrize(
    ("table", "column"),
    [(TABLES.data_key, "wrapped"), (TABLES.content, "sealed"), (TABLES.partnership, "sealed")],
)
def test_a_sealed_value_of_another_type_is_a_matter_of_the_key(
    story: Story, table: Table, column: str, value: Any
) -> None:
    story.to("active_activity")
    case = story.has("crisis_case", by="safeguarding-1")
    retyped(story, table, column, value)
    service = another(story.service)
    command = story.command("open", "safeguarding-1", sequence=case, reason="To see")
    with pytest.raises(SealingKeyError, match="where bytes belong"):
        service.apply(command)


@pytest.mark.parametrize("value", [MOST, "text"])
@pytest.mark.parametrize(("table", "column"), [(TABLES.entry, "canonical"), (TABLES.content, "body")])
def test_an_entry_of_another_type_is_told_by_every_reading(
    story: Story, table: Table, column: str, value: Any
) -> None:
    story.to("identified")
    retyped(story, table, column, value)
    readings: list[Callable[[], object]] = [
        lambda: story.service.history(story.id),
        lambda: story.service.show(story.id, known_at="2030-01-01T00:00:00Z"),
    ]
    for read in readings:
        with pytest.raises(PartnershipsError, match="of partnership p-1 cannot be read"):
            read()
    (verdict,) = replay(story.service)
    assert verdict.why == "unreadable"


@pytest.mark.parametrize("value", [MOST, "text"])
@pytest.mark.parametrize(
    ("table", "column"),
    [(TABLES.entry, "canonical"), (TABLES.content, "body"), (TABLES.content, "salt")],
)
def test_no_pack_is_written_of_what_is_no_bytes(
    story: Story, tmp_path: Any, table: Table, column: str, value: Any
) -> None:
    story.to("identified")
    open_audit(story.service).make_key(tmp_path / "log.key")
    audit = open_audit(story.service, key_file=tmp_path / "log.key")
    audit.checkpoint()
    retyped(story, table, column, value)
    with pytest.raises(PartnershipsError, match="entry 1 of partnership p-1 cannot be read"):
        audit.pack(tmp_path / "pack")
    assert not (tmp_path / "pack").exists()


@pytest.mark.parametrize("value", [MOST, "text"])
def test_nothing_is_signed_over_a_log_of_another_type(story: Story, tmp_path: Any, value: Any) -> None:
    story.to("identified")
    open_audit(story.service).make_key(tmp_path / "log.key")
    audit = open_audit(story.service, key_file=tmp_path / "log.key")
    audit.checkpoint()
    story.has("comment")
    retyped(story, TABLES.log_leaf, "hashes", value)
    with pytest.raises(LogBroken, match="where bytes belong"):
        audit.checkpoint()
