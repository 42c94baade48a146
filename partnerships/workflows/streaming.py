"""A stream of commands: JSON Lines in, outcomes out, each only once it is durable."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, BinaryIO

from partnerships.workflows import outcomes
from partnerships.workflows.outcomes import Outcome

MAX_LINE = 1_048_576
"""The longest line in bytes; what is longer is invalid, and read past without being kept."""

Applier = Callable[[list[Any]], list[Outcome]]


class BadLine(ValueError):
    """Raised when a line is not one JSON object."""


def bounded_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Give a binary stream's lines in constant memory; one that is too long comes cut, so invalid."""
    while line := stream.readline(MAX_LINE + 1):
        yield line
        while line and not line.endswith(b"\n"):
            line = stream.readline(MAX_LINE)


def outcomes_of(lines: Iterable[bytes], apply: Applier, batch: int) -> Iterator[Outcome]:
    """Apply lines, `batch` of them in one transaction; blank ones are skipped, numbers are the file's."""
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    while group := list(islice(numbered, max(batch, 1))):
        results: dict[int, Outcome] = {}
        commands: list[tuple[int, Any]] = []
        for number, line in group:
            try:
                commands.append((number, read_line(line)))
            except BadLine as error:
                results[number] = outcomes.invalid([("line", str(error))])
        if commands:
            applied = apply([command for _, command in commands])
            results |= {number: outcome for (number, _), outcome in zip(commands, applied, strict=True)}
        for number, _ in group:
            yield {"line": number, **results[number]}


def read_line(line: object) -> Any:
    """Read one command's JSON strictly: UTF-8, no key twice, no NaN; raises BadLine."""
    if not isinstance(line, bytes | str):
        raise BadLine("is not one JSON object")
    if len(line) > MAX_LINE:
        raise BadLine(f"is longer than {MAX_LINE} bytes")
    try:
        text = line.decode("utf-8") if isinstance(line, bytes) else line
        if text.startswith("\ufeff"):
            raise BadLine("begins with a byte order mark; save it as UTF-8 without one")
        return json.loads(text.rstrip("\r\n"), object_pairs_hook=_object, parse_constant=_constant)
    except UnicodeDecodeError:
        raise BadLine("is not UTF-8") from None
    except RecursionError:
        raise BadLine("is nested too deeply") from None
    except json.JSONDecodeError as error:
        told = f"is not JSON: {error.msg} at column {error.pos + 1}"
        is_whole = text.lstrip().startswith("{") and text.rstrip().endswith("}")
        raise BadLine(told if is_whole else f"{told}; write one object, from {{ to }}, on one line") from None
    except BadLine:
        raise
    except ValueError:
        raise BadLine("holds a number that is too long") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BadLine(f"names the field {twice[:64]!r} twice")
    return found


def _constant(name: str) -> Any:
    raise BadLine(f"holds {name}, which is not JSON")
