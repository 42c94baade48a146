"""Rows of prompts: what was asked and what became of it, for lists over the whole portfolio."""

from __future__ import annotations

from typing import Any

from partnerships.lifecycle.prompts import Prompt


def prompt_row(partnership: str, prompt: Prompt) -> dict[str, Any]:
    """Give the row of a prompt that was just made."""
    return {
        "partnership_id": partnership,
        "id": prompt.id,
        "kind": str(prompt.kind),
        "due_on": prompt.due_on.isoformat(),
        "clause": prompt.clause,
        "sequence": prompt.sequence,
        "made_on": prompt.on.isoformat(),
        "status": str(prompt.status),
        "closed_by": prompt.closed_by,
        "endline": prompt.endline.isoformat() if prompt.endline else None,
    }


def standing(partnership: str, prompt: Prompt) -> dict[str, Any]:
    """Give what is written of a prompt that is on file already: its status, and what closed it."""
    return {
        "of_partnership": partnership,
        "of_prompt": prompt.id,
        "status": str(prompt.status),
        "closed_by": prompt.closed_by,
    }
