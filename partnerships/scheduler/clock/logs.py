"""Log lines for machines: a stable event, ids, codes and numbers; never what people wrote."""

from __future__ import annotations

import logging
from typing import Any

import structlog
from structlog.typing import Processor

from partnerships.storage.failures import sqlstate

NAME = "partnerships.scheduler"


def logger(renderer: Processor | None = None) -> Any:
    """Give the logger of the duties: JSON lines through the standard library's logger of `NAME`.

    The host decides where they go. `renderer` writes them in another form.
    """
    processors: list[Processor] = [
        structlog.stdlib.filter_by_level,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        renderer or structlog.processors.JSONRenderer(),
    ]
    return structlog.wrap_logger(
        logging.getLogger(NAME), processors=processors, wrapper_class=structlog.stdlib.BoundLogger
    )


def told(error: BaseException) -> dict[str, str | None]:
    """Give what may be said of an error: its class, its cause's class and the SQLSTATE.

    Never its text, which may quote a row.
    """
    cause = error.__cause__
    return {
        "error": type(error).__name__,
        "cause": type(cause).__name__ if cause is not None else None,
        "sqlstate": getattr(error, "sqlstate", None) or (sqlstate(cause) if cause is not None else None),
    }
