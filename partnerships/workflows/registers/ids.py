"""The id of the partnership that an organisation opens: it follows from what the register says."""

import hashlib
import json
from collections.abc import Collection

from partnerships.workflows.registers.countries import country_codes


def id_of(key: tuple[str, str], country: str | None) -> str:
    """Returns the id of the organisation of this key, its publisher's key and its normalised name.

    A digest and no readable name: ids stay in the history for good, names must be erasable.
    """
    # JSON keeps the three parts apart whatever is in them.
    parts = json.dumps([*key, country or ""], ensure_ascii=True)
    return "reg-" + hashlib.sha256(parts.encode("ascii")).hexdigest()[:24]


def on_file_as(key: tuple[str, str], country: str | None, ids: Collection[str]) -> str | None:
    """Returns the one id among `ids` that the organisation has by another answer to where it is at home.

    That is without a country where it has one now, and with one where it has none; None if there is no such
    id, or several.
    """
    others = (None,) if country else country_codes()
    found = [id for id in (id_of(key, other) for other in others) if id in ids]
    return found[0] if len(found) == 1 else None
