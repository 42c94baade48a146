"""The key that signs the log, as the commands take it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

KeyFile = Annotated[
    Path | None,
    typer.Option(
        "--key-file",
        metavar="FILE",
        show_default=False,
        help="The key that signs the log; without it $PARTNERSHIPS_LOG_KEY_FILE, or $PARTNERSHIPS_LOG_KEY.",
    ),
]
