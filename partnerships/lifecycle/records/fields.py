"""The types that records' fields are made of."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, ClassVar, Literal

import pycountry
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import CoreSchema, core_schema

_AMOUNT = re.compile(r"-?\d{1,30}(\.\d{1,10})?", re.ASCII)
_ID = "^[A-Za-z0-9._-]{1,64}$"
_DIGEST = "^(sha256:)?[0-9a-fA-F]{64}$"
PATTERNS = {
    _ID: "must be an id of 1-64 characters of A-Z a-z 0-9 . _ -",
    _DIGEST: "must be a SHA-256 digest of 64 hexadecimal digits",
}
"""What each pattern asks, in words."""


def is_id(text: str) -> bool:
    """Tell whether a text has the shape of an opaque id."""
    return re.fullmatch(_ID, text) is not None


@cache
def _countries() -> frozenset[str]:
    return frozenset(country.alpha_2 for country in pycountry.countries) | {"XK"}


@cache
def _currencies() -> frozenset[str]:
    return frozenset(currency.alpha_3 for currency in pycountry.currencies)


def _check_country(code: str) -> str:
    if code not in _countries():
        raise ValueError("must be an ISO 3166-1 alpha-2 code in capitals, or XK")
    return code


def _check_currency(code: str) -> str:
    if code not in _currencies():
        raise ValueError("must be an ISO 4217 code in capitals")
    return code


def _check_amount(text: str) -> str:
    if not _AMOUNT.fullmatch(text):
        raise ValueError('must be a decimal written as text, such as "1500.00"')
    if text.startswith("-") and Decimal(text) < 0:
        raise ValueError("must not be negative")
    return text


def _check_time_zone(name: str) -> str:
    if name not in zoneinfo.available_timezones():
        raise ValueError("must be an IANA time zone, such as Africa/Nairobi")
    return name


class _IsoDay:
    """A day as JSON writes it, checked without a call of ours: a record has several."""

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> CoreSchema:
        written = core_schema.str_schema(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
        day = core_schema.chain_schema([written, core_schema.date_schema(strict=False)])
        return core_schema.custom_error_schema(
            day,
            custom_error_type="day",
            custom_error_message="must be written as YYYY-MM-DD and be a day of the calendar",
        )


Text = str
Id = Annotated[str, Field(pattern=_ID)]
Day = Annotated[date, _IsoDay()]
Country = Annotated[str, AfterValidator(_check_country)]
Currency = Annotated[str, AfterValidator(_check_currency)]
Amount = Annotated[str, AfterValidator(_check_amount)]
TimeZone = Annotated[str, AfterValidator(_check_time_zone)]
PartyName = Literal["ims", "partner"]
Digest = Annotated[str, Field(pattern=_DIGEST)]


class Part(BaseModel):
    """A typed piece of a record that refuses fields it does not know."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)

    def __repr_args__(self) -> Iterator[tuple[str, Any]]:
        """Tell what it is; what it says may be sealed, or name somebody."""
        fields = type(self).model_fields
        yield from ((name, getattr(self, name)) for name in ("do", "kind", "trigger") if name in fields)


class Document(Part):
    """A document of the host's, named and never fetched."""

    title: Text
    reference: Text
    sha256: Digest | None = None
    language: Text | None = None


class Body(Part):
    """What every record may carry."""

    kind: ClassVar[str]
    #: fields that make or keep an author (L2): their texts are compared between versions
    authored: ClassVar[bool] = False

    documents: list[Document] = Field(default_factory=list)
    note: Text | None = None

    def contradictions(self) -> list[tuple[str, str]]:
        """List (field, what is wrong) for what single fields cannot show."""
        return []


def ends_before_it_starts(starts_on: date | None, ends_on: date | None) -> list[tuple[str, str]]:
    """Name the field when a period ends before it starts."""
    if starts_on and ends_on and ends_on < starts_on:
        return [("ends_on", "must not lie before starts_on")]
    return []


def amount_without_currency(item: Any, path: str = "") -> list[tuple[str, str]]:
    """Name the field when an amount stands without its currency."""
    if item.amount is not None and item.currency is None:
        return [(f"{path}currency", "an amount needs its ISO 4217 currency")]
    return []
