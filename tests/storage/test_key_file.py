"""The sealing key: a file of its owner's alone, made once, never shown; and what happens without it."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable
from pathlib import Path
from subprocess import PIPE

import pytest

from partnerships import SealingKeyError, Service, open_service
from partnerships.storage.sealing import SealingKey, make_key_file, new_data_key, read_key_file, seal, unseal
from tests.forked import Program
from tests.storage.rows import all_rows, engine_of, everything
from tests.story import Clock, Story

OPEN = (
    "from partnerships import open_service; s = open_service({0!r}, create=True); print(s._opened.key().id)"
)
MAKE = (
    "from pathlib import Path; from partnerships.storage.sealing import make_key_file;"
    " input(); print(make_key_file(Path({0!r})).id)"
)


def together(code: str, count: int) -> list[str]:
    """Run the same code in processes that wait for each other, and give what each printed."""
    started = [Program(["-c", code], stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True) for _ in range(count)]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [process.communicate() for process in started]
    assert [process.returncode for process in started] == [0] * count, told
    return [out.strip() for out, _ in told]


def test_it_is_readable_by_its_owner_alone(service: Service, tmp_path: Path) -> None:
    path = tmp_path / "fresh.sqlite"
    with open_service(str(path), create=True):
        key = path.with_name("fresh.sqlite.key")
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        assert re.fullmatch(r"[0-9a-f]{64}\n", key.read_text("ascii"))
        assert sorted(file.name for file in tmp_path.glob(".*")) == []


def test_two_processes_that_start_together_use_one_key(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "p.key"
    (first, second) = together(MAKE.format(str(path)), 2)
    assert first == second == read_key_file(path).id
    assert [file.name for file in path.parent.iterdir()] == ["p.key"]


def test_two_processes_that_make_a_database_together_use_one(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    ids = together("input();" + OPEN.format(str(path)), 3)
    assert len(set(ids)) == 1
    with open_service(str(path)) as service:
        assert service._opened.key().id == ids[0]
        assert all(check["ok"] for check in service.doctor())


def test_an_existing_key_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "p.key"
    first = make_key_file(path)
    text = path.read_text("ascii")
    assert make_key_file(path).id == first.id
    assert path.read_text("ascii") == text


def test_it_is_made_on_a_file_system_without_links_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a stick in FAT; there too, an existing one is never replaced."""

    def link(_from: Path, _to: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", link)
    path = tmp_path / "p.key"
    first = make_key_file(path)
    assert make_key_file(path).id == read_key_file(path).id == first.id
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["p.key"]


def test_half_a_key_is_not_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            make_key_file(tmp_path / "p.key")
    assert list(tmp_path.iterdir()) == []


def test_the_key_never_shows(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    with open_service(str(path), create=True) as service:
        secret = path.with_name("p.sqlite.key").read_text("ascii").strip()
        key = service._opened.key()
        shown = [repr(key), str(key), repr(service), repr(service._opened), repr(service.doctor())]
        shown += [repr(vars(key)), repr(vars(service._opened.key))]
        assert secret not in "".join(shown)
        assert bytes.fromhex(secret) not in repr(vars(key)).encode()
        assert secret not in repr([all_rows(service, "meta"), all_rows(service, "data_key")])
        assert secret.encode() not in path.read_bytes()


def _another(path: Path) -> None:
    path.unlink()
    make_key_file(path)


def _missing(path: Path) -> None:
    path.unlink()


def _cut(path: Path) -> None:
    path.write_text("abcd\n", "ascii")


def _garbled(path: Path) -> None:
    path.write_bytes(b"\xff\xfe" * 40)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.fixture
def sealed(tmp_path: Path, clock: Clock) -> Path:
    """A database with a sealed case, closed."""
    path = tmp_path / "sealed.sqlite"
    with open_service(str(path), create=True, clock=clock) as service:
        story = Story(service, clock).to("active_activity")
        story.has("crisis_case")
        Story(service, clock, "p-2", name="Another (fictional)").identify()
    return path


@pytest.mark.parametrize("change", [_another, _missing, _cut, _garbled, _empty])
def test_a_wrong_key_gives_one_clear_error_and_the_right_one_opens_again(
    sealed: Path, clock: Clock, change: Callable[[Path], None]
) -> None:
    key = sealed.with_name("sealed.sqlite.key")
    right = key.read_bytes()
    change(key)
    with open_service(str(sealed), clock=clock) as service:
        assert service.show("p-2")["state"] == "identified", "what is not sealed is read without it"
        story, kept = Story(service, clock), everything(service)
        for act in (story.show, lambda: story.record("crisis_case"), lambda: story.open(1)):
            with pytest.raises(SealingKeyError) as caught:
                act()
            assert "\n" not in str(caught.value)
        assert [check["ok"] for check in service.doctor() if check["check"] == "sealing key"] == [False]
        assert everything(service) == kept
    key.unlink(missing_ok=True)
    key.write_bytes(right)
    with open_service(str(sealed), clock=clock) as service:
        assert service.replay("p-1")["same"]


def test_the_environment_names_a_key_elsewhere(
    sealed: Path, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = sealed.with_name("sealed.sqlite.key").rename(tmp_path / "elsewhere.key")
    monkeypatch.setenv("PARTNERSHIPS_KEY_FILE", str(moved))
    with open_service(str(sealed), clock=clock) as service:
        assert service.replay("p-1")["same"]


@pytest.mark.parametrize("column", ["content.sealed", "data_key.wrapped", "partnership.sealed"])
def test_altered_bytes_give_one_clear_error(sealed: Path, clock: Clock, column: str) -> None:
    table, name = column.split(".")
    with open_service(str(sealed), clock=clock) as service:
        (case,) = [row.sequence for row in all_rows(service, "content") if row.sealed is not None]
        (value,) = (
            {bytes(getattr(row, name)) for row in all_rows(service, table) if getattr(row, name)}
            if (table != "data_key")
            else [
                bytes(next(row.wrapped for row in all_rows(service, table) if row.scope.startswith("case")))
            ]
        )
        altered = value[:-1] + bytes([value[-1] ^ 1])
        with engine_of(service).begin() as connection:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS partnerships_{table}_no_update")
            where = (altered, value)
            connection.exec_driver_sql(f"UPDATE partnerships_{table} SET {name} = ? WHERE {name} = ?", where)
        with pytest.raises(SealingKeyError, match=r"does not open") as caught:
            Story(service, clock).open(case)
        assert "\n" not in str(caught.value)


def test_sealed_bytes_open_at_their_own_place_alone() -> None:
    data_key = new_data_key()
    sealed = seal(data_key, b"words", "p-1/3")
    assert unseal(data_key, sealed, "p-1/3") == b"words"
    assert seal(data_key, b"words", "p-1/3") != sealed
    for key, place in ((data_key, "p-1/4"), (data_key, "p-2/3"), (new_data_key(), "p-1/3")):
        with pytest.raises(SealingKeyError):
            unseal(key, sealed, place)
    one, other = SealingKey.fresh(), SealingKey.fresh()
    wrapped = one.wrap(data_key, "p-1/case:1")
    assert one.unwrap(wrapped, "p-1/case:1") == data_key
    for key, place in ((one, "p-1/case:2"), (other, "p-1/case:1")):
        with pytest.raises(SealingKeyError):
            key.unwrap(wrapped, place)
    assert one.fingerprint(b"c") == one.fingerprint(b"c") != other.fingerprint(b"c")
    with pytest.raises(SealingKeyError, match="32 bytes"):
        SealingKey(b"short")
