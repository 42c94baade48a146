"""The command line as `python -m partnerships.doors.cli`."""

from partnerships.doors.cli import main

main()
