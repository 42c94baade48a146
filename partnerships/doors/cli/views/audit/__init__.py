"""What auditors are shown, a file per command."""
