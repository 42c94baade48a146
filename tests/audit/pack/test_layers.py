"""Whoever alters a pack also writes its list of digests anew: which layer tells then, and of which place."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from partnerships.audit.audit import open_audit
from partnerships.audit.log.notes import Signer
from partnerships.audit.log.signing import read_signer
from partnerships.audit.pack.checking import verify_pack
from tests.audit.pack.conftest import Kept
from tests.audit.pack.hands import Hands, digest, found, layers, messages, written

Copy = Callable[[str], Hands]
ENTRIES, CONTENTS, LOG = "entries.jsonl", "contents.jsonl", "log.txt"


def line_of(hands: Hands, partnership: str, sequence: int, name: str = ENTRIES) -> int:
    for number, line in enumerate(hands.lines(name), 1):
        entry = json.loads(line)
        if (entry["partnership"], entry["sequence"]) == (partnership, sequence):
            return number
    raise LookupError(f"{partnership}/{sequence}")


def antedated(line: bytes) -> bytes:
    return line.replace(b'"on":"20', b'"on":"19')


def withheld_as(why: bytes) -> Callable[[bytes], bytes]:
    def change(line: bytes) -> bytes:
        return re.split(rb',"(?:salt|withheld)"', line)[0] + b',"withheld":"' + why + b'"}'

    return change


def last_of(hands: Hands, partnership: str) -> int:
    return max(
        n for n, line in enumerate(hands.lines(ENTRIES), 1) if json.loads(line)["partnership"] == partnership
    )


def test_a_changed_file_is_found_by_its_digest(hands: Copy) -> None:
    altered = hands("whole")
    altered.put("README.txt", b"Trust me.\n", reseal=False)
    assert found(altered.verify()) == {("files", "README.txt", None)}


@pytest.mark.parametrize("name", ["README.txt", "verify.py"])
def test_with_new_digests_the_words_and_the_program_are_not_covered(hands: Copy, name: str) -> None:
    told = hands("whole").put(name, b"print('Verified.')\n").verify()
    assert told["verified"]
    assert any("This program" in one for one in told["not_checked"])


def test_an_altered_entry_is_found_by_the_log_and_by_the_entry_after_it(hands: Copy) -> None:
    altered = hands("whole")
    number = line_of(altered, "p-whole", 3)
    told = altered.change(ENTRIES, number, antedated).verify()
    leaf = int(altered.lines("index.txt")[number - 1]) + 1
    assert found(told) == {("log", ENTRIES, number), ("log", LOG, leaf), ("chain", ENTRIES, number + 1)}
    assert told["findings"][0]["entry"] == "p-whole/3"


def test_the_altered_last_entry_is_found_by_the_log_and_by_the_heads(hands: Copy) -> None:
    altered = hands("whole")
    number = last_of(altered, "p-register")
    told = altered.change(ENTRIES, number, antedated).verify()
    assert layers(told) == {"log", "heads"}
    assert ("log", ENTRIES, number) in found(told)


def test_a_chain_rewritten_to_its_end_is_found_by_the_log(hands: Copy) -> None:
    altered = hands("whole")
    lines, start, end = altered.lines(ENTRIES), line_of(altered, "p-whole", 5), last_of(altered, "p-whole")
    lines[start - 1] = antedated(lines[start - 1])
    for number in range(start, end):
        entry = json.loads(lines[number])
        entry["previous"] = digest(b"partnerships/entry/1\n" + lines[number - 1])
        lines[number] = written(entry)
    told = altered.write(ENTRIES, lines).verify()
    assert layers(told) == {"log", "heads"}
    assert {number for layer, file, number in found(told) if file == ENTRIES} == set(range(start, end + 1))


def test_entries_and_log_rewritten_are_found_by_the_signed_root(hands: Copy) -> None:
    altered = hands("whole")
    number = last_of(altered, "p-register")
    index = int(altered.lines("index.txt")[number - 1])
    altered.change(ENTRIES, number, antedated)
    new = digest(b"partnerships/entry/1\n" + altered.lines(ENTRIES)[number - 1])
    told = altered.change(LOG, index + 1, lambda line: b"entry " + new.encode()).verify()
    assert layers(told) == {"log", "heads"}
    assert ("log", "checkpoint.txt", None) in found(told)
    assert "rewritten" in messages(told)


def test_a_middle_entry_taken_out_is_found_by_chain_and_log(hands: Copy) -> None:
    altered = hands("whole")
    number = line_of(altered, "p-whole", 4)
    index = int(altered.lines("index.txt")[number - 1])
    told = altered.drop(ENTRIES, number).drop("index.txt", number).verify()
    assert ("chain", ENTRIES, number) in found(told)
    assert ("log", LOG, index + 1) in found(told)
    assert layers(told) == {"chain", "log", "form"}


def test_a_history_cut_off_is_found_by_the_heads_and_the_log(hands: Copy) -> None:
    altered = hands("whole")
    number = last_of(altered, "p-whole")
    altered.drop(ENTRIES, number).drop("index.txt", number)
    entries = len(altered.lines(ENTRIES))
    told = altered.manifest(counts={"entries": entries}).verify()
    assert layers(told) == {"heads", "log"}


def test_in_a_part_a_history_cut_off_is_found_by_its_proof(hands: Copy) -> None:
    altered = hands("part")
    number = last_of(altered, "p-whole")
    altered.drop(ENTRIES, number).drop("index.txt", number).drop(CONTENTS, len(altered.lines(CONTENTS)))
    told = altered.recount().manifest(counts={"entries": len(altered.lines(ENTRIES))}).verify()
    assert layers(told) == {"heads"}
    assert "in the pack at" in messages(told)


def test_in_a_part_another_end_cannot_be_proved(hands: Copy) -> None:
    altered = hands("part")
    head = json.loads(altered.lines("heads.jsonl")[0])
    told = altered.change(
        "heads.jsonl", 1, lambda _: written(head | {"sequence": head["sequence"] - 1})
    ).verify()
    assert ("heads", "heads.jsonl", 1) in found(told)
    assert "not proved" in messages(told)


def test_in_a_part_a_partnership_that_was_not_asked_for_or_is_not_there_is_found(hands: Copy) -> None:
    altered = hands("part").manifest(partnerships=["p-register", "p-taken"])
    assert {"p-taken", "p-whole"} <= set(messages(altered.verify()).split())


def test_a_whole_partnership_taken_out_is_found_by_the_log_and_the_heads(hands: Copy) -> None:
    altered = hands("whole")
    named = [json.loads(line)["partnership"] for line in altered.lines(ENTRIES)]
    kept = [number for number, name in enumerate(named) if name != "p-taken"]
    for name in (ENTRIES, "index.txt"):
        lines = altered.lines(name)
        altered.write(name, [lines[number] for number in kept])
    counts = {"entries": len(kept), "partnerships": len(set(named)) - 1}
    told = altered.manifest(counts=counts).verify()
    assert layers(told) == {"log", "heads"}


def test_swapped_entries_are_found_by_the_chain(hands: Copy) -> None:
    altered = hands("whole")
    number = line_of(altered, "p-whole", 6)
    lines = altered.lines(ENTRIES)
    lines[number - 1], lines[number] = lines[number], lines[number - 1]
    assert {"chain", "log"} <= layers(altered.write(ENTRIES, lines).verify())


def test_an_entry_put_in_twice_is_found(hands: Copy) -> None:
    altered = hands("whole")
    number = line_of(altered, "p-whole", 6)
    for name in (ENTRIES, "index.txt"):
        lines = altered.lines(name)
        altered.write(name, [*lines[:number], lines[number - 1], *lines[number:]])
    told = altered.verify()
    assert ("chain", ENTRIES, number + 1) in found(told)
    assert "another entry took" in messages(told)


def test_the_end_of_the_log_cut_off_is_found_by_the_checkpoint(hands: Copy) -> None:
    altered = hands("whole")
    told = altered.write(LOG, altered.lines(LOG)[:-1]).verify()
    assert ("log", "checkpoint.txt", None) in found(told)
    assert "its end was cut off" in messages(told)


def test_a_log_drawn_out_beyond_its_checkpoint_is_found(hands: Copy) -> None:
    altered = hands("whole")
    told = altered.write(LOG, [*altered.lines(LOG), b"attempts " + b"0" * 64]).verify()
    assert found(told) == {("log", LOG, None)}


def test_an_older_checkpoint_left_out_is_found_by_its_leaf(hands: Copy) -> None:
    altered = hands("whole")
    older = altered.lines("older-checkpoints.jsonl")
    sizes = [int(json.loads(line).split("\n")[1]) for line in older]
    altered.write("older-checkpoints.jsonl", older[1:])
    told = altered.manifest(counts={"checkpoints": len(older)}).verify()
    assert found(told) == {("checkpoint", LOG, sizes[0])}


def test_an_altered_content_is_found_by_its_commitment(hands: Copy) -> None:
    altered = hands("open")
    number = line_of(altered, "p-register", 1, CONTENTS)
    told = altered.change(CONTENTS, number, lambda line: line.replace(b"Radio", b"Video")).verify()
    assert found(told) == {("content", CONTENTS, number)}


def test_an_altered_salt_is_found_by_the_commitment(hands: Copy) -> None:
    altered = hands("open")
    told = altered.change(
        CONTENTS, 1, lambda line: line.replace(b'"salt":"', b'"salt":"0')[:-1] + b"}"
    ).verify()
    assert ("form", CONTENTS, 1) in found(told)
    number = line_of(altered, "p-register", 1, CONTENTS)
    salt = json.loads(altered.lines(CONTENTS)[number - 1])["salt"].encode()
    told = altered.change(CONTENTS, number, lambda line: line.replace(salt, salt[::-1])).verify()
    assert ("content", CONTENTS, number) in found(told)


def test_a_content_that_is_missing_without_an_erasure_is_found_at_its_entry(hands: Copy) -> None:
    altered = hands("open")
    number = line_of(altered, "p-register", 1, CONTENTS)
    told = altered.drop(CONTENTS, number).recount().verify()
    assert found(told) == {("content", ENTRIES, line_of(altered, "p-register", 1))}
    assert "no erasure explains it" in messages(told)


def test_a_content_may_be_withheld_for_what_its_entry_is_and_for_nothing_else(hands: Copy) -> None:
    altered = hands("sealed")
    case = next(n for n, line in enumerate(altered.lines(CONTENTS), 1) if b'"ground"' in line)
    told = altered.change(CONTENTS, case, withheld_as(b"sealed")).recount().verify()
    assert told["verified"]
    assert told["pack"]["sealed"] > 0
    number = line_of(altered, "p-register", 1, CONTENTS)
    for why in (b"sealed", b"restricted"):
        told = altered.change(CONTENTS, number, withheld_as(why)).recount().verify()
        assert found(told) == {("content", CONTENTS, number)}


@pytest.mark.parametrize("name", ["open", "sealed"])
def test_a_sealed_or_restricted_content_that_is_gone_is_found_all_the_same(hands: Copy, name: str) -> None:
    altered = hands(name)
    analysis = line_of(altered, "p-restricted", 2, CONTENTS)
    case = next(
        json.loads(line)["sequence"] for line in altered.lines(ENTRIES) if b'"terminate_for_crisis"' in line
    )
    altered.drop(CONTENTS, analysis).drop(CONTENTS, line_of(altered, "p-crisis", case, CONTENTS))
    told = altered.recount().verify()
    lines = {
        ("content", ENTRIES, line_of(altered, *place)) for place in (("p-restricted", 2), ("p-crisis", case))
    }
    assert found(told) == lines


def test_the_content_of_another_entry_is_found(hands: Copy) -> None:
    altered = hands("open")
    number = line_of(altered, "p-register", 1, CONTENTS)
    told = altered.change(
        CONTENTS, number, lambda line: line.replace(b'"p-register"', b'"p-registes"')
    ).verify()
    assert ("content", CONTENTS, number) in found(told)


def test_an_altered_checkpoint_is_found_by_its_signature(hands: Copy) -> None:
    altered = hands("whole")
    note = (altered.path / "checkpoint.txt").read_text("utf-8").split("\n")
    note[1] = str(int(note[1]) - 1)
    told = altered.put("checkpoint.txt", "\n".join(note).encode()).verify()
    assert ("checkpoint", "checkpoint.txt", None) in found(told)


def test_everything_signed_anew_with_another_key_is_found_with_the_auditors_own_key(
    hands: Copy, kept: Kept, tmp_path: Path
) -> None:
    altered = hands("whole")
    origin = (altered.path / "checkpoint.txt").read_text("utf-8").split("\n")[0]
    thief = Signer.fresh(origin)
    note = (altered.path / "checkpoint.txt").read_text("utf-8").split("\n\n")[0] + "\n"
    statements = [line for line in altered.lines(LOG) if not line.startswith(b"key")]
    assert len(statements) < len(altered.lines(LOG))
    altered.put("keys.txt", f"{thief.verifier}\n".encode())
    altered.put("checkpoint.txt", f"{note}\n{thief.sign(note)}\n".encode())
    own = tmp_path / "own-key.txt"
    own.write_text(f"{open_audit(kept.service).keys().verifiers[0]}\n")
    told = altered.verify(keys=[str(own)])
    assert "neither by your key" in messages(told)


def test_the_auditors_own_key_may_be_the_first_or_a_later_one_of_the_log(
    hands: Copy, kept: Kept, tmp_path: Path
) -> None:
    whole = hands("whole")
    for number, key in enumerate(open_audit(kept.service).keys().verifiers):
        own = tmp_path / f"key-{number}.txt"
        own.write_text(f"{key}\n")
        for given in (str(own), str(key)):
            told = whole.verify(keys=[given])
            assert told["verified"]
            assert not any("Whether the keys" in one for one in told["not_checked"])


def test_a_key_that_nobody_handed_over_to_is_found(hands: Copy) -> None:
    altered = hands("whole")
    statement = json.loads(altered.lines("key-statements.jsonl")[0])
    told = altered.write("key-statements.jsonl", [written(statement.replace("\nkey\n", "\nKey\n"))]).verify()
    assert ("checkpoint", "key-statements.jsonl", 1) in found(told)
    told = altered.write("key-statements.jsonl", []).verify()
    assert "checkpoint" in layers(told)
    assert {"checkpoint.txt"} <= {file for layer, file, _ in found(told)}


def test_an_older_checkpoint_of_the_auditors_holds_the_log_to_what_it_was(
    hands: Copy, packs: Path, tmp_path: Path
) -> None:
    older = tmp_path / "older.txt"
    older.write_text(json.loads((packs / "whole" / "older-checkpoints.jsonl").read_bytes().splitlines()[0]))
    whole = hands("whole")
    told = whole.verify(checkpoints=[str(older)])
    assert told["verified"]
    older.rename(tmp_path / "older.checkpoint")
    assert verify_pack(whole.path, checkpoints=[tmp_path])["verified"]
    (tmp_path / "older.checkpoint").rename(older)
    assert not any("shown before" in one for one in told["not_checked"])
    lines = whole.lines(LOG)
    lines[0], lines[1] = lines[1], lines[0]
    told = whole.write(LOG, lines).verify(checkpoints=[str(older)])
    assert ("log", str(older), None) in found(told)


def test_another_log_is_told_by_an_older_checkpoint(hands: Copy, tmp_path: Path) -> None:
    other = Signer.fresh("partnerships/0000000000000000")
    note = f"partnerships/0000000000000000\n1\n{'A' * 43}=\n"
    (tmp_path / "own.txt").write_text(f"{note}\n{other.sign(note)}\n")
    told = hands("whole").verify(checkpoints=[str(tmp_path / "own.txt")])
    assert ("checkpoint", str(tmp_path / "own.txt"), None) in found(told)
    assert "another log" in messages(told)


def test_two_signed_roots_for_one_size_are_proof_against_whoever_holds_the_key(
    hands: Copy, kept: Kept, tmp_path: Path
) -> None:
    """The keeper shows one log to this auditor, and showed another, as long, to the same one before."""
    whole, signer = hands("whole"), read_signer(kept.folder / "second.key")
    origin, size, _ = (whole.path / "checkpoint.txt").read_text("utf-8").split("\n")[:3]
    note = f"{origin}\n{size}\n{'A' * 43}=\n"
    (tmp_path / "own.txt").write_text(f"{note}\n{signer.sign(note)}\n")
    told = whole.verify(checkpoints=[str(tmp_path / "own.txt")])
    assert layers(told) == {"checkpoint", "log"}
    assert "together they prove that two logs were shown" in messages(told)


def test_an_altered_policy_document_is_found_and_a_missing_one_is_told(hands: Copy) -> None:
    altered = hands("whole")
    [document] = (altered.path / "policies").iterdir()
    name = f"policies/{document.name}"
    told = altered.put(name, document.read_bytes().replace(b"MUST", b"MAY!", 1)).verify()
    assert found(told) == {("policy", name, None)}
    document.unlink()
    told = altered.reseal().verify()
    assert told["verified"]
    assert any(document.name in one for one in told["not_checked"])


@pytest.mark.parametrize(
    "changes",
    [
        {"size": 3},
        {"origin": "partnerships/another"},
        {"contents": "open"},
        {"partnerships": ["p-whole"]},
        {"counts": {"entries": 1}},
        {"counts": {"withheld": 0}},
        {"counts": {"checkpoints": True}},
        {"counts": {"more": 1}},
    ],
)
def test_a_manifest_that_says_otherwise_is_found(hands: Copy, changes: dict[str, object]) -> None:
    told = hands("whole").manifest(**changes).verify()
    assert not told["verified"]


@pytest.mark.parametrize("name", ["checkpoints", "contents", "entries", "partnerships", "withheld"])
def test_a_manifest_without_one_of_its_totals_is_found(hands: Copy, name: str) -> None:
    altered = hands("whole")
    manifest = json.loads((altered.path / "manifest.json").read_bytes())
    del manifest["counts"][name]
    told = altered.put("manifest.json", written(manifest) + b"\n").verify()
    assert found(told) == {("form", "manifest.json", None)}


def test_what_is_not_checked_is_always_told(hands: Copy, packs: Path) -> None:
    for told in (hands("whole").verify(), hands("part").put("manifest.json", b"").verify()):
        assert any("Whether what people put on file is true" in one for one in told["not_checked"])
