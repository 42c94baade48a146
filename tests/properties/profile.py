"""How hard hypothesis looks: the same examples every time, or many and new ones in a long run."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

LONG = os.environ.get("PARTNERSHIPS_TEST_LONG") == "1"


def use_profile() -> None:
    """Load the profile for this run; a slow machine is never a failure."""
    settings.register_profile(
        "partnerships",
        max_examples=100 if LONG else 30,
        deadline=None,
        derandomize=not LONG,
        database=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    settings.load_profile("partnerships")


def examples(normally: int, long: int) -> settings:
    """How many examples a test looks at."""
    use_profile()
    return settings(max_examples=long if LONG else normally)
