"""The pins and the metadata agree, and name versions only."""

from __future__ import annotations

import re
import tomllib
from itertools import chain

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.packaging.tree import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT = PYPROJECT["project"]
PINS = [
    line
    for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


def test_a_constraint_is_a_name_and_a_version() -> None:
    assert [line for line in PINS if not re.fullmatch(r"[A-Za-z0-9_.-]+==[A-Za-z0-9.]+", line)] == []


def test_every_dependency_is_pinned_within_its_bounds() -> None:
    pins = {canonicalize_name(line.split("==")[0]): line.split("==")[1] for line in PINS}
    asked = [*PROJECT["dependencies"], *PYPROJECT["build-system"]["requires"]]
    asked += chain.from_iterable(PROJECT["optional-dependencies"].values())
    for requirement in map(Requirement, asked):
        version = pins.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement.name} is not pinned"
        assert requirement.specifier.contains(version, prereleases=True), requirement


def test_the_command_is_declared() -> None:
    assert PROJECT["scripts"] == {"partnerships": "partnerships.doors.cli:main"}
