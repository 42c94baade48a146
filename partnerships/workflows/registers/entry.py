"""The facts of one activity, as a `register_entry` holds them."""

from collections.abc import Iterable
from datetime import date

from partnerships.workflows.registers.amounts import UnusableAmount, money
from partnerships.workflows.registers.days import UnusableDate, is_coarse, parse_day


class UnusableEntry(ValueError):
    """The row's dates cannot be read, or end before they start."""


class EntryFacts:
    """Gathers the facts of one activity.

    `facts` is the body without its source; `left_out` says which facts were given but are not in it.
    """

    def __init__(self, reference: str, title: str, status: str) -> None:
        # A register entry needs a title; the reference is the only other name that the register gives the
        # activity.
        self.facts = {"reference": reference, "title": title or reference, "status": status}
        self.left_out: list[str] = []
        self._notes: list[str] = []

    def period(self, starts: Iterable[tuple[str, str]], ends: Iterable[tuple[str, str]]) -> None:
        """Takes the first given start and end; each is (what it is, the text).

        A year or a month alone is no day: it is kept as a note. Raises UnusableEntry if a date is no
        date, or if the end lies before the start.
        """
        start = self._first("starts_on", starts)
        end = self._first("ends_on", ends)
        if start and end and end < start:
            raise UnusableEntry(f"it ends ({end}) before it starts ({start})")

    def _first(self, field: str, given: Iterable[tuple[str, str]]) -> date | None:
        for what, text in given:
            if not text.strip():
                continue
            if is_coarse(text):
                self.note(f"{what} as given: {text.strip()}")
                self.left_out.append(f"the {what} {text.strip()!r} is no day; it is kept as a note")
                return None
            try:
                day = parse_day(text)
            except UnusableDate as fault:
                raise UnusableEntry(f"unusable date: the {what} is {str(fault)!r}") from None
            if day:
                self.facts[field] = day.isoformat()
            return day
        return None

    def amount(self, amount: object, currency: object) -> None:
        """Takes the amount if a `register_entry` can hold it, else says why not."""
        try:
            self.facts |= money(amount, currency)
        except UnusableAmount as fault:
            self.left_out.append(f"{fault}; the entry is taken without it")

    def note(self, text: str) -> None:
        self._notes.append(text)

    def finished(self) -> dict[str, str]:
        """Returns the body without its source."""
        return self.facts | ({"note": "; ".join(self._notes)} if self._notes else {})
