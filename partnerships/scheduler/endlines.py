"""Prompts on an agreement's endline: notices before it, and the day after it (S5.16, S6.16, S6.18)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from partnerships.lifecycle.days import day_after
from partnerships.lifecycle.lines import Line, day_of
from partnerships.lifecycle.standing import has_lapsed
from partnerships.lifecycle.vocabulary import LIVE_STATES, Category, PromptKind
from partnerships.scheduler.outlook import Outlook, Track
from partnerships.scheduler.prompt import DuePrompt


def endlines(look: Outlook) -> Iterator[Track]:
    """Give what is asked for every agreement that counts and that nothing follows on."""
    if look.partnership.state not in LIVE_STATES:
        return
    for line in look.partnership.file.agreements.values():
        ends_on = line.ends_on
        if ends_on is not None and has_lapsed(look.partnership, line, max(day_after(ends_on), look.day)):
            yield Track(_on_endline(look, line, ends_on))


def _on_endline(look: Outlook, line: Line, ends_on: date) -> Iterator[DuePrompt]:
    """The notices whose day came while the agreement counted, and then that it has passed."""
    version = line.counting
    assert version is not None
    category: str = version.raw["category"]
    strategic = category == Category.STRATEGIC
    notice = PromptKind.AGREEMENT_ENDING if strategic else PromptKind.ENDLINE_NOTICE
    starts_on, began_on = day_of(version, "starts_on"), look.partnership.began_on
    counts_from = max(version.on, starts_on or version.on, began_on or version.on)
    done = look.latest_on(line.reference, ends_on)
    for due_on in _notice_days(tuple(look.rhythms_of(category).endline_notice_days), ends_on):
        if due_on >= counts_from and due_on > done:
            yield look.prompt(notice, due_on, line.reference, evidence=version.sequence, endline=ends_on)
    if day_after(ends_on) > done:
        yield look.prompt(
            PromptKind.ENDLINE_PASSED,
            day_after(ends_on),
            line.reference,
            evidence=version.sequence,
            clause="S5.16" if strategic else None,
            endline=ends_on,
        )


@lru_cache(maxsize=1024)
def _notice_days(days: tuple[int, ...], ends_on: date) -> tuple[date, ...]:
    first = (ends_on - date.min).days
    return tuple(sorted({ends_on - timedelta(days=before) for before in days if before <= first}))
