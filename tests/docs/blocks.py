"""The code blocks of a Markdown page, and what to do with each.

The convention, for whoever writes a page:

- ```python       runs; the blocks of one page share one namespace and one empty directory, in order
- ```bash         runs whole, under `set -eu`
- ```console      `$ command` lines (continued by `> ` lines), each followed by what it prints; shown without
                  output, it may print anything; it must exit with 0, or with N where its line ends `# exit N`
- any other block is prose

One HTML comment right above a block changes that:

- <!-- not run: REASON -->   leaves the block alone
- <!-- file: NAME -->        writes the block to that file, whatever its language
- <!-- prints -->            compares the block with what the python block before it printed

Expected output is compared leniently: runs of blanks are one blank, `...` in a line stands for anything in
that line, and a line that is only `...` stands for any number of lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

FENCE = re.compile(r"^(?P<indent> *)(?P<fence>`{3,}|~{3,}) *(?P<language>[\w+-]*)")
COMMENT = re.compile(r"^ *<!-- *(?P<word>not run|file|prints)(?:: *(?P<rest>.*?))? *--> *$")
EXIT = re.compile(r"# exit (\d+)$")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, the line where its text starts, and the comment above it."""

    language: str
    text: str
    line: int
    word: str | None = None
    rest: str = ""


@dataclass(frozen=True)
class Command:
    """One command of a console block, the output shown under it and the status it leaves with."""

    text: str
    expected: str
    status: int


def blocks_of(page: str) -> list[Block]:
    """Find the fenced blocks of a page, in order. Raises ValueError for a fence that is never closed."""
    found = []
    comment: tuple[str | None, str] = (None, "")
    lines = page.splitlines()
    at = 0
    while at < len(lines):
        opened = FENCE.match(lines[at])
        if opened is None:
            marked = COMMENT.match(lines[at])
            if marked:
                comment = (marked["word"], marked["rest"] or "")
            elif lines[at].strip():
                comment = (None, "")
            at += 1
            continue
        start = at + 1
        at = start
        while at < len(lines) and not lines[at].strip().startswith(opened["fence"]):
            at += 1
        if at == len(lines):
            raise ValueError(f"the block opened in line {start} is never closed")
        indent = len(opened["indent"])
        text = "".join(line[min(indent, len(line) - len(line.lstrip())) :] + "\n" for line in lines[start:at])
        found.append(Block(opened["language"], text, start + 1, *comment))
        comment = (None, "")
        at += 1
    return found


def commands_of(text: str) -> list[Command]:
    """Split a console block into its commands. Raises ValueError where output comes before any command."""
    commands: list[tuple[list[str], list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            commands.append(([line[2:]], []))
        elif commands and line.startswith("> ") and not commands[-1][1]:
            commands[-1][0].append(line[2:])
        elif commands:
            commands[-1][1].append(line)
        elif line.strip():
            raise ValueError(f"output before any command: {line!r}")
    result = []
    for typed, shown in commands:
        told = EXIT.search(typed[0].rstrip())
        result.append(Command("\n".join(typed), "\n".join(shown), int(told[1]) if told else 0))
    return result


def matches(expected: str, printed: str) -> bool:
    """Whether the output is what the page shows, blanks and `...` taken leniently."""
    pattern = ""
    for line in expected.strip().splitlines():
        words = " ".join(line.split())
        if words == "...":
            pattern += r"(?:[^\n]*\n)*?"
        else:
            pattern += ".*".join(re.escape(part) for part in words.split("...")) + r"\n"
    plain = "".join(" ".join(line.split()) + "\n" for line in printed.strip().splitlines())
    return re.fullmatch(pattern, plain) is not None
