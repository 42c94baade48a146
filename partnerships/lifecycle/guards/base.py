"""How a guard is declared: beside the clauses it enforces, as a function that yields what is unmet."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from partnerships.lifecycle.findings import Finding
from partnerships.lifecycle.guards.matter import Matter
from partnerships.lifecycle.settings import Settings

Check = Callable[[Matter], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Guard:
    """A named check of a matter; `warns` tells whether it warns instead of refusing.

    `setting` names the setting that turns it off.
    """

    name: str
    clauses: tuple[str, ...]
    check: Check
    warns: bool = False
    setting: str | None = None

    def is_on(self, settings: Settings) -> bool:
        """Tell whether the host left the rule on."""
        return self.setting is None or bool(getattr(settings, self.setting))

    def findings(self, matter: Matter) -> Iterable[Finding]:
        """Give what is unmet, or nothing where the host turned the rule off."""
        return self.check(matter) if self.is_on(matter.settings) else ()


def guard(*clauses: str, setting: str | None = None) -> Callable[[Check], Guard]:
    """Declare a check that refuses under these clauses."""
    return lambda check: Guard(check.__name__, clauses, check, setting=setting)


def warning(*clauses: str, setting: str | None = None) -> Callable[[Check], Guard]:
    """Declare a check that only warns under these clauses."""
    return lambda check: Guard(check.__name__, clauses, check, warns=True, setting=setting)
