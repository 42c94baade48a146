"""Rules that no linter of ours holds."""

from __future__ import annotations

import re

from tests.packaging.tree import ROOT, project_files

LONGEST = 400
# Auditors get one file that they can carry to any machine and read from its beginning to its end.
LONGEST_OF = {"partnerships/audit/standalone/verify.py": 1300}

# Put together from pieces, so that this file does not break its own rule.
REGISTRIES = ("pypi" + ".org", "python" + "hosted.org", "registry" + ".npmjs", "deb." + "debian.org")
MACHINE_PATH = re.compile(r"(^|[^A-Za-z0-9_])/(work|farm|root|home)/")
CLOCK = re.compile(r"\.(now|utcnow|today)\(|\bimport time\b|\btime\.(time|monotonic)\(")


def text_of(ending: str = "") -> dict[str, str]:
    texts = {}
    for path in project_files():
        if path.name.endswith(ending) and path.suffix not in (".pyc", ".sqlite", ".key", ".png"):
            texts[path.relative_to(ROOT).as_posix()] = path.read_text("utf-8", errors="replace")
    return texts


def test_no_source_file_is_longer_than_400_lines() -> None:
    lengths = {name: len(text.splitlines()) for name, text in text_of(".py").items()}
    assert {name: n for name, n in lengths.items() if n > LONGEST_OF.get(name, LONGEST)} == {}


def test_no_file_names_a_package_registry() -> None:
    found = [(name, host) for name, text in text_of().items() for host in REGISTRIES if host in text]
    assert found == []


def test_no_file_names_a_path_of_one_machine() -> None:
    found = [
        f"{name}:{number}"
        for name, text in text_of().items()
        for number, line in enumerate(text.splitlines(), 1)
        if MACHINE_PATH.search(line)
    ]
    assert found == []


def test_the_lifecycle_asks_no_clock() -> None:
    pure = {name: text for name, text in text_of(".py").items() if name.startswith("partnerships/lifecycle/")}
    assert pure
    assert [name for name, text in pure.items() if CLOCK.search(text)] == []


def test_no_text_file_has_windows_line_ends_or_lacks_the_last_one() -> None:
    source = {**text_of(".py"), **text_of(".md"), **text_of(".toml")}
    assert [name for name, text in source.items() if "\r" in text or (text and text[-1] != "\n")] == []
