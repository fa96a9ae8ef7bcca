"""Prepare, attach, edit, withdraw, confirm, void in any order (TESTS 4): the product does what the model allows, and nothing else."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.histories.house import House, content
from tests.histories.model import LIFE, ROLES, UNDER_WAY, Model, Paper
from tests.world import World

SHORT = settings(
    max_examples=40, stateful_step_count=40, deadline=None, database=None, derandomize=True,
    phases=(Phase.generate, Phase.shrink), suppress_health_check=list(HealthCheck),
)  # fmt: skip
PEOPLE = tuple(ROLES)
WORDS = st.sampled_from(("甲", "乙"))
MEASURE_NO = st.sampled_from((1, 2, None))
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


FARTHEST = 4


class Histories(RuleBasedStateMachine):
    """People who work on three problems of one inspection; each step is asked of the model and of the product."""

    def __init__(self, world: World, met: Counter[str]) -> None:
        super().__init__()
        self.met = met
        world.open_round(f"轮{world.rows('SELECT COUNT(*) FROM rounds')[0][0]}")
        cases = world.feed_back(3)
        self.house, self.model = House(world, cases), Model(cases)
        self.names = self.walked = 0

    # --- rules

    @rule(data=st.data(), words=WORDS)
    def prepare(self, data: st.DataObject, words: str) -> None:
        """Somebody prepares what fits a case, of it alone or of all that stand there."""
        action, cases, login = self._wanted(data, prepares=True)
        self._both("prepare", self._name(), login, action, cases, words, self._papers(data, action))

    @rule(data=st.data(), words=WORDS)
    def prepare_soundly(self, data: st.DataObject, words: str) -> None:
        """Who may prepares what fits, with all its papers."""
        state, cases = self._alike(data)
        action = data.draw(st.sampled_from(ROAD[state]))
        step = LIFE[action]
        login = data.draw(st.sampled_from([one for one in PEOPLE if ROLES[one] in (*step.who, step.helper)]))
        self._both("prepare", self._name(), login, action, cases, words, self._sound(action))

    @precondition(lambda self: self._open())
    @rule(data=st.data())
    def confirm_soundly(self, data: st.DataObject) -> None:
        """Somebody else whose it is confirms what waits."""
        name = data.draw(st.sampled_from(self._open()[::-1]))
        draft = self.model.drafts[name]
        fitting = [one for one in PEOPLE if ROLES[one] in LIFE[draft.action].who and one != draft.preparer]
        self._both("confirm", data.draw(st.sampled_from(fitting or PEOPLE)), name, name)

    @precondition(lambda self: self.model.drafts)
    @rule(data=st.data(), keyed=st.booleans(), lost=st.sampled_from((False, False, False, True)))
    def confirm(self, data: st.DataObject, keyed: bool, lost: bool) -> None:
        """Somebody confirms; now and then the answer is lost before the commit, and all of it with it."""
        name = self._draft(data)
        login, key = self._who(data, LIFE[self.model.drafts[name].action].who), name if keyed else ""
        if lost:
            assert self.house.confirm(login, name, key, kept=False) == deepcopy(self.model).confirm(login, name, key)
        else:
            self._both("confirm", login, name, key)

    @precondition(lambda self: self.model.drafts)
    @rule(data=st.data(), reason=st.sampled_from(("", "再写清楚")))
    def withdraw_or_return(self, data: st.DataObject, reason: str) -> None:
        """A preparer withdraws what waits, or somebody sends it back."""
        name = self._draft(data)
        draft = self.model.drafts[name]
        login = draft.preparer if data.draw(st.booleans()) else self._who(data, LIFE[draft.action].who)
        self._both("take_down", login, name, reason)

    @precondition(lambda self: self.model.drafts)
    @rule(data=st.data(), words=WORDS)
    def edit(self, data: st.DataObject, words: str) -> None:
        """A preparer takes a draft down and prepares it again in other words."""
        name = self._draft(data)
        draft = self.model.drafts[name]
        self._both("take_down", draft.preparer, name, "")
        self._both("prepare", self._name(), draft.preparer, draft.action, draft.cases, words, draft.papers)

    @rule(data=st.data(), words=WORDS)
    def look(self, data: st.DataObject, words: str) -> None:
        """A page shows what would be signed."""
        action, cases, _ = self._wanted(data)
        self._both("look", self._name(), action, cases, words, self._papers(data, action))

    @precondition(lambda self: self.model.looks)
    @rule(data=st.data())
    def sign(self, data: st.DataObject) -> None:
        """What a page has shown is signed."""
        name = data.draw(st.sampled_from([*list(self.model.looks)[:-3:-1] * 3, *self.model.looks]))
        self._both("sign", self._who(data, LIFE[self.model.looks[name].action].who), name)

    @rule(data=st.data(), words=WORDS, back=st.sampled_from((None, 0, 1)))
    def act(self, data: st.DataObject, words: str, back: int | None) -> None:
        """Somebody does at once what fits."""
        action, cases, login = self._wanted(data)
        self._both("fire", login, action, cases, words, self._papers(data, action), back)

    @initialize(steps=st.sampled_from((3, 0, 4, 1, 2)))
    def come_so_far(self, steps: int) -> None:
        """All go on together before anything happens: most histories begin in rectification."""
        for _ in range(steps):
            self._go_on("feedback" if not self.model.log else self.model.log[-1].to, self.house.cases)

    @precondition(lambda self: self.walked < FARTHEST)
    @rule(data=st.data())
    def go_on(self, data: st.DataObject) -> None:
        """All that stand where one stands go on as they should: so that histories come far."""
        self.walked += 1
        self._go_on(*self._alike(data))

    def _go_on(self, state: str, cases: list[int]) -> None:
        for action in ROAD[state][:2] if state in ("plan_review", "submitted") else ROAD[state][:1]:
            for login in [one for one in PEOPLE if ROLES[one] in LIFE[action].who and one != "office2"]:
                self._both("fire", login, action, cases, "甲", self._sound(action), None)

    @precondition(lambda self: self._at_work())
    @rule(data=st.data(), measure=MEASURE_NO, name=PHOTOS)
    def attach(self, data: st.DataObject, measure: int | None, name: str) -> None:
        """A file comes; once in a while to a case that nobody works on."""
        case = data.draw(st.sampled_from(self._at_work() * 2 + self.house.cases))
        self._both("attach", self._who(data, ("handler", "secretary")), case, measure, name)

    @precondition(lambda self: self._waiting())
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        """A file goes that no step has named yet."""
        case, name = data.draw(st.sampled_from(self._waiting()))
        self._both("detach", self._who(data, ("handler", "secretary")), case, name)

    @rule(data=st.data(), name=PHOTOS)
    def take_back_what_is_not_there(self, data: st.DataObject, name: str) -> None:
        """A file goes, whether it waits or not."""
        self._both("detach", "handler", data.draw(st.sampled_from(self.house.cases)), name)

    @rule(data=st.data(), words=WORDS)
    def fill(self, data: st.DataObject, words: str) -> None:
        """A ledger says who is responsible."""
        self._both("fill", data.draw(st.sampled_from(self.house.cases)), words)

    @rule(data=st.data())
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

    def _both(self, verb: str, *words: Any) -> None:
        said = getattr(self.house, verb)(*words)
        assert said == getattr(self.model, verb)(*words)
        self.met.update(f"{verb} {one}" for one in ([said] if isinstance(said, str) else said or ()) if verb != "look")

    def _name(self) -> str:
        self.names += 1
        return f"n{self.names}"

    def _open(self) -> list[str]:
        return [name for name, draft in self.model.drafts.items() if draft.state == "open"]

    def _alike(self, data: st.DataObject) -> tuple[str, list[int]]:
        """Return a state in which one of the cases stands, and all that stand there."""
        state = self.model.cases[data.draw(st.sampled_from(self.house.cases))].state
        return state, [one for one, there in self.model.cases.items() if there.state == state]

    def _draft(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from(list(self.model.drafts)[::-1]))

    def _at_work(self) -> list[int]:
        return [case for case, there in self.model.cases.items() if there.state in UNDER_WAY]

    def _waiting(self) -> list[tuple[int, str]]:
        return [(case, name) for case in self._at_work() for _, name in self.model.cases[case].waiting]

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


def standing_of(model: Model) -> dict[str, Any]:
    """Return the same of the model as the house reads."""
    cases = [
        (number, one.state, one.version, one.shown_version, one.cycle, one.unsigned, one.responsible)
        for number, one in model.cases.items()
    ]
    files = [
        *((number, 0, "evidence", no, name) for number, one in model.cases.items() for no, name in one.waiting),
        *((number, version, *rest) for number, one in model.cases.items() for version, _, *rest in one.handed_in),
    ]
    drafts = {name: draft.state for name, draft in model.drafts.items()}
    return {"cases": cases, "drafts": drafts, "files": sorted(files, key=str)}


def log_of(model: Model) -> list[Any]:
    """Return the log of the model, with the hash of each file."""
    return [
        replace(one, papers=tuple(sorted(((kind, no, content(name)) for kind, no, name in one.papers), key=str)))
        for one in model.log
    ]


def test_only_histories_happen_that_the_model_allows(world: World) -> None:
    """Forty histories of forty steps, the same each time; among them is all that makes them worth telling."""
    met: Counter[str] = Counter()
    run_state_machine_as_test(lambda: Histories(world, met), settings=SHORT)
    assert met.keys() >= {
        "prepare drafted", "prepare refused", "confirm done", "confirm stale", "confirm refused", "take_down dropped",
        "sign done", "sign stale", "fire done", "fire stale", "attach kept", "detach gone",
    }  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("number", range(8))
def test_only_long_histories_happen_that_the_model_allows(world: World, number: int) -> None:
    """The long form: eight seeds, histories twice as long."""
    long = settings(SHORT, derandomize=False, max_examples=250, stateful_step_count=80)

    @seed(number)
    def histories() -> Histories:
        return Histories(world, Counter())

    run_state_machine_as_test(histories, settings=long)
