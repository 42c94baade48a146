"""IATI activity XML.

In 1.0x roles and dates are words; in 2.0x they are codes, and names are narratives.
"""

from collections.abc import Iterator
from io import BytesIO
from xml.etree.ElementTree import Element

from partnerships.workflows.registers.countries import country_code
from partnerships.workflows.registers.days import UnusableDate, parse_day
from partnerships.workflows.registers.entry import EntryFacts, UnusableEntry
from partnerships.workflows.registers.file import RegisterFile
from partnerships.workflows.registers.names import clean
from partnerships.workflows.registers.row import Publisher, Reading, Row
from partnerships.workflows.registers.statuses import status_of

_MAX_DEPTH = 100
_NEEDED = {
    "reporting-org", "iati-identifier", "title", "activity-status", "activity-date", "participating-org",
    "recipient-country", "budget",
}  # fmt: skip
_DATE_TYPES = {
    "start-planned": "planned start", "1": "planned start",
    "start-actual": "actual start", "2": "actual start",
    "end-planned": "planned end", "3": "planned end",
    "end-actual": "actual end", "4": "actual end",
}  # fmt: skip
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_XML_REMEDY = "fetch the file again from its publisher, or have it corrected there"


def read_iati(file: RegisterFile) -> Reading:
    """Reads every implementing organisation of every activity.

    Raises RegisterError if the file is no IATI activity XML.

    The country that an activity takes place in is kept as where its implementer works, not as where it is
    at home: the register does not say that. Contacts, addresses, descriptions and transactions are not
    read.
    """
    reading = Reading("iati")
    for number, activity in enumerate(_activities(file, reading), start=1):
        _read_activity(file, reading, number, activity)
    return reading


def _activities(file: RegisterFile, reading: Reading) -> Iterator[Element]:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, iterparse

    depth, count = 0, 0
    root: Element | None = None
    try:
        for event, element in iterparse(BytesIO(file.data), events=("start", "end"), forbid_dtd=True):
            if event == "start":
                depth += 1
                if root is None:
                    root = element
                    _check_root(file, reading, root)
                if depth > _MAX_DEPTH:
                    raise file.error(f"activity {count + 1}", "elements are nested too deeply", _XML_REMEDY)
                continue
            depth -= 1
            if depth == 1 and element.tag == "iati-activity":
                count += 1
                yield element
            if root is not None and depth == 1:
                # Without this, every activity of a large file would stay in memory.
                root.clear()
            elif depth == 2 and element.tag not in _NEEDED:
                element.clear()
    except DefusedXmlException:
        raise file.error(
            None,
            "it declares a document type or entities, which a register has no use for",
            "remove the DOCTYPE",
        ) from None
    except ParseError as fault:
        line, column = fault.position
        problem = f"the XML is broken or cut off ({str(fault).partition(':')[0]})"
        raise file.error(f"line {line}, column {column + 1}", problem, _XML_REMEDY) from None
    except (ValueError, LookupError) as fault:
        raise file.error(None, f"its encoding cannot be read ({fault})", "save the file as UTF-8") from None


def _check_root(file: RegisterFile, reading: Reading, root: Element) -> None:
    if root.tag != "iati-activities":
        raise file.error(
            None, f"this XML is <{root.tag[:60]}>, not <iati-activities>", "name an IATI activity file"
        )
    try:
        day = parse_day(root.get("generated-datetime", ""))
    except UnusableDate:
        day = None
    reading.published_on = day.isoformat() if day else None


def _read_activity(file: RegisterFile, reading: Reading, number: int, activity: Element) -> None:
    place = f"activity {number}"

    def text(element: Element | None, what: str) -> str:
        return clean(file.bounded(_words(element), place, what))

    def attribute(element: Element, name: str) -> str:
        return clean(file.bounded(element.get(name) or "", place, name))

    reporting = activity.find("reporting-org")
    publisher = Publisher()
    if reporting is not None:
        publisher = Publisher(attribute(reporting, "ref"), text(reporting, "reporting organisation"))
    reference = text(activity.find("iati-identifier"), "identifier") or None
    implementing = [
        organisation
        for organisation in activity.findall("participating-org")
        if attribute(organisation, "role").casefold() in ("implementing", "4")
    ]
    if not implementing:
        return reading.leave_out(number, reference, "no implementing organisation")
    if reference is None:
        return reading.leave_out(number, None, "the activity has no identifier")
    try:
        facts = _facts(reading, number, reference, text(activity.find("title"), "title"), activity)
    except UnusableEntry as fault:
        return reading.leave_out(number, reference, str(fault))
    if len(implementing) == 1:
        _amount(facts, activity)
    for reason in facts.left_out:
        reading.leave_out(number, reference, reason)

    countries = [
        (text(country, "country"), country_code(attribute(country, "code") or text(country, "country")))
        for country in activity.findall("recipient-country")
    ]
    codes = tuple(dict.fromkeys(code for _, code in countries if code))
    for organisation in implementing:
        name = text(organisation, "organisation's name")
        given = attribute(organisation, "ref")
        if not name:
            why = "the implementing organisation has no name" + (f" (identifier {given})" if given else "")
            reading.leave_out(number, reference, why)
            continue
        reading.rows.append(
            Row(
                number=number,
                reference=reference,
                publisher=publisher,
                name=name,
                identifiers=(("org-id", given),) if given else (),
                # With several implementers and several countries nothing says who works where.
                works_in=codes if len(codes) == 1 or len(implementing) == 1 else (),
                places=tuple(place for place, _ in countries if place),
                entry=facts.finished(),
            )
        )
    return None


def _facts(reading: Reading, number: int, reference: str, title: str, activity: Element) -> EntryFacts:
    element = activity.find("activity-status")
    given = clean(element.get("code") or _words(element)) if element is not None else ""
    status = status_of(given) if given else "unknown"
    if status is None:
        reading.remark(number, reference, f"the status {given[:40]!r} is not known; taken as unknown")
    dates: dict[str, str] = {}
    for item in activity.findall("activity-date"):
        what = _DATE_TYPES.get((item.get("type") or "").strip().casefold())
        if what:
            dates.setdefault(what, clean(item.get("iso-date") or _words(item)))
    facts = EntryFacts(reference, title, status or "unknown")
    facts.period(
        [(what, dates.get(what, "")) for what in ("actual start", "planned start")],
        [(what, dates.get(what, "")) for what in ("actual end", "planned end")],
    )
    return facts


def _amount(facts: EntryFacts, activity: Element) -> None:
    # Several budgets are periods or revisions of each other: their sum would be our figure, not the
    # register's.
    budgets = activity.findall("budget")
    value = budgets[0].find("value") if len(budgets) == 1 else None
    if value is not None:
        facts.amount(clean(value.text), value.get("currency") or activity.get("default-currency"))


def _words(element: Element | None) -> str:
    """The narrative in the file's own language, else the first (2.0x), else the element's own text (1.0x)."""
    if element is None:
        return ""
    narratives = [each for each in element.findall("narrative") if each.text and each.text.strip()]
    narratives.sort(key=lambda narrative: _LANGUAGE in narrative.attrib)
    return (narratives[0].text if narratives else element.text) or ""
