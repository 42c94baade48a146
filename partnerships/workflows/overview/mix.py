"""What the portfolio is made of (S4.8)."""

from __future__ import annotations

from typing import Any, get_args

from partnerships.lifecycle.records.partner import LegalForm, Level, PartnerType
from partnerships.lifecycle.vocabulary import Category, State
from partnerships.workflows.overview.look import Look
from partnerships.workflows.overview.tally import Tally


class Mix:
    """States of all that is on file; categories, types, levels and legal forms of what runs.

    No record says who owes rights and who holds them, and a legal form does not settle it: none is guessed.
    """

    def __init__(self) -> None:
        self._states = Tally(State)
        self._categories = Tally(Category)
        self._types = Tally(get_args(PartnerType))
        self._levels = Tally(get_args(Level))
        self._legal_forms = Tally(get_args(LegalForm))
        self._rights = Tally(())

    def add(self, look: Look) -> None:
        """Count one partnership in."""
        self._states.add(look.state)
        if look.runs:
            self._categories.add(look.category)
            self._types.add(look.type)
            self._levels.add(look.level)
            self._legal_forms.add(look.legal_form)
            self._rights.add(None)

    def as_json(self) -> dict[str, Any]:
        """Give each tally, in the order of the vocabulary."""
        return {
            "states": self._states.as_json(),
            "categories": self._categories.as_json(),
            "types": self._types.as_json(),
            "levels": self._levels.as_json(),
            "legal_forms": self._legal_forms.as_json(),
            "duty_bearers_and_rights_holders": self._rights.as_json(),
        }
