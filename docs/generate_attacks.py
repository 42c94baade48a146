"""Writes the page of attacks from the tests' own matrix: `python docs/generate_attacks.py`.

`tests/audit/log/test_attacks.py` makes every attack and compares the page with what it says now.
"""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "attacks.md"
_MADE = "<!-- made by docs/generate_attacks.py from tests/audit/log/attacks.py; edit those, not this page -->"


def attacks_page() -> str:
    """Give the page: every attack with the rules that notice it, and every rule with what it means."""
    from partnerships.audit.verifying.layers import LAYERS, RULES
    from tests.audit.log.attacks import ATTACKS

    lines = [
        "# Attacks",
        "",
        _MADE,
        "",
        *_paragraph(
            "What somebody who may write the database can do to it, and which rules of `audit verify` "
            "notice it. The tests make every one of these attacks, on SQLite and PostgreSQL, with triggers "
            "and foreign keys off, and compare: exactly these rules speak, no other, and where none does the "
            "table says so. How the layers work is in [The audit log](../explanation/audit-log.md)."
        ),
        "",
        *_paragraph(
            "*Alone* is what the database gives away by itself. *Held against* is what is noticed besides "
            "where the auditor has checkpoints of their own that cover the entry, and the log's public key "
            "from elsewhere."
        ),
        "",
        "| attack | alone | held against the auditor's own |",
        "|---|---|---|",
    ]
    missed = []
    for number, attack in enumerate(ATTACKS, 1):
        alone, held = _rules(attack.alone), _rules(attack.held)
        if not attack.alone:
            alone = "**not noticed**"
        if not attack.held:
            held = "the same" if attack.alone else "**not noticed**"
        lines.append(f"| {number}. {attack.name} | {alone} | {held} |")
        if attack.remark:
            missed.append(f"- {number}: {attack.remark}")
    lines += ["", *missed, "", "## Rules", ""]
    for layer, meaning in LAYERS.items():
        lines += [f"### {layer}", "", meaning, ""]
        lines += [f"- `{rule}`: {told}" for rule, told in RULES.items() if rule.partition(".")[0] == layer]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _rules(rules: frozenset[str]) -> str:
    return ", ".join(f"`{rule}`" for rule in sorted(rules))


def _paragraph(text: str) -> list[str]:
    return textwrap.wrap(text, 110, break_on_hyphens=False)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE
    target.write_text(attacks_page(), encoding="utf-8")
