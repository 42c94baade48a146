"""Days as registers write them."""

import re
from datetime import date

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].{0,40}|Z|[+-]\d{2}:\d{2})?", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: \d{1,2}:\d{2}(?::\d{2})?)?", re.ASCII)
_COARSE = re.compile(r"\d{4}(?:-\d{2})?", re.ASCII)


class UnusableDate(ValueError):
    """The text is no day that exists."""


def parse_day(text: str) -> date | None:
    """Reads an ISO day or instant, or day/month/year with or without a time; blank text gives None.

    The day is the one written: a time of day or a time zone beside it moves nothing. Raises UnusableDate
    for anything else, a year or a month alone included (the day would be a guess).
    """
    text = text.strip()
    if not text:
        return None
    try:
        if found := _ISO.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _DAY_FIRST.fullmatch(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        pass
    raise UnusableDate(text[:40])


def is_coarse(text: str) -> bool:
    """Tells whether the text is a year, or a year and a month: a date, but no day."""
    return _COARSE.fullmatch(text.strip()) is not None
