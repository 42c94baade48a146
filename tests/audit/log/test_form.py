"""Stored bytes are their own canonical form, or that is a finding, whatever a lenient reader forgives."""

from __future__ import annotations

import json
import unicodedata
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.audit.verifying.form import content_fault, form_fault
from partnerships.audit.verifying.shape import Looked, read_shapes
from partnerships.lifecycle.canonical import canonical, entry_digest
from partnerships.lifecycle.vocabulary import EntryType
from tests.audit.log.intruder import Intruder, of
from tests.audit.log.world import World
from tests.storage.rows import all_rows
from tests.tables import TABLES

MOST = 2**53

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(1 - MOST, MOST - 1) | st.floats(1 - MOST, MOST - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)

SAMPLE = canonical(
    {
        "actor": {"id": "pm-1", "party": "ims", "roles": ["programme_manager"]},
        "content": "0" * 64,
        "cycle": 1,
        "door": "library",
        "entry": "record",
        "evidence": [1, 2],
        "kind": "comment",
        "on": "2024-03-01",
        "partnership": "p-1",
        "policy": {"digest": "0" * 64, "version": "1.1"},
        "previous": "0" * 64,
        "recorded_at": "2024-03-01T09:00:00.000000Z",
        "sequence": 1,
        "settings": "0" * 64,
        "version": 1,
        "warnings": [],
    }
)


@given(JSON)
def test_canonical_bytes_are_their_own_form(value: Any) -> None:
    assert form_fault(canonical(value)) is None


@given(st.dictionaries(st.text(), JSON, min_size=1, max_size=4))
def test_the_same_value_written_otherwise_is_not(value: dict[str, Any]) -> None:
    written = canonical(value)
    for otherwise in (
        json.dumps(value, indent=1).encode(),
        b" " + written,
        written + b"\n",
        written[:-1] + b"," + written[1:],
    ):
        assert otherwise == written or form_fault(otherwise) is not None


@pytest.mark.parametrize(
    ("stored", "why"),
    [
        (b'{"a":1,"a":1}', "a key twice"),
        (b'{"b":1,"a":1}', "out of order"),
        (b'{"a": 1}', "blanks"),
        (b'{"a":1.0}', "a number written otherwise"),
        (b'{"a":1e16}', "a number written otherwise"),
        (b'{"a":-0}', "a number written otherwise"),
        (b'{"a":"\\u0041"}', "a number written otherwise"),
        (b'{"a":"\\/"}', "canonical form"),
        (b'{"\xef\xbf\xbf":1,"\xf0\x90\x80\x80":1}', "out of order"),
        (str(MOST).join(('{"a":', "}")).encode(), "canonical JSON can carry"),
        (b'{"a":NaN}', "not JSON"),
        (b'{"a":"\\ud800"}', "not JSON"),
        (b'{"a":"\xff"}', "not JSON"),
        (b"", "not JSON"),
        ('{"a":1}', "not kept as bytes"),
        (None, "not kept as bytes"),
    ],
)
def test_what_is_not_its_own_canonical_form(stored: Any, why: str) -> None:
    assert why in (form_fault(stored) or "")


def test_composed_and_decomposed_letters_are_two_texts() -> None:
    """Canonical JSON changes no text: both forms stand, and the digest tells which was written."""
    composed = canonical({"name": "é"})
    decomposed = canonical({"name": unicodedata.normalize("NFD", "é")})
    assert form_fault(composed) is form_fault(decomposed) is None
    assert entry_digest(composed) != entry_digest(decomposed)


@pytest.mark.parametrize("stored", [b'{"a":1,"a":1}', b'{"b":1,"a":1}', b'{"a": 1}', b"\xff"])
def test_a_contents_bytes_are_held_to_their_form_too(stored: bytes) -> None:
    assert content_fault(stored) is not None


@pytest.mark.parametrize("stored", [b'{"a":1.5}', b'{"a":1}', '{"é":"é"}'.encode()])
def test_a_sealed_part_may_hold_any_json(stored: bytes) -> None:
    assert content_fault(stored) is None


@pytest.mark.every_store
def test_every_entry_that_is_written_has_the_shape_that_is_read_at_once(world: World) -> None:
    stored = [bytes(row.canonical) for row in all_rows(world.service, "entry")]
    assert stored
    assert all(read_shapes(stored))


def test_every_entry_but_an_erasure_may_have_the_shape() -> None:
    assert {*get_args(Looked)} == {*EntryType} - {EntryType.ERASURE}


@given(st.lists(st.dictionaries(st.sampled_from(["actor", "cycle", "version", "warnings", "x"]), JSON)))
def test_a_shape_that_is_read_and_written_alike_is_canonical(changes: list[dict[str, Any]]) -> None:
    chains = [json.loads(SAMPLE) | changed for changed in changes]
    for write in (canonical, _compact):
        stored = [write(chain) for chain in chains]
        for bytes_, shape in zip(stored, read_shapes(stored), strict=True):
            assert shape is None or form_fault(bytes_) is None


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"\n",
        b"{}",
        b"\xff",
        SAMPLE + b"\n",
        b"\n" + SAMPLE,
        SAMPLE + b"\n" + SAMPLE,
        SAMPLE + b" ",
        SAMPLE[:40] + b"\n" + SAMPLE[40:],
        SAMPLE[:-1],
        SAMPLE.decode(),
        None,
        7,
    ],
)
def test_bytes_of_another_form_are_told_from_those_beside_them(bad: Any) -> None:
    """Entries are read many at a time: no line of one may pass for another's."""
    read = read_shapes([SAMPLE, bad, SAMPLE])
    assert [shape is not None for shape in read] == [True, False, True]


def test_an_entry_cut_in_two_is_not_one_entry_with_its_other_half() -> None:
    assert read_shapes([SAMPLE[:40], SAMPLE[40:]]) == [None, None]
    assert read_shapes([SAMPLE + b"\n" + SAMPLE, b""]) == [None, None]


def test_every_character_is_written_as_canonical_json_writes_it() -> None:
    """A shape's texts are not looked at again: so no character may be escaped in another way."""
    codes = (code for code in range(0x110000) if not 0xD800 <= code <= 0xDFFF)
    chain = json.loads(SAMPLE)
    for code in codes:
        if code < 0x3000 or code % 97 == 0:
            assert read_shapes([canonical(chain | {"door": f"a{chr(code)}"})]) != [None]


def _compact(chain: Any) -> bytes:
    return json.dumps(chain, separators=(",", ":"), sort_keys=True).encode()


FORMS = {
    "a key twice": lambda kept: kept[:-1] + b',"version":1}',
    "keys out of order": lambda kept: b'{"version":1,' + kept[1:].replace(b',"version":1', b""),
    "a float": lambda kept: kept.replace(b'"version":1', b'"version":1.0'),
    "a float in a list": lambda kept: kept.replace(b'"evidence":[', b'"evidence":[1e16,', 1).replace(
        b",]", b"]"
    ),
    "beyond 2^53": lambda kept: kept.replace(b'"cycle":1', b'"cycle":9007199254740993'),
    "blanks": lambda kept: kept.replace(b":", b": ", 1),
    "an escape for nothing": lambda kept: kept.replace(b'"p-3"', b'"p\\u002d3"'),
}


@pytest.mark.every_store
@pytest.mark.parametrize("name", FORMS)
def test_an_entry_in_another_form_is_found_though_its_digest_and_head_fit(world: World, name: str) -> None:
    last = len(world.service.history("p-3"))
    intruder = Intruder(world.service)
    [row] = [r for r in all_rows(world.service, "entry") if (r.partnership_id, r.sequence) == ("p-3", last)]
    written = FORMS[name](bytes(row.canonical))
    assert written != bytes(row.canonical)
    entry = TABLES.entry
    digest = entry_digest(written)
    intruder.run(entry.update().where(*of(entry, "p-3", last)).values(canonical=written, digest=digest))
    intruder.move_head("p-3", last, digest)
    faults = world.alone().faults
    assert {(fault.rule, fault.partnership, fault.sequence) for fault in faults if fault.layer == "form"} >= {
        ("form.entry", "p-3", last)
    }
