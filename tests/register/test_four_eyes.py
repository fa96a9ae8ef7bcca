"""Four eyes in the register: any sequence of requests and decisions, under first and second logins."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import dataclass, field

from register.asking import ask, decide
from register.road import enter
from register.wanted import Wanted
from storage.engine import writing
from storage.requests import in_states as waits
from storage.work import Work
from tests.world import TOWN, World
from workflow.people import actor_of


@dataclass
class Desk:
    """Administrators with several logins each, who ask for this and that, for others and for themselves, and decide on what waits."""

    world: World
    dice: random.Random
    logins: dict[str, int] = field(default_factory=dict)
    said: Counter[str] = field(default_factory=Counter)

    def open(self) -> Desk:
        """Two of each kind, one of them with a second login."""
        for login, role in (("sys2", "sysadmin"), ("sec2", "secadmin")):
            self.world.hire(login, login, role)
        asker = self.world.people["sys2"]
        with writing(self.world.engine) as work:
            approver = actor_of(work.driver, "sec2", self.world.today, "web")
            for login in ("sysadmin", "secadmin"):
                other = {"person": self.world.people[login], "login": f"{login}.b"}
                enter(work, [Wanted("account", "make", None, other)], approver, self.world.now, asked_by=asker)
            work.commit()
        self.logins = dict(self.world.people)
        return self

    def go_about(self, steps: int) -> Desk:
        """Let them, for so many steps."""
        with writing(self.world.engine) as work:
            for number in range(steps):
                waiting = waits(work.driver, self.world.place, ("asked",))
                if waiting and self.dice.random() < 0.5:
                    self._decide(work, self.dice.choice(waiting).id or 0)
                else:
                    self._ask(work, number)
            work.commit()
        return self

    def _ask(self, work: Work, number: int) -> None:
        of_the_house = self.dice.random() < 0.15
        askers = ("office", "office2") if of_the_house else ("sysadmin", "sysadmin.b", "sys2")
        asker = self.dice.choice(askers if self.dice.random() < 0.9 else ("secadmin", "sec2", "team"))
        deciders = ("secadmin", "sec2", "sysadmin", "office")
        about = self.logins[self.dice.choice((asker.partition(".")[0], *deciders, *self.logins))]
        role = self.dice.choice(("office", "team", "discipline", "sysadmin", "secadmin", "secauditor"))
        street = Wanted(
            "unit", "change", self.world.units[TOWN], {"sort": self.dice.choice(("town", "street", "bureau"))}
        )
        people = (
            Wanted("account", "make", None, {"person": about, "login": f"login{number}"}),
            Wanted("post", "make", None, {"person": about, "role": role}),
            Wanted("person", "change", about, {"email": f"p{number}@example.test"}),
        )
        wanted = street if of_the_house else self.dice.choice(people)
        asked = ask(work, wanted, actor_of(work.driver, asker, self.world.today, "web"), self.world.now)
        self.said.update(
            [f"asked {wanted.kind}" if asked.request else "not asked", *(one.sentence for one in asked.refusals)]
        )

    def _decide(self, work: Work, number: int) -> None:
        decider = self.dice.choice(("secadmin", "secadmin.b", "sec2", "office", "office2", "sysadmin"))
        actor = actor_of(work.driver, decider, self.world.today, "web")
        entered = decide(work, number, actor, self.world.now, approve=self.dice.random() < 0.8)
        self.said.update([f"{entered.kind} {'refused' if entered.refusals else 'decided'}", *entered.refused])


OWN = {"account": "person_id", "post": "person_id", "person": ""}
"""Whose a row of a kind is: the column that says it, or the row itself."""


def alone_in(world: World, since: int) -> list[str]:
    """Return the entries that wanted two and had one: entered by who asked, or approved by whom they are about."""
    found = []
    for (body,) in world.rows(
        "SELECT body FROM trail WHERE about IS NOT NULL AND idx >= :since ORDER BY idx", since=since
    ):
        entry = json.loads(bytes(body))
        kind, _, row = entry["about"].partition(":")
        person, asked = entry["actor"]["person"], entry["prepared_by"]
        owner = entry["after"].get(OWN[kind]) if OWN.get(kind) else int(row) if kind in OWN else None
        if asked in (None, person) or owner == person:
            found.append(entry["about"])
    return found


def test_nobody_approves_their_own_request_nor_what_is_about_themselves(world: World) -> None:
    """Twelve hundred steps, seed 8, under first and second logins."""
    counter = Desk(world, random.Random(8)).open()
    begun = world.size
    said = counter.go_about(1200).said
    assert alone_in(world, begun) == []
    for sentence, often in (
        ("这是您自己的账号，须由别人审批", 3), ("这是您自己的人员，须由别人审批", 3), ("申请人不能审批自己的申请，须由另一人审批", 3),
        ("account decided", 20), ("post decided", 5), ("person decided", 20), ("unit decided", 4),
    ):  # fmt: skip
        assert said[sentence] >= often, sentence
