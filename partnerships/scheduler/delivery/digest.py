"""A message in words: its subject, its text and its HTML, made of the prompts that are open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from partnerships.lifecycle.prompts import PromptStep
from partnerships.lifecycle.vocabulary import PromptKind
from partnerships.scheduler.delivery.words import Words


@dataclass(frozen=True, slots=True)
class Item:
    """One open prompt for one receiver: the partner's name, the step, the prompt as it is listed, a link."""

    partner: str
    step: PromptStep
    listed: Mapping[str, Any]
    link: str | None

    @property
    def partnership(self) -> str:
        """Give the id of its partnership."""
        return str(self.listed["partnership"])


@dataclass(frozen=True, slots=True)
class Told:
    """A message as people read it."""

    subject: str
    text: str
    html: str


def tell(items: Sequence[Item], words: Words) -> Told:
    """Write a message about prompts in a language; the most pressing partnerships come first."""
    spoken = sorted((_spoken(item, words) for item in items), key=lambda one: (one["due_on"], one["title"]))
    first = {one["partnership"]: number for number, one in reversed(list(enumerate(spoken)))}
    spoken.sort(key=lambda one: first[one["partnership"]])
    groups = [list(group) for _, group in groupby(spoken, key=lambda one: one["partnership"])]
    subject = _subject(spoken, words)
    text, html = (
        _environment().get_template(name).render(words=words, groups=groups, subject=subject)
        for name in ("message.txt", "message.html")
    )
    return Told(subject, text, html)


def _spoken(item: Item, words: Words) -> dict[str, Any]:
    listed = item.listed
    asked = words.asked(PromptKind(listed["kind"]))
    records = ", ".join(words.record(kind) for kind in listed["answers"])
    is_late = item.step == PromptStep.ESCALATED
    return {
        "partnership": item.partnership,
        "partner": one_line(item.partner),
        "title": asked.title,
        "what": asked.what,
        "due_on": listed["due_on"],
        "due": words.say("due", day=words.day(listed["due_on"])),
        "about": words.say("about", about=one_line(listed["about"])) if listed["about"] else None,
        "endline": words.say("endline", day=words.day(listed["endline"])) if listed["endline"] else None,
        "clause": words.say("clause", clause=listed["clause"]),
        "answers": words.say("answers", records=records),
        "unanswered": words.say("unanswered", day=words.day(listed["made_on"])) if is_late else None,
        "link": item.link,
    }


def _subject(spoken: Sequence[Mapping[str, Any]], words: Words) -> str:
    if len(spoken) == 1:
        return words.say("subject_one", partner=spoken[0]["partner"], title=spoken[0]["title"])
    return words.say("subject_many", count=len(spoken))


def one_line(text: str) -> str:
    """Keep to one line what somebody wrote: it goes into headers and headings."""
    kept = "".join(sign if sign.isprintable() or sign in _JOINERS else " " for sign in text)
    return " ".join(kept.split())


_JOINERS = "\u200c\u200d"
"""Part or join letters without a space: words in Persian, Sinhala and other scripts are spelt with them."""


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader(__package__),
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
