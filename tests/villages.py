"""A township of villages, each inspected by itself in one round: what is filed for several of them together."""

from __future__ import annotations

from collections.abc import Iterable

from register.household import must_enter
from register.wanted import Wanted
from storage.engine import writing
from tests.world import TOWN, World, usual_answers, usual_materials
from workflow.engine import fire
from workflow.subject import Birth, Intent


def village(number: int) -> str:
    """Return the name of a village."""
    return f"第{number}村党支部"


def fed_back(
    world: World, units: Iterable[str], each: int = 1, answerable: str = TOWN, start: int = 1
) -> dict[str, list[int]]:
    """Feed problems back to units that are made where they are new, each an inspection; return their cases by unit."""
    names = list(units)
    answers, papers = usual_answers("feed_back", world.today), usual_materials("feed_back")
    office = world.actor("office")
    with writing(world.engine) as work:
        births = []
        for name in names:
            if name not in world.units:
                made = {"name": name, "parent": world.units[answerable], "answerable": world.units[answerable]}
                (world.units[name],) = must_enter(work, [Wanted("unit", "make", None, made)], office, world.now)
            place = world.inspect(work, name), world.round_id, world.units[name], world.units[answerable]
            births += [Birth(*place, str(number), f"{name}的路灯不亮") for number in range(start, start + each)]
        wanted = [Intent("feed_back", birth=birth, answers=answers, materials=papers) for birth in births]
        outcomes = fire(work, wanted, office, world.now)
        work.commit()
    assert {one.outcome for one in outcomes} == {"done"}, outcomes
    cases = iter(one.case or 0 for one in outcomes)
    return {name: [next(cases) for _ in range(each)] for name in names}


def visits(world: World, units: Iterable[str]) -> list[int]:
    """Return the inspections of units in the round, in order."""
    known = {world.units[name] for name in units}
    rows = world.rows("SELECT id, unit_id FROM inspections WHERE round_id = :round ORDER BY id", round=world.round_id)
    return [one for one, unit in rows if unit in known]
