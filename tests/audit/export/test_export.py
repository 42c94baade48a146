"""What every export keeps to: nothing sealed, no text, one moment, constant memory."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from partnerships import BadRequest, Service, UnknownPartnership
from partnerships.audit.export import FORMATS, export
from tests.audit.erasure.erasing import erased
from tests.audit.export import ocel_rules
from tests.audit.export.conftest import HOSTILE, SEALED, written
from tests.story import Story


@pytest.mark.parametrize("format", FORMATS)
def test_nothing_sealed_and_no_text_of_anybody(files: dict[str, bytes], format: str) -> None:
    for word in (
        SEALED,
        HOSTILE,
        "example.invalid",
        "Radio of the Hills",
        "crisis_case",
        "Decided too early",
    ):
        assert word.encode() not in files[format], word


@pytest.mark.parametrize("format", FORMATS)
def test_who_raised_a_case_is_not_told(opened: Callable[..., Service], clock: Any, format: str) -> None:
    story = Story(opened(), clock)
    story.identify()
    story.has("crisis_case", by="safeguarding-7")
    assert b"safeguarding-7" not in written(story.service, format)


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_history_gives_the_same_bytes(
    lived_through: Service, files: dict[str, bytes], format: str
) -> None:
    assert written(lived_through, format) == files[format]


@pytest.mark.parametrize("format", FORMATS)
def test_an_empty_database_gives_a_whole_file(service: Service, format: str) -> None:
    out = io.BytesIO()
    assert export(service, format, out) == 0
    assert out.getvalue().rstrip().endswith((b"]", b"}", b"</log>", b"checkpoint_size"))


@pytest.mark.parametrize("format", FORMATS)
def test_some_partnerships_alone(lived_through: Service, format: str) -> None:
    file = written(lived_through, format, ids=["g-ordinary"])
    assert b"g-ordinary" in file
    assert b"g-taken-over" not in file


def test_an_unknown_format_or_partnership_is_named(service: Service) -> None:
    with pytest.raises(BadRequest, match="format 'xlsx'"):
        export(service, "xlsx", io.BytesIO())
    with pytest.raises(UnknownPartnership, match="p-9"):
        export(service, "csv", io.BytesIO(), ids=["p-9"])


def test_progress_is_told_to_the_end(lived_through: Service) -> None:
    told: list[tuple[int, int]] = []
    total = export(lived_through, "csv", io.BytesIO(), progress=lambda done, of: told.append((done, of)))
    assert told == [(number, total) for number in range(1, total + 1)]


@pytest.mark.every_store
@pytest.mark.parametrize("format", FORMATS)
def test_every_store_gives_every_entry(story: Story, format: str) -> None:
    story.to("active_activity")
    total = len(story.history())
    assert export(story.service, format, io.BytesIO()) == total


def test_an_erasure_changes_nothing_of_what_was_exported_before(story: Story) -> None:
    story.to("active_activity")
    before = {name: written(story.service, name) for name in ("csv", "cloudevents")}
    erased(story, 4)
    lines = written(story.service, "csv").splitlines()
    assert lines[:-1] == before["csv"].splitlines()
    [told] = list(csv.DictReader(io.StringIO(written(story.service, "csv").decode(), newline="")))[-1:]
    assert (told["activity"], told["erased"], told["basis"]) == ("erasure", "4", "consent_withdrawn")
    assert (told["actor"], told["second"]) == ("director-1", "safeguarding-1")
    assert ocel_rules.problems(json.loads(written(story.service, "ocel"))) == []
    assert written(story.service, "cloudevents").startswith(before["cloudevents"].rstrip(b"]\n"))
    for name in ("xes", "ocel", "prov"):
        assert b"erasure" in written(story.service, name)


@pytest.mark.parametrize("format", FORMATS)
def test_an_erased_case_is_not_told_of_either(story: Story, format: str) -> None:
    story.identify()
    case = story.has("crisis_case", by="safeguarding-7")
    story.withdraw(case, by="safeguarding-7")
    erased(story, case)
    file = written(story.service, format)
    assert b"safeguarding-7" not in file
    assert b"crisis_case" not in file


class Nowhere(io.RawIOBase):
    """Takes bytes and keeps none."""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return len(data)


def test_memory_does_not_grow_with_the_history(story: Story) -> None:
    story.identify()

    def peak(format: str) -> int:
        tracemalloc.start()
        export(story.service, format, Nowhere())  # type: ignore[arg-type]
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    lines = [
        story.command("record", "pm-1", kind="comment", body={"about": 1, "text": "x"}) for _ in range(1500)
    ]

    def file(part: list[Any]) -> None:
        told = story.service.apply_lines((json.dumps(line).encode() for line in part), batch=500)
        assert all(each["outcome"] == "accepted" for each in told)

    file(lines[:750])
    for format in FORMATS:
        peak(format)
    before = {format: peak(format) for format in FORMATS}
    file(lines[750:])
    for format in FORMATS:
        assert peak(format) < before[format] * 1.25, format
