"""The detached signature: it is over these files, by this key, and over nothing that is no report."""

from __future__ import annotations

from hashlib import sha256

import pytest

from partnerships.audit.log.notes import BadNote, Head, Note, Signer
from partnerships.audit.report import problems, sign

FILES = {"report.html": b"<html>", "report.json": b"{}"}


@pytest.fixture
def signer() -> Signer:
    return Signer.fresh("partnerships/0011223344556677")


def test_signed_files_check(signer: Signer) -> None:
    assert problems(sign(FILES, signer), FILES, signer.verifier) == []


def test_one_of_the_files_checks_alone(signer: Signer) -> None:
    note = sign(FILES, signer)
    assert problems(note, {"report.json": b"{}"}, signer.verifier) == []


def test_an_altered_file_is_named(signer: Signer) -> None:
    found = problems(sign(FILES, signer), {**FILES, "report.html": b"<HTML>"}, signer.verifier)
    assert found == ["report.html is not the file that was signed"]


def test_files_that_changed_names_are_not_taken_for_each_other(signer: Signer) -> None:
    swapped = {"report.html": b"{}", "report.json": b"<html>"}
    assert len(problems(sign(FILES, signer), swapped, signer.verifier)) == 2


def test_another_key_is_not_taken(signer: Signer) -> None:
    other = Signer.fresh(signer.verifier.name)
    assert problems(sign(FILES, signer), FILES, other.verifier) == [
        f"{other.verifier.name} did not sign this"
    ]


def test_an_altered_list_is_not_taken(signer: Signer) -> None:
    altered = sign(FILES, signer).replace(sha256(b"{}").hexdigest(), sha256(b"[]").hexdigest())
    found = problems(altered, {**FILES, "report.json": b"[]"}, signer.verifier)
    assert found == [f"{signer.verifier.name} did not sign this"]


def test_a_signature_over_something_else_is_no_report(signer: Signer) -> None:
    text = str(Head(signer.verifier.name, 3, bytes(32)))
    found = problems(str(Note(text).signed(signer)), {}, signer.verifier)
    assert found == ["the signature is not over a report"]


def test_a_report_is_no_checkpoint(signer: Signer) -> None:
    with pytest.raises(BadNote):
        Head.parse(Note.parse(sign(FILES, signer)).text)


def test_what_is_no_note_is_said_to_be_none(signer: Signer) -> None:
    assert problems(b"\xff", FILES, signer.verifier) == ["a note is UTF-8 text"]


def test_its_lines_are_those_of_sha256sum(signer: Signer) -> None:
    lines = sign(FILES, signer).splitlines()
    assert lines[1] == f"{sha256(b'<html>').hexdigest()}  report.html"
