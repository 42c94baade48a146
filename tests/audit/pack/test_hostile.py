"""Whatever a pack may be made of: an answer that names file and line, never a traceback, nothing unpacked."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from partnerships import BadRequest
from partnerships.audit.pack.checking import pack_text, verify_pack
from partnerships.audit.standalone import verify as program
from partnerships.audit.standalone.verify import main
from tests.audit.pack.hands import Hands, found, messages

Copy = Callable[[str], Hands]
ENTRIES, CONTENTS, LOG, INDEX = "entries.jsonl", "contents.jsonl", "log.txt", "index.txt"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda line: line.replace(b'"cycle":1', b'"cycle":1,"cycle":1'), "a name twice"),
        (lambda line: line.replace(b'"cycle":1', b'"cycle":1.0'), "not whole"),
        (lambda line: line.replace(b'"cycle":1', b'"cycle":9007199254740993'), "beyond 2^53"),
        (lambda line: line.replace(b'"cycle":1', b'"cycle":01'), "not JSON"),
        (lambda line: line.replace(b'"cycle":1', b'"cycle": 1'), "canonical form"),
        (lambda line: line.replace(b'"cycle":1', b'"cycle":"\\ud800"'), "lone surrogate"),
        (lambda line: line.replace(b'"cycle":1', b'"cycle":"\xff"'), "not UTF-8"),
        (lambda line: line.replace(b'"cycle":1', b'"cycle":' + b"[" * 9999 + b"]" * 9999), "too deeply"),
        (lambda line: line[:-1], "not JSON"),
        (lambda line: b"", "not JSON"),
        (lambda line: b"[]", "not a JSON object"),
        (lambda line: b"{}", "names no partnership"),
        (lambda line: line.replace(b'"version":1', b'"version":2'), "version"),
        (lambda line: line.replace(b'"sequence":1,', b'"sequence":true,'), "no sequence"),
        (lambda line: line.replace(b'"sequence":1,', b'"sequence":0,'), "no sequence"),
        (
            lambda line: line.replace(b'"partnership":"p-', b'"partnership":"p\xc3\xa9-'),
            "names no partnership",
        ),
        (lambda line: line.replace(b'"previous":"', b'"previous":"A'), "no digest under `previous`"),
        (lambda line: line.replace(b'"content":"', b'"content":"A'), "no digest under `content`"),
        (lambda line: b'{"digest":"' + b"0" * 64 + line[1:], "not JSON"),
        (lambda line: line[:-1] + b',"withheld":"L4"}', "says more"),
    ],
)
def test_an_entry_that_cannot_be_is_named_by_its_line(hands: Copy, change: Any, says: str) -> None:
    altered = hands("whole")
    number = next(n for n, line in enumerate(altered.lines(ENTRIES), 1) if b'"id":"pm-1"' in line)
    while b'"sequence":1,' not in altered.lines(ENTRIES)[number - 1]:
        number += 1
    told = altered.change(ENTRIES, number, change).verify()
    assert ("form", ENTRIES, number) in found(told)
    assert says in messages(told)


@pytest.mark.parametrize(
    ("name", "change", "layer"),
    [
        (CONTENTS, lambda line: line[:-1], "form"),
        (CONTENTS, lambda line: b"null", "form"),
        (CONTENTS, lambda line: line.replace(b'"sequence":1', b'"sequence":1.0'), "form"),
        (CONTENTS, lambda line: line.replace(b'"content":', b'"content": '), "form"),
        (CONTENTS, lambda line: line.replace(b'"content":{', b'"content":{"body":1,"body":2,'), "form"),
        (INDEX, lambda line: b"-1", "form"),
        (INDEX, lambda line: b"01", "form"),
        (INDEX, lambda line: b"99999999999999999999", "form"),
        (INDEX, lambda line: b"\xff", "form"),
        (INDEX, lambda line: b"", "form"),
        (LOG, lambda line: line.upper(), "log"),
        (LOG, lambda line: line[:-1], "log"),
        (LOG, lambda line: line.replace(b"entry", b"other"), "log"),
        ("older-checkpoints.jsonl", lambda line: b'"\\u2014"', "checkpoint"),
        ("older-checkpoints.jsonl", lambda line: b"7", "checkpoint"),
        ("key-statements.jsonl", lambda line: b'""', "checkpoint"),
        ("keys.txt", lambda line: line + b"A", "checkpoint"),
        ("keys.txt", lambda line: b"no+key", "checkpoint"),
        ("SHA256SUMS", lambda line: line.replace(b"  ", b" "), "files"),
        ("SHA256SUMS", lambda line: line[:66] + b"../../secret", "files"),
        ("SHA256SUMS", lambda line: line[:66] + b"/etc/passwd", "files"),
        ("manifest.json", lambda line: b"{", "form"),
        ("manifest.json", lambda line: b"[]", "form"),
        ("manifest.json", lambda line: line.replace(b"pack/1", b"pack/2"), "form"),
        ("manifest.json", lambda line: line.replace(b'"partnerships":null', b'"partnerships":[1]'), "form"),
    ],
)
def test_any_other_line_that_cannot_be_is_a_finding_too(
    hands: Copy, name: str, change: Any, layer: str
) -> None:
    altered = hands("open")
    lines = altered.lines(name)
    lines[0] = change(lines[0])
    told = altered.write(name, lines, reseal=name != "SHA256SUMS").verify()
    assert (layer, name) in {(one["layer"], one["file"]) for one in told["findings"]}
    assert pack_text(told, "pack").endswith("found.")


@pytest.mark.parametrize(
    "name", [ENTRIES, CONTENTS, LOG, INDEX, "checkpoint.txt", "manifest.json", "keys.txt"]
)
def test_a_file_cut_off_anywhere_is_found_with_its_name(hands: Copy, name: str) -> None:
    altered = hands("open")
    data = (altered.path / name).read_bytes()
    for keep in (0, 1, len(data) // 2, len(data) - 1):
        told = altered.put(name, data[:keep]).verify()
        assert not told["verified"]
        assert pack_text(told, "pack")


@pytest.mark.parametrize("name", sorted(program.ALWAYS))
def test_a_missing_file_is_found_by_its_name(hands: Copy, name: str) -> None:
    altered = hands("whole")
    (altered.path / name).unlink()
    assert ("files", name, None) in found(altered.reseal().verify())


def test_a_file_too_many_is_found(hands: Copy) -> None:
    altered = hands("whole").put("more.txt", b"", reseal=False)
    assert found(altered.verify()) == {("files", "more.txt", None)}


def test_odd_names_in_a_folder_are_not_read(hands: Copy) -> None:
    altered = hands("whole")
    altered.put(".hidden", b"", reseal=False).put("sub/entries.jsonl", b"", reseal=False)
    told = altered.verify()
    assert found(told) == {("files", ".hidden", None), ("files", "sub/entries.jsonl", None)}


def test_links_and_pipes_are_not_followed(hands: Copy, tmp_path: Path) -> None:
    altered = hands("whole")
    (tmp_path / "elsewhere").write_bytes((altered.path / ENTRIES).read_bytes())
    (altered.path / ENTRIES).unlink()
    (altered.path / ENTRIES).symlink_to(tmp_path / "elsewhere")
    (altered.path / "policies" / "more").symlink_to(tmp_path)
    os.mkfifo(altered.path / "pipe.txt")
    told = altered.verify()
    assert {("files", ENTRIES, None), ("files", "policies/more", None), ("files", "pipe.txt", None)} <= found(
        told
    )
    assert "is a link or no ordinary file" in messages(told)


def test_lines_and_files_beyond_every_measure_are_not_read(
    hands: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "MOST_LINE", 1000)
    monkeypatch.setattr(program, "MOST_SMALL_FILE", 50)
    told = (
        hands("open").put("keys.txt", b"k" * 51).change(ENTRIES, 3, lambda line: b'"' + b"x" * 2000).verify()
    )
    assert "line 3 is cut off, or too long" in messages(told)
    assert "larger than such a file can be" in messages(told)


def test_findings_beyond_a_thousand_are_counted(hands: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "MOST_FINDINGS", 3)
    altered = hands("whole")
    told = altered.write(INDEX, [b"x"] * len(altered.lines(INDEX))).verify()
    assert len(told["findings"]) == 3
    assert told["findings_in_all"] > 3
    assert "more" in pack_text(told, "pack")


def test_what_a_pack_says_cannot_steer_the_terminal(hands: Copy) -> None:
    altered = hands("whole").put("manifest.json", b'{"\\u001b[2J":1}\n')
    note = (altered.path / "checkpoint.txt").read_text("utf-8")
    altered.put("checkpoint.txt", note.replace("partnerships/", "partner\u202eships/", 1).encode())
    assert pack_text(altered.verify(), "pack\u001b[2J").replace("\n", "").isprintable()


def test_neither_can_the_name_of_a_key(hands: Copy) -> None:
    name, public = "partnerships/\u009b2J\u202e", b"\x01\x58" + b"\x66" * 31
    hash = hashlib.sha256(name.encode() + b"\n" + public).digest()[:4]
    altered = hands("whole").put(
        "keys.txt", f"{name}+{hash.hex()}+{base64.b64encode(public).decode()}\n".encode()
    )
    for file in ("checkpoint.txt", "older-checkpoints.jsonl"):
        note = (altered.path / "checkpoint.txt").read_text("utf-8").split("\n\n")[0]
        note += f"\n\n— {name} {base64.b64encode(hash + bytes(64)).decode()}\n"
        whole = note if file == "checkpoint.txt" else json.dumps(note, ensure_ascii=False) + "\n"
        altered.put(file, whole.encode())
    told = altered.put("key-statements.jsonl", b"").verify()
    assert "bears a signature that is not of the key it names" in messages(told)
    assert pack_text(told, "pack").replace("\n", "").isprintable()


@pytest.mark.parametrize("erased", ["[1,2]", "7", '["a"]', "null", "[[]]", '{"a":1}'])
def test_an_erasure_of_anything_else_explains_nothing(hands: Copy, erased: str) -> None:
    altered = hands("open")
    number = next(n for n, line in enumerate(altered.lines(ENTRIES), 1) if b'"entry":"record"' in line)
    entry = json.loads(altered.lines(ENTRIES)[number - 1])
    entry |= {"entry": "erasure", "erased": json.loads(erased)}
    line = json.dumps(entry, sort_keys=True, separators=(",", ":")).encode()
    assert not altered.change(ENTRIES, number, lambda _: line).verify()["verified"]


def test_where_nothing_is_there_is_nothing_to_verify(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(BadRequest, match="no folder or zip"):
        verify_pack(tmp_path / "nowhere")
    assert main([str(tmp_path / "nowhere")]) == 2
    assert capsys.readouterr().err.startswith("verify.py: ")


@pytest.mark.parametrize("option", ["--checkpoint", "--key"])
def test_a_file_of_the_auditors_that_cannot_be_read_is_wrong_usage(
    packs: Path, tmp_path: Path, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.txt").write_bytes(b"\xff")
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadRequest, match=r"no \.checkpoint file"):
        verify_pack(packs / "whole", checkpoints=[tmp_path / "empty"])
    for name in ("own.txt", "none.txt", "a+key"):
        given = name if "+" in name else str(tmp_path / name)
        assert main([str(packs / "whole"), option, given]) == 2
        assert name in capsys.readouterr().err


def test_the_program_ends_as_it_should(hands: Copy, packs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(packs / "whole")]) == 0
    assert capsys.readouterr().out.endswith("Verified.\n")
    assert main([str(hands("whole").put("more.txt", b"", reseal=False).path), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["findings"][0]["file"] == "more.txt"
    with pytest.raises(SystemExit) as stop:
        main(["--nonsense"])
    assert stop.value.code == 2


def test_contents_that_are_nested_or_numbered_beyond_measure_are_findings(hands: Copy) -> None:
    for body in (b"[" * 700 + b"1.5, 1" + b"]" * 700, b"[" * 99_999, b"9" * 9_999):
        altered = hands("open")
        told = altered.change(
            CONTENTS, 1, lambda line, body=body: line.split(b'"content":')[0] + b'"content":' + body + b"}"
        )
        assert ("form", CONTENTS, 1) in found(told.verify()) or ("content", CONTENTS, 1) in found(
            told.verify()
        )
        shutil.rmtree(altered.path)


def test_a_note_with_signatures_beyond_measure_is_not_looked_through(hands: Copy) -> None:
    altered = hands("whole")
    note = (altered.path / "checkpoint.txt").read_bytes()
    told = altered.put("checkpoint.txt", note + note.splitlines(keepends=True)[-1] * 1000).verify()
    assert "longer than a signed note can be" in messages(told)


def test_an_entry_is_withheld_as_of_a_crisis_case_or_not_at_all(hands: Copy) -> None:
    altered = hands("open")
    number = next(n for n, line in enumerate(altered.lines(ENTRIES), 1) if b'"withheld"' in line)
    told = altered.change(ENTRIES, number, lambda line: line.replace(b'"L4"', b'"L5"')).verify()
    assert ("form", ENTRIES, number) in found(told)
    assert "another reason than L4" in messages(told)


def test_entries_that_are_withheld_are_named(hands: Copy) -> None:
    told = hands("whole").verify()
    assert told["pack"]["withheld_at"][0].startswith("p-crisis/")
    assert any(told["pack"]["withheld_at"][0] in one for one in told["not_checked"])


def test_an_index_that_ends_early_is_one_finding(hands: Copy) -> None:
    altered = hands("whole")
    told = altered.write(INDEX, altered.lines(INDEX)[:5]).verify()
    assert [one["line"] for one in told["findings"] if one["file"] == INDEX] == [6]


def test_whatever_goes_wrong_is_no_traceback(
    packs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*arguments: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(program, "Log", fail)
    assert main([str(packs / "whole")]) == 2
    assert "nothing is verified" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("pack", "name"),
    [
        ("whole", "opinion.html"),
        ("whole", CONTENTS),
        ("whole", "heads.jsonl"),
        ("whole", f"settings/{'a' * 64}.json"),
        ("whole", f"policies/{hashlib.sha256(b'{}').hexdigest()}.json"),
        ("whole", "Entries.jsonl"),
        ("part", f"policies/{hashlib.sha256(b'{}').hexdigest()}.json"),
    ],
)
def test_what_lies_beside_a_packs_files_is_found_though_it_is_listed(
    hands: Copy, pack: str, name: str
) -> None:
    told = hands(pack).put(name, b"{}").verify()
    assert found(told) == {("files", name, None)}


@pytest.mark.parametrize("asked", [["p-whole", "p-register"], ["p-register", "p-register", "p-whole"]])
def test_the_partnerships_of_a_pack_are_named_once_and_in_order(hands: Copy, asked: list[str]) -> None:
    assert ("form", "manifest.json", None) in found(hands("part").manifest(partnerships=asked).verify())


def test_partnerships_that_are_out_of_order_are_told(hands: Copy) -> None:
    altered = hands("whole")
    lines = altered.lines(ENTRIES)
    last = json.loads(lines[-1])["partnership"].encode()
    first = next(at for at, line in enumerate(lines) if b'"partnership":"%s"' % last in line)
    for name in (ENTRIES, INDEX):
        given = altered.lines(name)
        altered.write(name, given[first:] + given[:first])
    told = altered.verify()
    assert ("form", ENTRIES, len(lines) - first + 1) in found(told)
    assert "out of order" in messages(told)
