"""What a terminal cannot show is shown by the nearest that it can."""

from __future__ import annotations

from pathlib import Path

import pytest

import partnerships.doors
from partnerships.doors.text import STAND_INS, beside

CHOSEN_BY_THE_ENCODING = {"✓", "✗"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("late — since…", "late - since."),
        ("“why” – ‘so’", "\"why\" - 'so'"),
        ("███░░ 60%", "###.. 60%"),
        ("Söhne & Töchter, Diocèse", "Sohne & Tochter, Diocese"),
        ("Dioce\u0300se", "Diocese"),
        ("إذاعة 🎙", "????? ?"),
    ],
)
def test_a_character_that_ascii_lacks_has_a_stand_in(text: str, shown: str) -> None:
    assert text.encode("ascii", STAND_INS).decode() == shown


def test_a_day_beside_a_name_that_runs_from_right_to_left_is_marked() -> None:
    assert beside("Radio", "2024-03-01") == "2024-03-01"
    marked = beside("إذاعة المثال", "2024-03-01")
    assert (marked[0], marked[1:]) == ("\u200e", "2024-03-01")
    assert marked.encode("ascii", STAND_INS) == b"2024-03-01"


def test_an_encoding_that_has_a_character_keeps_it() -> None:
    assert "Töchter — 60%".encode("cp1252", STAND_INS).decode("cp1252") == "Töchter — 60%"


@pytest.mark.parametrize("folder", ["cli", "demo"])
def test_every_character_that_the_terminal_gets_from_here_has_one(folder: str) -> None:
    [doors] = partnerships.doors.__path__
    text = "".join(file.read_text("utf-8") for file in Path(doors, folder).rglob("*.py"))
    lacking = {each for each in set(text) if not each.isascii() and each.encode("ascii", STAND_INS) == b"?"}
    assert lacking - CHOSEN_BY_THE_ENCODING == set()
