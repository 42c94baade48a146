"""The command line `partnerships`."""

import sys
from collections.abc import Sequence

__all__ = ["main", "run"]

_INTERRUPTED = 130


def main() -> None:
    """Run the command line as a program; what it is made of loads here, so that Ctrl-C is heard then too."""
    try:
        from partnerships.doors.cli import app
    except KeyboardInterrupt:
        print("partnerships: stopped", file=sys.stderr)
        sys.exit(_INTERRUPTED)
    app.main()


def run(arguments: Sequence[str]) -> int:
    """Run the command line on `arguments` and return its exit status; nothing is raised to the caller."""
    from partnerships.doors.cli import app

    return app.run(arguments)
