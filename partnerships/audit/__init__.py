"""Audit: the log over all histories, and what an auditor does with it."""
