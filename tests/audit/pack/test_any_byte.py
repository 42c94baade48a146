"""Any single changed byte of a pack is noticed, or lies where the documentation says it is not covered."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.audit.standalone.verify import verify
from tests.audit.pack.hands import Hands
from tests.properties.profile import examples

# With the list of digests written anew, nothing speaks for these.
UNCOVERED = ("README.txt", "verify.py", "SHA256SUMS")


class Changing:
    """A pack of which one byte at a time is changed, and put back."""

    def __init__(self, hands: Hands, *, without: tuple[str, ...] = ()) -> None:
        self.hands = hands
        files = (path for path in hands.path.rglob("*") if path.is_file())
        self.data = {path: path.read_bytes() for path in files if path.name not in without}
        self.places = sorted(path for path, data in self.data.items() if data)

    def told(self, number: int, at: int, by: int, *, reseal: bool) -> tuple[Path, int, bool]:
        """Change a byte of a file, and tell where that was and whether the pack is still verified."""
        path = self.places[number % len(self.places)]
        data = bytearray(self.data[path])
        at %= len(data)
        data[at] ^= by
        path.write_bytes(data)
        sums = self.hands.path / "SHA256SUMS"
        before = sums.read_bytes()
        if reseal:
            self.hands.reseal()
        try:
            return path, at, verify(str(self.hands.path))["verified"]
        finally:
            path.write_bytes(self.data[path])
            if reseal:
                sums.write_bytes(before)

    def lies_in(self, path: Path, at: int, name: bytes) -> bool:
        """Tell whether a byte belongs to the value of a name in its line."""
        data = self.data[path]
        line = data[data.rfind(b"\n", 0, at) + 1 :].split(b"\n")[0]
        column = at - data.rfind(b"\n", 0, at) - 1
        start = line.find(b'"' + name + b'":')
        return start >= 0 and start < column <= line.find(b",", start)


@pytest.fixture(params=["open", "part", "sealed"], scope="module")
def changing(
    request: pytest.FixtureRequest, packs: Path, tmp_path_factory: pytest.TempPathFactory
) -> Changing:
    return Changing(Hands(packs / request.param, tmp_path_factory.mktemp("bytes") / "pack"))


@pytest.fixture(params=["open", "part", "sealed"], scope="module")
def covered(
    request: pytest.FixtureRequest, packs: Path, tmp_path_factory: pytest.TempPathFactory
) -> Changing:
    copy = tmp_path_factory.mktemp("covered") / "pack"
    return Changing(Hands(packs / request.param, copy), without=UNCOVERED)


PLACES = st.tuples(st.integers(0, 10**6), st.integers(0, 10**9), st.integers(1, 255))


@examples(25, 1000)
@given(place=PLACES)
def test_any_changed_byte_is_noticed(changing: Changing, place: tuple[int, int, int]) -> None:
    path, at, verified = changing.told(*place, reseal=False)
    assert not verified, (path.name, at)


@examples(25, 1000)
@given(place=PLACES)
def test_any_changed_byte_is_noticed_also_with_digests_written_anew(
    covered: Changing, place: tuple[int, int, int]
) -> None:
    path, at, verified = covered.told(*place, reseal=True)
    uncovered = {"manifest.json": b"made_with", "heads.jsonl": b"of"}.get(path.name)
    assert not verified or (uncovered and covered.lies_in(path, at, uncovered)), (path.name, at)


@examples(25, 1000)
@given(at=st.integers(0, 10**9), by=st.integers(1, 255))
def test_a_changed_byte_of_a_zip_is_noticed_or_changes_no_file(
    packs: Path, tmp_path_factory: pytest.TempPathFactory, at: int, by: int
) -> None:
    folder = tmp_path_factory.mktemp("zip")
    data = bytearray(Hands(packs / "open", folder / "pack").zipped(folder / "pack.zip").read_bytes())
    data[at % len(data)] ^= by
    (folder / "pack.zip").write_bytes(data)
    if verify(str(folder / "pack.zip"))["verified"]:
        with zipfile.ZipFile(folder / "pack.zip") as made:
            found = {name: made.read(name) for name in made.namelist() if not name.endswith("/")}
        pack = packs / "open"
        assert found == {
            p.relative_to(pack).as_posix(): p.read_bytes() for p in pack.rglob("*") if p.is_file()
        }
    shutil.rmtree(folder)
