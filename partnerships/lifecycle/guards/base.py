"""How a guard is declared: beside the clauses it enforces, as a function that yields what is unmet."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from partnerships.lifecycle.findings import Finding
from partnerships.lifecycle.guards.matter import Matter

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

    def findings(self, matter: Matter) -> Iterable[Finding]:
        """Give what is unmet, or nothing where the host turned the rule off."""
        if self.setting is not None and not getattr(matter.settings, self.setting):
            return ()
        return self.check(matter)


def guard(*clauses: str, setting: str | None = None) -> Callable[[Check], Guard]:
    """Declare a check that refuses under these clauses."""
    return lambda check: Guard(check.__name__, clauses, check, setting=setting)


def warning(*clauses: str, setting: str | None = None) -> Callable[[Check], Guard]:
    """Declare a check that only warns under these clauses."""
    return lambda check: Guard(check.__name__, clauses, check, warns=True, setting=setting)
