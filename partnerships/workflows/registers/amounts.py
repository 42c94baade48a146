"""Amounts of money as registers write them."""

import re
from decimal import Decimal, InvalidOperation
from functools import cache

_PLAIN = re.compile(r"\d{1,15}(?:\.\d{1,6})?", re.ASCII)


class UnusableAmount(ValueError):
    """The amount is no plain, non-negative number, or has no ISO 4217 currency."""


def money(amount: object, currency: object) -> dict[str, str]:
    """Returns `amount` (a plain decimal string) and `currency` (ISO 4217); nothing when no amount is given.

    Raises UnusableAmount if an amount is given that a `register_entry` cannot hold.
    """
    if amount is None or isinstance(amount, bool) or (isinstance(amount, str) and not amount.strip()):
        return {}
    try:
        number = Decimal(str(amount).strip())
    except InvalidOperation:
        raise UnusableAmount("the amount is no number") from None
    exponent = number.as_tuple().exponent
    # an exponent far from zero would be written out as millions of digits
    if not isinstance(exponent, int) or number < 0 or number.adjusted() > 14 or exponent < -20:
        raise UnusableAmount("the amount is negative or no plain number")
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if not _PLAIN.fullmatch(text):
        raise UnusableAmount("the amount is no plain number")
    code = currency.strip().upper() if isinstance(currency, str) else ""
    if code not in _currencies():
        raise UnusableAmount("the amount has no ISO 4217 currency")
    return {"amount": text, "currency": code}


@cache
def _currencies() -> frozenset[str]:
    import pycountry

    return frozenset(item.alpha_3 for item in pycountry.currencies)
