"""One entry for people who work on the project: `python3 dev.py demo|test|lint|docs|bench`.

Needs nothing but a Python of 3.11 or later. It makes `.venv` beside this file with the Python that runs it,
installs the package with its extras for tests and benchmarks at the versions of constraints.txt, and runs the
command in there. Once that is done, it needs no network until the dependencies change.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed.stamp"
OLDEST = (3, 11)
MOST_WORKERS = 8
GIVEN_SERVER = "PARTNERSHIPS_TEST_POSTGRESQL"
QUICK_STEPS = 2
MEMORY = Path("/dev/shm")
NEEDED_MEMORY = 4 << 30

USAGE = """usage: python3 dev.py COMMAND [ARGUMENT ...]

  demo [--keep DIR]           the whole story on real input, in under a minute
  test [--long] [PYTEST ...]  lint, then every test; --long runs them at full size; the rest goes to pytest
  lint                        ruff, its formatting, mypy --strict, the import layers
  docs                        runs the code blocks of README.md and docs/
  bench [ARGUMENT ...]        speed against hand-written code and other libraries
"""


class CannotStart(Exception):
    """The environment lacks something; the message says what to do."""


def interpreter_problem(version: tuple[int, ...], has_venv: bool, has_pip_bundle: bool) -> str | None:
    """Say why a Python of this version and with these modules cannot make the environment, or None."""
    if tuple(version[:2]) < OLDEST:
        found = ".".join(str(part) for part in version[:3])
        needed = ".".join(str(part) for part in OLDEST)
        return f"Python {needed} or later is needed, this is {found}: run dev.py with a newer one."
    if not (has_venv and has_pip_bundle):
        return (
            "this Python has no venv or no ensurepip: install them (on Debian and Ubuntu the package "
            "python3-venv), or run dev.py with another Python."
        )
    return None


def dependency_digest(pyproject: str, constraints: str, root: str) -> str:
    """Digest what decides the content of `.venv`; the settings of linters and tests do not."""
    import tomllib

    parsed = tomllib.loads(pyproject)
    hatch = parsed.get("tool", {}).get("hatch", {})
    parts = [parsed.get("project", {}), parsed.get("build-system", {}), hatch, constraints, root]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def split_test_arguments(arguments: list[str]) -> tuple[bool, list[str]]:
    """Take `--long` out; the rest is pytest's."""
    return "--long" in arguments, [a for a in arguments if a != "--long"]


def pytest_arguments(arguments: list[str], processors: int) -> list[str]:
    """Add parallel workers, unless the arguments choose themselves or want one process (a debugger)."""
    one_process = ("-n", "--pdb", "--trace", "-s", "--capture=no", "-p")
    if processors < 2 or any(a.startswith(one_process) for a in arguments):
        return arguments
    return ["-n", str(min(processors, MOST_WORKERS)), "--dist=worksteal", *arguments]


def processes(environment: Mapping[str, str]) -> int:
    """Give how many processes may test at once."""
    # An entry is in the feed once no older transaction runs on its server, in whatever database of it.
    return 1 if environment.get(GIVEN_SERVER) else os.cpu_count() or 1


def has_room(folder: Path) -> bool:
    """Whether a folder kept in memory is there, may be written to, and holds what a test run leaves."""
    try:
        return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free >= NEEDED_MEMORY
    except OSError:
        return False


def worst(statuses: list[int]) -> int:
    """The status to leave with: 0 only where every step ended with 0; death by a signal counts as 1."""
    return max((1 if status < 0 else status for status in statuses), default=0)


def binary(name: str) -> Path:
    """Path of a program in `.venv`."""
    return VENV / ("Scripts" if os.name == "nt" else "bin") / (name + (".exe" if os.name == "nt" else ""))


def python_works() -> bool:
    """Whether `.venv` holds a Python that is recent enough and has pip."""
    check = f"import sys, pip; sys.exit(sys.version_info[:2] < {OLDEST!r})"
    try:
        return subprocess.run([str(binary("python")), "-c", check], capture_output=True).returncode == 0
    except OSError:
        return False


def run_pip(what: str, arguments: list[str]) -> None:
    """Run pip in `.venv`; a terminal shows what it is at, and its output appears only where it fails."""
    command = [str(binary("python")), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["-c", str(ROOT / "constraints.txt"), *arguments]
    lines = []
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with subprocess.Popen(command, cwd=ROOT, **pipes) as pip:
        for line in pip.stdout:
            lines.append(line)
            if sys.stderr.isatty():
                step = " ".join(line.split()[:2])
                sys.stderr.write(f"\r  {what}: {step[:60]:<60}")
                sys.stderr.flush()
    if sys.stderr.isatty():
        sys.stderr.write("\r" + " " * 90 + "\r")
    if pip.returncode:
        sys.stderr.write("".join(lines[-40:]))
        raise CannotStart(f"pip could not install ({what}); its last lines are above. Is there a network?")


def set_up() -> None:
    """Make `.venv` what pyproject.toml and constraints.txt ask for; nothing where it already is.

    Raises CannotStart where this Python or pip cannot.
    """
    digest = dependency_digest(
        (ROOT / "pyproject.toml").read_text("utf-8"), (ROOT / "constraints.txt").read_text("utf-8"), str(ROOT)
    )
    works = python_works()
    if works and STAMP.is_file() and STAMP.read_text("utf-8") == digest:
        return
    started = time.monotonic()
    if not works:
        problem = interpreter_problem(
            sys.version_info[:3],
            importlib.util.find_spec("venv") is not None,
            importlib.util.find_spec("ensurepip") is not None,
        )
        if problem:
            raise CannotStart(problem)
        say(f"making .venv with Python {sys.version.split()[0]}")
        shutil.rmtree(VENV, ignore_errors=True)
        if subprocess.run([sys.executable, "-m", "venv", str(VENV)]).returncode:
            raise CannotStart(f"could not make {VENV}; the lines above say why.")
    say("installing the package and its test tools (about a minute, once)")
    # The build back end comes first and pinned as well: a build in isolation would fetch its own.
    run_pip("build tools", ["hatchling", "editables"])
    run_pip("packages", ["--no-build-isolation", "-e", f"{ROOT}[test,bench]"])
    STAMP.write_text(digest, "utf-8")
    say(f"ready after {time.monotonic() - started:.0f} s")


def say(text: str) -> None:
    print(f"dev.py: {text}", file=sys.stderr, flush=True)


def lint_steps() -> list[tuple[str, list[str]]]:
    """The static checks: (name, command), all run from the root."""
    python = str(binary("python"))
    return [
        ("ruff check", [python, "-m", "ruff", "check", "."]),
        ("ruff format", [python, "-m", "ruff", "format", "--check", "."]),
        ("mypy --strict", [python, "-m", "mypy", "--strict", "partnerships"]),
        ("import layers", [str(binary("lint-imports"))]),
    ]


def check(name: str, command: list[str]) -> tuple[str, int, str]:
    """Run a static check: its name, its status, and what is to be shown, its output where it fails."""
    started = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    verdict = "FAILED" if done.returncode else "ok"
    told = f"{name:<14} {verdict:<7} {time.monotonic() - started:5.1f} s"
    return name, done.returncode, f"{told}\n{done.stdout}" if done.returncode else told


def lint(steps: list[tuple[str, list[str]]]) -> list[tuple[str, int]]:
    """Run static checks, whatever the others said."""
    results = []
    for step in steps:
        name, status, told = check(*step)
        print(told, flush=True)
        results.append((name, status))
    return results


def run_pytest(arguments: list[str], environment: dict[str, str] | None = None) -> int:
    """Run pytest from the root, its output straight to the terminal."""
    command = [str(binary("python")), "-m", "pytest", *pytest_arguments(arguments, processes(os.environ))]
    folder = None
    if not any(word.startswith("--basetemp") for word in arguments) and has_room(MEMORY):
        # The tests commit some hundred thousand times; what they show does not need a disk to wait for.
        folder = tempfile.mkdtemp(prefix="partnerships-test-", dir=MEMORY)
        command.append(f"--basetemp={folder}/t")
    around = {**os.environ, **(environment or {})}
    # Some hundred tests start a Python of their own, which is to find the package compiled.
    around.pop("PYTHONDONTWRITEBYTECODE", None)
    try:
        return subprocess.run(command, cwd=ROOT, env=around).returncode
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def test(arguments: list[str]) -> int:
    """Lint, then every test; leaves with the worst status of them.

    The checks that take a while run beside the tests, and are told of after them.
    """
    long, rest = split_test_arguments(arguments)
    started = time.monotonic()
    steps = lint_steps()
    results = lint(steps[:QUICK_STEPS])
    environment = {"PARTNERSHIPS_TEST_LONG": "1"} if long else {}
    with ThreadPoolExecutor(1) as beside:
        others = beside.submit(lambda: [check(*step) for step in steps[QUICK_STEPS:]])
        tested = run_pytest(rest, environment)
        for name, status, told in others.result():
            print(told, flush=True)
            results.append((name, status))
    results.append(("pytest", tested))
    told = ", ".join(f"{name} {'ok' if status == 0 else 'FAILED'}" for name, status in results)
    print(f"{told} ({time.monotonic() - started:.0f} s)", flush=True)
    return worst([status for _, status in results])


def bench(arguments: list[str]) -> int:
    """Run the benchmark in bench/."""
    if not (ROOT / "bench" / "__main__.py").is_file():
        raise CannotStart("there is no benchmark here: bench/__main__.py is missing from this checkout.")
    return subprocess.run([str(binary("python")), "-m", "bench", *arguments], cwd=ROOT).returncode


def demo(arguments: list[str]) -> int:
    """Run the demo from the caller's directory, so that a relative --keep means what it says."""
    return subprocess.run([str(binary("partnerships")), "demo", *arguments]).returncode


def docs(arguments: list[str]) -> int:
    """Run the documentation's code blocks."""
    return run_pytest(["tests/docs", *arguments])


def main(argv: list[str]) -> int:
    commands = {
        "demo": demo,
        "test": test,
        "lint": lambda rest: worst([status for _, status in lint(lint_steps())]),
        "docs": docs,
        "bench": bench,
    }
    if not argv or argv[0] in ("-h", "--help", "help"):
        print(USAGE, end="")
        return 0 if argv else 2
    if argv[0] not in commands:
        print(f"dev.py: there is no command {argv[0]!r}\n\n{USAGE}", end="", file=sys.stderr)
        return 2
    try:
        # Asked first of all: what follows reads TOML with a module that older Pythons lack.
        problem = interpreter_problem(sys.version_info[:3], True, True)
        if problem:
            raise CannotStart(problem)
        set_up()
        return worst([commands[argv[0]](argv[1:])])
    except CannotStart as error:
        say(str(error))
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
