"""Rows of prompts: what was asked and what became of it, for lists over the whole portfolio."""

from __future__ import annotations

from typing import Any

from partnerships.lifecycle.prompts import Prompt


def prompt_row(partnership: str, id: str, kept: dict[str, Any]) -> dict[str, Any]:
    """Give the row of a prompt that was just made, as the projection keeps it."""
    return {
        "partnership_id": partnership,
        "id": id,
        "kind": str(kept["kind"]),
        "due_on": kept["due_on"],
        "clause": kept["clause"],
        "sequence": kept["sequence"],
        "made_on": kept["on"],
        "status": str(kept["status"]),
        "closed_by": kept.get("closed_by"),
        "endline": kept.get("endline"),
    }


def standing(partnership: str, prompt: Prompt) -> dict[str, Any]:
    """Give what is written of a prompt that is on file already: its status, and what closed it."""
    return {
        "of_partnership": partnership,
        "of_prompt": prompt.id,
        "status": str(prompt.status),
        "closed_by": prompt.closed_by,
    }
