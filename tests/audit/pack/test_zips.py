"""Whatever a zip may be made of: nothing is unpacked, nothing is taken into memory whole."""

from __future__ import annotations

import stat
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from partnerships.audit.pack.checking import verify_pack
from partnerships.audit.standalone import verify as program
from tests.audit.pack.hands import Hands, found, messages

Copy = Callable[[str], Hands]
ENTRIES = "entries.jsonl"


def zip_of(path: Path, files: dict[str, bytes], **options: Any) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data, **options)
    return path


def raw_zip(path: Path, names: list[bytes], *, size: int) -> Path:
    """A zip whose list of files claims so many bytes for each, all at one place."""
    local = struct.pack("<4s2B4HL2L2H", b"PK\3\4", 20, 0, 0, 0, 0, 33, 0, size, size, len(names[0]), 0)
    data = local + names[0] + bytes(size)
    listed = b"".join(
        struct.pack(
            "<4s4B4HL2L5H2L", b"PK\1\2", 20, 3, 20, 0, 0, 0, 0, 33, 0, size, size, len(name), 0, 0, 0, 0, 0, 0
        )
        + name
        for name in names
    )
    count = min(len(names), 0xFFFE)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(listed), len(data), 0)
    path.write_bytes(data + listed + end)
    return path


def test_a_zip_that_would_climb_out_of_its_folder_writes_nothing(hands: Copy, tmp_path: Path) -> None:
    altered = hands("whole").zipped(tmp_path / "pack.zip")
    with zipfile.ZipFile(altered, "a") as made:
        made.writestr("../climbed.txt", b"")
        made.writestr("/climbed.txt", b"")
        made.writestr("policies/../../climbed.txt", b"")
    before = sorted(tmp_path.rglob("*"))
    told = verify_pack(altered)
    assert {file for _, file, _ in found(told)} == {
        "../climbed.txt",
        "/climbed.txt",
        "policies/../../climbed.txt",
    }
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("name", ["README.txt", "entries.jsonl"])
def test_a_link_in_a_zip_is_found(hands: Copy, tmp_path: Path, name: str) -> None:
    altered = hands("whole").put("README.txt", b"/etc/passwd")
    with zipfile.ZipFile(tmp_path / "pack.zip", "w") as made:
        for path in sorted(altered.path.rglob("*")):
            info = zipfile.ZipInfo.from_file(path, path.relative_to(altered.path))
            if info.filename == name:
                info.external_attr = (stat.S_IFLNK | 0o777) << 16
            made.writestr(info, b"" if path.is_dir() else path.read_bytes())
    told = verify_pack(tmp_path / "pack.zip")
    assert ("files", name, None) in found(told)
    assert "is a link or no ordinary file" in messages(told)


def test_a_zip_bomb_is_not_unpacked(hands: Copy, tmp_path: Path) -> None:
    altered = hands("whole").zipped(tmp_path / "pack.zip")
    with zipfile.ZipFile(altered, "a", zipfile.ZIP_DEFLATED) as made:
        made.writestr("bomb.txt", bytes(50 * 2**20))
    sizes: list[int] = []
    told = verify_pack(altered, progress=lambda done, total: sizes.append(total))
    assert ("files", "bomb.txt", None) in found(told)
    assert max(sizes) < 2**20


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_twice_in_a_zip_is_found(hands: Copy, tmp_path: Path) -> None:
    altered = hands("whole").zipped(tmp_path / "pack.zip")
    with zipfile.ZipFile(altered, "a") as made:
        made.writestr(ENTRIES, b"")
    told = verify_pack(altered)
    assert ("files", ENTRIES, None) in found(told)
    assert "twice" in messages(told)


def test_a_foreign_compression_is_found(hands: Copy, tmp_path: Path) -> None:
    altered = hands("whole").zipped(tmp_path / "pack.zip")
    with zipfile.ZipFile(altered, "a", zipfile.ZIP_LZMA) as made:
        made.writestr("more.txt", b"x" * 100)
    assert ("files", "more.txt", None) in found(verify_pack(altered))


def test_a_zip_cut_off_anywhere_is_told_in_words(hands: Copy, tmp_path: Path) -> None:
    whole = hands("whole").zipped(tmp_path / "pack.zip").read_bytes()
    for keep in (0, 1, 100, len(whole) // 2, len(whole) - 1):
        (tmp_path / "cut.zip").write_bytes(whole[:keep])
        told = verify_pack(tmp_path / "cut.zip")
        assert not told["verified"]
        assert told["not_checked"]


def test_a_zip_of_something_else_is_no_pack(tmp_path: Path) -> None:
    told = verify_pack(zip_of(tmp_path / "other.zip", {"letter.txt": b"Dear auditor"}))
    assert "it is not a pack" in messages(told)
    assert told["not_checked"] == ["Everything else: the pack could not be opened."]


def test_more_files_than_any_pack_has_are_not_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "MOST_FILES", 5)
    told = verify_pack(zip_of(tmp_path / "many.zip", {f"f{number}.txt": b"" for number in range(9)}))
    assert "more than 5 files" in messages(told)


def test_a_zip_that_lists_more_than_any_pack_has_is_not_taken_into_memory(tmp_path: Path) -> None:
    many = raw_zip(tmp_path / "many.zip", [b"%06x" % number for number in range(100_000)], size=0)
    tracemalloc.start()
    told = verify_pack(many)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "list of files is larger than that of any pack" in messages(told)
    assert most < 2**20


def test_files_of_a_zip_that_lie_in_one_another_are_not_read(tmp_path: Path) -> None:
    told = verify_pack(raw_zip(tmp_path / "one.zip", [b"SHA256SUMS", b"log.txt"], size=10_000))
    assert "lie in one another" in messages(told)
