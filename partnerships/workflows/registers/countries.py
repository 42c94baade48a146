"""Countries: ISO codes, names that ISO resolves exactly, and names that the file itself pairs with a code."""

from collections.abc import Iterable
from functools import cache
from zoneinfo import available_timezones

from partnerships.workflows.registers.names import clean, normal

_CONTINENTS = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")


def country_code(text: str) -> str | None:
    """Returns the ISO 3166-1 alpha-2 code (or XK) that the text is, or exactly names; else None."""
    text = clean(text)
    if not text or text.isdigit():
        return None
    return _countries().get(text.casefold())


def country_codes() -> frozenset[str]:
    """Returns every ISO 3166-1 alpha-2 code, and XK."""
    return frozenset(_countries().values())


def is_place(name: str) -> bool:
    """Tells whether a normalised name is a country or subdivision of ISO 3166, or a time zone's city."""
    return name in _places()


class Pairs:
    """Names that a file writes beside an ISO code, so that the name alone can be resolved elsewhere in it."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._codes: dict[str, set[str | None]] = {}
        for name, code in pairs:
            if name and len(code.strip()) == 2:
                self._codes.setdefault(normal(name), set()).add(country_code(code))

    def resolve(self, name: str) -> str | None:
        """Returns the code of a country's name; None if neither ISO nor the file knows it, or they differ."""
        by_iso = country_code(name)
        by_file = self._codes.get(normal(name), set())
        found = {code for code in (by_iso, *by_file) if code}
        return found.pop() if len(found) == 1 else None


@cache
def _countries() -> dict[str, str]:
    import pycountry

    found = {"xk": "XK", "kosovo": "XK"}
    for country in pycountry.countries:
        for field in ("alpha_2", "alpha_3", "name", "official_name", "common_name"):
            if value := getattr(country, field, None):
                found[value.casefold()] = country.alpha_2
    return found


@cache
def _places() -> frozenset[str]:
    import pycountry

    names = [name for name in _countries() if len(name) > 3]
    names += [subdivision.name for subdivision in pycountry.subdivisions]
    names += [zone.rpartition("/")[2] for zone in available_timezones() if zone.startswith(_CONTINENTS)]
    return frozenset(normal(name) for name in names)
