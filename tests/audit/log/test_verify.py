"""Verification: what it goes over, how it names a place, and that no single change escapes it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from partnerships import Service, open_service
from partnerships.audit.audit import Audit, open_audit
from partnerships.audit.log.notes import Head, Note
from partnerships.audit.verifying import verify as verifying
from partnerships.audit.verifying.verify import Verification
from partnerships.storage.place import Place
from partnerships.storage.roles import AUDITOR, role_name
from tests.audit.log.intruder import Intruder
from tests.audit.log.world import World
from tests.properties.profile import examples
from tests.storage.logins import login
from tests.storage.rows import all_rows
from tests.story import Clock, Story
from tests.tables import TABLES

Change = tuple[str, dict[str, Any], str | None]
"""A table, the key of one of its rows, and the column to alter; without a column the row is deleted."""

ALTERED = {
    "entry": ("canonical", "digest"),
    "content": ("salt", "body", "sealed"),
    "data_key": ("wrapped",),
    "partnership": ("head", "sealed"),
    "log_leaf": ("digest", "hashes"),
    "checkpoint": ("root", "note"),
    "attempt": ("fingerprint", "findings"),
}
DELETED = ("entry", "content", "data_key", "outbox", "partnership", "log_leaf", "checkpoint", "attempt")


@pytest.mark.every_store
def test_a_sound_database_is_told_to_be_so_with_what_was_gone_over(world: World) -> None:
    found = world.held_against()
    assert found.is_sound
    assert found.counts == {
        "partnerships": 3,
        "entries": 14,
        "contents": 13,
        "sealed": 1,
        "erased": 0,
        "logged": 13,
        "unlogged": 1,
        "leaves": 16,
        "checkpoints": 2,
        "given": 2,
    }
    assert found.not_checked == ["1 entry that no checkpoint covers yet: chain alone"]


@pytest.mark.every_store
def test_a_database_without_a_log_is_verified_as_far_as_it_goes(story: Story) -> None:
    story.to("active_activity")
    found = Audit(story.service).verify()
    assert found.is_sound
    assert found.counts["unlogged"] == found.counts["entries"]
    assert any("no checkpoint" in told for told in found.not_checked)


@pytest.mark.every_store
def test_an_empty_database_is_sound(service: Service) -> None:
    assert Audit(service).verify().is_sound


@pytest.mark.every_store
@pytest.mark.parametrize(
    ("column", "value"),
    [("state", "exited"), ("endline", "2099-01-01"), ("file", '{"move":null}'), ("crisis_mark", 1)],
)
def test_a_row_that_says_something_else_is_found_by_folding(world: World, column: str, value: Any) -> None:
    assert world.audit.verify(folds=True).is_sound
    table = TABLES.partnership
    Intruder(world.service).run(update(table).where(table.c.id == "p-1").values({column: value}))
    assert world.alone().is_sound
    found = world.audit.verify(folds=True)
    assert [(fault.rule, fault.partnership) for fault in found.faults] == [("projection.row", "p-1")]
    assert column in found.faults[0].detail


def test_folding_leaves_out_what_it_cannot_open(world: World, tmp_path: Path) -> None:
    url = str(world.service._opened.engine.url)
    with open_service(url, key_file=tmp_path / "none.key") as service:
        found = Audit(service).verify(folds=True)
    assert found.is_sound
    assert "the rows of 1 partnerships with sealed contents" in found.not_checked


def test_progress_ends_where_it_said_it_would(world: World) -> None:
    told: list[tuple[int, int | None]] = []
    world.audit.verify(progress=lambda done, of: told.append((done, of)))
    assert told[-1] == (14 + 16, 14 + 16)


def test_of_many_faults_the_rest_is_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "MOST", 3)
    Intruder(world.service).run(update(TABLES.content).values(salt=bytes(32)))
    found = world.alone()
    assert len(found.faults) == 3
    assert found.more == 10


def test_chains_and_log_alone_do_not_read_contents(world: World) -> None:
    Intruder(world.service).run(update(TABLES.content).values(salt=bytes(32)))
    found = world.audit.verify(contents=False)
    assert found.is_sound
    assert "contents" in found.not_checked


def test_without_the_sealing_key_what_is_sealed_is_told_as_not_checked(world: World, tmp_path: Path) -> None:
    url = str(world.service._opened.engine.url)
    with open_service(url, key_file=tmp_path / "none.key") as service:
        found = Audit(service).verify()
    assert found.is_sound
    assert any("1 sealed contents" in told for told in found.not_checked)


@pytest.mark.on_postgresql
def test_an_auditor_who_may_read_nothing_sealed_verifies_the_rest(
    world: World, database: tuple[str, Path], clock: Clock
) -> None:
    with login(database[0], role_name(Place(), AUDITOR)) as url:
        with open_service(url, clock=clock, key_file=database[1]) as service:
            found = Audit(service).verify(checkpoints=world.kept, keys=[world.key])
    assert found.is_sound
    assert any("1 sealed contents" in told for told in found.not_checked)


def test_two_roots_over_one_size_are_proved_by_both_notes(world: World) -> None:
    """Equivocation: the key signed two stories, and anybody who has the key's public half can see it."""
    head = Head.parse(world.kept[0].text)
    other = Note(str(Head(head.origin, head.size, bytes(32)))).signed(world.signer)
    found = world.audit.verify(checkpoints=[*world.kept, other], keys=[world.key])
    [fault] = [fault for fault in found.faults if fault.rule == "checkpoint.equivocation"]
    assert fault.size == head.size
    roots = set()
    for written in fault.proof:
        note = Note.parse(written)
        assert note.is_signed_by(world.key)
        roots.add(Head.parse(note.text).root)
    assert len(roots) == 2


def test_another_logs_checkpoint_is_told(world: World) -> None:
    head = Head.parse(world.kept[0].text)
    other = Note(str(Head("partnerships/ffffffffffffffff", head.size, head.root))).signed(world.signer)
    assert [fault.rule for fault in world.audit.verify(checkpoints=[other]).faults] == ["checkpoint.origin"]


def test_two_machines_whose_clocks_differ_a_little_sign_in_turns(world: World) -> None:
    world.clock.advance(minutes=-30)
    Story(world.service, world.clock).has("comment")
    world.audit.checkpoint()
    assert world.held_against().is_sound


def test_a_checkpoint_of_the_future_is_told(world: World) -> None:
    head = Head.parse(world.kept[0].text)
    other = Note(str(Head(head.origin, 99, bytes(32)))).signed(world.signer)
    [fault] = world.audit.verify(checkpoints=[other]).faults
    assert (fault.rule, fault.size) == ("checkpoint.truncated", 99)
    assert fault.proof == (str(other),)


def rules(found: Verification) -> set[str]:
    return {fault.rule for fault in found.faults}


@pytest.fixture(scope="module")
def emptied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("emptied") / "p.sqlite"
    open_service(path, create=True).close()
    return path


@st.composite
def lives(draw: Any) -> list[tuple[str, int]]:
    """What is done, step by step, to a few partnerships; now and then a checkpoint is signed."""
    step = st.sampled_from(["comment", "crisis_case", "relation", "exit", "checkpoint"])
    return draw(st.lists(st.tuples(step, st.integers(0, 2)), min_size=1, max_size=8))


def lived(service: Service, clock: Clock, audit: Audit, life: list[tuple[str, int]]) -> None:
    stories = [
        Story(service, clock, f"p-{number}", name=f"Radio {number} (fictional)") for number in range(3)
    ]
    for story in stories:
        story.to("identified")
    for step, number in life:
        if step == "checkpoint":
            audit.checkpoint()
        elif step == "exit":
            stories[number].trigger("exit")
        else:
            stories[number].record(step)
    audit.checkpoint()


@contextmanager
def history(emptied: Path, life: list[tuple[str, int]]) -> Iterator[tuple[Service, Audit]]:
    """A database of its own in which that was lived."""
    with TemporaryDirectory() as folder:
        file, clock = Path(folder) / "p.sqlite", Clock()
        for suffix in ("", ".key"):
            shutil.copy(f"{emptied}{suffix}", f"{file}{suffix}")
        with open_service(file, clock=clock) as service:
            open_audit(service).make_key(file.with_suffix(".log"))
            audit = open_audit(service, key_file=file.with_suffix(".log"))
            lived(service, clock, audit, life)
            yield service, audit


def changes(service: Service) -> list[Change]:
    """Every single change that can be made to what is there."""
    found: list[Change] = []
    for name in {*ALTERED, *DELETED}:
        table = getattr(TABLES, name)
        for row in all_rows(service, name):
            key = {column.name: getattr(row, column.name) for column in table.primary_key.columns}
            found += [(name, key, column) for column in ALTERED.get(name, ()) if getattr(row, column)]
            if name in DELETED:
                found.append((name, key, None))
    return sorted(found, key=repr)


def make(service: Service, change: Change, at: int) -> None:
    name, key, column = change
    table = getattr(TABLES, name)
    where = [table.c[part] == value for part, value in key.items()]
    if column is None:
        Intruder(service).run(delete(table).where(*where))
        return
    [row] = [r for r in all_rows(service, name) if all(getattr(r, p) == v for p, v in key.items())]
    Intruder(service).run(
        update(table).where(*where).values({column: _one_byte_off(row._mapping[column], at)})
    )


def _one_byte_off(value: str | bytes, at: int) -> str | bytes:
    at %= len(value)
    if isinstance(value, str):
        return value[:at] + ("1" if value[at] != "1" else "2") + value[at + 1 :]
    return value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :]


def names_the_place(found: Verification, change: Change) -> bool:
    """Whether a fault is where the change was made; what is gone is missed by what follows it."""
    name, key, _ = change
    for fault in found.faults:
        if name == "log_leaf" and fault.position in (key["position"], key["position"] + 1):
            return True
        if name == "log_leaf" and fault.size == key["position"] + 1:
            return True
        if name == "checkpoint" and fault.layer == "checkpoint":
            return True
        if name == "attempt" and fault.layer == "attempts":
            return True
        if name == "outbox" and fault.layer == "outbox":
            return True
        id = key.get("partnership_id", key.get("id"))
        if fault.partnership == id and "sequence" not in key:
            return True
        if fault.partnership == id and abs((fault.sequence or 0) - key["sequence"]) <= 1:
            return True
    return False


VALUES = [b"\x00\xff", b"", "text", "", 7, -1, 1.5, 2**62, "{}", b"[1]", '{"entry":"erasure","erased":7}']


@examples(30, 1500)
@given(data=st.data(), value=st.sampled_from(VALUES))
def test_a_value_of_any_type_in_any_column_ends_no_verification(
    emptied: Path, data: st.DataObject, value: Any
) -> None:
    """SQLite keeps whatever it is given; what cannot be read is a fault, never a crash."""
    with history(emptied, [("crisis_case", 0), ("exit", 1), ("checkpoint", 0), ("comment", 2)]) as lived_in:
        service, audit = lived_in
        name = data.draw(st.sampled_from(sorted({*ALTERED, "outbox"})))
        table = getattr(TABLES, name)
        row = data.draw(st.sampled_from(all_rows(service, name)))
        column = data.draw(st.sampled_from([column.name for column in table.columns]))
        key = {part.name: getattr(row, part.name) for part in table.primary_key.columns}
        where = " AND ".join(f"{part} = ?" for part in key)
        with suppress(DBAPIError), Intruder(service).inside() as connection:
            connection.exec_driver_sql(
                f"UPDATE {table.name} SET {column} = ? WHERE {where}", (value, *key.values())
            )
        for folds in (False, True):
            audit.verify(folds=folds)


@examples(20, 1000)
@given(data=st.data(), life=lives(), at=st.integers(0, 10_000))
def test_any_single_change_is_found_where_it_was_made(
    emptied: Path, data: st.DataObject, life: list[tuple[str, int]], at: int
) -> None:
    with history(emptied, life) as (service, audit):
        assert audit.verify().faults == []
        change = data.draw(st.sampled_from(changes(service)))
        make(service, change, at)
        found = audit.verify()
        assert found.faults, change
        assert names_the_place(found, change), (change, found.faults)


@pytest.mark.every_store
@pytest.mark.parametrize("mark", ["", "none", "7", "{}", "[]", '["a"]', "[1,2,3,4]", "null"])
def test_a_mark_that_says_nothing_stops_neither_verify_nor_the_log(world: World, mark: str) -> None:
    table = TABLES.upkeep
    world.intruder.run(update(table).where(table.c.name == "log").values(value=mark))
    assert world.held_against().is_sound
    before = world.audit.checkpoints()[-1].size
    assert world.audit.checkpoint().size > before
    assert world.held_against().is_sound
