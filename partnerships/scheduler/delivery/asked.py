"""A step of a prompt as it stands: whom it asks, and what is told of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from partnerships.lifecycle.partnership import Partnership
from partnerships.lifecycle.prompts import PromptStep
from partnerships.scheduler.addressees import Addressee
from partnerships.scheduler.delivery.reaching import asked_by, open_prompt
from partnerships.scheduler.listing import listed
from partnerships.storage.deliveries import About, Deliveries
from partnerships.storage.failures import damage_of
from partnerships.storage.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Asked:
    """A step that awaits an answer; `listed` is its prompt as it is listed, `partner` the partner's name.

    `before` are those whom the step before asks: an escalation is told to whoever took their place since.
    """

    about: About
    addressed: list[Addressee]
    before: list[Addressee]
    partner: str
    listed: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Damaged:
    """A step that cannot be told of, since its partnership cannot be read; `error` is a class."""

    about: About
    error: str


def read_asked(ledger: Ledger, about: Iterable[About]) -> dict[About, Asked | Damaged | None]:
    """Read steps, None for one that awaits nothing any more; one that cannot be read stops no other."""
    rows, kept = Deliveries(ledger), dict[str, Partnership]()
    found: dict[About, Asked | Damaged | None] = {}
    for one in about:
        try:
            if one.partnership not in kept:
                kept[one.partnership] = rows.partnership(one.partnership)
            found[one] = _asked(kept[one.partnership], one)
        except Exception as error:
            found[one] = Damaged(one, damage_of(error, ledger.connection.dialect))
    return found


def _asked(partnership: Partnership, about: About) -> Asked | None:
    prompt = open_prompt(partnership, about.prompt)
    if prompt is None:
        return None
    profile = partnership.profile
    partner = str(profile.raw["name"]) if profile is not None else partnership.id
    before = asked_by(partnership, prompt, PromptStep.ASKED) if about.step == PromptStep.ESCALATED else []
    addressed = asked_by(partnership, prompt, about.step)
    return Asked(about, addressed, before, partner, listed(partnership, prompt))
