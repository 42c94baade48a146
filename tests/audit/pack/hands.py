"""What hostile hands do to a pack, and what the verifier tells of it."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from partnerships.audit.standalone.verify import SUMS, verify

Json = dict[str, Any]


class Hands:
    """A copy of a pack that a test may alter; every change can be followed by new digests of the files."""

    def __init__(self, pack: Path, copy: Path) -> None:
        self.path = Path(shutil.copytree(pack, copy))

    def lines(self, name: str) -> list[bytes]:
        return (self.path / name).read_bytes().splitlines()

    def write(self, name: str, lines: list[bytes], *, reseal: bool = True) -> Hands:
        return self.put(name, b"".join(line + b"\n" for line in lines), reseal=reseal)

    def put(self, name: str, data: bytes, *, reseal: bool = True) -> Hands:
        (self.path / name).parent.mkdir(exist_ok=True)
        (self.path / name).write_bytes(data)
        return self.reseal() if reseal else self

    def change(self, name: str, number: int, change: Callable[[bytes], bytes]) -> Hands:
        """Change one line (from 1) and list the file's new digest."""
        lines = self.lines(name)
        before, lines[number - 1] = lines[number - 1], change(lines[number - 1])
        assert lines[number - 1] != before
        return self.write(name, lines)

    def drop(self, name: str, number: int) -> Hands:
        lines = self.lines(name)
        del lines[number - 1]
        return self.write(name, lines)

    def manifest(self, **changes: Any) -> Hands:
        manifest = json.loads((self.path / "manifest.json").read_bytes())
        manifest["counts"] |= changes.pop("counts", {})
        return self.put("manifest.json", written(manifest | changes) + b"\n")

    def recount(self) -> Hands:
        """Let the manifest state as many contents as there are."""
        return self.manifest(
            counts={"contents": sum(b'"salt":' in line for line in self.lines("contents.jsonl"))}
        )

    def reseal(self) -> Hands:
        """Write SHA256SUMS anew, as whoever altered a pack would."""
        files = {
            path.relative_to(self.path).as_posix(): path for path in self.path.rglob("*") if path.is_file()
        }
        files.pop(SUMS, None)
        sums = (f"{digest(path.read_bytes())}  {name}\n" for name, path in sorted(files.items()))
        (self.path / SUMS).write_text("".join(sums))
        return self

    def zipped(self, to: Path) -> Path:
        with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as made:
            for path in sorted(self.path.rglob("*")):
                made.write(path, path.relative_to(self.path))
        return to

    def verify(self, **given: Any) -> Json:
        return verify(str(self.path), **given)


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def written(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def found(told: Json) -> set[tuple[str, str, int | None]]:
    """Layer, file and line of each finding."""
    return {(one["layer"], one["file"], one["line"]) for one in told["findings"]}


def layers(told: Json) -> set[str]:
    """The layers that failed."""
    return {one["layer"] for one in told["layers"] if one["result"] == "failed"}


def messages(told: Json) -> str:
    return "\n".join(one["message"] for one in told["findings"])
