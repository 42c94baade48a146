"""Tells the story: runs its commands on the service and shows what came of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from partnerships.doors.cli.views.findings import findings_view
from partnerships.doors.cli.views.words import state_text, symbol
from partnerships.doors.demo.cast import Actor
from partnerships.doors.demo.clock import StoryClock
from partnerships.doors.text import plain

if TYPE_CHECKING:
    from partnerships import Service

_INDENT = 4


class StoryBroken(Exception):
    """Raised when a command has another outcome than the story says."""


class Narrator:
    """Tells and acts; every outcome is compared with what the story expects of it."""

    def __init__(self, console: Console, service: Service, clock: StoryClock) -> None:
        self.console = console
        self.service = service
        self._clock = clock
        self._chapter = 0
        self._apart = True

    def chapter(self, title: str) -> None:
        """Begin a chapter."""
        self._chapter += 1
        heading = Text.assemble((f" {self._chapter} ", "bold reverse"), " ", (title, "bold"))
        self._break()
        self.console.print()
        self.console.print(Rule(heading, align="left", style="dim"))
        self.console.print()
        self._apart = True

    def tell(self, text: str) -> None:
        """Say something between two acts."""
        self._break()
        self.console.print(Text(text, style="italic"))
        self.console.print()
        self._apart = True

    def show(self, what: RenderableType, *, indent: int = _INDENT) -> None:
        """Show a table or a panel, set in from the left."""
        self._break()
        self.console.print(Padding(what, (0, 0, 1, indent)))
        self._apart = True

    def _break(self) -> None:
        if not self._apart:
            self.console.print()

    def turn_to(self, day: str) -> None:
        """Let the story's clock go on to `day`."""
        self._clock.turn_to(date.fromisoformat(day))

    def trigger(
        self, day: str, actor: Actor, does: str, id: str, trigger: str, **more: Any
    ) -> Mapping[str, Any]:
        """Run a trigger that the story expects to be accepted."""
        return self.act(day, actor, does, {"do": "trigger", "id": id, "trigger": trigger, **more})

    def record(self, day: str, actor: Actor, does: str, id: str, **bodies: Any) -> None:
        """Put a record of each kind in `bodies` on file, told in one line."""
        warnings: list[Mapping[str, Any]] = []
        for kind, body in bodies.items():
            command = {"do": "record", "id": id, "kind": kind, "body": body}
            warnings += self._run(day, actor, command, "accepted")["warnings"]
        self._line(day, actor, does, None)
        self._warn(warnings)

    def act(self, day: str, actor: Actor, does: str, command: Mapping[str, Any]) -> Mapping[str, Any]:
        """Run a command that the story expects to be accepted."""
        outcome = self._run(day, actor, command, "accepted")
        moved = command["do"] in ("identify", "trigger")
        self._line(day, actor, does, outcome.get("state") if moved else None)
        self._warn(outcome.get("warnings") or ())
        return outcome

    def note(self, day: str, actor: Actor, does: str) -> None:
        """Tell in one line what happened without a command."""
        self._line(day, actor, does, None)

    def refused(
        self, day: str, actor: Actor, does: str, command: Mapping[str, Any], clauses: Iterable[str]
    ) -> Mapping[str, Any]:
        """Run a command that the story expects to be refused, by exactly these `clauses`."""
        outcome = self._run(day, actor, command, "refused")
        cited = sorted({str(finding["clause"]) for finding in outcome["findings"]})
        if cited != sorted(set(clauses)):
            raise StoryBroken(f"{does}: expected {sorted(set(clauses))}, cited {cited}")
        self._line(day, actor, does, None, refused=True)
        self._findings(outcome["findings"], "red")
        return outcome

    def _run(self, day: str, actor: Actor, command: Mapping[str, Any], expected: str) -> Mapping[str, Any]:
        self.turn_to(day)
        outcome: Mapping[str, Any] = self.service.apply({**command, "actor": actor, "on": day})
        if outcome["outcome"] != expected:
            raise StoryBroken(f"{command} was {outcome}, the story says {expected}")
        return outcome

    def _line(self, day: str, actor: Actor, does: str, state: object, *, refused: bool = False) -> None:
        line = Table.grid(padding=(0, 2, 0, 0), expand=True)
        line.add_column(no_wrap=True, style="dim", width=10)
        line.add_column(no_wrap=True, width=14)
        line.add_column(ratio=1, overflow="fold")
        line.add_column(justify="right", max_width=self.console.width // 3)
        end = Text()
        if refused:
            end = Text(f"{symbol('no')} refused", style="bold red")
        elif state is not None:
            end = Text(f"{symbol('arrow')} ").append_text(state_text(state))
        line.add_row(day, Text(plain(actor["id"]), style="bold"), Text(does), end)
        self.console.print(line)
        self._apart = False

    def _warn(self, warnings: Sequence[Mapping[str, Any]]) -> None:
        if warnings:
            self._findings(warnings, "yellow")

    def _findings(self, findings: Sequence[Mapping[str, Any]], style: str) -> None:
        self.console.print(Padding(findings_view(findings, style=style), (0, 0, 1, _INDENT)))
        self._apart = True
