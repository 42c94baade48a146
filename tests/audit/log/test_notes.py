"""Signed notes and checkpoints: the published example, several signers, whatever is written wrongly."""

from __future__ import annotations

from dataclasses import replace

import pytest

from partnerships.audit.log.merkle import root_of
from partnerships.audit.log.notes import BadNote, Head, Note, Signer, Verifier

# The example of the format's first implementation, with the key pair that its documentation prints.
EXAMPLE_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
EXAMPLE_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
EXAMPLE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZIn"
    "NIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
HEAD = Head("partnerships/0123456789abcdef", 2, root_of([bytes(32), bytes(32)]))


@pytest.fixture
def log() -> Signer:
    return Signer.fresh("partnerships/0123456789abcdef")


@pytest.fixture
def witness() -> Signer:
    return Signer.fresh("auditor.example")


def test_the_published_example_is_verified_and_signed_again() -> None:
    key, note = Verifier.parse(EXAMPLE_KEY), Note.parse(EXAMPLE)
    assert note.is_signed_by(key)
    signer = Signer.parse(EXAMPLE_SECRET)
    assert str(signer.verifier) == EXAMPLE_KEY
    assert str(Note(note.text).signed(signer)) == EXAMPLE


def test_a_checkpoint_is_read_as_it_was_written(log: Signer) -> None:
    note = Note.parse(str(Note(str(HEAD)).signed(log)))
    assert Head.parse(note.text) == HEAD
    assert note.text.split("\n")[:2] == ["partnerships/0123456789abcdef", "2"]


def test_what_a_later_version_adds_below_the_root_is_kept() -> None:
    more = Head(HEAD.origin, HEAD.size, HEAD.root, ("one more line",))
    assert Head.parse(str(more)) == more


def test_several_sign_and_each_signature_stands_alone(log: Signer, witness: Signer) -> None:
    note = Note.parse(str(Note(str(HEAD)).signed(log).signed(witness)))
    assert note.is_signed_by(log.verifier)
    assert note.is_signed_by(witness.verifier)
    assert [line.name for line in note.signatures] == ["partnerships/0123456789abcdef", "auditor.example"]
    assert not Note(note.text, note.signatures[:1]).is_signed_by(witness.verifier)


def test_another_text_is_not_signed(log: Signer) -> None:
    note = Note(str(HEAD)).signed(log)
    assert not Note(note.text.replace("\n2\n", "\n3\n"), note.signatures).is_signed_by(log.verifier)


def test_another_key_of_the_same_name_did_not_sign(log: Signer) -> None:
    impostor = Signer.fresh(log.verifier.name)
    assert not Note(str(HEAD)).signed(impostor).is_signed_by(log.verifier)


def test_a_signature_with_any_bit_turned_is_none(log: Signer) -> None:
    note = Note(str(HEAD)).signed(log)
    [line] = note.signatures
    for at in range(len(line.signature)):
        turned = bytearray(line.signature)
        turned[at] ^= 1
        wrong = Note(note.text, (type(line)(line.name, line.hash, bytes(turned)),))
        assert not wrong.is_signed_by(log.verifier)


def test_a_signature_that_is_none_beside_a_right_one_spoils_the_note(log: Signer, witness: Signer) -> None:
    note = Note(str(HEAD)).signed(log).signed(witness)
    wrong = replace(note.signatures[0], signature=bytes(64))
    for lines in ((wrong, *note.signatures), (*note.signatures, wrong)):
        assert not Note(note.text, lines).is_signed_by(log.verifier)
        assert Note(note.text, lines).is_signed_by(witness.verifier)


def test_a_key_is_read_as_it_was_written(log: Signer) -> None:
    assert Verifier.parse(str(log.verifier)) == log.verifier
    assert Signer.parse(log.secret()).verifier == log.verifier


def test_a_private_key_does_not_show(log: Signer) -> None:
    hidden = log.secret().split("+", 4)[-1]
    assert len(hidden) > 40
    assert hidden not in repr(log) + str(log) + f"{log}"
    with pytest.raises(BadNote) as error:
        Signer.parse(log.secret()[:-4] + "AAA=")
    assert hidden[:20] not in str(error.value)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("no signature\n", "blank line"),
        ("text\n\n", "signature line"),
        ("text\n\n— one\n", "signature line"),
        ("text\n\n- one AAAAAAAA\n", "signature line"),
        ("text\n\n— one AAAAAAAA", "signature lines"),
        ("text\n\n— one AAAA*AAA\n", "base64"),
        ("text\n\n— one AAAAAAB=\n", "stray bits"),
        ("text\n\n— one AAAA\n", "too short"),
        ("text\n\n— one AAAAAA==\n", "too short"),
        ("text\n\n— o+e AAAAAAAA\n", "signature line"),
        ("text\n\n— one AA\u00e9AAAAA\n", "base64"),
        ("te\txt\n\n— one AAAAAAAA\n", "control"),
        (b"\xff\n\n", "UTF-8"),
    ],
)
def test_a_note_written_wrongly_is_refused(written: str | bytes, message: str) -> None:
    with pytest.raises(BadNote, match=message):
        Note.parse(written)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("log\n1\n", "a line each"),
        ("\n1\nAAAA\n", "a line each"),
        (f"{HEAD}\nmore\n", "a line each"),
        ("log\n01\nAAAA\n", "size"),
        ("log\n-1\nAAAA\n", "size"),
        ("log\n1\nAAAA\n", "32 bytes"),
        ("log\n1\nnot base64\n", "base64"),
    ],
)
def test_a_checkpoint_written_wrongly_is_refused(text: str, message: str) -> None:
    with pytest.raises(BadNote, match=message):
        Head.parse(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("only-a-name", "NAME"),
        (EXAMPLE_KEY.replace("c74f20a3", "c74f20a4"), "does not fit"),
        (EXAMPLE_KEY.replace("PeterNeumann", "Somebody"), "does not fit"),
        (EXAMPLE_KEY.replace("+ARpc", "+AhpC"), "not an Ed25519"),
        (EXAMPLE_KEY[:-4], "32 bytes"),
    ],
)
def test_a_key_written_wrongly_is_refused(text: str, message: str) -> None:
    with pytest.raises(BadNote, match=message):
        Verifier.parse(text)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\u200bb", "a\x7fb"])
def test_a_name_is_one_printable_word(name: str) -> None:
    with pytest.raises(BadNote, match="name"):
        Signer.fresh(name)


def test_a_key_under_which_anybody_can_sign_is_none() -> None:
    with pytest.raises(BadNote, match="anybody can sign"):
        Verifier("log", bytes([1]) + bytes(31))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("PRIVATE+KEY+only-a-name", "PRIVATE"),
        (EXAMPLE_SECRET.replace("PRIVATE", "PUBLIC"), "PRIVATE"),
        (EXAMPLE_SECRET.replace("+AYE", "+BYE"), "not an Ed25519"),
        (EXAMPLE_SECRET[:-4], "not an Ed25519"),
        (EXAMPLE_SECRET.replace("c74f20a3", "c74f20a4"), "does not fit"),
    ],
)
def test_a_private_key_written_wrongly_is_refused(text: str, message: str) -> None:
    with pytest.raises(BadNote, match=message) as error:
        Signer.parse(text)
    assert EXAMPLE_SECRET[-20:] not in str(error.value)


def test_a_text_without_its_line_feed_is_no_note() -> None:
    with pytest.raises(BadNote, match="line feed"):
        Note("text")
