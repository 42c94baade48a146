"""Adapters for hosts: SQLAlchemy sessions, Django's own connection, hooks after a commit, HTTP statuses."""
