"""What a message says in one language."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from partnerships.errors import BadRequest
from partnerships.lifecycle.records.reading import problems_of
from partnerships.lifecycle.vocabulary import PromptKind, RecordKind
from partnerships.scheduler.asks import ASKS

_SHIPPED = ("en",)
_HOLDS = {
    "date": ("day", "month", "year"),
    "subject_one": ("partner", "title"),
    "subject_many": ("count",),
    "due": ("day",),
    "about": ("about",),
    "endline": ("day",),
    "clause": ("clause",),
    "answers": ("records",),
    "unanswered": ("day",),
}
"""The words in braces that each phrase may hold."""


class Asked(BaseModel):
    """One kind of prompt in a language."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    what: str


class Words(BaseModel):
    """The phrases of one language; a kind or record that it does not name is told in English."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: str
    direction: Literal["ltr", "rtl"] = "ltr"
    months: Annotated[tuple[str, ...], Field(min_length=12, max_length=12)]
    date: str
    subject_one: str
    subject_many: str
    opening: str
    due: str
    about: str
    endline: str
    clause: str
    answers: str
    unanswered: str
    link: str
    closing: str
    kinds: Mapping[PromptKind, Asked] = {}
    records: Mapping[RecordKind, str] = {}

    @field_validator(*_HOLDS)
    @classmethod
    def _holds_only_what_is_filled_in(cls, phrase: str, info: ValidationInfo) -> str:
        known = _HOLDS[str(info.field_name)]
        try:
            phrase.format_map(dict.fromkeys(known, ""))
        except (KeyError, ValueError, IndexError, AttributeError):
            raise ValueError(f"may hold {' '.join('{' + name + '}' for name in known)} alone") from None
        return phrase

    def say(self, phrase: str, **filled: Any) -> str:
        """Give a phrase by its field's name, filled in."""
        text: str = getattr(self, phrase)
        return text.format_map(filled)

    def day(self, day: str) -> str:
        """Give an ISO day as people read it."""
        given = date.fromisoformat(day)
        return self.say("date", day=given.day, month=self.months[given.month - 1], year=given.year)

    def asked(self, kind: PromptKind) -> Asked:
        """Give what a kind of prompt is called and asks for."""
        return self.kinds.get(kind) or Asked(title=ASKS[kind].title, what=ASKS[kind].what)

    def record(self, kind: str) -> str:
        """Give what a kind of record is called."""
        return self.records.get(RecordKind(kind)) or kind.replace("_", " ")


class Languages:
    """The languages that messages are written in."""

    def __init__(self, more: Iterable[Words] = ()) -> None:
        """Take a host's own languages; one of ours is replaced by a host's."""
        self._known = {words.language.lower(): words for words in (*map(_shipped, _SHIPPED), *more)}

    def best_for(self, tag: str) -> Words:
        """Give the words for a tag such as `fr-CA`: that, or else `fr`, or else English."""
        parts = tag.lower().replace("_", "-").split("-")
        for length in range(len(parts), 0, -1):
            found = self._known.get("-".join(parts[:length]))
            if found is not None:
                return found
        return self._known["en"]


def read_words(path: str | Path) -> Words:
    """Read a language from a TOML file; raises BadRequest that names the field."""
    file = Path(path)
    try:
        return Words.model_validate(tomllib.loads(file.read_text("utf-8")))
    except ValidationError as error:
        wrong = "; ".join(f"{field}: {told}" for field, told in problems_of(error))
        raise BadRequest(f"the words in {file.name} cannot be used: {wrong}") from None
    except (OSError, ValueError, RecursionError) as error:
        told = error.strerror if isinstance(error, OSError) else str(error).partition("\n")[0]
        raise BadRequest(f"the words in {file.name} cannot be read: {told}") from None


@lru_cache
def _shipped(language: str) -> Words:
    text = files(__package__).joinpath("languages", f"{language}.toml").read_text("utf-8")
    return Words.model_validate(tomllib.loads(text))
