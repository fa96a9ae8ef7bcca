"""The machine decides: change its table, and row, buttons and diagram follow; a rule that looks at what it did not declare raises."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from grammar import Rung
from states import ACTIONS, CLOCKS, MOVES, RUNGS
from storage.engine import reading, writing
from storage.rows import read_cases
from tests.world import World
from workflow.drawing import diagram
from workflow.engine import fire
from workflow.facts import must_be_declared, must_be_read, named_rules
from workflow.machine import EFFECTS, GUARDS, MACHINE, WRITTEN_IN, facts_of, moves_from, target
from workflow.offers import offers
from workflow.rule import Effect, Rule
from workflow.subject import FactNotRead, Facts, Subject
from workflow.vocabulary import UnknownNames, must_be_known, unknown_names


@pytest.fixture
def elsewhere() -> Iterator[None]:
    """A claim leads into rectification, and progress is reported on what is closed."""
    arrow = MACHINE.events["claim"].transitions["feedback"][0]
    arrow.dest = "rectifying"
    MACHINE.add_transition("progress", "verified", "verified")
    yield
    arrow.dest = "claimed"
    del MACHINE.events["progress"].transitions["verified"]


@pytest.mark.usefixtures("elsewhere")
def test_the_row_goes_where_the_machine_says(world: World) -> None:
    (case,) = world.feed_back()
    with writing(world.engine) as work:
        (outcome,) = fire(work, [world.intent("claim", case)], world.actor("secretary"), world.now)
        row = read_cases(work.driver, world.place, [case])[case]
        work.rollback()
    assert (outcome.to, row.state) == ("rectifying", "rectifying")


def test_the_buttons_are_the_machines_triggers(world: World, request: pytest.FixtureRequest) -> None:
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "approve_plan", "submit", "verify")

    def offered() -> set[str]:
        with reading(world.engine) as work:
            return {one.move.action for one in offers(work.driver, world.actor("handler"), world.row(case), world.now)}

    before = offered()
    request.getfixturevalue("elsewhere")
    assert offered() - before == {"progress"}


def test_the_diagram_is_the_machines(request: pytest.FixtureRequest) -> None:
    assert "feedback --> claimed: 认领" in diagram()
    request.getfixturevalue("elsewhere")
    assert "feedback --> rectifying: 认领" in diagram()
    assert "feedback --> claimed: 认领" not in diagram()


def test_what_leads_from_a_state_is_asked_of_the_machine() -> None:
    assert target("feedback", "claim") == "claimed"
    assert target("verified", "claim") is None
    assert target("feedback", "no_such_act") is None
    leads = "reopen release acknowledge acknowledge_copy answer_copy press_copy looked_back uphold_ground transfer list_ordered hand_over feed_again remind"
    assert [move.action for move in moves_from("withheld")] == leads.split()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"origin": ("rectifing",)}, "状态“rectifing”"), ({"to": "close"}, "状态“close”"), ({"who": ("sekretary",)}, "职务“sekretary”"),
        ({"tells": ("parent",)}, "职务“parent”"), ({"known_to": ("head", "hed")}, "职务“hed”"), ({"on_behalf": "group"}, "职务“group”"),
        ({"needs": ("evidence@", "proof")}, "材料“proof”"), ({"asks": (("resaon", "text"),)}, "填报项“resaon”"),
        ({"asks": (("reason", "words?"),)}, "填报项类型“words”"), ({"asks": (("ground", "choice:fact|figures"),)}, "选项“figures”"),
        ({"filing": "plans"}, "报送件“plans”"), ({"copied": ("office",)}, "呈送、抄告的职务“office”"), ({"copied": ("discipline",)}, "呈送、抄告的职务“discipline”"),
        ({"to": "verified"}, "代录以后等书记确认的状态“verified”"),
    ],
)  # fmt: skip
def test_a_move_that_names_what_is_not_there_stops_the_start(wrong: dict[str, Any], said: str) -> None:
    assert list(unknown_names([replace(ACTIONS["claim"], **wrong)], {})) == [f"操作 claim 的{said}"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"state": ("feedbak",)}, "状态“feedbak”"), ({"owes": "clerk"}, "职务“clerk”"),
        ({"rungs": (Rung("amber", "half", ("parent",)),)}, "梯级“amber”"), ({"rungs": (Rung("half", "half", ("claim",)),)}, "职务“claim”"),
        ({"measured_by": "focussed"}, "时限“focussed”"),
    ],
)  # fmt: skip
def test_a_clock_that_names_what_is_not_there_stops_the_start(wrong: dict[str, Any], said: str) -> None:
    assert list(unknown_names((), {"claim": replace(CLOCKS["claim"], **wrong)})) == [f"时钟 claim 的{said}"]


def test_the_machine_is_not_built_from_names_that_are_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    must_be_known()
    monkeypatch.delitem(RUNGS, "parent")
    with pytest.raises(UnknownNames, match="时钟 acknowledge 的梯级“parent”"):
        must_be_known()


def test_a_fact_that_was_not_read_raises_instead_of_letting_through() -> None:
    read = Facts(opinions=())
    assert read.opinions == ()
    with pytest.raises(FactNotRead, match="rectifiers"):
        _ = read.rectifiers
    assert read.but(rectifiers=frozenset([1])).rectifiers == {1}


def test_a_rule_declares_facts_that_somebody_reads() -> None:
    """A fact that nobody reads stops the start."""
    must_be_read({"条件 opinions_in": frozenset(["opinions", "rectifiers"])})
    with pytest.raises(
        LookupError,
        match="条件 opinions_in 用到未知的事实 opinion：可以声明的有 assistant、assisting、attached、claimed_siblings、",
    ):
        must_be_read({"条件 opinions_in": frozenset(["opinion"])})
    with pytest.raises(
        LookupError, match="条件 first_objection 用到未知的事实 clocks：问题和它的时钟一直都在，不用声明"
    ):
        must_be_read({"条件 first_objection": frozenset(["clocks"])})


def test_what_a_rule_looks_at_itself_it_declares() -> None:
    """Clocks are always there; what is looked at inside a list or a generator counts as well."""

    def looks(s: Subject) -> bool:
        return bool(s.facts.clocks) and any(no for no, _ in s.facts.measures)

    def looks_inside(s: Subject) -> list[bool]:
        return [bool(s.facts.siblings.items()) for _ in "x"]

    must_be_declared(named_rules())
    must_be_declared({"条件 x": (looks, frozenset(["measures"]))})
    with pytest.raises(LookupError, match="条件 x 看了事实 measures 却没有声明"):
        must_be_declared({"条件 x": (looks, frozenset())})
    with pytest.raises(LookupError, match="效果 y 看了事实 siblings 却没有声明"):
        must_be_declared({"效果 y": (looks_inside, frozenset(["measures"]))})


def test_every_guard_and_effect_of_the_table_says_its_promise_and_none_is_left_over() -> None:
    assert all(one.promise for one in GUARDS.values())
    assert all(one.promise for one in EFFECTS.values())
    written = {name for module in WRITTEN_IN for name, one in vars(module).items() if isinstance(one, Rule)}
    assert written == {name for move in MOVES for name in move.only_if}
    made = {name for module in WRITTEN_IN for name, one in vars(module).items() if isinstance(one, Effect)}
    assert made == {name for move in MOVES for name in move.then}


def test_a_move_is_read_what_its_rules_declare() -> None:
    assert facts_of(ACTIONS["verify"]) == {"opinions", "rectifiers", "ties", "meetings", "measures"}
    assert facts_of(ACTIONS["claim"]) == frozenset()
