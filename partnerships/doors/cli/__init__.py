"""The command line `partnerships`."""

from partnerships.doors.cli.app import main, run

__all__ = ["main", "run"]
