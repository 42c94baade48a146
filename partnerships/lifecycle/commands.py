"""Commands: what a person asks for, read from JSON with every error named by its field."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, ValidationError, model_validator

from partnerships.lifecycle.days import parse_day, parse_instant
from partnerships.lifecycle.records import BODIES
from partnerships.lifecycle.records.crisis import DEFAULT_CASE
from partnerships.lifecycle.records.fields import Body, Day, Id, Part, Text
from partnerships.lifecycle.records.reading import (
    Problem,
    is_plain,
    later_days,
    problems_of,
    read_body,
    without_blanks,
)
from partnerships.lifecycle.vocabulary import ACTIVE_STATES, CRISIS_KINDS, RecordKind, Role, State, Trigger

Instant = Annotated[datetime, BeforeValidator(parse_instant)]


def _is_active(state: State) -> State:
    if state not in ACTIVE_STATES:
        raise ValueError(f"must be one of {', '.join(sorted(ACTIVE_STATES))}")
    return state


_WORD = Field(strict=False)
"""Lets a word of the vocabulary come as text, which is how JSON writes it."""

_Kind = Annotated[RecordKind, _WORD]
_Trigger = Annotated[Trigger, _WORD]
_ActiveState = Annotated[State, _WORD, AfterValidator(_is_active)]
_Role = Annotated[Role, _WORD]


class Actor(Part):
    """Who acts: an opaque id, the side, and the roles that the host vouches for."""

    id: Id
    party: Literal["ims", "partner"]
    roles: list[_Role]
    partnerships: list[Id] | None = None

    @model_validator(mode="after")
    def _pairing(self) -> Actor:
        for role in self.roles:
            if (role is Role.PARTNER_REPRESENTATIVE) != (self.party == "partner"):
                raise ValueError(f"{role} is not a role of party {self.party}")
        return self

    @property
    def is_partner(self) -> bool:
        """Tell whether the actor belongs to the partner's side."""
        return self.party == "partner"

    def holds(self, *roles: Role) -> bool:
        """Tell whether the actor holds any of these roles."""
        return not set(roles).isdisjoint(self.roles)

    def may_read(self, partnership: str) -> bool:
        """Tell whether the actor's side may see this partnership at all (L2)."""
        return self.party == "ims" or partnership in (self.partnerships or ())


class Command(Part):
    """What every command carries."""

    do: str
    id: Id
    actor: Actor
    on: Day | None = None
    key: Text | None = Field(default=None, max_length=200)
    expected_sequence: int | None = Field(default=None, ge=0)
    reason: Text | None = None
    recorded_at: Instant | None = None


class Identify(Command):
    """Open a partnership with a partner profile."""

    do: Literal["identify"]
    body: dict[str, Any]


class Record(Command):
    """Put a record on a partnership's file."""

    do: Literal["record"]
    kind: _Kind
    body: dict[str, Any]


class Fire(Command):
    """Move a partnership by a trigger."""

    do: Literal["trigger"]
    trigger: _Trigger


class Withdraw(Command):
    """Make a record count for nothing from now on."""

    do: Literal["withdraw"]
    sequence: int = Field(ge=1)
    reason: Text


class Revert(Command):
    """Undo the latest transition."""

    do: Literal["revert"]
    sequence: int = Field(ge=1)
    reason: Text


class Open(Command):
    """Read sealed content, which is itself recorded (L4)."""

    do: Literal["open"]
    sequence: int = Field(ge=1)
    reason: Text


class TakeOver(Command):
    """State that a partnership ran before this service."""

    do: Literal["take_over"]
    state: _ActiveState
    since: Day
    body: dict[str, Any]
    reason: Text


AnyCommand = Identify | Record | Fire | Withdraw | Revert | Open | TakeOver
_COMMAND = TypeAdapter(Annotated[AnyCommand, Field(discriminator="do")]).validator
_ACTOR: TypeAdapter[Actor] = TypeAdapter(Actor)


class BadCommand(ValueError):
    """Raised when a command cannot be read; `problems` lists (field, message)."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{field}: {message}" for field, message in problems))
        self.problems = problems


def clean_command(raw: Any) -> tuple[dict[str, Any], list[Problem]]:
    """Give parsed JSON without its blanks, and what in it cannot be kept; raises BadCommand for no object."""
    if not isinstance(raw, dict):
        raise BadCommand([("line", "a command is one JSON object")])
    problems: list[Problem] = []
    return raw if is_plain(raw) else without_blanks(raw, problems, ""), problems


def read_command(
    cleaned: dict[str, Any], problems: list[Problem] | None = None, *, importing: bool = False
) -> AnyCommand:
    """Read a command from what `clean_command` gave; `recorded_at` is taken only while importing.

    Raises BadCommand with every problem at once, those of the body included where it can be read.
    """
    problems = list(problems or ())
    if "recorded_at" in cleaned and not importing:
        problems.append(("recorded_at", "is taken only by an import"))
    try:
        command: AnyCommand = _COMMAND.validate_python(cleaned)
    except ValidationError as error:
        problems += _without_tag(error, cleaned)
        raise BadCommand(problems + _body_problems(cleaned)) from None
    if problems:
        raise BadCommand(problems)
    return command


def read_record(command: AnyCommand, on: date) -> Body | None:
    """Read the record that a command carries, or None; raises BadCommand with every problem."""
    if command.do == "record":
        kind = command.kind
    elif command.do == "identify" or command.do == "take_over":
        kind = RecordKind.PARTNER_PROFILE
    else:
        return None
    record, problems = read_body(kind, command.body, on)
    problems += _case_problems(command, record)
    if problems:
        raise BadCommand(problems)
    return record


def check_days(command: AnyCommand, on: date) -> None:
    """Check a record that was read against its own day, once that is known; raises BadCommand likewise."""
    if command.do == "record" or command.do == "identify" or command.do == "take_over":
        problems = later_days(command.body, on)
        if problems:
            raise BadCommand(problems)


def read_actor(raw: Any) -> Actor:
    """Read an actor from parsed JSON; raises BadCommand with every problem."""
    try:
        return _ACTOR.validate_python(raw)
    except ValidationError as error:
        raise BadCommand(problems_of(error, "actor")) from None


def is_partners_case(case: str) -> bool:
    """Tell whether a case id is one of the partner's side: p1, p2, and so on."""
    return case[:1] == "p" and case[1:].isdigit() and case.isascii()


def _case_problems(command: AnyCommand, record: Body | None) -> list[Problem]:
    """The partner's side raises cases under ids of its own, and nobody else uses these (L2)."""
    if command.do != "record" or record is None or command.kind not in CRISIS_KINDS:
        return []
    case = command.body.get("case", DEFAULT_CASE)
    if command.actor.is_partner:
        if command.kind == RecordKind.CRISIS_CASE and not is_partners_case(case):
            return [("body.case", "the partner's side uses case ids of its own: p1, p2, ...")]
    elif is_partners_case(case):
        return [("body.case", "ids such as p1 belong to the partner's side; use another")]
    return []


def _body_problems(raw: dict[str, Any]) -> list[Problem]:
    """What is wrong with the body of a command that cannot be read: all errors come at once."""
    carries = {"record": raw.get("kind"), "identify": "partner_profile", "take_over": "partner_profile"}
    do, body = raw.get("do"), raw.get("body")
    kind = carries.get(do) if isinstance(do, str) else None
    if not isinstance(kind, str) or kind not in BODIES or not isinstance(body, dict):
        return []
    try:
        on = parse_day(raw.get("on", date.max))
    except ValueError:
        on = date.max
    return read_body(kind, body, on)[1]


def _without_tag(error: ValidationError, raw: dict[str, Any]) -> list[Problem]:
    """Drop the union's tag from the paths, so that they are the command's own fields."""
    tag = raw.get("do")
    problems = []
    for path, message in problems_of(error):
        head, _, rest = path.partition(".")
        if head == tag and rest:
            problems.append((rest, message))
        elif path in ("", tag):
            problems.append(("do", "must be identify, record, trigger, withdraw, revert, open or take_over"))
        else:
            problems.append((path, message))
    return problems
