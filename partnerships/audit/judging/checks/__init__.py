"""What is looked for in histories, a file per subject; each check yields rows for one rule or a few."""
