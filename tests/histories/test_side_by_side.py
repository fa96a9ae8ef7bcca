"""Two people at a time: one confirms while another withdraws, edits, slips in or takes back; what comes of it is what comes of some order."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from threading import Barrier
from typing import Any

import pytest

from tests.histories.house import House, log_of, standing_of
from tests.histories.model import LIFE, PARTIES, Model, Paper
from tests.world import World

Act = tuple[Any, ...]
"""A verb of model and house, and its words."""
PAPERS: list[Paper] = [(kind, None, f"{kind}甲") for kind in LIFE["submit"].papers]


def begun(world: World) -> tuple[House, Model]:
    """Two problems in rectification with their photos; an application and a void are prepared, another application is looked at."""
    world.open_round(f"轮{world.rows('SELECT COUNT(*) FROM rounds')[0][0]}")
    cases = world.feed_back(2)
    house, model = House(world, cases), Model(cases)
    for login, action in (
        ("secretary", "claim"), ("secretary", "submit_plan"), *((party, "opine") for party in PARTIES), ("office", "approve_plan"),
    ):  # fmt: skip
        papers = [(kind, None, f"{kind}甲") for kind in LIFE[action].papers]
        both(house, model, "fire", login, action, cases, "甲", papers, None)
    for case in cases:
        for measure, name in ((1, "照片一"), (2, "照片二")):
            both(house, model, "attach", "handler", case, measure, name)
    both(house, model, "prepare", "application", "handler", "submit", cases, "甲", PAPERS)
    both(house, model, "prepare", "void", "office", "void", cases[:1], "甲", [])
    both(house, model, "look", "page", "submit", cases, "甲", PAPERS)
    return house, model


def both(house: House, model: Model, verb: str, *words: Any) -> None:
    assert getattr(house, verb)(*words) == getattr(model, verb)(*words)


def signing(cases: list[int]) -> list[list[Act]]:
    """What puts a name to something: one act, or the same button twice."""
    return [
        [("confirm", "secretary", "application")],
        [("confirm", "secretary", "application", "K"), ("confirm", "secretary", "application", "K")],
        [("confirm", "office2", "void")],
        [("sign", "secretary", "page")],
        [("fire", "secretary", "submit", cases, "乙", PAPERS, None)],
    ]


def meddling(cases: list[int], number: int) -> list[list[Act]]:
    """What comes in between."""
    again = ("prepare", f"application {number}", "handler", "submit", cases, "乙", PAPERS)
    return [
        [("take_down", "handler", "application", "")],
        [("take_down", "handler", "application", ""), again],
        [("take_down", "secretary", "application", "再写清楚")],
        [("take_down", "office", "void", ""), ("prepare", f"void {number}", "office2", "void", cases, "乙", [])],
        [("attach", "handler", cases[0], 1, "照片三")],
        [("detach", "handler", cases[1], "照片二")],
        [("detach", "handler", cases[0], "照片一"), ("attach", "handler", cases[0], 1, "照片一")],
        [("fire", "handler", "progress", cases[:1], "甲", [], None)],
        [("fire", "office", "escalate_by_hand", cases[1:], "甲", [], None)],
        [("fire", "secretary", "acknowledge", cases, "", [], None)],
        [("fill", cases[0], "别人")],
        [again],
    ]


def race(house: House, scripts: Sequence[Sequence[Act]]) -> list[list[Any]]:
    """Let each go through its script, all at a time; return what each was told."""
    gate = Barrier(len(scripts))

    def go(script: Sequence[Act]) -> list[Any]:
        gate.wait()
        return [getattr(house, verb)(*words) for verb, *words in script]

    with ThreadPoolExecutor(len(scripts)) as pool:
        return list(pool.map(go, scripts))


def orders(left: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield every order in which so many acts of each can come one after another."""
    if not any(left):
        yield ()
    for who, count in enumerate(left):
        if count:
            rest = [one - (place == who) for place, one in enumerate(left)]
            yield from ((who, *after) for after in orders(rest))


def told_in(model: Model, scripts: Sequence[Sequence[Act]], order: Sequence[int]) -> list[list[Any]]:
    """Let the model go through the scripts in that order; return what each is told."""
    told: list[list[Any]] = [[] for _ in scripts]
    for who in order:
        verb, *words = scripts[who][len(told[who])]
        told[who].append(getattr(model, verb)(*words))
    return told


def is_allowed(house: House, model: Model, scripts: Sequence[Sequence[Act]], told: list[list[Any]]) -> bool:
    """Say whether some order explains all that everybody was told, where things stand, and the log."""
    stands, log = house.standing(), house.log()
    for order in orders([len(script) for script in scripts]):
        tried = deepcopy(model)
        if told_in(tried, scripts, order) == told and standing_of(tried) == stands and log_of(tried) == log:
            return True
    return False


def raced(world: World, dice: random.Random, rounds: int) -> set[str]:
    """Race so often; return what the signatures came to."""
    met: set[str] = set()
    for number in range(rounds):
        house, model = begun(world)
        others = signing(house.cases) if number % 3 == 0 else meddling(house.cases, number)
        scripts = [dice.choice(signing(house.cases)), dice.choice(others)]
        told = race(house, scripts)
        assert is_allowed(house, model, scripts, told), (scripts, told, house.standing())
        met.update(one for said in told[0] for one in said)
    return met


def test_what_comes_of_two_at_a_time_comes_of_some_order(world: World) -> None:
    """Twenty races, seed 4."""
    assert raced(world, random.Random(4), 20) >= {"done", "stale", "refused"}


@pytest.mark.long
def test_what_comes_of_two_at_a_time_comes_of_some_order_however_often(world: World) -> None:
    """The long form: a thousand races."""
    assert raced(world, random.Random(41), 1000) >= {"done", "stale", "refused", "already"}


def test_what_no_order_explains_is_found(world: World) -> None:
    """Both the confirmation and the withdrawal were told that they succeeded; or a photo was named that nobody was shown."""
    house, model = begun(world)
    scripts: list[list[Act]] = [
        [("confirm", "secretary", "application")],
        [("take_down", "handler", "application", "")],
    ]
    told = race(house, scripts)
    assert is_allowed(house, model, scripts, told)
    assert not is_allowed(house, model, scripts, [[["done", "done"]], ["dropped"]])
    other = deepcopy(model)
    other.attach("handler", house.cases[0], 1, "照片三")
    assert not is_allowed(house, other, scripts, told)
