"""README.md and the pictures tell what the code says now."""

from __future__ import annotations

from pathlib import Path

import pytest

from partnerships import errors
from partnerships.doors.diagram import mermaid
from partnerships.workflows.registers import RegisterError
from tests.docs.blocks import blocks_of
from tests.docs.pictures import IMAGES, PICTURES

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
PYTHON_API = (ROOT / "docs" / "reference" / "python-api.md").read_text("utf-8")


def test_the_readme_shows_the_state_machine_as_it_is() -> None:
    [diagram] = [block.text for block in blocks_of(README) if block.language == "mermaid"]
    assert diagram == mermaid()


def test_the_reference_says_of_every_exception_when_it_is_raised() -> None:
    raised = [item for item in vars(errors).values() if isinstance(item, type)] + [RegisterError]
    assert [each.__name__ for each in raised if f"\n| `{each.__name__}` | " not in PYTHON_API] == []


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_what_the_code_draws(name: str) -> None:
    assert (IMAGES / name).read_text("utf-8") == PICTURES[name]()
