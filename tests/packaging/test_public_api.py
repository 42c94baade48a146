"""The public names: few, present, and free to import."""

from __future__ import annotations

import subprocess
import sys

import partnerships

HEAVY = ("sqlalchemy", "alembic", "pydantic", "transitions", "cryptography", "typer", "rich", "pycountry")


def test_there_are_at_most_fifteen_public_names() -> None:
    assert len(partnerships.__all__) == len(set(partnerships.__all__)) <= 15


def test_every_public_name_is_there() -> None:
    missing = [name for name in partnerships.__all__ if getattr(partnerships, name, None) is None]
    assert missing == []


def test_an_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(partnerships, "no_such_name")


def test_importing_the_package_loads_nothing_heavy() -> None:
    program = f"import sys, partnerships; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
