"""Files that are no register: one error, on one line, with the file, the place and what to do."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerships.errors import PartnershipsError
from partnerships.workflows.registers import Register, RegisterError, read_register
from tests.registers.samples import GIVING, IATI_1, IATI_2, TABLE

BOMB = (
    b"<!DOCTYPE a [<!ENTITY a 'aaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><iati-activities>&b;</iati-activities>"
)
OUTSIDE = b"<!DOCTYPE a SYSTEM 'file:///etc/hostname'><iati-activities/>"
LONG = "A" * 10_001
ORGANISATION = "<participating-org role='4'>{}</participating-org>"
ACTIVITY = "<iati-activities><iati-activity>{}</iati-activity></iati-activities>"
IDENTIFIER = "<iati-identifier>A1</iati-identifier>"


BAD = [
    ("empty", b"", "the file is empty; fetch it again"),
    ("blank", b" \n\t ", "the file is empty; fetch it again"),
    ("cut.xml", IATI_1.read_bytes()[:700], "line 13, column 30: the XML is broken or cut off (no element"),
    (
        "open.xml",
        b"<iati-activities><iati-activity>",
        "line 1, column 33: the XML is broken or cut off (no element",
    ),
    (
        "junk.xml",
        b"<iati-activities/>\n<more/>",
        "line 2, column 1: the XML is broken or cut off (junk after",
    ),
    ("latin.xml", b"<iati-activities>\n\xff</iati-activities>", "line 2, column 1: the XML is broken"),
    (
        "page.xml",
        b"<html><body/></html>",
        "this XML is <html>, not <iati-activities>; name an IATI activity file",
    ),
    ("other.xml", b"<iati-organisations/>", "this XML is <iati-organisations>, not <iati-activities>"),
    (
        "space.xml",
        b"<iati-activities xmlns='http://example.org/'/>",
        "this XML is <{http://example.org/}iati",
    ),
    ("bomb.xml", BOMB, "it declares a document type or entities"),
    ("outside.xml", OUTSIDE, "remove the DOCTYPE"),
    ("deep.xml", b"<iati-activities>" + b"<a>" * 200_000, "activity 1: elements are nested too deeply"),
    ("utf7.xml", b"<?xml version='1.0' encoding='utf-7'?><iati-activities/>", "its encoding cannot be read"),
    ("none.xml", b"<?xml version='1.0' encoding='none'?><iati-activities/>", "save the file as UTF-8"),
    (
        "name.xml",
        ACTIVITY.format(IDENTIFIER + ORGANISATION.format(LONG)).encode(),
        "activity 1: the organisation's name is 10,0",
    ),
    ("cut.json", GIVING.read_bytes()[:500], "the JSON is broken or cut off ("),
    ("deep.json", b"[" * 200_000, "the JSON is nested too deeply"),
    (
        "list.json",
        b"[]",
        'the JSON has no list "grants"; a 360Giving file is one object with a list "grants"',
    ),
    ("none.json", b'{"grants": {}}', 'the JSON has no list "grants"'),
    ("odd.json", b'{"grants": [{}, 5]}', "grant 2: this grant is no object"),
    (
        "nan.json",
        b'{"grants": [{"amountAwarded": NaN}]}',
        "the JSON holds a number that cannot be read (NaN)",
    ),
    ("big.json", b'{"grants": [' + b"9" * 5000 + b"]}", "the JSON holds a number that cannot be read"),
    (
        "latin.json",
        b'{"grants": [{"id": "\n\n\xe9"}]}',
        "line 3: the bytes there are not UTF-8; save the file as UTF-8",
    ),
    (
        "name.json",
        json.dumps({"grants": [{"id": LONG}]}).encode(),
        "grant 1: the id is 10,001 characters long",
    ),
    (
        "latin.csv",
        b"organisation\nRadio\nR\xe4dio\n",
        "line 3: the bytes there are not UTF-8; save the file as UTF-8",
    ),
    (
        "prose.txt",
        b"To whom it may concern",
        "line 1: there is no column 'organisation'; the columns are: organis",
    ),
    (
        "sheet.xlsx",
        b"PK\x03\x04 and so on",
        "this is a spreadsheet or an archive; save its sheet as CSV, in UTF-8",
    ),
    (
        "utf16.csv",
        "organisation\nA\n".encode("utf-16"),
        "line 1: the bytes there are not UTF-8; save the file as UTF-8",
    ),
]


@pytest.mark.parametrize(("name", "data", "said"), BAD, ids=[name for name, _, _ in BAD])
def test_a_file_that_is_no_register(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    with pytest.raises(RegisterError) as raised:
        read_register(file)
    assert said in str(raised.value)
    assert str(raised.value).startswith(str(file))
    assert "\n" not in str(raised.value)


def test_an_error_carries_its_facts(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text('{"grants": [7]}')
    with pytest.raises(PartnershipsError) as raised:
        read_register(file)
    error = raised.value
    assert isinstance(error, RegisterError)
    assert (error.path, error.place, error.problem) == (str(file), "grant 1", "this grant is no object")
    assert error.remedy == 'a 360Giving file is one object with a list "grants"'


def test_a_directory_and_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match="this is a directory; name one file in it"):
        read_register(tmp_path)
    with pytest.raises(RegisterError, match="there is no such file; check the path"):
        read_register(tmp_path / "absent.csv")
    with pytest.raises(RegisterError, match="it cannot be read"):
        read_register(tmp_path / ("a" * 5000))
    with pytest.raises(RegisterError, match="it cannot be read"):
        read_register("a\0b")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(RegisterError, match="this is no regular file"):
        read_register(tmp_path / "pipe")


def test_a_file_beyond_the_limit_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "sparse.csv"
    with file.open("wb") as stream:
        stream.truncate(256 * 1024 * 1024 + 1)
    with pytest.raises(RegisterError, match=r"the file has 268,435,457 bytes, more than 256 MiB; split it"):
        read_register(file)


def test_odd_characters_in_names_and_identifiers_reach_no_id(tmp_path: Path) -> None:
    file = tmp_path / "odd.json"
    name = "Example \ud800\u0000\u202e Radio ../\n'; --"
    given = {"id": "\ud800/../\u0000", "recipientOrganization": [{"id": "é\ud83d ü", "name": name}]}
    file.write_text(json.dumps({"grants": [given]}))
    [candidate] = read_register(file).candidates
    assert candidate.id.removeprefix("reg-").isalnum()
    assert candidate.profile["name"] == "Example Radio ../ '; --"
    assert candidate.profile["identifiers"] == [{"scheme": "org-id", "value": "é ü"}]
    assert candidate.entries[0]["reference"] == "/../"


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    whole = data.draw(st.sampled_from([path.read_bytes() for path in (IATI_1, IATI_2, GIVING, TABLE)]))
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 40)))
    file = tmp_path_factory.getbasetemp() / "damaged"
    file.write_bytes(whole[:start] + data.draw(st.binary(max_size=20)) + whole[end:])
    try:
        found: Register | RegisterError = read_register(file)
    except RegisterError as error:
        found = error
    assert isinstance(found, Register) or (found.problem and found.remedy)
