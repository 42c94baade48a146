"""What is built is the tree: nothing forgotten, nothing twice, and it works where it is installed."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.packaging.tree import ROOT, package_files


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A source distribution, and the wheel that is built from it; without a network."""
    out = tmp_path_factory.mktemp("dist")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return out


def wheel_files(built: Path) -> set[str]:
    [wheel] = built.glob("partnerships-*-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def sdist_files(built: Path) -> set[str]:
    [sdist] = built.glob("partnerships-*.tar.gz")
    with tarfile.open(sdist) as archive:
        return {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}


def test_the_wheel_holds_the_package_and_nothing_else(built: Path) -> None:
    assert wheel_files(built) == package_files()


@pytest.mark.parametrize("ending", ["/py.typed", ".csv", "/migrations/env.py", "/__init__.py"])
def test_the_wheel_holds_what_is_no_module_or_easily_forgotten(built: Path, ending: str) -> None:
    assert [name for name in wheel_files(built) if name.endswith(ending)]


def test_the_source_distribution_holds_the_package_its_tests_and_no_link_twice(built: Path) -> None:
    files = sdist_files(built)
    assert package_files() <= files
    assert {"dev.py", "constraints.txt", "pyproject.toml", "README.md", "tests/packaging/tree.py"} <= files
    assert not [name for name in files if name.startswith(("lifecycle", "storage", "scheduler", "workflows"))]


def test_an_installed_wheel_opens_a_database(built: Path, tmp_path: Path) -> None:
    [wheel] = built.glob("*.whl")
    target = tmp_path / "site"
    install = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--quiet", "--target"]
    subprocess.run([*install, str(target), str(wheel)], check=True)
    program = (
        "import partnerships\n"
        "with partnerships.open_service('sqlite:///p.sqlite', create=True) as service:\n"
        "    print(partnerships.__file__, list(service.ids()))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(target)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(target / "partnerships" / "__init__.py"), "[]"]
