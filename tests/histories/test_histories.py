"""Prepare, attach, edit, withdraw, confirm, void in any order (TESTS 4): the product does what the model allows, and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.histories.house import House, log_of, standing_of
from tests.histories.model import LIFE, ROLES, UNDER_WAY, Model, Paper
from tests.world import World

SHORT = settings(
    max_examples=25, stateful_step_count=40, deadline=None, database=None, derandomize=True,
    phases=(Phase.generate, Phase.shrink), suppress_health_check=list(HealthCheck),
)  # fmt: skip
PEOPLE = tuple(ROLES)
WORDS = st.sampled_from(("甲", "乙"))
MEASURE_NO = st.sampled_from((1, 2, None))
KEYS = st.sampled_from(("", "", "key", "other key"))
PHOTOS = st.sampled_from(("照片一", "照片二"))
# What leads on from where a case stands stands first: a history shrinks to the plain road.
ROAD = {
    "feedback": ("claim", "object", "void"), "disputed": ("keep", "drop_objection", "void"),
    "claimed": ("submit_plan", "escalate_by_hand", "void"),
    "plan_review": ("opine", "approve_plan", "recall_plan", "escalate_by_hand", "void"),
    "rectifying": ("submit", "progress", "escalate_by_hand", "void"),
    "submitted": ("opine", "verify", "recall", "return_work", "escalate_by_hand", "void"),
    "verified": ("reopen", "rescind", "acknowledge"), "escalated": ("submit", "progress", "void"), "withdrawn": ("acknowledge",),
}  # fmt: skip


BETWEEN: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(ROAD, ()), "feedback": ("object",), "plan_review": ("opine", "recall_plan"),
    "submitted": ("opine", "recall"), "rectifying": ("progress",), "escalated": ("progress",),
}  # fmt: skip


class Histories(RuleBasedStateMachine):
    """People who work on three problems of one inspection; each step is asked of the model and of the product."""

    def __init__(self, world: World, met: Counter[str]) -> None:
        super().__init__()
        self.met = met
        world.open_round(f"轮{world.rows('SELECT COUNT(*) FROM rounds')[0][0]}")
        cases = world.feed_back(3)
        self.house, self.model = House(world, cases), Model(cases)
        self.names = 0
        self.sent: list[tuple[str, tuple[Any, ...]]] = []

    # --- what happens

    @rule(data=st.data())
    def something_happens(self, data: st.DataObject) -> None:
        """One of what can happen now, each as often as it weighs."""
        can = [verb for verb, (weight, when) in HAPPENS.items() if when(self) for _ in range(weight)]
        getattr(self, data.draw(st.sampled_from(can)))(data)

    def prepare(self, data: st.DataObject) -> None:
        """Somebody prepares what fits a case, of it alone or of all that stand there."""
        words = data.draw(WORDS)
        action, cases, login = self._wanted(data, prepares=True)
        self._both("prepare", self._name(), login, action, cases, words, self._papers(data, action))

    def prepare_soundly(self, data: st.DataObject) -> None:
        """Who may prepares what fits, with all its papers."""
        words = data.draw(WORDS)
        state, cases = self._alike(data)
        action = data.draw(st.sampled_from([*ROAD[state][:2], *ROAD[state]]))
        step = LIFE[action]
        login = data.draw(st.sampled_from([one for one in PEOPLE if ROLES[one] in (*step.who, step.helper)]))
        self._both("prepare", self._name(), login, action, cases, words, self._sound(action))

    def prepare_for_a_second(self, data: st.DataObject) -> None:
        """What wants two people is prepared by one of them, or by the team, which is none of the two."""
        login, words = data.draw(st.sampled_from(("office", "office2", "team"))), data.draw(WORDS)
        state, cases = self._alike(data)
        self._both("prepare", self._name(), login, "rescind" if state == "verified" else "void", cases[:1], words, [])

    def confirm_ones_own(self, data: st.DataObject) -> None:
        """Who prepared it confirms it: what wants two people is refused."""
        name = self._draft(data)
        self._both("confirm", self.model.drafts[name].preparer, name)

    def confirm_soundly(self, data: st.DataObject) -> None:
        """Somebody else whose it is confirms what waits."""
        name = data.draw(st.sampled_from(self.open[::-1]))
        draft = self.model.drafts[name]
        fitting = [one for one in PEOPLE if ROLES[one] in LIFE[draft.action].who and one != draft.preparer]
        self._both("confirm", data.draw(st.sampled_from(fitting or PEOPLE)), name, name)

    def sign_after_something_came_between(self, data: st.DataObject) -> None:
        """What waits or was looked at is signed by who may, after something has happened to a case of it."""
        name = data.draw(st.sampled_from([*self.open[:-4:-1], *list(self.model.looks)[:-3:-1]]))
        wanted = self.model.drafts.get(name) or self.model.looks[name]
        for _ in range(data.draw(st.sampled_from((1, 0, 2)))):
            self._both(*data.draw(st.sampled_from(self._comes_between(data.draw(st.sampled_from(wanted.cases))))))
        fitting = [one for one in PEOPLE if ROLES[one] in LIFE[wanted.action].who and one != wanted.preparer]
        login = data.draw(st.sampled_from(fitting or PEOPLE))
        self._both(*(("confirm", login, name) if name in self.model.drafts else ("sign", login, name)))

    def confirm(self, data: st.DataObject) -> None:
        """Somebody confirms; now and then the answer is lost before the commit, and all of it with it."""
        name = self._draft(data)
        login = self._who(data, LIFE[self.model.drafts[name].action].who)
        key = name if data.draw(st.booleans()) else ""
        if data.draw(st.sampled_from((False, False, False, True))):
            assert self.house.confirm(login, name, key, kept=False) == deepcopy(self.model).confirm(login, name, key)
        else:
            self._both("confirm", login, name, key)

    def withdraw_or_return(self, data: st.DataObject) -> None:
        """A preparer withdraws what waits, or somebody sends it back."""
        name = self._draft(data)
        draft = self.model.drafts[name]
        login = draft.preparer if data.draw(st.booleans()) else self._who(data, LIFE[draft.action].who)
        self._both("take_down", login, name, data.draw(st.sampled_from(("", "再写清楚"))))

    def edit(self, data: st.DataObject) -> None:
        """A preparer takes a draft down and prepares it again in other words."""
        words = data.draw(WORDS)
        name = self._draft(data)
        draft = self.model.drafts[name]
        self._both("take_down", draft.preparer, name, "")
        self._both("prepare", self._name(), draft.preparer, draft.action, draft.cases, words, draft.papers)

    def look(self, data: st.DataObject) -> None:
        """A page shows what would be signed."""
        words = data.draw(WORDS)
        action, cases, _ = self._wanted(data)
        self._both("look", self._name(), action, cases, words, self._papers(data, action))

    def sign(self, data: st.DataObject) -> None:
        """What a page has shown is signed."""
        name = data.draw(st.sampled_from([*list(self.model.looks)[:-3:-1] * 3, *self.model.looks]))
        self._both(
            "sign",
            self._who(data, LIFE[self.model.looks[name].action].who),
            name,
            data.draw(st.sampled_from(("", name))),
        )

    def act(self, data: st.DataObject) -> None:
        """Somebody does at once what fits, on a page that may be a version old, under a key that others use as well."""
        words, back = data.draw(WORDS), data.draw(st.sampled_from((None, 0, 1)))
        action, cases, login = self._wanted(data)
        said = (action, cases, words, self._papers(data, action), back, data.draw(KEYS))
        told = self._both("fire", login, *said)
        self.sent += [(login, said)] if said[-1] and "done" in told else []

    def repeat(self, data: st.DataObject) -> None:
        """Somebody sends once more what was sent under a key, or somebody else sends the same under the same key."""
        login, said = data.draw(st.sampled_from(self.sent[:-4:-1]))
        self._both("fire", login if data.draw(st.booleans()) else self._who(data, LIFE[said[0]].who), *said)

    @initialize(steps=st.sampled_from((3, 3, 0, 3, 1, 4, 2)))
    def come_so_far(self, steps: int) -> None:
        """All go on together before anything happens: most histories begin in rectification."""
        for _ in range(steps):
            self._go_on("feedback" if not self.model.log else self.model.log[-1].to, self.house.cases)

    def go_on(self, data: st.DataObject) -> None:
        """All that stand where one stands go on as they should: so that histories come far."""
        self._go_on(*self._alike(data))

    def _go_on(self, state: str, cases: list[int]) -> None:
        for action in ROAD[state][:2] if state in ("plan_review", "submitted") else ROAD[state][:1]:
            for login in [one for one in PEOPLE if ROLES[one] in LIFE[action].who and one != "office2"]:
                self._both("fire", login, action, cases, "甲", self._sound(action), None)

    def attach(self, data: st.DataObject) -> None:
        """A file comes; once in a while to a case that nobody works on."""
        case = data.draw(st.sampled_from(self.at_work * 2 + self.house.cases))
        self._both("attach", self._who(data, ("handler", "secretary")), case, data.draw(MEASURE_NO), data.draw(PHOTOS))

    def take_back(self, data: st.DataObject) -> None:
        """A file goes that no step has named yet."""
        case, name = data.draw(st.sampled_from(self.waiting))
        self._both("detach", self._who(data, ("handler", "secretary")), case, name)

    def take_back_what_is_not_there(self, data: st.DataObject) -> None:
        """A file goes, whether it waits or not."""
        self._both("detach", "handler", data.draw(st.sampled_from(self.house.cases)), data.draw(PHOTOS))

    def fill(self, data: st.DataObject) -> None:
        """A ledger says who is responsible."""
        words = data.draw(WORDS)
        self._both("fill", data.draw(st.sampled_from(self.house.cases)), words)

    def sign_for(self, data: st.DataObject) -> None:
        """The secretary signs for what others have done: that makes nothing stale."""
        self._both("fire", "secretary", "acknowledge", [data.draw(st.sampled_from(self.house.cases))], "", (), None)

    # --- what always holds

    @invariant()
    def both_stand_alike(self) -> None:
        """Cases, drafts and files stand where the model has them."""
        assert self.house.standing() == standing_of(self.model)

    def teardown(self) -> None:
        """The log says what the model says was done, with the very files that were shown, and nothing more."""
        assert self.house.log() == log_of(self.model)

    # --- drawing

    def _both(self, verb: str, *words: Any) -> Any:
        said = getattr(self.house, verb)(*words)
        assert said == getattr(self.model, verb)(*words)
        self.met.update(f"{verb} {one}" for one in ([said] if isinstance(said, str) else said or ()) if verb != "look")
        return said

    def _name(self) -> str:
        self.names += 1
        return f"n{self.names}"

    def _comes_between(self, case: int) -> list[tuple[Any, ...]]:
        """Return what may well happen to a case where it stands."""
        there = self.model.cases[case]
        steps = [
            (login, action)
            for action in BETWEEN[there.state]
            for login in PEOPLE[1:] + PEOPLE[:1]
            if ROLES[login] in LIFE[action].who
        ]
        return [
            *(("fire", login, action, [case], "乙", self._sound(action), None) for login, action in steps),
            *(("attach", "handler", case, no, "照片一") for no in (1, 2) if there.state in UNDER_WAY),
            *(("detach", "handler", case, name) for _, name in there.waiting if there.state in UNDER_WAY),
            *(
                ("prepare", self._name(), "office", "keep", [case], "甲", self._sound("keep"))
                for _ in "1"
                if there.state == "disputed"
            ),
            ("fill", case, "乙"),
            ("fire", "secretary", "acknowledge", [case], "", (), None),
        ]

    @property
    def open(self) -> list[str]:
        return [name for name, draft in self.model.drafts.items() if draft.state == "open"]

    def _alike(self, data: st.DataObject) -> tuple[str, list[int]]:
        """Return a state in which one of the cases stands, and all that stand there."""
        state = self.model.cases[data.draw(st.sampled_from(self.house.cases))].state
        return state, [one for one, there in self.model.cases.items() if there.state == state]

    def _draft(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from(list(self.model.drafts)[::-1]))

    @property
    def at_work(self) -> list[int]:
        return [case for case, there in self.model.cases.items() if there.state in UNDER_WAY]

    @property
    def waiting(self) -> list[tuple[int, str]]:
        return [(case, name) for case in self.at_work for _, name in self.model.cases[case].waiting]

    def _who(self, data: st.DataObject, roles: tuple[str, ...]) -> str:
        """Mostly somebody whose it is; sometimes anybody."""
        fitting = [login for login in PEOPLE if ROLES[login] in roles]
        return data.draw(st.sampled_from([*fitting * 4, *PEOPLE]))

    def _wanted(self, data: st.DataObject, *, prepares: bool = False) -> tuple[str, list[int], str]:
        state, alike = self._alike(data)
        action = data.draw(st.sampled_from(ROAD[state]))
        cases = data.draw(st.sampled_from([alike, alike[:1], self.house.cases]))
        step = LIFE[action]
        return action, cases, self._who(data, (*step.who, step.helper) if prepares else step.who)

    def _papers(self, data: st.DataObject, action: str) -> list[Paper]:
        """The papers of the act, once in a while without the last of them; an application may bring evidence along."""
        kinds = LIFE[action].papers
        given = kinds if data.draw(st.sampled_from((True, True, True, False))) else kinds[:-1]
        version = data.draw(WORDS)
        proofs = self._proofs(action) if data.draw(st.booleans()) else []
        return [(kind, None, f"{kind}{version}") for kind in given] + proofs

    def _sound(self, action: str) -> list[Paper]:
        return [(kind, None, f"{kind}甲") for kind in LIFE[action].papers] + self._proofs(action)

    def _proofs(self, action: str) -> list[Paper]:
        return [("evidence", no, f"evidence{no}") for no in (1, 2)] if action == "submit" else []


HAPPENS: dict[str, tuple[int, Callable[[Histories], object]]] = {
    "prepare": (2, bool), "prepare_soundly": (4, bool), "prepare_for_a_second": (1, bool),
    "sign_after_something_came_between": (8, lambda one: one.open or one.model.looks),
    "confirm": (2, lambda one: one.model.drafts), "confirm_soundly": (1, lambda one: one.open),
    "confirm_ones_own": (1, lambda one: one.model.drafts), "withdraw_or_return": (1, lambda one: one.model.drafts),
    "edit": (1, lambda one: one.model.drafts), "look": (3, bool), "sign": (1, lambda one: one.model.looks), "act": (4, bool), "repeat": (3, lambda one: one.sent),
    "go_on": (2, bool), "attach": (2, lambda one: one.at_work), "take_back": (1, lambda one: one.waiting),
    "take_back_what_is_not_there": (1, bool), "fill": (1, bool), "sign_for": (1, bool),
}  # fmt: skip
"""What can happen: how much it weighs beside the rest, and when it can."""


def histories_in(world: World, met: Counter[str]) -> type[RuleBasedStateMachine]:
    """Return what makes histories in a world, each of an inspection of its own; what is met on the way is counted."""

    class Here(Histories):
        def __init__(self) -> None:
            super().__init__(world, met)

    return Here


def test_only_histories_happen_that_the_model_allows(world: World) -> None:
    """Twenty-five histories of forty steps, the same each time; among them is all that makes them worth telling."""
    met: Counter[str] = Counter()
    run_state_machine_as_test(histories_in(world, met), settings=SHORT)
    assert met.keys() >= {
        "prepare drafted", "prepare refused", "confirm done", "confirm stale", "confirm refused", "take_down dropped",
        "sign done", "sign stale", "fire done", "fire stale", "fire already", "attach kept", "detach gone",
    }  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("number", range(8))
def test_only_long_histories_happen_that_the_model_allows(world: World, number: int) -> None:
    """The long form: eight seeds, histories twice as long."""
    long = settings(SHORT, derandomize=False, max_examples=250, stateful_step_count=80)
    run_state_machine_as_test(seed(number)(histories_in(world, Counter())), settings=long)
