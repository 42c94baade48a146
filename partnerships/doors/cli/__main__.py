"""The command line as `python -m partnerships.doors.cli`."""

from partnerships.doors.cli.app import main

main()
