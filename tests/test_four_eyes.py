"""Four eyes (TESTS 23): whatever people do, in whatever posts and by whatever login, none judges or grants what they had a hand in."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest

import clock
from register.road import enter
from register.wanted import Wanted
from states import ACTING, ACTIONS, HANDLER, OFFICE, SECRETARY, UNIT_ROLES
from storage.engine import writing
from storage.evidence import attach
from storage.rows import read_cases
from storage.sql import as_date
from storage.work import Work
from tests.household import end_posts, give_post, second_login
from tests.test_people import TOOK_PART, handed_in, tried
from tests.world import BUREAU, TOWN, World, hire, usual_answers, usual_materials
from workflow.drafts import confirm, draft, take_down
from workflow.engine import fire
from workflow.may import attaches
from workflow.people import actor_of
from workflow.subject import Actor, Intent

# --- roads on which one person might do both -----------------------------------------------------------------------


def struck_off(world: World, login: str) -> None:
    """Somebody's posts are set to have ended before the feedback, whoever is wrong about that."""
    end_posts(world, login, date(2026, 3, 1))


def test_who_only_attached_evidence_had_a_hand_in_it(world: World) -> None:
    """No act of theirs stands on the log, and their post is said to have ended before: the file still bears their name."""
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "approve_plan")
    with writing(world.engine) as work:
        attach(work.driver, case, 1, 1, "5" * 64, "照片.jpg", 9, world.people["handler"])
        work.commit()
    world.walk(case, "submit", "agree")
    struck_off(world, "handler")
    give_post(world, "handler", OFFICE)
    assert tried(world, "handler", "verify", case).refused == (TOOK_PART,)


def test_who_prepared_what_came_back_had_a_hand_in_it(world: World) -> None:
    """The secretary returned the draft and did it alone; the handler who wrote it does not verify."""
    (case,) = world.feed_back()
    with writing(world.engine) as work:
        made = draft(work, world.intent("claim", case), world.actor("handler"), world.now)
        assert take_down(work, made.draft or 0, world.actor("secretary"), "我自己写") == ""
        work.commit()
    world.walk(case, "claim", "submit_plan", "approve_plan", "submit", "agree")
    struck_off(world, "handler")
    give_post(world, "handler", OFFICE)
    assert tried(world, "handler", "verify", case).refused == (TOOK_PART,)


def test_who_rectified_does_not_write_the_opinion_that_another_gives(world: World) -> None:
    """Two in 纪委监委: the one was the town's handler at the time; what that one prepares, the other does not confirm."""
    case = handed_in(world)
    end_posts(world, "handler", world.today)
    give_post(world, "handler", "discipline", starts=world.today + timedelta(days=1))
    world.later(1)
    with writing(world.engine) as work:
        theirs = actor_of(work.driver, "handler", world.today, "web")
        made = draft(work, world.intent("opine", case), theirs, world.now)
        outcome = confirm(work, made.draft or 0, world.actor("discipline"), world.now)
        work.rollback()
    assert outcome.refused == ("起草人参与过该问题的整改，不能起草验收意见",)


@pytest.mark.parametrize(
    ("road", "grants"),
    [
        (("object",), "withdraw"), (("claim", "submit_plan", "agree"), "approve_plan"),
        (("claim", "submit_plan", "approve_plan", "request_extension"), "grant_extension"),
        (("claim", "submit_plan", "approve_plan", "submit"), "continue_work"),
        (("claim", "submit_plan", "approve_plan", "submit", "verify"), "approve_text"),
        (("claim", "submit_plan", "approve_plan", "submit", "verify"), "withhold"),
    ],
)  # fmt: skip
def test_nobody_grants_what_their_own_unit_asks_for(world: World, road: tuple[str, ...], grants: str) -> None:
    """The town's secretary sits in the office too: what is in the town's favour is for a colleague to decide."""
    (case,) = world.feed_back()
    world.walk(case, *road)
    give_post(world, "secretary", OFFICE)
    assert (
        f"您参与过该问题的整改，不能{ACTIONS[grants].shown}，须由他人办理"
        in tried(world, "secretary", grants, case).refused
    )
    assert tried(world, "office", grants, case).outcome == "done"


def test_a_void_is_not_confirmed_by_whose_case_it_was(world: World) -> None:
    """The town's secretary may prepare it from the office, where somebody else looks at it; not the other way round."""
    one, two = world.feed_back(2)
    give_post(world, "secretary", OFFICE)
    with writing(world.engine) as work:
        both = actor_of(work.driver, "secretary", world.today, "web")
        theirs = draft(work, world.intent("void", one), both, world.now)
        others = draft(work, world.intent("void", two), world.actor("office"), world.now)
        assert confirm(work, others.draft or 0, both, world.now).refused == (
            "您参与过该问题的整改，不能作废，须由他人办理",
        )
        assert confirm(work, theirs.draft or 0, both, world.now).outcome == "refused"
        assert confirm(work, theirs.draft or 0, world.actor("office"), world.now).outcome == "done"
        work.commit()


def test_a_second_login_confirms_nothing_that_the_first_prepared(world: World) -> None:
    (case,) = world.feed_back()
    second_login(world, "office", "chen.jing")
    with writing(world.engine) as work:
        made = draft(work, world.intent("void", case), world.actor("office"), world.now)
        again = actor_of(work.driver, "chen.jing", world.today, "web")
        outcome = confirm(work, made.draft or 0, again, world.now)
        work.rollback()
    assert outcome.refused == ("起草人不能确认自己起草的事项，须由另一人确认",)


# --- any sequence at all -------------------------------------------------------------------------------------------

LIKELY = {
    "feedback": ("rectify_at_once", "rectify_at_once", "object"), "disputed": ("keep", "keep", "withdraw"),
    "rectifying": ("progress", "submit", "submit", "request_extension", "grant_extension"),
    "submitted": (*["verify"] * 8, "recall", "return_work", "continue_work", *["opine"] * 12),
    "verified": ("rescind", "rescind", "rescind", "reopen", "approve_text", "publicize"),
    "escalated": ("submit", "progress", "order_rework"), "publicized": ("reopen",), "withdrawn": (),
}  # fmt: skip
SELDOM = ("void", "void", "escalate_by_hand")
# Written down here once more: what is done for the unit, what is judged, what is granted, what wants two.
UNIT_SIDE = {
    "claim", "rectify_at_once", "object", "submit_plan", "recall_plan", "submit", "recall", "progress", "request_extension", "publicize",
    "attached", "prepared for the unit",
}  # fmt: skip
JUDGED = {"verify", "opine"}
GRANTED = {"approve_plan", "grant_extension", "continue_work", "approve_text", "withdraw", "withhold", "void"}
WANTS_TWO = {"void", "rescind"}
HELD = (SECRETARY, HANDLER, OFFICE, OFFICE, OFFICE, "discipline", "discipline", "organisation", "team")
NEW_CASES, NEW_POSTS = 250, 20  # so many steps apart


class Told(NamedTuple):
    """One thing that was done with a case: by whom, prepared by whom, on which day, and the unit it is of."""

    case: int
    action: str
    actor: int | None
    prepared: int | None
    day: date
    unit: int


Held = tuple[int, int, date, date]
"""A person, a unit, and from when to when."""


@dataclass
class Bustle:
    """People who change their posts, hold two at a time, stand in for others, have two logins, prepare for one another, and try all there is."""

    world: World
    dice: random.Random
    people: dict[str, int] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    cases: dict[int, int] = field(default_factory=dict)
    waiting: list[int] = field(default_factory=list)
    said: Counter[str] = field(default_factory=Counter)
    told: list[Told] = field(default_factory=list)

    def go_about(self, steps: int) -> Bustle:
        """Let them, for so many steps; new problems are fed back now and then."""
        for start in range(0, steps, NEW_CASES):
            fed = {unit: self.world.feed_back(3, unit=unit, kind="at_once", start=start) for unit in (TOWN, BUREAU)}
            self.cases = {case: self.world.units[unit] for unit, cases in fed.items() for case in cases}
            self.told += [self._told(case, "feed_back", None) for case in self.cases]
            self.waiting = []
            with writing(self.world.engine) as work:
                for number in range(start, min(start + NEW_CASES, steps)):
                    if number % NEW_POSTS == 0:
                        self._change_posts(work, number)
                    self._step(work)
                work.commit()
        return self

    # --- who they are

    def _change_posts(self, work: Work, number: int) -> None:
        """A new day: somebody comes, or gets a second login; leaves a post, takes another, or one beside it, or stands in for some days."""
        self.world.later(1)
        if len(set(self.people.values())) < 2 * len(HELD):
            self._hire(work, f"p{number}")
        elif self.dice.random() < 0.2:
            self._second_login(work, f"p{number}")
        else:
            person = self.people[self.dice.choice(sorted(self.people))]
            self._move(work, person, self.dice.choice(HELD), self.dice.choice((TOWN, BUREAU)))
        self.actors = {one: actor_of(work.driver, one, self.world.today, "web") for one in self.people}

    def _hire(self, work: Work, login: str) -> None:
        count = len(self.people)
        role, unit = HELD[count % len(HELD)], (TOWN, BUREAU)[count // len(HELD) % 2]
        placed = unit if role in UNIT_ROLES else None
        self.people[login] = hire(work, self.world.place, self.world.now, login, login, role, placed)

    def _second_login(self, work: Work, login: str) -> None:
        person = self.dice.choice(sorted(set(self.people.values())))
        self._enter(work, "account", "make", person=person, login=login)
        self.people[login] = person

    def _move(self, work: Work, person: int, role: str, unit: str) -> None:
        """What they hold ends today, and the next begins tomorrow; or it goes on, and another comes beside it."""
        today, acts, begins = self.world.today, self.dice.random() < 0.2, self.world.today
        if not acts and self.dice.random() < 0.7:
            held = work.driver.all(
                "SELECT id FROM posts WHERE person_id = ? AND ends_on IS NULL ORDER BY id", (person,)
            )
            for (post,) in held:
                self._enter(work, "post", "end", post, ends_on=today)
            begins += timedelta(days=1)
        placed: dict[str, Any] = {"unit": self.world.units[unit]} if role in UNIT_ROLES else {}
        for_days: dict[str, Any] = (
            {"ends_on": today + timedelta(days=3), "capacity": ACTING, "document": "任〔2026〕7号"} if acts else {}
        )
        self._enter(work, "post", "make", person=person, role=role, starts_on=begins, **placed, **for_days)

    def _enter(self, work: Work, kind: str, act: str, row: int | None = None, **fields: Any) -> None:
        """One administrator asks, another approves; what is refused, as a post that is held already, changes nothing."""
        wanted = [Wanted(kind, act, row, fields)]
        asker = self.world.people["sysadmin"]
        (entered,) = enter(work, wanted, self.world.actor("secadmin"), self.world.now, asked_by=asker)
        self.said.update([f"{kind} {act} {'refused' if entered.refusals else 'done'}", *entered.refused])

    # --- what they try

    def _step(self, work: Work) -> None:
        what = self.dice.random()
        if self.waiting and what < 0.25:
            self._confirm(work)
        elif what < 0.45:
            self._prepare(work)
        elif what < 0.5:
            self._attach(work)
        else:
            self._act(work)

    def _wanted(self, work: Work) -> Intent | None:
        case = self.dice.choice(sorted(self.cases))
        row = read_cases(work.driver, self.world.place, [case])[case]
        if not LIKELY[row.state]:
            return None
        action = self.dice.choice(SELDOM if self.dice.random() < 0.04 else LIKELY[row.state])
        kind = "at_once" if action in ("rectify_at_once", "return_work", "reopen") else "focused"
        answers = usual_answers(action, self.world.today, kind)
        if "until" in answers and row.due_on:
            answers["until"] = max(row.due_on, self.world.today) + timedelta(days=2)
        return Intent(action, case, answers=answers, materials=usual_materials(action))

    def _act(self, work: Work) -> None:
        if wanted := self._wanted(work):
            actor = self._somebody(ACTIONS[wanted.action].who)
            (outcome,) = fire(work, [wanted], actor, self.world.now)
            self._note(wanted, outcome.outcome, outcome.refused, actor, None)

    def _prepare(self, work: Work) -> None:
        if wanted := self._wanted(work):
            actor = self._somebody((*ACTIONS[wanted.action].who, HANDLER, "team"))
            made = draft(work, wanted, actor, self.world.now)
            if made.draft:
                self.waiting.append(made.draft)
                if wanted.action in UNIT_SIDE:
                    self.told.append(self._told(wanted.case_id or 0, "prepared for the unit", actor.person_id))

    def _confirm(self, work: Work) -> None:
        number = self.waiting.pop(self.dice.randrange(len(self.waiting)))
        ((case, action, prepared),) = work.driver.all(
            "SELECT case_id, action, prepared_by FROM drafts WHERE id = ?", (number,)
        )
        actor = self._somebody(ACTIONS[action].who)
        outcome = confirm(work, number, actor, self.world.now)
        self._note(Intent(action, case), outcome.outcome, outcome.refused, actor, prepared)

    def _attach(self, work: Work) -> None:
        case, actor = self.dice.choice(sorted(self.cases)), self._somebody(UNIT_ROLES)
        row = read_cases(work.driver, self.world.place, [case])[case]
        if attaches(actor, row):
            attach(work.driver, case, row.cycle, None, f"{len(self.told):064}", "照片.jpg", 9, actor.person_id)
            self.told.append(self._told(case, "attached", actor.person_id))

    def _note(self, wanted: Intent, outcome: str, refused: Iterable[str], actor: Actor, prepared: int | None) -> None:
        self.said.update([f"{wanted.action} {outcome}", *refused])
        if outcome == "done":
            told = self._told(wanted.case_id or 0, wanted.action, actor.person_id)
            self.told.append(told._replace(prepared=prepared))

    def _told(self, case: int, action: str, person: int | None) -> Told:
        return Told(case, action, person, None, self.world.today, self.cases[case])

    def _somebody(self, who: Sequence[str]) -> Actor:
        """Mostly somebody who may by their post; sometimes anybody."""
        fitting = [one for one in self.actors.values() if {post.role for post in one.posts} & set(who)]
        return self.dice.choice(fitting if fitting and self.dice.random() < 0.9 else list(self.actors.values()))


def breaches(posts: Sequence[Held], told: Sequence[Told]) -> list[Told]:
    """What was judged or granted by one who acted for the unit, prepared that, attached evidence or held its post since feedback; and alone what wants two."""
    hands: dict[int, set[int | None]] = {}
    fed_back: dict[int, date] = {}
    found = []
    for one in told:
        took_part = hands.setdefault(one.case, set())
        begun = fed_back.setdefault(one.case, one.day)
        if one.action in UNIT_SIDE:
            took_part |= {one.actor, one.prepared} - {None}
        own = took_part | {
            who for who, unit, starts, ends in posts if unit == one.unit and starts <= one.day and ends >= begun
        }
        deciding = (
            {one.actor, one.prepared} if one.action in JUDGED else {one.actor} if one.action in GRANTED else set()
        )
        alone = one.action in WANTS_TWO and one.prepared in (None, one.actor)
        if deciding & own or alone:
            found.append(one)
    return found


def breaches_in(bustle: Bustle) -> list[Told]:
    """Read posts again; what was done is what they remember, and the log remembers the same."""
    world = bustle.world
    held = world.rows("SELECT person_id, unit_id, starts_on, ends_on FROM posts WHERE unit_id IS NOT NULL")
    posts = [(who, unit, as_date(start) or date.min, as_date(end) or date.max) for who, unit, start, end in held]
    rows = world.rows(
        "SELECT case_id, action, actor_id, prepared_by, at FROM trail WHERE case_id IS NOT NULL AND action <> 'feed_back' ORDER BY idx"
    )
    logged = [(*row[:4], clock.local_date(clock.from_micros(row[4]))) for row in rows]
    assert logged == [one[:5] for one in bustle.told if one.action in ACTIONS and one.action != "feed_back"]
    return breaches(posts, bustle.told)


def moves_by(world: World, capacity: str) -> int:
    """Count the moves that were made by a post of a capacity."""
    rows = world.rows("SELECT id FROM posts WHERE capacity = :capacity", capacity=capacity)
    posts = {post for (post,) in rows}
    bodies = world.rows("SELECT body FROM trail WHERE case_id IS NOT NULL")
    return sum(json.loads(bytes(body))["actor"]["post"] in posts for (body,) in bodies)


def test_no_sequence_lets_one_person_judge_what_they_had_a_hand_in(world: World) -> None:
    """Three thousand steps, seed 26: many are refused for just this, and many acceptances are sound."""
    bustle = Bustle(world, random.Random(26)).go_about(3000)
    assert breaches_in(bustle) == []
    said = bustle.said
    for sentence, often in (
        ("post end done", 5), ("post make done", 10),
        (TOOK_PART, 10), ("起草人参与过该问题的整改，不能起草验收销号", 1), ("您参与过该问题的整改，不能提出验收意见", 5),
        ("您参与过该问题的整改，不能同意延期，须由他人办理", 5), ("起草人不能确认自己起草的事项，须由另一人确认", 1),
        ("verify done", 5), ("reopen done", 2), ("rescind done", 1), ("void done", 2), ("grant_extension done", 5),
    ):  # fmt: skip
        assert said[sentence] >= often, sentence
    assert moves_by(world, ACTING) >= 1, said


@pytest.mark.long
def test_no_long_sequence_lets_one_person_judge_what_they_had_a_hand_in(world: World) -> None:
    """The long form: a hundred thousand steps."""
    assert breaches_in(Bustle(world, random.Random(10_000)).go_about(100_000)) == []


# --- the reading itself --------------------------------------------------------------------------------------------

DAY = date(2026, 3, 2)
# 3 left the post on the day of feedback; 4 left before, 5 came after, 6 is elsewhere.
POSTS: list[Held] = [
    (3, 7, date.min, DAY), (4, 7, date.min, DAY - timedelta(days=1)), (5, 7, DAY + timedelta(days=9), date.max), (6, 8, date.min, date.max),
]  # fmt: skip


def done(action: str, actor: int, prepared: int | None = None) -> Told:
    return Told(1, action, actor, prepared, DAY, 7)


def test_the_reading_of_four_eyes_finds_a_breach() -> None:
    """1 rectified, 2 prepared that, 7 attached a photo, 8 prepared what was returned."""
    before = [done("feed_back", 9), done("submit", 1, 2), done("attached", 7), done("prepared for the unit", 8)]
    for action in ("verify", "opine", "grant_extension"):
        assert {one.actor for who in range(1, 9) for one in breaches(POSTS, [*before, done(action, who)])} == {
            1,
            2,
            3,
            7,
            8,
        }
    assert breaches(POSTS, [*before, done("verify", 9, 1)]) != []
    assert breaches(POSTS, [*before, done("grant_extension", 9, 1)]) == []
    assert [len(breaches(POSTS, [done("void", 9, prepared)])) for prepared in (None, 9, 6)] == [1, 1, 0]
