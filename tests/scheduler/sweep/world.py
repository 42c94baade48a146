"""A portfolio through years: people act on some days, a sweep runs on each, and a calendar keeps count.

What should be asked is worked out from plain facts and the calendar alone, by the walk of the pure tests.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from partnerships import Service
from partnerships.lifecycle.answering import step_mark
from tests.bodies import BODIES, NEEDED, RECORDED_BY, agreement
from tests.scheduler.oracle import AgreementFacts, Facts, ReviewFacts, falls_on
from tests.story import Clock, actor

Json = dict[str, Any]
Asked = tuple[str, str, date]
"""(partnership, kind, day)."""

CATEGORIES = ("activity", "associate", "strategic")


@dataclass
class Member:
    """One partnership: its facts, and the next day on which somebody does something about it."""

    id: str
    facts: Facts
    acts_on: date


@dataclass
class World:
    """Partnerships, people who act at random but the same for the same seed, and what should be asked."""

    service: Service
    clock: Clock
    random: Random
    members: list[Member] = field(default_factory=list)
    expected: list[Asked] = field(default_factory=list)
    bodies: dict[int, Json] = field(default_factory=dict)
    """The newest agreement of each, as it was recorded, by its facts."""

    def live(self, first: date, last: date, count: int) -> None:
        """Let so many partnerships begin in the first year, and a sweep run on every day to the last."""
        beginnings: dict[date, list[str]] = defaultdict(list)
        for number in range(count):
            beginnings[first + timedelta(days=self.random.randrange(365))].append(f"p-{number:03}")
        for days in range((last - first).days + 1):
            self.today = first + timedelta(days=days)
            self.clock.set(f"{self.today}T09:00:00Z")
            for id in beginnings[self.today]:
                self._begin(id)
            for member in self.members:
                if member.acts_on == self.today:
                    self._act(member)
            assert self.service.sweep().set_aside == []
            for member in self.members:
                self.expected += [
                    (member.id, fall.kind, self.today) for fall in falls_on(member.facts, self.today)
                ]

    def _do(self, id: str, *commands: Json) -> None:
        for command in commands:
            if command["actor"]["party"] == "partner":
                command["actor"]["partnerships"] = [id]
        lines = [json.dumps(command | {"id": id}).encode() for command in commands]
        for outcome in self.service.apply_lines(lines, batch=len(lines)):
            assert outcome["outcome"] == "accepted", (outcome, self.today)

    def _record(self, kind: str, **fields: Any) -> Json:
        by = RECORDED_BY.get(kind, "pm-1")
        body = BODIES[kind](self.today.isoformat()) if kind != "agreement" else {}
        made = {name: value for name, value in (body | fields).items() if value is not None}
        return {"do": "record", "actor": actor(by), "kind": kind, "body": made}

    def _trigger(self, trigger: str) -> Json:
        return {"do": "trigger", "actor": actor("director-1"), "trigger": trigger}

    def _agreement(self, facts: Facts, starts_on: date, ends_on: date | None, **fields: Any) -> Json:
        """One more agreement, for a collaboration of its own; noted as it is put on file."""
        number = len(facts.agreements) + 1
        body = agreement(starts_on.isoformat(), facts.category) | fields
        body |= {"reference": f"r-{number}", "collaboration": f"Work {number}"}
        body["ends_on"] = ends_on.isoformat() if ends_on else None
        body["no_endline_reason"] = None if ends_on else "Open"
        body["accepted"] = [one | {"on": self.today.isoformat()} for one in body["accepted"]]
        body["endline_acknowledged_on"] = self.today.isoformat() if ends_on else None
        facts.agreements.append(AgreementFacts(body["reference"], starts_on, ends_on, self.today))
        self.bodies[id(facts)] = body
        return self._record("agreement", **body)

    def _begin(self, id: str) -> None:
        category = self.random.choice(CATEGORIES)
        facts = Facts(category, self.today, dialogue=category != "strategic" or self.random.random() < 0.5)
        facts.review_months = 6 if category == "strategic" else 0
        profile = BODIES["partner_profile"](self.today.isoformat()) | {"name": f"Radio {id} (fictional)"}
        identify = {"do": "identify", "actor": actor("pm-1"), "body": profile | {"level": "international"}}
        commands = [identify, *(self._record(kind, **more) for _, kind, more in NEEDED["assess"])]
        commands += [self._trigger("assess"), self._record("inclusion_commitment")]
        if category == "strategic":
            commands.append(self._record("strategic_importance"))
        if category == "strategic" and facts.dialogue:
            commands.append(self._record("exit_dialogue"))
        if self.random.random() < 0.3:
            facts.review_months = self.random.randint(1, 9)
            commands.append(
                self._record("arrangement", review_months=facts.review_months, reason="As agreed")
            )
        commands += [self._agreement(facts, self.today, self._some_end()), self._trigger(f"begin_{category}")]
        self._do(id, *commands)
        self.members.append(Member(id, facts, self._some_day()))

    def _some_end(self) -> date | None:
        if self.random.random() < 0.2:
            return None
        return self.today + timedelta(days=self.random.randint(5, 900))

    def _some_day(self) -> date:
        return self.today + timedelta(days=self.random.randint(1, 300))

    def _act(self, member: Member) -> None:
        member.acts_on = self._some_day()
        facts = member.facts
        if facts.exited_on is not None:
            return
        if facts.transition_on is not None:
            acts = [self._exit]
        else:
            acts = [self._review] * 6 + [self._more, self._conclude, self._dialogue, self._type]
            acts += [self._leave, self._renew, self._renew]
        commands = self.random.choice(acts)(facts)
        if commands:
            self._do(member.id, *commands)

    def _review(self, facts: Facts) -> list[Json]:
        goals = self.random.choice(["all", "some", "some"])
        lacks = self.random.choice([(), (), ("ims",), ("partner",), ("ims", "partner")])
        facts.reviews.append(ReviewFacts(self.today, goals, lacks))
        facts.__dict__.pop("review", None)
        values = {f"added_value_{party}": None if party in lacks else "Much" for party in ("ims", "partner")}
        return [self._record("sustainability_review", goals_reached=goals, **values)]

    def _more(self, facts: Facts) -> list[Json]:
        """Begin another collaboration beside one that runs; past all endlines it would take a renewal."""
        if not any(
            one.ends_on is None or one.ends_on >= self.today for one in facts.agreements if not one.concluded
        ):
            return []
        return [self._agreement(facts, self.today, self._some_end())]

    def _conclude(self, facts: Facts) -> list[Json]:
        """Conclude the newest one; given up before it began it would follow on nothing."""
        newest = facts.agreements[-1]
        if newest.concluded or newest.starts_on > self.today:
            return []
        facts.agreements[-1] = AgreementFacts(
            newest.reference, newest.starts_on, newest.ends_on, self.today, concluded=True
        )
        body = self.bodies[id(facts)] | {"concluded_on": self.today.isoformat()}
        return [self._record("agreement", **body, concluded_how="completed")]

    def _dialogue(self, facts: Facts) -> list[Json]:
        facts.dialogue = True
        return [self._record("exit_dialogue")]

    def _type(self, facts: Facts) -> list[Json]:
        """Become another type of partner than a strategic one can be, or come back from it."""
        fits = facts.unfit_since is not None
        facts.unfit_since = None if fits else self.today
        kind = "media_ecosystem" if fits else "civil_society"
        return [self._record("partner_profile", type=kind, level="international")]

    def _renew(self, facts: Facts) -> list[Json]:
        """Carry the newest agreement on, before its endline."""
        newest = facts.agreements[-1]
        if newest.ends_on is None or newest.concluded or newest.ends_on < self.today:
            return []
        if facts.category == "strategic" and facts.unfit_since is not None:
            return []
        review = self._review(facts)
        facts.reviews[-1] = ReviewFacts(self.today, "some", ())
        review[0]["body"] |= {
            "goals_reached": "some",
            "added_value_ims": "Much",
            "added_value_partner": "Much",
        }
        starts_on = newest.ends_on + timedelta(days=1)
        follows = AgreementFacts(
            newest.reference, newest.starts_on, newest.ends_on, newest.recorded_on, followed_from=starts_on
        )
        facts.agreements[-1] = follows
        ends_on = starts_on + timedelta(days=self.random.randint(30, 900))
        next_one = self._agreement(facts, starts_on, ends_on, continues=newest.reference)
        return [*review, self._record("renewal_note"), next_one, self._trigger("renew")]

    def _leave(self, facts: Facts) -> list[Json]:
        steps = []
        for number in range(self.random.randint(2, 4)):
            due_on = self.today + timedelta(days=self.random.randint(0, 120))
            step = {
                "what": f"Step {number}",
                "owner": ("ims", "partner")[number % 2],
                "due_on": due_on.isoformat(),
            }
            closed = self.random.random() < 0.3
            steps.append(step | ({"outcome": "Settled"} if closed else {}))
            facts.steps.append((step_mark(step), due_on, closed))
        review = self._review(facts)
        facts.transition_on = self.today
        return [*review, self._record("transition_plan", steps=steps), self._trigger("begin_transition")]

    def _exit(self, facts: Facts) -> list[Json]:
        facts.exited_on = self.today
        positions = [self._record("position", party="ims"), self._record("position", party="partner")]
        positions[1]["actor"] = actor("partner-1")
        return [*positions, self._trigger("exit")]
