#!/usr/bin/env python3
"""Verify an audit pack of Partnerships with nothing but Python's standard library (3.9 or later).

    python verify.py [PACK] [--checkpoint FILE]... [--key KEY]... [--json]

PACK is a folder or a zip; without it, the folder of this file. No network, no database; nothing is written
but one temporary file. Exit status: 0 verified, 1 something was found, 2 wrong usage, no pack there
or no end of it.

How to read this file: it is one program in nine sections, in the order in which they build on each other.
An auditor can read it in an hour; whoever has less time reads 7 and 8, which are the checks themselves.

1. Report       what is found, and where
2. JSON         reading strictly, and writing in the one canonical form (RFC 8785)
3. Ed25519      signatures (RFC 8032, section 5.1)
4. Notes        signed notes and the checkpoints in them (C2SP signed-note, tlog-checkpoint)
5. Merkle tree  RFC 6962 hashing, RFC 9162 inclusion proofs
6. Files        a folder or a zip, read without trusting it
7. Log          is the list of leaves the one that was signed?
8. Entries      is every entry there, unaltered, and does its content fit?
9. All of it    the checks in order, what was not checked, the command line

The format is described in the project's documentation, docs/reference/audit-pack.md. This file came with
the pack, from its keeper: whoever trusts the keeper less takes it from a release of the project.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import io
import json
import os
import re
import stat
import struct
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

FORMAT = "partnerships/pack/1"
SUMS, MANIFEST, KEYS, CHECKPOINT = "SHA256SUMS", "manifest.json", "keys.txt", "checkpoint.txt"
OLDER, LOG, ENTRIES, INDEX = "older-checkpoints.jsonl", "log.txt", "entries.jsonl", "index.txt"
CONTENTS, HEADS, STATEMENTS = "contents.jsonl", "heads.jsonl", "key-statements.jsonl"
ALWAYS = (MANIFEST, KEYS, STATEMENTS, CHECKPOINT, OLDER, LOG, ENTRIES, INDEX, "README.txt", "verify.py")
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}|(policies|settings)/[0-9a-f]{64}\.json")
HEX64 = re.compile(r"[0-9a-f]{64}")
ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
NUMBER = re.compile(r"0|[1-9][0-9]{0,14}")
LEAF = re.compile(rb"(entry|attempts|holds|heads|key) ([0-9a-f]{64})")
CONTENT = re.compile(
    rb'\{"partnership":"([A-Za-z0-9._-]{1,64})","sequence":([1-9][0-9]{0,14}),'
    rb'(?:"salt":"([0-9a-f]{64})","content":(.*)|"withheld":"(sealed|restricted)")\}'
)
TOTALS = "checkpoints contents entries partnerships withheld"
MOST_LINE, MOST_SMALL_FILE, MOST_NOTE, A_STEP = 16 * 2**20, 16 * 2**20, 2**16, 2**17
MOST_FILES, MOST_FINDINGS, MOST_PLACES, MOST_RATIO, MOST_MESSAGE = 10_000, 1_000, 20, 200, 1_000
MOST_AT_ONCE = 4 * 2**20

# === 1. Report: what is found, and where ==================================================================

LAYERS = {
    "files": "the files are those that SHA256SUMS lists, byte for byte",
    "form": "every line can be read, and is in its one canonical form",
    "chain": "every entry names the digest of the one before it in its partnership",
    "content": "every content fits the commitment in its entry, and none is missing unexplained",
    "log": "the entries are those of the log, all of them, and the log has the signed root",
    "heads": "the last entry of every partnership is the one that the log states",
    "checkpoint": "the checkpoints are signed, and of this log",
    "policy": "policy and settings documents have the digests that entries name",
}


class Trouble(Exception):
    """Something that cannot be right; it says what, in words."""


class NoPack(Exception):
    """There is nothing to verify, or one of the auditor's own files cannot be read."""


class Report:
    """Findings, each with its layer and place, and what was not checked."""

    def __init__(self) -> None:
        self.findings: list[dict[str, Any]] = []
        self.count = 0
        self.failed: set[str] = set()
        self.skipped: set[str] = set()
        self.not_checked: list[str] = []
        self.facts: dict[str, Any] = {}

    def find(
        self, layer: str, message: str, file: str, line: int | None = None, entry: str | None = None
    ) -> None:
        """Keep a finding."""
        self.failed.add(layer)
        self.count += 1
        if len(self.findings) < MOST_FINDINGS:
            place = {"layer": layer, "file": shown(file), "line": line, "entry": entry}
            self.findings.append({**place, "message": shown(message, MOST_MESSAGE)})

    @contextmanager
    def finding(self, layer: str, file: str, line: int | None = None) -> Iterator[None]:
        """Make a finding of whatever trouble comes up."""
        try:
            yield
        except Trouble as trouble:
            self.find(layer, str(trouble), file, line)
        except RecursionError:
            self.find(layer, "is nested too deeply", file, line)

    def as_dict(self) -> dict[str, Any]:
        """Give the whole report in JSON's terms."""
        results = {**dict.fromkeys(self.skipped, "not checked"), **dict.fromkeys(self.failed, "failed")}
        layers = [
            {"layer": layer, "result": results.get(layer, "ok"), "what": what}
            for layer, what in LAYERS.items()
        ]
        return {
            "verified": not self.count,
            "pack": self.facts,
            "layers": layers if self.facts else [],
            "findings": self.findings,
            "findings_in_all": self.count,
            "not_checked": self.not_checked or ["Everything else: the pack could not be opened."],
        }


def shown(text: object, most: int = 160) -> str:
    """Give a text of the pack's so that it can neither steer a terminal nor fill it."""
    return str(text)[:most] if str(text).isprintable() else ascii(str(text)[:most])


# === 2. JSON: reading strictly, and writing in the one canonical form =====================================


def _whole_number(text: str) -> int:
    if len(text) > 17 or abs(int(text)) >= 2**53:
        raise Trouble(f"holds a number beyond 2^53: {text[:24]}")
    return int(text)


def _short_number(text: str) -> int:
    if len(text) > 20:
        raise Trouble(f"holds a number beyond all measure: {text[:24]}")
    return int(text)


def _no_fraction(text: str) -> Any:
    raise Trouble(f"holds a number that is not whole: {text[:24]}")


def _no_name_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise Trouble(f"holds a name twice, among {shown(', '.join(sorted(name for name, _ in pairs)))}")
    return read


# Entries are read quickly, names that come twice and all: written again, they are not the line that was read.
_ENTRY = json.JSONDecoder(parse_int=_whole_number, parse_float=_no_fraction, parse_constant=_no_fraction)
_ANY = json.JSONDecoder(
    parse_int=_short_number, parse_constant=_no_fraction, object_pairs_hook=_no_name_twice
)
_WRITER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False)


def utf8(data: bytes) -> str:
    """Read UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Trouble(f"is not UTF-8 at byte {error.start + 1}") from None


def read_json(data: bytes, decoder: json.JSONDecoder = _ANY) -> Any:
    """Read any JSON in which no name comes twice."""
    try:
        return decoder.decode(utf8(data))
    except RecursionError:
        raise Trouble("is nested too deeply") from None
    except ValueError as error:
        raise Trouble(f"is not JSON: {shown(error)}") from None


def canonical(value: Any) -> bytes:
    """Write a value without fractions in canonical form: names sort by their UTF-16 code units."""
    try:
        text = _WRITER.encode(value)
        return (text if text.isascii() else _written(value)).encode("utf-8")
    except UnicodeEncodeError:
        raise Trouble("holds half a character (a lone surrogate)") from None
    except RecursionError:
        raise Trouble("is nested too deeply") from None


def _written(value: Any) -> str:
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{_WRITER.encode(name)}:{_written(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_written, value)) + "]"
    return _WRITER.encode(value)


def read_canonical(data: bytes) -> Any:
    """Read JSON that must be in its canonical form, without fractions."""
    value = read_json(data, _ENTRY)
    if canonical(value) != data:
        read_json(data)
        raise Trouble("is not in canonical form (order of names, spaces or escapes)")
    return value


def read_content(data: bytes) -> Any:
    """Read a content: canonical too, save for sealed evidence with fractions or names beyond ASCII."""
    value = read_json(data)
    if canonical(value) != data and _is_plain(value):
        raise Trouble("is not in canonical form (order of names, spaces or escapes)")
    return value


def _is_plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(name.isascii() and _is_plain(item) for name, item in value.items())
    return all(map(_is_plain, value)) if isinstance(value, list) else not isinstance(value, float)


def read_object(data: bytes, names: str, what: str) -> dict[str, Any]:
    """Read a canonical object that has exactly these names."""
    value = read_canonical(data)
    if not isinstance(value, dict) or sorted(value) != names.split():
        raise Trouble(f"is not {what}, which has the names {names}")
    return value


# === 3. Ed25519: signatures (RFC 8032, section 5.1) =======================================================

Point = tuple[int, int, int, int]
_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT_OF_MINUS_1 = pow(2, (_P - 1) // 4, _P)


def _add(a: Point, b: Point) -> Point:
    left = (a[1] - a[0]) * (b[1] - b[0]) % _P
    right = (a[1] + a[0]) * (b[1] + b[0]) % _P
    c, d = 2 * a[3] * b[3] * _D % _P, 2 * a[2] * b[2] % _P
    e, f, g, h = right - left, d - c, d + c, right + left
    return (e * f % _P, g * h % _P, f * g % _P, e * h % _P)


def _point(data: bytes) -> Point | None:
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT_OF_MINUS_1 % _P
    if y >= _P or (x * x - square) % _P or (x == 0 and sign):
        return None
    x = _P - x if x & 1 != sign else x
    return (x, y, 1, x * y % _P)


def _bytes(point: Point) -> bytes:
    inverse = pow(point[2], _P - 2, _P)
    x, y = point[0] * inverse % _P, point[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


_BASE = _point((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little"))


def is_key(public: bytes) -> bool:
    """Tell whether 32 bytes are a public key that binds its holder: none of small order does."""
    point = _point(public) if len(public) == 32 else None
    for _ in range(3):
        point = point and _add(point, point)
    return point is not None and point[0] != 0


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether an Ed25519 signature (64 bytes) over a message is by a public key (32 bytes)."""
    key = _point(public) if len(public) == 32 else None
    s = int.from_bytes(signature[32:], "little")
    if key is None or _BASE is None or len(signature) != 64 or s >= _ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % _ORDER
    minus_key = (_P - key[0], key[1], key[2], _P - key[3])
    both = _add(_BASE, minus_key)
    point: Point = (0, 1, 1, 0)
    # s * BASE - h * KEY, bit by bit of both numbers at once, must be the point that the signature names.
    for bit in range(252, -1, -1):
        point = _add(point, point)
        of_s, of_h = s >> bit & 1, h >> bit & 1
        if of_s or of_h:
            point = _add(point, both if of_s and of_h else _BASE if of_s else minus_key)
    return _bytes(point) == signature[:32]


# === 4. Notes: signed notes and the checkpoints in them ===================================================


def _base64(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if not data or base64.b64encode(data).decode() != text:
        raise Trouble(f"holds base64 that cannot be read: {shown(text)[:60]}")
    return data


class Key:
    """A public key and its name, written `NAME+8 HEX DIGITS+BASE64(0x01 || 32 BYTES)`."""

    def __init__(self, line: str) -> None:
        name, _, rest = line.partition("+")
        short, _, encoded = rest.partition("+")
        public = _base64(encoded)
        self.name, self.public, self.written = name, public[1:], line
        self.hash = hashlib.sha256(name.encode() + b"\n" + public).digest()[:4]
        if not name or len(public) != 33 or public[0] != 1 or self.hash.hex() != short:
            raise Trouble("is not an Ed25519 key written NAME+HASH+KEY")
        if not is_key(self.public):
            raise Trouble("is a key under which anybody can sign, or no key at all")

    def __str__(self) -> str:
        return f"{self.name}+{self.hash.hex()}"


def read_keys(data: bytes, file: str = KEYS) -> list[Key]:
    """Read a file of keys, one a line."""
    keys = [Key(line) for line in utf8(data).splitlines() if line]
    if not keys:
        raise Trouble("holds no key")
    return keys


class Note:
    """A signed note: lines of text, an empty line, lines of signatures."""

    def __init__(self, data: bytes) -> None:
        body, gap, signatures = utf8(data).rpartition("\n\n")
        if len(data) > MOST_NOTE:
            raise Trouble("is longer than a signed note can be")
        if not gap or not signatures.endswith("\n") or re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", data):
            raise Trouble("is not a signed note: lines of text, an empty line, lines of signatures")
        self.signed = f"{body}\n".encode()
        self.text = body.split("\n")
        self.signatures: list[tuple[str, bytes]] = []
        for line in signatures[:-1].split("\n"):
            parts = line.split(" ")
            if len(parts) != 3 or parts[0] != "—" or not re.fullmatch(r"[^\s+]+", parts[1]):
                raise Trouble(f"has a signature line that cannot be read: {shown(line)[:60]}")
            self.signatures.append((parts[1], _base64(parts[2])))

    def signers(self, keys: Sequence[Key]) -> tuple[list[str], list[str], list[str]]:
        """Give the keys that signed, those whose signature is wrong, and those that are not known."""
        good: list[str] = []
        bad: list[str] = []
        unknown: list[str] = []
        for name, value in self.signatures:
            known = [key for key in keys if (key.name, key.hash) == (name, value[:4])]
            for key in known:
                (good if is_signed(key.public, self.signed, value[4:]) else bad).append(str(key))
            if not known:
                unknown.append(f"{name}+{value[:4].hex()}")
        return good, bad, unknown


class Checkpoint(Note):
    """A note that states a log's origin, its size and its root; `file` and `line` say where it was read."""

    def __init__(self, data: bytes, file: str, line: int | None = None) -> None:
        super().__init__(data)
        self.file, self.line = file, line
        if len(self.text) < 3 or not all(self.text) or not NUMBER.fullmatch(self.text[1]):
            raise Trouble("is not a checkpoint: origin, size and root, a line each")
        self.origin, self.size, self.root = self.text[0], int(self.text[1]), _base64(self.text[2])


# === 5. Merkle tree: RFC 6962 hashing, RFC 9162 inclusion proofs ==========================================


def sha256(*parts: bytes) -> bytes:
    """Digest joined bytes."""
    return hashlib.sha256(b"".join(parts)).digest()


class Tree:
    """An append-only Merkle tree that keeps the roots of its full subtrees only."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Add a leaf's data."""
        node, at = sha256(b"\x00", leaf), self.size
        while at & 1:
            node, at = sha256(b"\x01", self._peaks.pop(), node), at >> 1
        self._peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        """Give the root over the leaves so far."""
        *rest, node = self._peaks or [sha256()]
        for peak in reversed(rest):
            node = sha256(b"\x01", peak, node)
        return node


def proved_root(leaf: bytes, index: int, size: int, proof: Iterable[bytes]) -> bytes | None:
    """Give the root that an inclusion proof leads to (RFC 9162, 2.1.3.2), or None where it cannot be one."""
    node, at, last = sha256(b"\x00", leaf), index, size - 1
    if not 0 <= at <= last:
        return None
    for other in proof:
        if last == 0:
            return None
        if at & 1 or at == last:
            node = sha256(b"\x01", other, node)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            node = sha256(b"\x01", node, other)
        at, last = at >> 1, last >> 1
    return node if last == 0 else None


# === 6. Files: a folder or a zip, read without trusting it ================================================


UNREADABLE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError)


class _Zip(io.BufferedReader):
    """A zip's bytes; nobody asks for more of them at once than a list of a pack's files would take."""

    def read(self, size: int | None = -1) -> bytes:
        """Read so many bytes, or all that are left."""
        wanted = os.fstat(self.fileno()).st_size - self.tell() if size is None or size < 0 else size
        if wanted > MOST_AT_ONCE:
            raise zipfile.BadZipFile("its list of files is larger than that of any pack")
        return super().read(wanted)


class Files:
    """The files of a pack. Nothing is unpacked; links, odd names and zip bombs are findings, not followed."""

    def __init__(self, path: str, report: Report, tell: Callable[[int], None]) -> None:
        self.path, self.report, self.tell = path, report, tell
        self.sizes: dict[str, int] = {}
        self._zip: zipfile.ZipFile | None = None
        self._raw: _Zip | None = None
        if not os.path.isdir(path) and not os.path.isfile(path):
            raise NoPack(f"there is no folder or zip at {path}")
        try:
            if os.path.isdir(path):
                self._list_folder()
            else:
                self._list_zip()
            if SUMS not in self.sizes and MANIFEST not in self.sizes:
                raise Trouble(f"holds neither {SUMS} nor {MANIFEST}: it is not a pack")
        except BaseException:
            self.close()
            raise

    def _list_folder(self) -> None:
        for folder, folders, files in os.walk(self.path):
            for name in folders + files:
                place = os.path.join(folder, name)
                info = os.lstat(place)
                relative = os.path.relpath(place, self.path).replace(os.sep, "/")
                if not stat.S_ISDIR(info.st_mode):
                    odd = None if stat.S_ISREG(info.st_mode) else "is a link or no ordinary file"
                    self._take(relative, info.st_size, odd)

    def _list_zip(self) -> None:
        try:
            self._raw = _Zip(io.FileIO(self.path))
            self._zip = zipfile.ZipFile(self._raw)
        except Exception as error:  # zipfile raises whatever it trips over
            raise Trouble(f"is not a zip that can be read: {shown(error)}") from None
        if sum(info.compress_size for info in self._zip.infolist()) > os.path.getsize(self.path):
            raise Trouble("is a zip whose files lie in one another")
        for info in self._zip.infolist():
            odd = None
            if info.filename in self.sizes:
                odd = "is in the zip twice"
            elif info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                odd = "is encrypted, or compressed in a foreign way"
            elif stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
                odd = "is a link or no ordinary file"
            elif info.file_size > 2**20 and info.file_size > MOST_RATIO * info.compress_size:
                odd = "would unpack to far more than a pack holds"
            if not info.is_dir():
                self._take(info.filename, info.file_size, odd)

    def _take(self, name: str, size: int, odd: str | None) -> None:
        if odd is None and not FILE_NAME.fullmatch(name):
            odd = "is not a name that a file of a pack has"
        if odd is not None:
            self.report.find("files", f"{odd}; it is not read", name)
            return
        self.sizes[name] = size
        if len(self.sizes) > MOST_FILES:
            raise Trouble(f"has more than {MOST_FILES} files")

    def __contains__(self, name: str) -> bool:
        return name in self.sizes

    def _parts(self, name: str, by_line: bool) -> Iterator[bytes]:
        if name not in self:
            raise Trouble("is missing")
        try:
            place = os.path.join(self.path, *name.split("/"))
            with self._zip.open(name) if self._zip else open(place, "rb") as file:
                while part := file.readline(MOST_LINE) if by_line else file.read(2**20):
                    self.tell(len(part))
                    yield part
        except UNREADABLE as error:
            raise Trouble(f"cannot be read to its end: {shown(error)}") from None

    def blocks(self, name: str) -> Iterator[bytes]:
        """Read a file from its beginning to its end."""
        return self._parts(name, by_line=False)

    def whole(self, name: str) -> bytes:
        """Read a small file at once."""
        if self.sizes.get(name, 0) > MOST_SMALL_FILE:
            raise Trouble("is larger than such a file can be")
        return b"".join(self.blocks(name))

    def whole_lines(self, name: str) -> bytes:
        """Read a small file of whole lines at once."""
        data = self.whole(name)
        if not data.endswith(b"\n"):
            raise Trouble("is cut off")
        return data

    def lines(self, name: str) -> Iterator[tuple[int, bytes]]:
        """Give a file's lines with their numbers."""
        for number, line in enumerate(self._parts(name, by_line=True), 1):
            if not line.endswith(b"\n"):
                raise Trouble(f"line {number} is cut off, or too long")
            yield number, line[:-1]

    def close(self) -> None:
        """Let go of a zip."""
        for opened in (self._zip, self._raw):
            if opened is not None:
                opened.close()


def check_files(files: Files, report: Report) -> None:
    """Compare every file with SHA256SUMS; what is listed must be there, and nothing else."""
    listed: dict[str, str] = {}
    before = ""
    with report.finding("files", SUMS):
        for number, line in files.lines(SUMS):
            digest, gap, name = utf8(line).partition("  ")
            if not HEX64.fullmatch(digest) or not gap or not FILE_NAME.fullmatch(name):
                raise Trouble(f"line {number} is not a digest, two spaces and a file's name")
            if name == SUMS or name <= before:
                raise Trouble(f"line {number} is out of the order of names")
            listed[name], before = digest, name
    for name in sorted({*listed, *ALWAYS, *files.sizes} - {SUMS}):
        with report.finding("files", name):
            digester = hashlib.sha256()
            for block in files.blocks(name):
                digester.update(block)
            if name not in listed:
                raise Trouble(f"is not listed in {SUMS}")
            if digester.hexdigest() != listed[name]:
                raise Trouble(f"was altered: its digest is not the one in {SUMS}")


# === 7. Log: is the list of leaves the one that was signed? ===============================================


class Log:
    """The leaves of the log in order, in a temporary file, so that each is found again by its index."""

    def __init__(self) -> None:
        self.size = self.entries = 0
        self.keys: list[tuple[int, str]] = []
        # Unbuffered: every look-up is at another place, and a buffer would be filled in vain each time.
        self._kept = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115
        self._waiting: list[bytes] = []
        self._met = bytearray()

    def read(self, files: Files, report: Report, checkpoints: Sequence[Checkpoint]) -> None:
        """Read all leaves, and compare the root at the size of every checkpoint."""
        tree, waiting = Tree(), sorted(checkpoints, key=lambda one: one.size, reverse=True)
        kind = b"heads"
        with report.finding("log", LOG):
            for number, line in files.lines(LOG):
                self._compare(tree, kind, waiting, report)
                leaf = LEAF.fullmatch(line)
                if not leaf:
                    raise Trouble(f"line {number} is not a leaf: its kind, a space, 64 digits")
                kind, digest = leaf[1], bytes.fromhex(leaf[2].decode())
                tree.add(b"partnerships/log/" + kind + b"/1\n" + digest)
                self._add(kind, digest)
        self._keep()
        self._compare(tree, kind, waiting, report)
        for one in waiting:
            message = f"signs {one.size} leaves, and the log has {self.size}: its end was cut off"
            message += (
                "" if one.file in (CHECKPOINT, OLDER) else ", or this checkpoint is younger than the pack"
            )
            report.find("log", message, one.file, one.line)

    def _compare(self, tree: Tree, kind: bytes, waiting: list[Checkpoint], report: Report) -> None:
        is_there = not tree.size or kind != b"heads"
        while waiting and waiting[-1].size == tree.size:
            one = waiting.pop()
            is_there |= one.file in (CHECKPOINT, OLDER)
            if tree.root() != one.root:
                message = f"signs another root than the first {one.size} leaves of {LOG} have: the log was"
                report.find("log", f"{message} rewritten, or different logs are shown", one.file, one.line)
            elif kind != b"heads":
                report.find("heads", "is not preceded by a leaf that states the heads", one.file, one.line)
        if not is_there:
            message = f"states heads: a checkpoint over these {tree.size} leaves was signed, and is not here"
            report.find("checkpoint", message, LOG, tree.size)

    def _add(self, kind: bytes, digest: bytes) -> None:
        self._waiting.append(kind[:1] + digest)
        if kind == b"key":
            self.keys.append((self.size, digest.hex()))
        self.size += 1
        self.entries += kind == b"entry"
        if len(self._waiting) == 10_000:
            self._keep()

    def _keep(self) -> None:
        self._kept.write(b"".join(self._waiting))
        self._met.extend(bytes(len(self._waiting)))
        self._waiting.clear()

    def leaf(self, index: int) -> tuple[str, str]:
        """Give the first letter of a leaf's kind, and its digest."""
        self._kept.seek(index * 33)
        data = self._kept.read(33)
        return data[:1].decode(), data[1:].hex()

    def meet(self, index: int) -> bool:
        """Mark a leaf as met, and tell whether it was not met before."""
        met, self._met[index] = self._met[index], 1
        return not met

    def unmet(self) -> Iterator[int]:
        """Give the entries of the log that were not met."""
        return (index for index, met in enumerate(self._met) if not met and self.leaf(index)[0] == "e")

    def close(self) -> None:
        """Remove the temporary file."""
        self._kept.close()


# === 8. Entries: is every entry there, unaltered, and does its content fit? ===============================

SEALED_KINDS = ("crisis_case", "crisis_recommendation", "crisis_closure", "integrity_clearance")
RESTRICTABLE_KINDS = ("context_analysis", "stakeholder_mapping")
COUNTED = ("partnerships", "entries", "contents", "withheld", "sealed", "restricted", "erased")


def may_be_withheld(entry: dict[str, Any]) -> str:
    """Tell from an entry as what its content may be withheld: sealed, restricted, or not at all."""
    kind, what = entry.get("kind"), entry.get("entry")
    if what == "opening" or kind in SEALED_KINDS or entry.get("sealed") is True:
        return "sealed"
    if entry.get("trigger") == "terminate_for_crisis":
        return "sealed"
    return "restricted" if what == "record" and kind in RESTRICTABLE_KINDS else ""


class Heads:
    """Computes anew what the log states of every partnership's last entry, at some of its leaves."""

    def __init__(self, positions: Iterable[int]) -> None:
        self.trees = {position: Tree() for position in positions}
        self._last: dict[int, tuple[int, str]] = {}

    def entry(self, index: int, sequence: int, digest: str) -> None:
        """Take a partnership's next entry."""
        for position in self.trees:
            if index < position:
                self._last[position] = (sequence, digest)

    def end(self, partnership: str) -> None:
        """Take note that a partnership has no more entries."""
        for position, (sequence, digest) in self._last.items():
            self.trees[position].add(canonical([partnership, sequence, digest]))
        self._last.clear()


class Entries:
    """Goes through entries, their places in the log and their contents in one pass, side by side."""

    def __init__(
        self, files: Files, report: Report, log: Log, manifest: dict[str, Any], heads: Heads
    ) -> None:
        self.files, self.report, self.log, self.heads = files, report, log, heads
        self.asked: list[str] | None = manifest["partnerships"]
        self.has_contents = manifest["contents"] != "none"
        self.counted = dict.fromkeys(COUNTED, 0)
        self.documents: dict[str, str] = {}
        self.withheld: list[str] = []
        self.ends: dict[str, tuple[int, str]] = {}
        self.number, self._has_places = 0, True
        # Where the line before left off: partnership, sequence, digest, index. None: it could not be read.
        self.partnership, self._index = "", -1
        self._sequence: int | None = 0
        self._digest: str | None = None
        self._missing: dict[int, int] = {}
        self._contents = self._read_contents() if self.has_contents else iter(())
        self._content = next(self._contents, None)

    def check(self) -> None:
        """Go through all lines."""
        places = self.files.lines(INDEX)
        with self.report.finding("form", ENTRIES):
            for number, line in self.files.lines(ENTRIES):
                self.number = number
                self.counted["entries"] += 1
                index = self._next_index(places)
                try:
                    self._entry(line, index)
                except Trouble as trouble:
                    self._find("form", str(trouble))
                    self._sequence, self._digest = None, None
        self._end()
        with self.report.finding("form", INDEX):
            if next(places, None) is not None:
                raise Trouble(f"has more lines than {ENTRIES}")
        while self._content is not None:
            self._skip_content()

    def _next_index(self, places: Iterator[tuple[int, bytes]]) -> int:
        with self.report.finding("form", INDEX, self.number):
            found = next(places, None)
            if found is None:
                self._has_places, had = False, self._has_places
                if had:
                    raise Trouble(f"has fewer lines than {ENTRIES}")
            elif not NUMBER.fullmatch(utf8(found[1])) or int(found[1]) >= self.log.size:
                raise Trouble(f"is not the number of a leaf; the log has {self.log.size}")
            else:
                return int(found[1])
        return -1

    def _entry(self, line: bytes, index: int) -> None:
        entry = read_canonical(line)
        if not isinstance(entry, dict):
            raise Trouble("is not a JSON object")
        partnership, sequence, withheld = entry.get("partnership"), entry.get("sequence"), "withheld" in entry
        if not isinstance(partnership, str) or not ID.fullmatch(partnership):
            raise Trouble("names no partnership")
        if type(sequence) is not int or sequence < 1:
            raise Trouble("has no sequence")
        if withheld and sorted(entry) != ["digest", "partnership", "sequence", "withheld"]:
            raise Trouble("is withheld and yet says more")
        if withheld and entry["withheld"] != "L4":
            raise Trouble("is withheld as of a crisis case, and names another reason than L4")
        if not withheld and entry.get("version") != 1:
            raise Trouble("is of a version that this program does not know")
        for name in ("digest",) if withheld else ("previous", "content"):
            if not isinstance(entry.get(name), str) or not HEX64.fullmatch(entry[name]):
                raise Trouble(f"has no digest under `{name}`")
        if partnership != self.partnership:
            if partnership < self.partnership:
                self._find("form", f"is out of order: {partnership} comes after {self.partnership}")
            self._end()
            self._begin(partnership)
        if withheld:
            digest = str(entry["digest"])
            self.counted["withheld"] += 1
            if len(self.withheld) < MOST_PLACES:
                self.withheld.append(f"{partnership}/{sequence}")
        else:
            digest = hashlib.sha256(b"partnerships/entry/1\n" + line).hexdigest()
        self._link(entry, sequence)
        self._sequence, self._digest = sequence, digest
        if index >= 0:
            self._look_up(index, digest)
            self.heads.entry(index, sequence, digest)
        if self.asked is not None:
            self.ends[partnership] = (sequence, digest)
        if self.has_contents:
            self._take_content(entry, sequence)
        self._see_documents(entry)

    def _begin(self, partnership: str) -> None:
        self.partnership, self._index, self._sequence = partnership, -1, 0
        self._digest = sha256(b"partnerships/genesis/1\n", partnership.encode()).hex()

    def _end(self) -> None:
        """Take note that the partnership has no more entries."""
        if self.partnership:
            self.counted["partnerships"] += 1
            self.heads.end(self.partnership)
        for sequence, number in self._missing.items():
            place = f"{self.partnership}/{sequence}"
            message = "has no content in the pack, and no erasure explains it"
            self.report.find("content", message, ENTRIES, number, place)
        self._missing.clear()

    def _link(self, entry: dict[str, Any], sequence: int) -> None:
        """The entry follows the one before it; after a line that could not be read, anything may."""
        before, digest = self._sequence, self._digest
        self._sequence = sequence
        if before is not None and sequence != before + 1:
            self._find("chain", f"comes after {before}: an entry is missing, doubled or out of order")
        elif digest is not None and entry.get("previous", digest) != digest:
            self._find("chain", "names another digest than that of the entry before it: one was altered")

    def _look_up(self, index: int, digest: str) -> None:
        """The entry is in the log where it is said to be, once, after the entry that it follows."""
        if self.log.leaf(index) != ("e", digest):
            self._find("log", f"is not the entry that leaf {index} of the log is of: altered, or put in")
        elif not self.log.meet(index):
            self._find("log", f"is in the log at leaf {index}, which another entry took")
        if index < self._index:
            self._find("log", "entered the log before the entry that it follows")
        self._index = index

    def _see_documents(self, entry: dict[str, Any]) -> None:
        policy = entry.get("policy")
        named = {"policies": policy.get("digest") if isinstance(policy, dict) else None}
        named["settings"] = entry.get("settings")
        for folder, digest in named.items():
            if isinstance(digest, str) and len(self.documents) < MOST_FILES:
                self.documents.setdefault(f"{folder}/{digest}.json", f"{self.partnership}/{self._sequence}")

    def _read_contents(self) -> Iterator[tuple[int, str, int, str, bytes | None]]:
        """Give contents in the order of entries: line, partnership, sequence, salt, bytes.

        For one that is withheld, the word for the reason, and None.
        """
        before = ("", 0)
        with self.report.finding("form", CONTENTS):
            for number, line in self.files.lines(CONTENTS):
                with self.report.finding("form", CONTENTS, number):
                    content = CONTENT.fullmatch(line)
                    if content is None:
                        raise Trouble("is not written as contents are: partnership, sequence, salt, content")
                    id, sequence, data = content[1].decode(), int(content[2]), content[4]
                    if data is not None:
                        read_content(data)
                    if (id, sequence) <= before:
                        raise Trouble("is out of order, or there twice")
                    before = (id, sequence)
                    yield number, id, sequence, (content[3] or content[5]).decode(), data

    def _take_content(self, entry: dict[str, Any], sequence: int) -> None:
        while self._content is not None and self._content[1:3] < (self.partnership, sequence):
            self._skip_content()
        if entry.get("entry") == "erasure":
            self._take_erasure(entry.get("erased"))
        found = self._content
        if found is None or found[1:3] != (self.partnership, sequence):
            if "withheld" not in entry:
                self._missing[sequence] = self.number
            return
        self._content = next(self._contents, None)
        number, id, _, word, data = found
        problem = None
        if data is None:
            self.counted[word] += 1
            if may_be_withheld(entry) != word:
                problem = f"is withheld as {word}, and its entry is not of such a kind"
        else:
            self.counted["contents"] += 1
            committed = sha256(b"partnerships/content/1\n", bytes.fromhex(word), data).hex()
            if committed != entry.get("content"):
                problem = "is not the content that its entry committed to: it was altered"
        if problem:
            self.report.find("content", problem, CONTENTS, number, f"{id}/{sequence}")

    def _take_erasure(self, erased: Any) -> None:
        for sequence in erased if isinstance(erased, list) else ():
            if type(sequence) is int and self._missing.pop(sequence, None) is not None:
                self.counted["erased"] += 1

    def _skip_content(self) -> None:
        if self._content is not None:
            number, id, sequence = self._content[:3]
            self.report.find("content", "is the content of no entry", CONTENTS, number, f"{id}/{sequence}")
        self._content = next(self._contents, None)

    def _find(self, layer: str, message: str) -> None:
        place = f"{self.partnership}/{self._sequence}" if self._sequence else None
        self.report.find(layer, message, ENTRIES, self.number, place)


# === 9. All of it: the checks in order, what was not checked, the command line ============================


def read_manifest(files: Files, report: Report) -> dict[str, Any]:
    """Read what the pack says of itself; where it cannot be read, take it for a pack of everything."""
    with report.finding("form", MANIFEST):
        names = "contents counts format made_with origin partnerships size"
        manifest = read_object(files.whole_lines(MANIFEST)[:-1], names, "a manifest")
        if manifest["format"] != FORMAT:
            raise Trouble("is of a format that this program does not know; take a newer verify.py")
        asked, counts = manifest["partnerships"], manifest["counts"]
        if asked is not None and not (isinstance(asked, list) and all(isinstance(id, str) for id in asked)):
            raise Trouble("has partnerships that are neither null nor a list of ids")
        if asked is not None and asked != sorted({*asked}):
            raise Trouble("has partnerships that are out of order, or there twice")
        if manifest["contents"] not in ("none", "open", "sealed") or not isinstance(counts, dict):
            raise Trouble("has contents other than none, open or sealed, or no counts")
        if sorted(counts) != TOTALS.split() or not all(type(count) is int for count in counts.values()):
            raise Trouble(f"has counts that are not {TOTALS}")
        return manifest
    contents = "open" if CONTENTS in files else "none"
    return {"contents": contents, "counts": None, "origin": None, "partnerships": None, "size": None}


def read_checkpoints(files: Files, report: Report) -> list[Checkpoint]:
    """Read the pack's checkpoints: older ones by size, and at the end the one on which all rests."""
    found: list[Checkpoint] = []
    with report.finding("checkpoint", OLDER):
        for number, line in files.lines(OLDER):
            with report.finding("checkpoint", OLDER, number):
                note = read_canonical(line)
                found.append(Checkpoint(str(note).encode(), OLDER, number))
    with report.finding("checkpoint", CHECKPOINT):
        found.append(Checkpoint(files.whole(CHECKPOINT), CHECKPOINT))
    sizes = [one.size for one in found]
    if sizes != sorted(sizes):
        report.find("checkpoint", f"is not in order of the sizes, up to {CHECKPOINT}", OLDER)
    return found


def keys_in_force(files: Files, log: Log, origin: str, report: Report) -> list[tuple[int, Key]]:
    """Give the log's keys and the size from which each signs: the first, then those of the key statements."""
    keys: list[tuple[int, Key]] = []
    with report.finding("checkpoint", KEYS):
        keys.append((0, Key(utf8(files.whole_lines(KEYS)[:-1]))))
        statements = files.lines(STATEMENTS)
        for position, digest in log.keys:
            number, line = next(statements, (0, b'""'))
            with report.finding("checkpoint", STATEMENTS, number):
                data = str(read_canonical(line)).encode()
                if sha256(data).hex() != digest:
                    raise Trouble(f"is not the key statement that leaf {position} of the log is of")
                statement = Note(data)
                *what, new = statement.text
                if what != [origin, "key", keys[-1][1].written]:
                    raise Trouble("does not replace, in this log, the key that was in force")
                pair = [keys[-1][1], Key(new)]
                good, _, _ = statement.signers(pair)
                if {*good} != {*map(str, pair)}:
                    raise Trouble("is not signed by the key in force and by the new one")
                keys.append((position + 1, pair[1]))
        if next(statements, None) is not None:
            raise Trouble(f"the log has {len(log.keys)} key statements, and {STATEMENTS} holds more")
    return keys


def check_signatures(
    checkpoints: Sequence[Checkpoint], keys: list[tuple[int, Key]], own_keys: Sequence[Key], report: Report
) -> None:
    """Ask of every checkpoint whether it is of one log, signed by the log's key of its time."""
    unknown_in_all: set[str] = set()
    signed: dict[int, Checkpoint] = {}
    trusted = {key.written for key in own_keys}
    others = [key for key in own_keys if key.written not in {key.written for _, key in keys}]
    for one in checkpoints:
        in_force = [key for since, key in keys if since <= one.size][-1:]
        good, bad, unknown = one.signers([*in_force, *others])
        unknown_in_all.update(unknown)
        with report.finding("checkpoint", one.file, one.line):
            if one.origin != checkpoints[0].origin:
                raise Trouble(f"is of another log: {shown(one.origin)}")
            if bad:
                raise Trouble(f"bears a signature that is not of the key it names: {', '.join(bad)}")
            if not {*map(str, in_force)} & {*good}:
                raise Trouble(f"is not signed by the key in force, but by {shown(', '.join(good + unknown))}")
            other = signed.setdefault(one.size, one)
            if other.root != one.root:
                both = f"{shown(other.file)} and this one sign different roots for {one.size} leaves"
                raise Trouble(f"{both}: together they prove that two logs were shown under one key")
            if one.file == CHECKPOINT:
                trusted -= {key.written for key in others if str(key) in good}
    for written in sorted(trusted - {key.written for _, key in keys}):
        message = f"is signed neither by your key {shown(written)} nor by one that it handed over to"
        report.find("checkpoint", message, CHECKPOINT)
    if unknown_in_all:
        named = shown(", ".join(sorted(unknown_in_all)))
        report.not_checked.append(f"Signatures of keys that are not known here: {named}.")


def check_heads(entries: Entries, log: Log, report: Report) -> None:
    """Compare the heads that the log states with the last entries of all partnerships."""
    for position, tree in entries.heads.trees.items():
        if log.leaf(position)[1] != tree.root().hex():
            message = "states other last entries than the pack has: a history was cut off or drawn out"
            report.find("heads", message, LOG, position + 1)


def check_proved_heads(entries: Entries, asked: list[str], files: Files, log: Log, report: Report) -> None:
    """Check, in a pack of some partnerships, the proof that each one's last entry is its last."""
    root = log.leaf(log.size - 1)[1] if log.size else ""
    proved, before = set(), ""
    with report.finding("heads", HEADS):
        for number, line in files.lines(HEADS):
            with report.finding("heads", HEADS, number):
                head = read_object(line, "digest index of partnership proof sequence", "a head")
                proof, index, of, id = head["proof"], head["index"], head["of"], str(head["partnership"])
                if not isinstance(proof, list) or not all(HEX64.fullmatch(str(one)) for one in proof):
                    raise Trouble("has a proof that is not of digests")
                if type(index) is not int or type(of) is not int:
                    raise Trouble("has no index, or no number of heads")
                leaf = canonical([head["partnership"], head["sequence"], head["digest"]])
                led_to = proved_root(leaf, index, of, map(bytes.fromhex, proof))
                if led_to is None or led_to.hex() != root:
                    raise Trouble(f"is not proved by the heads that the log states: {shown(id)}")
                if id <= before:
                    raise Trouble(f"is out of order, or there twice: {shown(id)}")
                before = id
                proved.add(id)
                last = entries.ends.get(id, (0, ""))
                if last != (head["sequence"], head["digest"]):
                    raise Trouble(f"ends at sequence {head['sequence']}, and in the pack at {last[0]}: {id}")
    for id in sorted({*asked, *entries.ends, *proved}):
        if not (id in asked and id in entries.ends and id in proved):
            message = f"{shown(id)} is not everywhere: asked for, in {ENTRIES}, and proved here"
            report.find("heads", message, HEADS)


def check_documents(entries: Entries, files: Files, report: Report) -> None:
    """Compare policy and settings documents with the digests that entries name."""
    for name, place in sorted(entries.documents.items()):
        if name not in files:
            told = f"What the document {shown(name)} says, first named by {place}: it is not in the pack."
            report.not_checked.append(told)
            report.skipped.add("policy")
            continue
        with report.finding("policy", name):
            document = files.whole(name)
            read_content(document)
            if f"/{sha256(document).hex()}.json" not in name:
                raise Trouble("is not the document that entries name by its digest")


def check_nothing_else(entries: Entries, files: Files, report: Report) -> None:
    """A pack has the files that it says it has, and no other: what is read beside them would seem verified.

    Where a line could not be read, the pack is not verified, and what it named is not known.
    """
    if "form" in report.failed:
        return
    known = {*ALWAYS, SUMS, *entries.documents}
    known |= ({CONTENTS} if entries.has_contents else set()) | (set() if entries.asked is None else {HEADS})
    for name in sorted({*files.sizes} - known):
        report.find("files", "is no file that belongs to this pack", name)


def verify(
    path: str,
    checkpoints: Sequence[str] = (),
    keys: Sequence[str] = (),
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, Any]:
    """Verify the pack at a path and give the report.

    `checkpoints` are files of the auditor's own; `keys` are the keeper's as they are known, as text or in
    files. `progress` is told bytes read, and bytes in all.
    Raises NoPack where there is nothing to verify, or one of the auditor's own files cannot be read.
    """
    own = [_own(name, Checkpoint) for name in checkpoints]
    own_keys = [key for given in keys for key in _own(given, read_keys)]
    report = Report()
    done = told = total = 0

    def tell(read: int) -> None:
        nonlocal done, told
        done += read
        if done - told >= A_STEP:
            told = done
            progress(min(done, total), total)

    with report.finding("files", path):
        files = Files(path, report, tell)
        # Bytes are read twice: once for their file's digest, once for what they say.
        total = 2 * sum(files.sizes.values())
        log = Log()
        try:
            check_files(files, report)
            _verify(files, report, log, own, own_keys)
            progress(total, total)
        finally:
            log.close()
            files.close()
    return report.as_dict()


def _own(name: str, read: Callable[[bytes, str], Any]) -> Any:
    try:
        if read is read_keys and "+" in name and not os.path.isfile(name):
            return read_keys(name.encode())
        with open(name, "rb") as file:
            return read(file.read(MOST_SMALL_FILE), os.path.abspath(name))
    except OSError as error:
        raise NoPack(f"{name} cannot be read: {error.strerror}") from None
    except Trouble as trouble:
        raise NoPack(f"{name} {trouble}") from None


def _verify(
    files: Files, report: Report, log: Log, own: Sequence[Checkpoint], own_keys: Sequence[Key]
) -> None:
    manifest = read_manifest(files, report)
    checkpoints = read_checkpoints(files, report)
    log.read(files, report, [*checkpoints, *own])
    keys = keys_in_force(files, log, checkpoints[-1].origin if checkpoints else "", report)
    check_signatures([*checkpoints, *own], keys, own_keys, report)
    newest = checkpoints[-1:]
    for one in newest:
        if log.size > one.size:
            report.find("log", f"has {log.size} leaves, and {one.file} signs {one.size}", LOG)
        if manifest["counts"] is not None and (manifest["origin"], manifest["size"]) != (
            one.origin,
            one.size,
        ):
            report.find("form", f"names another log or size than {one.file}", MANIFEST)
    tops = {one.size - 1 for one in (*newest, *own) if 0 < one.size <= log.size}
    asked = manifest["partnerships"]
    entries = Entries(files, report, log, manifest, Heads(sorted(tops)))
    entries.check()
    if asked is None:
        for index in log.unmet():
            report.find("log", "is of an entry that the pack lacks", LOG, index + 1)
        check_heads(entries, log, report)
    else:
        check_proved_heads(entries, asked, files, log, report)
    check_documents(entries, files, report)
    check_nothing_else(entries, files, report)
    counted = {**entries.counted, "checkpoints": len(checkpoints)}
    for name, stated in (manifest["counts"] or {}).items():
        if counted.get(name) != stated:
            report.find(
                "form", f"states {shown(stated)} {shown(name)}, and there are {counted.get(name)}", MANIFEST
            )
    report.facts = {
        "origin": newest[0].origin if newest else None,
        "size": newest[0].size if newest else None,
        "root": newest[0].root.hex() if newest else None,
        "keys": [key.written for _, key in keys],
        "contents_asked": manifest["contents"],
        "withheld_at": entries.withheld,
        "others": log.entries - counted["entries"] if asked is not None else 0,
        **counted,
    }
    tell_what_was_not_checked(report, bool(own), bool(own_keys))


def tell_what_was_not_checked(report: Report, own: bool, own_keys: bool) -> None:
    """List what nobody may take this verification for."""
    facts, told = report.facts, report.not_checked
    if not own_keys:
        named = shown(", ".join(facts["keys"]), 600)
        told.append(
            f"Whether the keys are the keeper's: they came with the pack ({named})."
            " Compare them with what you have from elsewhere, or give yours with --key."
        )
    if not own:
        told.append(
            "Whether this is the log that was shown before: no older checkpoint of yours was given"
            f" (--checkpoint). Keep {CHECKPOINT} for the next time."
        )
    if facts["contents_asked"] == "none":
        report.skipped.add("content")
        told.append("What entries say beyond ids, codes and days: no contents are in the pack.")
    at = f" (first {', '.join(facts['withheld_at'])})" if facts["withheld_at"] else ""
    for name, words in (
        ("others", "Entries of other partnerships, which are in the log and not in this pack"),
        ("withheld", f"Entries of crisis cases, withheld (L4), of which only the digests show{at}"),
        ("sealed", "Sealed contents, not opened for this pack (L4)"),
        ("restricted", "Analyses and mappings, whose participants are for programme roles only"),
        ("erased", "Contents that were erased, as entries say; their commitments remain"),
    ):
        if facts[name]:
            told.append(f"{words}: {facts[name]}.")
    if facts["checkpoints"] > 1:
        older = facts["checkpoints"] - 1
        told.append(
            f"Heads as stated before {older} older checkpoints; the entries themselves were compared."
        )
    told += [
        "Entries recorded after the checkpoint, and refused attempts: they are not part of a pack.",
        "Whether decisions followed the policy: `partnerships audit replay` judges them again.",
        "Whether what people put on file is true. Days and instants are the service's word.",
        "This program, where it came with the pack: take it from a release of the project to be sure.",
    ]


def as_text(told: dict[str, Any], path: str) -> str:
    """Give a report for people."""
    facts, lines = told["pack"], [f"Pack {shown(path)}"]
    if facts.get("size") is not None:
        counted = [f"{facts[name]} {name}" for name in ("entries", "partnerships", "contents")]
        lines += [
            ", ".join(counted),
            f"log {shown(facts['origin'])}, {facts['size']} leaves, root {facts['root']}",
        ]
    lines += ["", *(f"  {one['result']:11} {one['layer']:11} {one['what']}" for one in told["layers"])]
    if told["findings"]:
        lines += ["", "Found"]
    for one in told["findings"]:
        line = f", line {one['line']}" if one["line"] else ""
        entry = f" ({one['entry']})" if one["entry"] else ""
        lines.append(f"  [{one['layer']}] {one['file']}{line}{entry}: {one['message']}")
    if told["findings_in_all"] > len(told["findings"]):
        lines.append(f"  ... and {told['findings_in_all'] - len(told['findings'])} more")
    lines += ["", "Not checked", *(f"  - {one}" for one in told["not_checked"]), ""]
    result = "Verified." if told["verified"] else f"NOT verified: {told['findings_in_all']} found."
    return "\n".join([*lines, result])


class _Bar:
    """A bar on standard error, where a person watches it."""

    drawn = -1

    def __call__(self, done: int, total: int) -> None:
        now = 100 * done // (total or 1)
        if now != self.drawn and sys.stderr is not None and sys.stderr.isatty():
            self.drawn = now
            bar = f"[{'#' * (now * 2 // 5):40}] {now:3}%" if now < 100 else " " * 50 + "\r"
            print(f"\r{bar}", end="", file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from a command line and give the exit status."""
    parser = argparse.ArgumentParser(description="Verify an audit pack, a folder or a zip.")
    here = os.path.dirname(os.path.abspath(__file__))
    parser.add_argument("pack", nargs="?", default=here, help="without it, the folder of this file")
    add = parser.add_argument
    add("--checkpoint", action="append", default=[], metavar="FILE", help="an older checkpoint of yours")
    add(
        "--key",
        action="append",
        default=[],
        metavar="KEY",
        help="a key of the keeper's, as text or in a file",
    )
    add("--json", action="store_true", help="print the report as JSON")
    given = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        told = verify(given.pack, given.checkpoint, given.key, _Bar())
        print(json.dumps(told, indent=1) if given.json else as_text(told, given.pack), flush=True)
    except NoPack as error:
        return _without_report(shown(error))
    except KeyboardInterrupt:
        return _without_report("stopped, nothing is verified")
    except Exception as error:
        return _without_report(f"cannot go on, nothing is verified: {shown(repr(error))}")
    return 0 if told["verified"] else 1


def _without_report(why: str) -> int:
    """Say why there is no report, and let go of what can no longer be written to its end."""
    for stream, text in ((sys.stdout, ""), (sys.stderr, f"verify.py: {why}\n")):
        if stream is not None:
            try:
                stream.write(text)
                stream.flush()
            except OSError:
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return 2


if __name__ == "__main__":
    sys.exit(main())
