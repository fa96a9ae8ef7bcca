"""Four eyes before the rules alone (TESTS 23): no database, so that very many lives are tried; what the log tells is told from memory."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest

from states import ACTIONS, HANDLER, OFFICE, SECRETARY, UNIT_ROLES
from tests.rules.subjects import CASE, HOUSE, PARENT, TODAY, UNIT, a_case, a_clock, day, profile, subject
from tests.test_four_eyes import UNIT_SIDE, Held, Told, breaches
from tests.world import usual_answers, usual_materials
from workflow.answers import read_answers
from workflow.judge import against, against_draft
from workflow.may import acts_as, prepares_as
from workflow.subject import Actor, Post, Subject

ELSEWHERE = 99
PARTIES = ("team", "discipline", "organisation")
BOTH = profile(verifiers=["office", "discipline"])
HELD = (
    SECRETARY,
    SECRETARY,
    HANDLER,
    HANDLER,
    OFFICE,
    OFFICE,
    OFFICE,
    "discipline",
    "discipline",
    "organisation",
    "team",
)
LIKELY = {
    "claimed": ("submit_plan",), "plan_review": ("approve_plan", "approve_plan", "opine", "opine", "recall_plan"),
    "rectifying": ("submit", "submit", "progress", "request_extension", "grant_extension"),
    "submitted": ("verify", "verify", "opine", "opine", "opine", "continue_work", "return_work", "recall"),
    "verified": ("rescind", "reopen", "approve_text", "withhold"), "withheld": ("reopen",), "withdrawn": (),
}  # fmt: skip
SELDOM = ("void", "rescind")
PEOPLE = range(1, 7)


@cache
def answers(action: str) -> dict[str, Any]:
    """Return sound answers as the rules read them."""
    given = usual_answers(action, TODAY)
    if "until" in given:
        given["until"] = day(6, 20).isoformat()
    found, faults = read_answers(ACTIONS[action], given)
    assert not faults
    return found


@dataclass
class Life:
    """One case, and six people of whom each may hold any posts, under two logins, and prepare for any other."""

    dice: random.Random
    state: str = "claimed"
    version: int = 5
    entered: int = 5
    told: list[Told] = field(default_factory=list)
    posts: list[Held] = field(default_factory=list)
    holding: dict[int, list[Post]] = field(default_factory=dict)
    opinions: list[tuple[int, str, int, str]] = field(default_factory=list)
    today: date = TODAY
    asked: bool = False
    said: Counter[str] = field(default_factory=Counter)

    def lived(self, steps: int) -> Life:
        """Live it: so many steps, the first of which is told as done before."""
        for person in PEOPLE:
            self._take_post(person)
        self.told.append(self._note("feed_back", self.dice.choice(PEOPLE)))
        for _ in range(steps):
            self.today += timedelta(days=1)
            if self.dice.random() < 0.12:
                self._change(self.dice.choice(PEOPLE))
            elif LIKELY[self.state]:
                self._try(self.dice.choice(SELDOM if self.dice.random() < 0.05 else LIKELY[self.state]))
        return self

    def _take_post(self, person: int) -> None:
        role = self.dice.choice(HELD)
        unit = self.dice.choice((PARENT, PARENT, UNIT, ELSEWHERE)) if role in UNIT_ROLES else None
        self.holding.setdefault(person, []).append(Post(role, unit))
        if unit in (UNIT, PARENT):
            self.posts.append((person, UNIT, self.today, date.max))

    def _change(self, person: int) -> None:
        """Somebody leaves all posts, or keeps them, and takes one more."""
        if self.dice.random() < 0.6:
            self.holding[person] = []
            self.posts = [
                (who, unit, since, min(until, self.today - timedelta(days=1)) if who == person else until)
                for who, unit, since, until in self.posts
            ]
        self._take_post(person)

    def _try(self, action: str) -> None:
        """Somebody does it, mostly somebody who may; of what somebody else has prepared, now and then."""
        move = ACTIONS[action]
        helper = self._somebody((*move.who, HANDLER, "team")) if move.second or self.dice.random() < 0.35 else None
        prepared_role = None
        if helper is not None:
            preparing = self._subject(action, helper, None, None)
            prepares = prepares_as(preparing.actor, move, preparing.case)
            prepared_role = prepares.role if prepares else None
            if against_draft(preparing):
                return
            if action in UNIT_SIDE:
                self.told.append(self._note("prepared for the unit", helper))
        actor = self._somebody(move.who)
        s = self._subject(action, actor, helper, prepared_role)
        found = against(s, {})
        self.said.update([f"{action} {'refused' if found else 'done'}", *(one.sentence for one in found)])
        if not found:
            self._follow(s, actor, helper)

    def _follow(self, s: Subject, actor: int, helper: int | None) -> None:
        action, to = s.move.action, s.move.target(self.state)
        self.version += 1
        if to != self.state:
            self.state, self.entered, self.opinions = to, self.version, self._of_strangers()
        if action == "opine":
            self.opinions.append((self.version, str(s.role), actor, "agree"))
        self.asked = action == "request_extension" or (self.asked and action == "progress")
        self.told.append(self._note(action, actor)._replace(prepared=helper))

    def _of_strangers(self) -> list[tuple[int, str, int, str]]:
        """Now and then people who come in nowhere else have all agreed at once."""
        spoken = PARTIES if self.dice.random() < 0.4 else ()
        return [(self.version + 1, role, 200, "agree") for role in spoken]

    def _somebody(self, who: tuple[str, ...]) -> int:
        fitting = [person for person in PEOPLE if {post.role for post in self.holding[person]} & set(who)]
        return self.dice.choice(fitting if fitting and self.dice.random() < 0.9 else PEOPLE)

    def _subject(self, action: str, person: int, helper: int | None, prepared_role: str | None) -> Subject:
        login = self.dice.choice((f"p{person}", f"second{person}"))
        actor = Actor(HOUSE, login, login, tuple(self.holding[person]), "web", person)
        case = a_case(
            state=self.state, version=self.version, entered=self.entered, plan_approved=True, kind="focused", due_on=day(6, 1),
            verified_on=TODAY, extension_until=day(6, 20) if self.asked else None,
        )  # fmt: skip
        running = [a_clock(name, day(12, 31)) for name in CLOCK.get(self.state, ())]
        acts = acts_as(actor, ACTIONS[action], case)
        role = acts.role if acts else None
        return subject(
            action, role, *running, case=case, actor=actor, answers=answers(action),
            materials=usual_materials(action), prepared_by=helper, prepared_role=prepared_role, under=BOTH, batch=frozenset({CASE}),
            rectifiers=self._rectifiers(), opinions=self.opinions, measures=((1, day(5, 1)),), excused=frozenset({1}),
            evidence=frozenset({1}), attached=(), siblings={CASE: self.state}, duplicate_exists=False,
        )  # fmt: skip

    def _rectifiers(self) -> frozenset[int]:
        acted = {
            who for one in self.told if one.action in UNIT_SIDE for who in (one.actor, one.prepared) if who is not None
        }
        return frozenset(acted | {who for who, _, _, until in self.posts if until >= TODAY})

    def _note(self, action: str, person: int) -> Told:
        return Told(CASE, action, person, None, self.today, UNIT)


CLOCK = {
    "plan_review": ("review",),
    "submitted": ("acceptance",),
    "rectifying": ("rectify",),
    "verified": ("publication",),
}


def lives(seed: int, count: int) -> Counter[str]:
    """Live so many lives; none has a breach. Return what was said."""
    dice, said = random.Random(seed), Counter[str]()
    for number in range(count):
        life = Life(dice, dice.choice(("claimed", "plan_review", "rectifying", "submitted"))).lived(25)
        assert breaches(life.posts, life.told) == [], (number, life.told)
        said.update(life.said)
    return said


def test_no_life_lets_one_person_judge_what_they_had_a_hand_in() -> None:
    """Two thousand lives, seed 23: many judgements are refused for just this, and many are sound."""
    said = lives(23, 2000)
    for sentence, often in (
        ("您参与过该问题的整改，不能验收销号", 100), ("起草人参与过该问题的整改，不能起草验收销号", 10),
        ("您参与过该问题的整改，不能提出验收意见", 100), ("起草人参与过该问题的整改，不能起草验收意见", 20),
        ("您参与过该问题的整改，不能批准方案，须由他人办理", 50), ("您参与过该问题的整改，不能同意延期，须由他人办理", 20),
        ("起草人不能确认自己起草的事项，须由另一人确认", 20), ("起草人不具有办理该事项的职责", 20),
        ("verify done", 20), ("approve_plan done", 20), ("grant_extension done", 20), ("rescind done", 5), ("void done", 20),
    ):  # fmt: skip
        assert said[sentence] >= often, (sentence, said[sentence])


@pytest.mark.long
def test_no_life_among_very_many_lets_one_person_judge_what_they_had_a_hand_in() -> None:
    """The long form: a hundred thousand lives."""
    lives(10_000, 100_000)
