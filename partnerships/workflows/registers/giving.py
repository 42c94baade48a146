"""360Giving JSON: grants to organisations."""

import json
from datetime import date
from decimal import Decimal
from typing import Any, NoReturn

from partnerships.workflows.registers.countries import Pairs
from partnerships.workflows.registers.days import UnusableDate, parse_day
from partnerships.workflows.registers.entry import EntryFacts, UnusableEntry
from partnerships.workflows.registers.file import RegisterFile
from partnerships.workflows.registers.names import clean
from partnerships.workflows.registers.row import Publisher, Reading, Row

_NUMBERS = ("charityNumber", "companyNumber")


def read_giving(file: RegisterFile) -> Reading:
    """Reads every recipient organisation of every grant.

    Raises RegisterError if the file is no 360Giving JSON.

    360Giving gives no status: it is `unknown` unless an actual end lies no later than the day the grant's
    data were last modified. A duration is not an end: it stays a note, and so does the day of the award,
    which is no start. Grants to individuals, addresses, postcodes and descriptions are not read.
    """
    grants = _grants(file)
    reading = Reading("360giving")
    pairs = Pairs(
        (_text(place, "name"), _text(place, "countryCode"))
        for grant in grants
        for place in _objects(grant, "beneficiaryLocation")
    )
    for number, grant in enumerate(grants, start=1):
        _Grant(file, reading, pairs, number, grant).read()
    return reading


def _grants(file: RegisterFile) -> list[dict[str, Any]]:
    remedy = 'a 360Giving file is one object with a list "grants"'
    try:
        whole = json.loads(file.utf8(), parse_float=Decimal, parse_constant=_refuse)
    except json.JSONDecodeError as fault:
        raise file.error(
            f"line {fault.lineno}, column {fault.colno}",
            f"the JSON is broken or cut off ({fault.msg})",
            "fetch the file again from its publisher",
        ) from None
    except RecursionError:
        raise file.error(None, "the JSON is nested too deeply", remedy) from None
    except ValueError as fault:
        raise file.error(
            None, f"the JSON holds a number that cannot be read ({fault})", "correct it"
        ) from None
    grants = whole.get("grants") if isinstance(whole, dict) else None
    if not isinstance(grants, list):
        raise file.error(None, 'the JSON has no list "grants"', remedy)
    for number, grant in enumerate(grants, start=1):
        if not isinstance(grant, dict):
            raise file.error(f"grant {number}", "this grant is no object", remedy)
    return grants


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


class _Grant:
    """One grant on its way into the reading."""

    def __init__(
        self, file: RegisterFile, reading: Reading, pairs: Pairs, number: int, grant: dict[str, Any]
    ) -> None:
        self.file = file
        self.reading = reading
        self.pairs = pairs
        self.number = number
        self.grant = grant

    def read(self) -> None:
        reference = self.text(self.grant, "id") or None
        recipients = _objects(self.grant, "recipientOrganization")
        if not recipients:
            person = "recipientIndividual" in self.grant
            reason = "a grant to an individual" if person else "no recipient organisation"
            return self.reading.leave_out(self.number, reference, reason)
        if reference is None:
            return self.reading.leave_out(self.number, None, "the grant has no identifier")
        try:
            facts = self.facts(reference)
        except UnusableEntry as fault:
            return self.reading.leave_out(self.number, reference, str(fault))
        if len(recipients) == 1:
            facts.amount(self.grant.get("amountAwarded"), self.grant.get("currency"))
        for reason in facts.left_out:
            self.reading.leave_out(self.number, reference, reason)
        funders = _objects(self.grant, "fundingOrganization")
        publisher = Publisher()
        if funders:
            publisher = Publisher(self.text(funders[0], "id"), self.text(funders[0], "name"))
        places = _objects(self.grant, "beneficiaryLocation")
        works_in = [
            self.pairs.resolve(self.text(place, "countryCode") or self.text(place, "name"))
            for place in places
        ]
        codes = tuple(dict.fromkeys(code for code in works_in if code))
        for recipient in recipients:
            name = self.text(recipient, "name")
            if not name:
                self.reading.leave_out(self.number, reference, "the recipient organisation has no name")
                continue
            self.reading.rows.append(
                Row(
                    number=self.number,
                    reference=reference,
                    publisher=publisher,
                    name=name,
                    identifiers=self.identifiers(recipient),
                    country=self.country(recipient),
                    works_in=codes if len(codes) == 1 or len(recipients) == 1 else (),
                    places=tuple(self.text(place, "name") for place in places),
                    entry=facts.finished(),
                )
            )
        return None

    def text(self, item: dict[str, Any], key: str) -> str:
        return clean(self.file.bounded(_text(item, key), f"grant {self.number}", key))

    def identifiers(self, recipient: dict[str, Any]) -> tuple[tuple[str, str], ...]:
        given = [("org-id", self.text(recipient, "id"))]
        given += [(key, self.text(recipient, key)) for key in _NUMBERS]
        return tuple((scheme, value) for scheme, value in given if value)

    def country(self, recipient: dict[str, Any]) -> str | None:
        if given := self.text(recipient, "addressCountry"):
            return self.pairs.resolve(given)
        locations = {self.text(place, "countryCode") for place in _objects(recipient, "location")} - {""}
        return self.pairs.resolve(locations.pop()) if len(locations) == 1 else None

    def facts(self, reference: str) -> EntryFacts:
        actual = _objects(self.grant, "actualDates")
        planned = _objects(self.grant, "plannedDates")
        facts = EntryFacts(reference, self.text(self.grant, "title"), "unknown")
        facts.period(
            [(f"{what} start", self.text(item, "startDate"))
             for what, items in (("actual", actual), ("planned", planned)) for item in items],
            [(f"{what} end", self.text(item, "endDate"))
             for what, items in (("actual", actual), ("planned", planned)) for item in items],
        )  # fmt: skip
        ended = any(_text(item, "endDate").strip() for item in actual)
        modified = _day(_text(self.grant, "dateModified"))
        if ended and modified and facts.facts.get("ends_on", "9999-12-31") <= modified.isoformat():
            facts.facts["status"] = "ended"
        if awarded := self.text(self.grant, "awardDate"):
            day = _day(awarded)
            facts.note(f"awarded on {day.isoformat() if day else awarded}")
        for item in planned:
            if duration := self.text(item, "duration"):
                facts.note(f"planned duration as given: {duration}")
        return facts


def _objects(item: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """The objects under a key that should hold a list of them; one object alone stands for a list of one."""
    value = item.get(key)
    values = value if isinstance(value, list) else [value]
    return [found for found in values if isinstance(found, dict)]


def _text(item: dict[str, Any], key: str) -> str:
    value = item.get(key)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else ""


def _day(text: str) -> date | None:
    try:
        return parse_day(text)
    except UnusableDate:
        return None
