"""Lines that are no commands: each is named as invalid, nothing is half-written, the next is served."""

from __future__ import annotations

import json
from typing import Any

import pytest

from partnerships import Service
from tests.bodies import BODIES
from tests.outcomes import accepted, invalid
from tests.story import Story, actor

PM = actor("pm-1")


def line(**command: Any) -> bytes:
    return json.dumps(command).encode()


def comment(text: Any = "Seen", **parts: Any) -> bytes:
    command = {
        "do": "record",
        "id": "p-1",
        "kind": "comment",
        "body": {"about": 1, "text": text},
        "actor": PM,
    }
    return line(**command | parts)


def apply(story: Story, *lines: bytes) -> list[dict[str, Any]]:
    return list(story.service.apply_lines(lines))


GOOD = comment()
MEGABYTES = 10 * 1024 * 1024
BAD = {
    "not json": b"identify p-1, please",
    "cut off": GOOD[:-7],
    "two objects": GOOD + GOOD,
    "an array": b"[" + GOOD + b"]",
    "an empty array": b"[]",
    "a string": b'"identify"',
    "a number": b"1",
    "null": b"null",
    "true": b"true",
    "an empty object": b"{}",
    "NaN": GOOD.replace(b'"about": 1', b'"about": NaN'),
    "Infinity": GOOD.replace(b'"about": 1', b'"about": -Infinity'),
    "NaN for a line": b"NaN",
    "not UTF-8": GOOD.replace(b"Seen", b"Se\xff\xfen"),
    "Latin-1": GOOD.replace(b"Seen", "é".encode("latin-1")),
    "a byte order mark": b"\xef\xbb\xbf" + GOOD,
    "UTF-16": GOOD.decode().encode("utf-16"),
    "surrogates in UTF-8": GOOD.replace(b"Seen", b"\xed\xa0\x80"),
    "a NUL": GOOD.replace(b"Seen", b"Se\x00en"),
    "a NUL for a line": b"\x00",
    "an escaped NUL": GOOD.replace(b"Seen", rb"Se\u0000en"),
    "a lone surrogate": GOOD.replace(b"Seen", rb"\ud800"),
    "a lone surrogate in an id": GOOD.replace(b"p-1", rb"p-\udc00"),
    "a raw control character": GOOD.replace(b"Seen", b"Se\x01en"),
    "a key twice": GOOD.replace(b'"do": "record"', b'"do": "record", "do": "record"'),
    "a key twice within": GOOD.replace(b'"about": 1', b'"about": 1, "about": 1'),
    "deep arrays": b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000,
    "deep and closed": b"[" * 100_000 + b"]" * 100_000,
    "deep within": GOOD.replace(b'"about": 1', b'"about": ' + b"[" * 50_000 + b"]" * 50_000),
    "a huge integer": GOOD.replace(b'"about": 1', b'"about": ' + b"9" * 5_000),
    "a huge exponent": GOOD.replace(b'"about": 1', b'"about": 1e999'),
    "ten megabytes of nothing": b"x" * MEGABYTES,
    "ten megabytes in an unknown field": comment(colour="x" * MEGABYTES),
}


@pytest.mark.parametrize("bad", list(BAD.values()), ids=list(BAD))
def test_a_bad_line_is_invalid_and_the_next_one_is_served(story: Story, bad: bytes) -> None:
    story.to("identified")
    with story.nothing_changes():
        (outcome,) = apply(story, bad)
    assert outcome["line"] == 1
    invalid(outcome)
    first, second = apply(story, bad, GOOD)
    invalid(first)
    accepted(second)
    assert (second["line"], second["sequence"]) == (2, 2)
    assert len(json.dumps(first)) < 100_000


def test_a_byte_order_mark_is_named_with_what_to_do(story: Story) -> None:
    (outcome,) = apply(story.to("identified"), BAD["a byte order mark"])
    assert outcome["errors"] == [
        {"field": "line", "message": "begins with a byte order mark; save it as UTF-8 without one"}
    ]


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_a_line_that_breaks_off_says_where(service: Service, end: bytes) -> None:
    [outcome] = service.apply_lines([b'{"do":"identify"' + end])
    [error] = outcome["errors"]
    whole = "write one object, from { to }, on one line"
    assert error["message"] == f"is not JSON: Expecting ',' delimiter at column 17; {whole}"


def test_what_breaks_within_a_whole_object_is_told_by_its_place_alone(service: Service) -> None:
    [outcome] = service.apply_lines([b'{"do" "identify"}\n'])
    assert outcome["errors"][0]["message"] == "is not JSON: Expecting ':' delimiter at column 7"


@pytest.mark.every_store
def test_all_bad_lines_at_once_leave_nothing_behind(story: Story) -> None:
    story.to("identified")
    small = [bad for bad in BAD.values() if len(bad) < 1000]
    with story.nothing_changes():
        outcomes = apply(story, *small)
    assert {outcome["outcome"] for outcome in outcomes} == {"invalid"}
    assert [outcome["line"] for outcome in outcomes] == list(range(1, len(small) + 1))


def test_a_long_text_is_kept_or_named_and_never_cut(story: Story) -> None:
    story.to("identified")
    first, second = apply(story, comment("x" * MEGABYTES), GOOD)
    assert first["outcome"] in ("accepted", "invalid")
    accepted(second)
    assert len(story.history()) == (3 if first["outcome"] == "accepted" else 2)


def test_blank_lines_are_skipped_and_numbers_are_the_files(story: Story) -> None:
    story.to("identified")
    outcomes = apply(story, b"", b"   \t ", GOOD, b"\n", b"nonsense\n", b"\r\n", GOOD + b"\r\n")
    assert [(one["line"], one["outcome"]) for one in outcomes] == [
        (3, "accepted"),
        (5, "invalid"),
        (7, "accepted"),
    ]


def test_a_refusal_stops_nothing(story: Story) -> None:
    story.to("identified")
    assess = line(do="trigger", id="p-1", trigger="assess", actor=PM)
    unknown = line(do="trigger", id="p-9", trigger="assess", actor=PM)
    stale = comment(expected_sequence=0)
    outcomes = apply(story, assess, unknown, stale, b"{", GOOD)
    assert [one["outcome"] for one in outcomes] == ["refused", "not_found", "conflict", "invalid", "accepted"]
    assert [one["line"] for one in outcomes] == [1, 2, 3, 4, 5]
    assert "errors" in outcomes[3]
    assert "id" not in outcomes[3]


@pytest.mark.every_store
@pytest.mark.parametrize("batch", [1, 3, 100])
def test_in_batches_the_outcomes_are_the_same(story: Story, batch: int) -> None:
    story.to("identified")
    assess = line(do="trigger", id="p-1", trigger="assess", actor=PM)
    lines = [
        GOOD,
        b"{",
        assess,
        GOOD,
        comment(key="k-1"),
        comment(key="k-1"),
        comment("Other", key="k-1"),
        GOOD,
    ]
    outcomes = list(story.service.apply_lines(lines, batch=batch))
    assert [one["outcome"] for one in outcomes] == [
        *("accepted", "invalid", "refused", "accepted"),
        *("accepted", "accepted", "invalid", "accepted"),
    ]
    assert [one.get("sequence") for one in outcomes] == [2, None, None, 3, 4, 4, None, 5]
    assert len(story.history()) == 5


def test_a_whole_life_on_lines(story: Story) -> None:
    day = story.today
    commands = [line(do="identify", id="p-1", body=BODIES["partner_profile"](day), actor=PM)]
    for kind in ("context_analysis", "stakeholder_mapping", "selection", "assessment"):
        by = actor("pm-2") if kind == "assessment" else PM
        commands.append(line(do="record", id="p-1", kind=kind, body=BODIES[kind](day), actor=by))
    commands.append(line(do="trigger", id="p-1", trigger="assess", actor=PM))
    outcomes = apply(story, *commands)
    assert [one["sequence"] for one in outcomes] == [1, 2, 3, 4, 5, 6]
    assert outcomes[-1] == {
        "line": 6,
        "outcome": "accepted",
        "id": "p-1",
        "state": "assessed",
        "sequence": 6,
        "warnings": [],
    }


@pytest.mark.parametrize("form", ["dict", "text", "bytes"])
def test_a_command_may_come_in_any_form_and_has_no_line(story: Story, form: str) -> None:
    story.to("identified")
    given = {"dict": json.loads(GOOD), "text": GOOD.decode(), "bytes": GOOD}[form]
    outcome = story.service.apply(given)
    accepted(outcome)
    assert "line" not in outcome


@pytest.mark.parametrize(
    "given", [float("nan"), None, [], "", b"", {1: 2}, {"do": object()}, {"do": {1, 2}}, {"do": b"identify"}]
)
def test_what_is_no_json_at_all_is_invalid_in_the_library_too(story: Story, given: Any) -> None:
    story.to("identified")
    with story.nothing_changes():
        invalid(story.service.apply(given))


@pytest.mark.parametrize(
    "text", ["Ünïcödé", "مرحبا", "😀", "e\u0301", "a\u2028b", "<script>", "'; DROP TABLE x; --"]
)
def test_every_other_text_is_kept_as_it_is(story: Story, text: str) -> None:
    story.to("identified").has("partner_profile", name=text)
    assert story.show()["partner"]["name"] == text
