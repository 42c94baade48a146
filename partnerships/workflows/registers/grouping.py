"""From rows to candidates: which rows name the same organisation.

1. A name, normalised, of one publisher is one organisation; in two countries, two.
2. An identifier never joins names, and one that several names share says nothing and is dropped.
3. The publisher itself and its offices are no partners of it.
"""

from collections import Counter
from collections.abc import Iterable

from partnerships.workflows.registers.countries import is_place
from partnerships.workflows.registers.ids import id_of
from partnerships.workflows.registers.names import normal
from partnerships.workflows.registers.register import Candidate, Register
from partnerships.workflows.registers.row import Publisher, Reading, Row

_OFFICE_WORDS = {
    "country",
    "field",
    "head",
    "headquarters",
    "hq",
    "office",
    "programme",
    "project",
    "regional",
}
_Identifier = tuple[str, str]


def grouped(reading: Reading, digest: str) -> Register:
    """Returns the register: its rows as candidates, in the order in which the file first names them."""
    rows = _partners(reading)
    shared = _shared_identifiers(reading, rows)
    candidates = tuple(
        _candidate(reading, group, country, shared, digest, several)
        for group, country, several in _groups(rows)
    )
    # reported in the file's order; what concerns several rows comes last
    reading.left_out.sort(key=lambda item: (item.row is None, item.row or 0))
    return Register(
        format=reading.format,
        source=_source(reading.rows),
        digest=digest,
        published_on=reading.published_on,
        candidates=candidates,
        left_out=tuple(reading.left_out),
        remarks=tuple(reading.remarks),
    )


def _source(rows: Iterable[Row]) -> str:
    sources = list(dict.fromkeys(row.publisher.source for row in rows))
    if len(sources) > 3:
        return "; ".join(sources[:3]) + f"; and {len(sources) - 3} more"
    return "; ".join(sources) or Publisher().source


def _partners(reading: Reading) -> list[Row]:
    partners = []
    for row in reading.rows:
        if not normal(row.name):
            reading.leave_out(row.number, row.reference, f"no name: {row.name[:40]!r} has no letter or digit")
        elif reason := _own(row):
            reading.leave_out(row.number, row.reference, reason)
        else:
            partners.append(row)
    return partners


def _own(row: Row) -> str | None:
    """Why the row names the publisher itself or an office of it; None if it does not."""
    own = row.publisher.reference.casefold()
    if own and any(value.casefold() == own for _, value in row.identifiers):
        return f"{row.name[:100]!r} carries the publisher's own identifier"
    publisher, name = normal(row.publisher.name), normal(row.name)
    if not publisher:
        return None
    if name == publisher:
        return f"{row.name[:100]!r} is the publisher itself"
    if not name.startswith(publisher + " "):
        return None
    rest = name.removeprefix(publisher + " ")
    place = " ".join(word for word in rest.split() if word not in _OFFICE_WORDS)
    if not place or is_place(place) or place in {normal(given) for given in row.places}:
        return f"{row.name[:100]!r} is an office of the publisher: its name and a place"
    return None


def _shared_identifiers(reading: Reading, rows: list[Row]) -> set[_Identifier]:
    names: dict[_Identifier, set[str]] = {}
    for row in rows:
        for identifier in row.identifiers:
            names.setdefault(identifier, set()).add(normal(row.name))
    shared = {identifier: len(found) for identifier, found in names.items() if len(found) > 1}
    for (scheme, value), count in shared.items():
        reading.leave_out(
            None, value, f"the identifier ({scheme}) is given to {count} organisations, so it is dropped"
        )
    return set(shared)


def _groups(rows: list[Row]) -> list[tuple[list[Row], str | None, bool]]:
    """The rows of each organisation, its country, and whether its name is there in several countries."""
    by_name: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        by_name.setdefault((row.publisher.key, normal(row.name)), []).append(row)
    groups: list[tuple[list[Row], str | None, bool]] = []
    for named in by_name.values():
        countries = {row.country for row in named if row.country}
        if len(countries) <= 1:
            groups.append((named, next(iter(countries), None), False))
            continue
        by_country: dict[str | None, list[Row]] = {}
        for row in named:
            by_country.setdefault(row.country, []).append(row)
        groups += [(found, country, True) for country, found in by_country.items()]
    return groups


def _candidate(
    reading: Reading,
    rows: list[Row],
    country: str | None,
    shared: set[_Identifier],
    digest: str,
    several: bool,
) -> Candidate:
    first = rows[0]
    spellings = Counter(row.name for row in rows)
    profile: dict[str, object] = {"name": spellings.most_common(1)[0][0]}
    if country:
        profile["country"] = country
    works_in = list(dict.fromkeys(code for row in rows for code in row.works_in))
    if works_in:
        profile["works_in"] = works_in
    identifiers = list(
        dict.fromkeys(given for row in rows for given in row.identifiers if given not in shared)
    )
    if identifiers:
        profile["identifiers"] = [{"scheme": scheme, "value": value} for scheme, value in identifiers]
    _remark(reading, first, country, works_in, identifiers)
    key = (first.publisher.key, normal(first.name))
    return Candidate(id_of(key, country), profile, _entries(reading, rows, digest), None if several else key)


def _remark(
    reading: Reading, first: Row, country: str | None, works_in: list[str], identifiers: list[_Identifier]
) -> None:
    several = [scheme for scheme, count in Counter(scheme for scheme, _ in identifiers).items() if count > 1]
    if several:
        values = ", ".join(value for scheme, value in identifiers if scheme == several[0])
        reason = f"{first.name[:100]!r} is given under several identifiers ({values[:200]})"
        reading.remark(first.number, first.reference, f"{reason}: check that it is one organisation")
    elif country is None and not identifiers and len(works_in) > 1:
        reason = f"{first.name[:100]!r} is named in several countries ({', '.join(works_in)})"
        reading.remark(first.number, first.reference, f"{reason}: check that it is one organisation")


def _entries(reading: Reading, rows: list[Row], digest: str) -> tuple[dict[str, str], ...]:
    taken: dict[str, tuple[int, dict[str, str]]] = {}
    entries = []
    for row in rows:
        if row.entry is None:
            continue
        reference = row.entry["reference"]
        if reference in taken:
            number, facts = taken[reference]
            if number != row.number:
                how = "the same" if facts == row.entry else "other"
                reading.leave_out(
                    row.number,
                    reference,
                    f"row {number} has this organisation and reference, with {how} facts",
                )
            continue
        taken[reference] = (row.number, row.entry)
        entries.append({"source": row.publisher.source, "source_digest": digest, **row.entry})
    return tuple(entries)
