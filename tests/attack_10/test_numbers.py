from __future__ import annotations

import random

import pytest

from tests.test_drafts import confirmed, outcomes, prepared
from tests.test_splitting import SAME, part_of, split
from tests.world import BUREAU, TOWN, World, day


def test_long_number(world: World) -> None:
    (case,) = world.feed_back()
    number = "".join(chr(random.randrange(0x4E00, 0x9FA5)) for _ in range(19000))
    made = prepared(world, "office", "split", case, answers={**SAME, "part_number": number}, materials=())
    print(made.draft)
    print(str(confirmed(world, "office2", made))[:300])


def test_respite(world: World) -> None:
    """Told, and ten days late: a part of the same unit is as late, and no new respite begins."""
    (case,) = world.feed_back()
    world.scan_days(day(3, 3), day(3, 13))
    print(world.row(case).state, world.clocks(case)["claim"])
    split(world, case, **{**SAME, "part_unit": TOWN})
    part = part_of(world, case)
    print(world.clocks(part)["claim"])
    d = day(3, 14)
    from datetime import timedelta
    seen = {}
    while len(seen) < 2 and d < day(5, 1):
        world.scan(d)
        for one in (case, part):
            if world.row(one).state == "escalated" and one not in seen:
                seen[one] = d
        d += timedelta(days=1)
    print(seen)
    assert seen[case] == seen[part]


def test_office_days(world: World) -> None:
    (case,) = world.feed_back()
    world.go(day(3, 3))
    world.do("secretary", "object", case)
    world.go(day(4, 10))
    world.do("office2", "keep", case)
    split(world, case, **{**SAME, "part_unit": TOWN})
    part = part_of(world, case)
    world.do("secretary", "claim", case, part)
    print(world.clocks(case)["plan"].due_on, world.clocks(part)["plan"].due_on)
    world.do("secretary", "submit_plan", case, part, mode="all")
    world.agree(case, part)
    world.do("office2", "approve_plan", case, answers={"agreed_on": "2026-07-05"})
    world.do("office2", "approve_plan", part, answers={"agreed_on": "2026-07-05"})
