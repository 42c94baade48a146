"""Who acts in the story: roles, never people."""

from __future__ import annotations

from typing import Any

Actor = dict[str, Any]


def _ims(identifier: str, *roles: str) -> Actor:
    return {"id": identifier, "party": "ims", "roles": list(roles)}


MANAGER = _ims("pm-1", "programme_manager")
SECOND_MANAGER = _ims("pm-2", "programme_manager")
DIRECTOR = _ims("director-1", "director")
SECOND_DIRECTOR = _ims("director-2", "director")
COMMITTEE = _ims("committee-1", "committee")
SAFEGUARDING = _ims("safeguarding-1", "safeguarding")


def representative(identifier: str, partnership: str) -> Actor:
    """Return somebody who speaks for the partner of `partnership`."""
    return {
        "id": identifier,
        "party": "partner",
        "roles": ["partner_representative"],
        "partnerships": [partnership],
    }
