"""Prompts as a calendar to subscribe to (iCalendar, RFC 5545): what is open and what is coming.

A prompt is an all-day event. Calendars that subscribe to a feed show events and leave tasks (VTODO) out, and
they know an event again by its UID, which is the prompt's id: a calendar updates and never doubles.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from icalendar import Calendar, Event, vDuration

from partnerships.lifecycle.days import day_after
from partnerships.lifecycle.vocabulary import PromptStatus

Json = Mapping[str, Any]

PRODUCT = "-//partnerships//review prompts//EN"
DOMAIN = "partnerships"
REFRESH = timedelta(hours=6)
_BREAKING = {"Cc", "Cs", "Zl", "Zp"}
_COMING, _OPEN, _ESCALATED = 0, 1, 2


def calendar(
    prompts: Iterable[Json],
    *,
    day: date,
    name: str = "Partnerships",
    domain: str = DOMAIN,
    link: Callable[[Json], str] | None = None,
) -> bytes:
    """Give prompts in the shape of `listed` as a calendar; the answered and the missed are left out.

    `day` is the day of the reading, so that the same prompts on the same day give the same bytes. `domain`
    is the host's, for the events' UIDs, and stays the same for good. `link` gives a prompt's address in the
    host's portal.
    """
    made = Calendar()
    made.add("PRODID", PRODUCT)
    made.add("VERSION", "2.0")
    made.add("METHOD", "PUBLISH")
    made.add("X-WR-CALNAME", one_line(name))
    made.add("REFRESH-INTERVAL", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    made.add("X-PUBLISHED-TTL", vDuration(REFRESH))
    wanted = [prompt for prompt in prompts if _sequence(prompt) is not None]
    for prompt in sorted(wanted, key=lambda prompt: (prompt["due_on"], prompt["id"])):
        made.add_component(_event(prompt, day, domain, link))
    return bytes(made.to_ical())


def one_line(value: object) -> str:
    """Give text of others as one line without control characters, which no calendar may hold."""
    text = "".join(" " if unicodedata.category(sign) in _BREAKING else sign for sign in str(value))
    return " ".join(text.split())


def _event(prompt: Json, day: date, domain: str, link: Callable[[Json], str] | None) -> Event:
    due_on = date.fromisoformat(prompt["due_on"])
    made_on = date.fromisoformat(prompt["made_on"]) if prompt.get("made_on") else None
    event = Event()
    event.add("UID", f"{prompt['id']}@{domain}")
    event.add("SEQUENCE", _sequence(prompt))
    event.add("DTSTAMP", datetime.combine(made_on or day, time(), UTC))
    event.add("DTSTART", due_on)
    event.add("DTEND", day_after(due_on))
    event.add("SUMMARY", _summary(prompt))
    event.add("DESCRIPTION", "\n".join(_description(prompt)))
    event.add("CATEGORIES", [one_line(prompt["kind"]).replace("_", " ")])
    event.add("STATUS", "CONFIRMED" if made_on else "TENTATIVE")
    # Nobody's time is taken: meetings can still be put on the day.
    event.add("TRANSP", "TRANSPARENT")
    if link is not None:
        event.add("URL", one_line(link(prompt)))
    return event


def _sequence(prompt: Json) -> int | None:
    """The revision of the event: coming, asked, gone to the director; None for what is over."""
    if prompt["status"] == PromptStatus.ESCALATED:
        return _ESCALATED
    if prompt["status"] != PromptStatus.OPEN:
        return None
    return _OPEN if prompt.get("made_on") else _COMING


def _summary(prompt: Json) -> str:
    with_whom = prompt.get("name") or prompt["partnership"]
    about = f" ({one_line(prompt['about'])})" if prompt.get("about") else ""
    waits = "Unanswered: " if prompt["status"] == PromptStatus.ESCALATED else ""
    return f"{waits}{one_line(prompt['title'])}: {one_line(with_whom)}{about}"


def _description(prompt: Json) -> Iterable[str]:
    yield one_line(prompt["what"])
    yield ""
    yield f"Partnership: {one_line(prompt['partnership'])}"
    if prompt.get("endline"):
        yield f"Endline: {prompt['endline']}"
    yield f"Why: {one_line(prompt['clause'])}"
    yield "Answered by: " + ", ".join(one_line(kind).replace("_", " ") for kind in prompt["answers"])
    asked = dict.fromkeys(one_line(each.get("actor") or each["role"]) for each in prompt["for"])
    if asked:
        yield "For: " + ", ".join(each.replace("_", " ") for each in asked)
