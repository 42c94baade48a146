"""Exceptions, comments and answers to prompts."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from partnerships.lifecycle.records.fields import Body, Text


class Exception_(Body):
    """A second person's reason why a clause does not bind here (L5)."""

    kind: ClassVar[str] = "exception"
    authored: ClassVar[bool] = True

    clause: Literal["S4.11", "S6.20", "S6.21"]
    reason: Text


class Comment(Body):
    """Either side's remark on an entry of the history (S5.2)."""

    kind: ClassVar[str] = "comment"

    about: int = Field(ge=1)
    text: Text


class PromptAnswer(Body):
    """An answer to a prompt that no other record answers."""

    kind: ClassVar[str] = "prompt_answer"

    prompt: Text
    text: Text | None = None
