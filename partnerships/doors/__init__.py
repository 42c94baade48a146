"""The ways in: the command line, the demonstration, the diagram."""
