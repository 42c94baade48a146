"""Partnerships: a partnership policy as a guarded state machine with an append-only history."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from partnerships.audit.audit import open_audit
    from partnerships.errors import (
        BadRequest,
        DatabaseFailed,
        NoDatabase,
        NotAllowed,
        PartnershipsError,
        SealingKeyError,
        UnknownPartnership,
    )
    from partnerships.lifecycle.policy import POLICY_1_1, Policy
    from partnerships.lifecycle.settings import Settings
    from partnerships.workflows.service import Service, open_service

_HOMES = {
    "BadRequest": "partnerships.errors",
    "DatabaseFailed": "partnerships.errors",
    "NoDatabase": "partnerships.errors",
    "NotAllowed": "partnerships.errors",
    "PartnershipsError": "partnerships.errors",
    "SealingKeyError": "partnerships.errors",
    "UnknownPartnership": "partnerships.errors",
    "POLICY_1_1": "partnerships.lifecycle.policy",
    "Policy": "partnerships.lifecycle.policy",
    "Settings": "partnerships.lifecycle.settings",
    "open_audit": "partnerships.audit.audit",
    "Service": "partnerships.workflows.service",
    "open_service": "partnerships.workflows.service",
}

__all__ = [
    "POLICY_1_1",
    "BadRequest",
    "DatabaseFailed",
    "NoDatabase",
    "NotAllowed",
    "PartnershipsError",
    "Policy",
    "SealingKeyError",
    "Service",
    "Settings",
    "UnknownPartnership",
    "open_audit",
    "open_service",
]


def __getattr__(name: str) -> Any:
    # Names are imported on first use, so that a door's help does not wait for a database library.
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
