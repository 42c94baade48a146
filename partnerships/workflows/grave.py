"""What must not wait once it is on file: a crisis termination, an exception to a clause."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

from partnerships.lifecycle.vocabulary import RecordKind, Trigger
from partnerships.storage.failures import kind_of
from partnerships.workflows.outcomes import Outcome

_GRAVE = ((Trigger.TERMINATE_FOR_CRISIS, None), (None, RecordKind.EXCEPTION))
_log = logging.getLogger("partnerships.grave")


def tell_of_grave(
    calls: Iterable[Callable[[], object]], commands: Iterable[Any], told: Iterable[Outcome]
) -> None:
    """Call each where one of the commands was grave and was accepted; all of them are on disk by now.

    What fails is logged by its class alone, and undoes nothing.
    """
    if not calls or not any(map(_is_grave, commands, told)):
        return
    for call in calls:
        try:
            call()
        except Exception as error:
            _log.warning("grave.untold %s", kind_of(error))


def _is_grave(command: Any, outcome: Outcome) -> bool:
    if outcome["outcome"] != "accepted":
        return False
    return (command.get("trigger"), command.get("kind")) in _GRAVE
