"""Writes the reference pages that the code itself knows best: `python docs/generate.py`.

`tests/docs/test_reference.py` compares them with what the code says now.
"""

from __future__ import annotations

import re
import sys
import textwrap
import types
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

# Importing the policy imports every guard, and so every notice but those of `standing`.
from partnerships import POLICY_1_1, Settings
from partnerships.audit.judging.rules import RULES, Severity
from partnerships.lifecycle import decide, standing
from partnerships.lifecycle.findings import NOTICES, Finding
from partnerships.lifecycle.guards import corrections, erasing
from partnerships.lifecycle.records import BODIES
from partnerships.lifecycle.records.fields import (
    Amount,
    Body,
    Country,
    Currency,
    Digest,
    Id,
    Part,
    TimeZone,
)
from partnerships.lifecycle.settings import DUTIES, CategoryRhythms
from partnerships.lifecycle.vocabulary import PARTNER_KINDS, SEALED_KINDS

REFERENCE = Path(__file__).parent / "reference"
_MADE = "<!-- made by docs/generate.py; edit the code or the script, not this page -->"
_NAMED: list[tuple[Any, str]] = [
    (Id, "id"),
    (Country, "ISO 3166-1 alpha-2 code or `XK`"),
    (Currency, "ISO 4217 code"),
    (Amount, "decimal as text"),
    (TimeZone, "IANA time zone"),
    (Digest, "SHA-256 in hex"),
]
_PLAIN = {str: "text", int: "whole number", bool: "true or false", date: "day"}


def records_page() -> str:
    """Give the page of record kinds and their fields."""
    lines = [
        "# Records",
        "",
        _MADE,
        "",
        *_paragraph(
            "What people put on a partnership's file. A later record of a kind supersedes the one before "
            "(agreements: of the same reference; positions: of the same party; exceptions: of the same "
            "clause; crisis records: of the same case; comments, relations and register entries never); "
            "all stay in the history."
        ),
        "",
        *_paragraph(
            "Days are ISO text such as `2024-03-01`. `null` and blank text, also of characters that "
            "show nothing, count as absent, blank items of a list are dropped, and an unknown field is "
            "`invalid`. A field marked *required* must be there when the record is made; what a decision "
            "asks beyond that is in [findings](findings.md). What was done bears a day no later than the "
            "record's own."
        ),
        "",
        "Every record may also carry:",
        "",
        *_table(Body),
        "",
        *_parts(Body),
    ]
    for kind, model in BODIES.items():
        lines += [
            f"## {kind}",
            "",
            _one_line(model.__doc__),
            "",
            *_who(kind),
            *_table(model),
            "",
            *_parts(model),
        ]
    return "\n".join(lines).rstrip() + "\n"


def findings_page() -> str:
    """Give the page of every code."""
    lines = [
        "# Findings",
        "",
        _MADE,
        "",
        *_paragraph(
            "Every code that a refusal, a warning or a reading can carry. Codes are stable; message and "
            "remedy are English for people. A message may go on to name the fields or the agreement it is "
            "about. *Reading* marks a finding that rests on [how the policy is "
            "read](../explanation/readings.md). A code is a refusal or a warning depending on the guard "
            "that yields it: `partnerships policy` says which. The shape is in [outcomes](outcomes.md)."
        ),
        "",
        *_paragraph(
            "`kind` is `policy` for clauses of the policy, `house_rule` for L rules, `authority` for L2, "
            "L3, L4 and L10, and `structure` where the lifecycle has no such step."
        ),
    ]
    sections: dict[str, list[Finding]] = {}
    for finding in sorted(NOTICES.values(), key=_order):
        sections.setdefault(str(finding.clause), []).append(finding)
    for clause, found in sections.items():
        lines += ["", f"## {clause}", ""]
        known = POLICY_1_1.clauses.get(clause)
        if known is not None:
            lines += [f"{known.text} ({known.strength})", ""]
        for finding in found:
            lines += _entry(finding)
    lines += ["", "## Structure", "", "A finding of this kind stands alone in a refusal.", ""]
    for finding in _structures():
        lines += _entry(finding)
    lines += [
        "- `structure.take_over_closed` (kind `structure`)",
        "  - Running portfolios are not taken over here (any more).",
        "  - Identify the partnership instead, or let the host set take_over_until to a coming day.",
    ]
    return "\n".join(lines).rstrip() + "\n"


def settings_page() -> str:
    """Give the page of settings with their defaults and the rules they belong to."""
    lines = [
        "# Settings",
        "",
        _MADE,
        "",
        *_paragraph(
            "House rules and readings, with their defaults. The prefix names the rule: `l5_exceptions` is "
            "house rule L5, `reading_s4_11` a reading of S4.11. A setting of `true` is on, and a length of "
            "L7 that is 0 is off. [Change house rules](../how-to/change-house-rules.md) says how. The "
            "settings' digest is in every entry of the history."
        ),
        "",
        "| setting | default | rule |",
        "|---|---|---|",
    ]
    before = ""
    for item in fields(Settings):
        default = getattr(Settings(), item.name)
        shown = "see below" if item.name == "l2_roles" else _default(default)
        rule = _rule(item.name)
        lines.append(f"| `{item.name}` | {shown} | {'the same' if rule == before else rule} |")
        before = rule
    lines += [
        "",
        "## One category otherwise (`l7_by_category`)",
        "",
        *_paragraph(
            "Under `activity`, `associate` or `strategic`, what L7 is there; what is left out is as in "
            "general, and 0 or an empty list turns it off. `l7_review_months` itself is for strategic "
            "partnerships alone. [Prompts](../explanation/prompts.md) says what each length does."
        ),
        "",
        ", ".join(f"`{item.name}`" for item in fields(CategoryRhythms)),
    ]
    lines += ["", "## Who does what (`l2_roles`)", "", "| what | roles |", "|---|---|"]
    lines += [f"| `{duty}` | {', '.join(f'`{role}`' for role in roles)} |" for duty, roles in DUTIES.items()]
    return "\n".join(lines).rstrip() + "\n"


def exceptions_page() -> str:
    """Give the page of the rules by which `audit exceptions` lists, with their severity."""
    lines = [
        "# Exceptions",
        "",
        _MADE,
        "",
        *_paragraph(
            "The rules by which `partnerships audit exceptions` lists what is out of the ordinary. None of "
            "them is a verdict: each row is something an auditor looks at, the high ones one by one. Where a "
            "rule names no clause here, its rows name their own, or none applies. "
            "[Audit the decisions](../how-to/audit-the-decisions.md) says how to ask, and what a row holds."
        ),
    ]
    for severity in Severity:
        lines += [
            "",
            f"## {severity.capitalize()}",
            "",
            "| rule | clause | what it tells of |",
            "|---|---|---|",
        ]
        lines += [
            f"| `{rule.code}` | {rule.clause or ''} | {rule.meaning} |"
            for rule in RULES.values()
            if rule.severity == severity
        ]
    return "\n".join(lines).rstrip() + "\n"


PAGES = {
    "records.md": records_page,
    "findings.md": findings_page,
    "settings.md": settings_page,
    "exceptions.md": exceptions_page,
}


def _who(kind: str) -> list[str]:
    said = []
    if kind in SEALED_KINDS:
        said.append("Sealed (L4).")
    if kind in PARTNER_KINDS:
        said.append("The partner's side may make one too.")
    if kind in DUTIES:
        said.append(f"Recorded by: {', '.join(f'`{role}`' for role in DUTIES[kind])} (L2).")
    return [" ".join(said), ""] if said else []


def _table(model: type[BaseModel]) -> list[str]:
    own = {
        name: field
        for name, field in model.model_fields.items()
        if model is Body or not issubclass(model, Body) or name not in Body.model_fields
    }
    lines = ["| field | what it holds | |", "|---|---|---|"]
    hints = _hints(model)
    for name, field in own.items():
        required = "required" if field.is_required() else ""
        lines.append(f"| `{field.alias or name}` | {_words(hints[name])} | {required} |")
    return lines


def _parts(model: type[BaseModel]) -> list[str]:
    lines: list[str] = []
    for name, hint in _hints(model).items():
        if issubclass(model, Body) and model is not Body and name in Body.model_fields:
            continue
        for part in _inner(hint):
            line = f"`{name}` holds: {_one_line(part.__doc__)}"
            if line not in lines:
                lines += [line, "", *_table(part), "", *_parts(part)]
    return lines


def _inner(hint: Any) -> Iterator[type[Part]]:
    if isinstance(hint, type) and issubclass(hint, Part):
        yield hint
    for argument in get_args(hint):
        yield from _inner(argument)


def _hints(model: type[BaseModel]) -> dict[str, Any]:
    from typing import get_type_hints

    hints = get_type_hints(model, include_extras=True)
    return {name: hints[name] for name in model.model_fields}


def _words(hint: Any) -> str:
    for named, words in _NAMED:
        if hint == named:
            return words
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _words(arguments[0])
    if origin is Literal:
        return ", ".join(f"`{argument}`" for argument in arguments)
    if origin is list:
        inner = arguments[0]
        return "list of parts, below" if list(_inner(inner)) else f"list of {_words(inner)}"
    if origin in (Union, types.UnionType):
        return _words(next(argument for argument in arguments if argument is not type(None)))
    if origin is dict:
        return "any JSON object"
    if isinstance(hint, type) and issubclass(hint, Part):
        return "a part, below"
    return _PLAIN[hint]


def _entry(finding: Finding) -> list[str]:
    needs = ", ".join(f"`{record}.{name}`" if name else f"`{record}`" for record, name in finding.needs)
    facts = [f"kind `{finding.kind}`"]
    if needs:
        facts.append(f"needs {needs}")
    if finding.interpretation:
        facts.append("reading")
    return [
        f"- `{finding.code}` ({'; '.join(facts)})",
        f"  - {finding.message}",
        f"  - {finding.remedy}",
    ]


def _structures() -> list[Finding]:
    """Give the findings that the machine's shape yields; they are constants of a few modules."""
    found = [
        value
        for module in (decide, corrections, erasing, standing)
        for value in vars(module).values()
        if isinstance(value, Finding) and value.code not in NOTICES
    ]
    return sorted(found, key=lambda finding: finding.code)


def _order(finding: Finding) -> tuple[Any, ...]:
    parts = re.findall(r"\d+|[A-Za-z]+", str(finding.clause))
    return (
        parts[0],
        *(int(part) if part.isdigit() else part for part in parts[1:3]),
        str(finding.clause),
        finding.code,
    )


def _rule(name: str) -> str:
    if found := re.match(r"l(\d+)_", name):
        clause = f"L{found[1]}"
    elif found := re.match(r"reading_s(\d+)_(\d+)", name):
        clause = f"S{found[1]}.{found[2]}"
        return f"{clause}: {POLICY_1_1.clauses[clause].reading or POLICY_1_1.clauses[clause].text}"
    else:
        return {
            "take_over_until": "the day before which running portfolios may be taken over",
            "office_time_zone": "whose day is today, where a partnership's arrangement names no time zone",
            "retention_ended_months": "after how many months an ended partnership's contents are due for "
            "erasure (0: never)",
            "retention_months": 'the same for a kind of record, such as `{"crisis_case": 60}`, once it '
            "counts no more",
        }[name]
    return f"{clause}: {POLICY_1_1.clauses[clause].text}"


def _default(value: Any) -> str:
    if value is None or value in ({}, ()):
        return "none"
    if isinstance(value, bool):
        return "`true`" if value else "`false`"
    if isinstance(value, tuple):
        return ", ".join(f"`{item}`" for item in value)
    return f"`{value}`"


def _paragraph(text: str) -> list[str]:
    return textwrap.wrap(text, 110, break_on_hyphens=False)


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else REFERENCE
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8")
