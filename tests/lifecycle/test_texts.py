"""Texts: what shows nothing is blank, and what was only typed otherwise is the same."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.lifecycle.records.reading import is_plain, without_blanks
from partnerships.lifecycle.texts import BLANKS, PRINTABLE_BLANKS, bare


def test_blank_is_what_is_white_and_what_shows_nothing() -> None:
    everything = map(chr, (*range(0xD800), *range(0xE000, 0x110000)))
    white = {character for character in everything if character.isspace()}
    assert white <= set(BLANKS)
    assert set(PRINTABLE_BLANKS) == {character for character in BLANKS if character.isprintable()}
    assert not any(character.isalnum() and character not in PRINTABLE_BLANKS for character in BLANKS)


@given(st.text(alphabet=st.sampled_from(BLANKS), max_size=5))
def test_a_text_of_nothing_else_is_absent(text: str) -> None:
    assert not is_plain(text)
    assert without_blanks(text, [], "") is None


@pytest.mark.parametrize(
    "text", ["a\u200b", "\u0627\u200c\u0628", "\u2068name\u2069", "\U0001f468\u200d\U0001f469"]
)
def test_a_text_with_joiners_and_marks_is_kept_as_it_is(text: str) -> None:
    assert without_blanks(text, [], "") == text


@given(st.text())
def test_composed_or_not_it_is_the_same(text: str) -> None:
    forms = {bare(unicodedata.normalize(form, text)) for form in ("NFC", "NFD")}
    assert forms == {bare(text)}


@given(st.text(), st.text(alphabet=st.sampled_from(BLANKS)))
def test_what_shows_nothing_makes_no_other_text(text: str, blank: str) -> None:
    assert bare(blank) == ""
    assert bare(blank + text + blank) == bare(text)


def test_accents_make_another_text() -> None:
    assert bare("resume") != bare("r\u00e9sum\u00e9")
