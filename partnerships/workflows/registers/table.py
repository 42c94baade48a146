"""CSV: one row for each activity of an organisation, under documented column names."""

import csv
import io
import re
from collections.abc import Iterator

from partnerships.workflows.registers.countries import country_code
from partnerships.workflows.registers.days import UnusableDate, parse_day
from partnerships.workflows.registers.entry import EntryFacts, UnusableEntry
from partnerships.workflows.registers.file import RegisterFile
from partnerships.workflows.registers.names import clean
from partnerships.workflows.registers.row import Publisher, Reading, Row
from partnerships.workflows.registers.statuses import status_of

COLUMNS = (
    "organisation", "country", "works_in", "identifier_scheme", "identifier", "reference", "title", "status",
    "starts_on", "ends_on", "amount", "currency", "publisher", "publisher_id", "published_on",
)  # fmt: skip
_FACTS = ("reference", "title", "status", "starts_on", "ends_on", "amount")
_REMEDY = "the columns are: " + ", ".join(COLUMNS)


def read_table(file: RegisterFile) -> Reading:
    """Reads every row; raises RegisterError if the file has no header with the column `organisation`.

    The separator is a comma, a semicolon or a tab, whichever the header holds most of. Columns of other
    names are not read, and are reported. A row without any fact of an activity gives the organisation
    alone.
    """
    reading = Reading("csv")
    text = file.utf8()
    if "\0" in text:
        raise file.error(None, "it holds NUL bytes, so it is no CSV", "save the register as CSV, in UTF-8")
    lines = _lines(file, text)
    first, header, _ = next(lines, (1, [], False))
    columns = [re.sub(r"[\s-]+", "_", clean(name).casefold()) for name in header]
    if "organisation" not in columns:
        raise file.error(f"line {first}", "there is no column 'organisation'", _REMEDY)
    for name in COLUMNS:
        if columns.count(name) > 1:
            raise file.error(f"line {first}", f"the column {name!r} is there twice", "remove one of them")
    for shown, name in zip(header, columns, strict=True):
        if name and name not in COLUMNS:
            reading.leave_out(None, None, f"the column {clean(shown)[:60]!r} is not read")
    published: set[str] = set()
    for number, cells, cut_off in lines:
        if not any(cell.strip() for cell in cells):
            continue
        for name, cell in zip(columns, cells, strict=False):
            file.bounded(cell, f"line {number}", name)
        if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
            reading.leave_out(number, None, "more fields than the header has columns")
            continue
        if len(cells) < len(columns):
            if cut_off:
                reading.leave_out(number, None, "the file ends in the middle of this row: it was cut off")
                continue
            reading.remark(
                number, None, "fewer fields than the header has columns; the others are taken as blank"
            )
        given = {name: clean(cell) for name, cell in zip(columns, cells, strict=False) if name in COLUMNS}
        _read_row(reading, number, given, published)
    if len(published) == 1:
        reading.published_on = published.pop()
    return reading


def _lines(file: RegisterFile, text: str) -> Iterator[tuple[int, list[str], bool]]:
    """The rows, each with the line where it begins, and whether the file ends in the middle of it."""
    header = text.partition("\n")[0]
    separator = max(",;\t", key=header.count)
    stream = io.StringIO(text, newline="")
    rows = csv.reader(stream, delimiter=separator, strict=True)
    has_end = text.endswith(("\n", "\r"))
    number = 1
    try:
        for cells in rows:
            yield number, cells, not has_end and stream.tell() == len(text)
            number = rows.line_num + 1
    except csv.Error as fault:
        raise file.error(
            f"line {number}",
            f"the CSV is broken there ({fault})",
            "correct its quotes, or save it as CSV again",
        ) from None


def _read_row(reading: Reading, number: int, given: dict[str, str], published: set[str]) -> None:
    reference = given.get("reference") or None
    name = given.get("organisation", "")
    if not name:
        return reading.leave_out(number, reference, "no organisation named")
    try:
        day = parse_day(given.get("published_on", ""))
        entry = _entry(reading, number, given)
    except UnusableDate as fault:
        return reading.leave_out(number, reference, f"unusable date: published_on is {str(fault)!r}")
    except UnusableEntry as fault:
        return reading.leave_out(number, reference, str(fault))
    if day:
        published.add(day.isoformat())
    identifier = given.get("identifier", "")
    country = country_code(given.get("country", ""))
    if given.get("country") and not country:
        reading.leave_out(
            number, reference, f"the country {given['country'][:60]!r} is neither an ISO code nor name"
        )
    works_in = []
    for place in re.split(r"[;|]", given.get("works_in", "")):
        code = country_code(place)
        if code:
            works_in.append(code)
        elif place.strip():
            reading.leave_out(
                number, reference, f"works_in {place.strip()[:60]!r} is neither an ISO code nor name"
            )
    reading.rows.append(
        Row(
            number=number,
            reference=reference,
            publisher=Publisher(given.get("publisher_id", ""), given.get("publisher", "")),
            name=name,
            identifiers=((given.get("identifier_scheme") or "org-id", identifier),) if identifier else (),
            country=country,
            works_in=tuple(dict.fromkeys(works_in)),
            entry=entry,
        )
    )
    return None


def _entry(reading: Reading, number: int, given: dict[str, str]) -> dict[str, str] | None:
    if not any(given.get(name) for name in _FACTS):
        return None
    reference = given.get("reference", "")
    if not reference:
        reading.leave_out(number, None, "no reference: the organisation is taken, the activity is not")
        return None
    status = status_of(given["status"]) if given.get("status") else "unknown"
    if status is None:
        reading.remark(
            number, reference, f"the status {given['status'][:40]!r} is not known; taken as unknown"
        )
    facts = EntryFacts(reference, given.get("title", ""), status or "unknown")
    facts.period([("start", given.get("starts_on", ""))], [("end", given.get("ends_on", ""))])
    facts.amount(given.get("amount"), given.get("currency"))
    for reason in facts.left_out:
        reading.leave_out(number, reference, reason)
    return facts.finished()
