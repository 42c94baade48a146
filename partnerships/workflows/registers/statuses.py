"""The status of an activity: the words and codes of IATI, and our own five."""

_MEANING = {
    "planned": ("1", "pipeline/identification", "pipeline", "planned"),
    "running": ("2", "implementation", "running"),
    # Finalisation (Completion in 1.0x): the activity itself is complete, only the accounts are still open.
    "ended": ("3", "4", "finalisation", "completion", "post-completion", "closed", "ended"),
    "cancelled": ("5", "cancelled"),
    # Suspended is neither running nor over.
    "unknown": ("6", "suspended", "unknown"),
}

_STATUS = {given: status for status, all_given in _MEANING.items() for given in all_given}


def status_of(given: str) -> str | None:
    """Returns one of our five; None when the word or code is not known."""
    return _STATUS.get(" ".join(given.casefold().split()))
