"""What entries say of a filing holds together: each case named is filed with it, and no other; checked from the entries alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.household import posts_registered
from tests.test_filings import all_of, claimed
from tests.villages import village
from tests.world import BUREAU, TOWN, World
from trail.offline import Bad, Replay, read_registers, read_tables

Entries = list[dict[str, Any]]


def filed(world: World) -> Entries:
    """Return the entries of two villages that file one plan, then of a third that files its own."""
    found = claimed(world, [village(number) for number in (1, 2, 3)])
    one, two, three = all_of(found)
    world.do("secretary", "submit_plan", one, two)
    world.do("secretary", "submit_plan", three)
    return moves_of(world)


def moves_of(world: World) -> Entries:
    """Return the entries of all moves."""
    entries = [json.loads(bytes(body)) for (body,) in world.rows("SELECT body FROM trail ORDER BY idx")]
    return [entry for entry in entries if entry["kind"] == "move"]


def fault(world: World, entries: Entries) -> tuple[int, str]:
    """Return what the replay of some entries says: the place of the entry that it names, and why."""
    definitions = dict(world.rows("SELECT hash, body FROM definitions"))
    replay = Replay(read_tables(definitions), read_registers(definitions))
    # The moves alone: what the register adopted, and whose posts are whose, stands in entries left out.
    replay.posts |= posts_registered(world)
    try:
        for entry in entries:
            replay.take(entry)
        replay.adopted |= set(replay.named)
        replay.end()
    except Bad as bad:
        return [entry["index"] for entry in entries].index(bad.index), bad.why
    return -1, ""


def test_filings_that_hold_together_are_taken(world: World) -> None:
    entries = filed(world)
    assert [entry["filing"]["version"] for entry in entries[-3:]] == [1, 1, 2]
    assert fault(world, entries) == (-1, "")


def changed(place: int, **fields: Any) -> Callable[[Entries], None]:
    def change(entries: Entries) -> None:
        entries[place]["filing"] = {**entries[place]["filing"], **fields}

    return change


UNLIKE, BELONGS = "的报送件不是上一次加一，或与第", "的报送件所列的巡察、轮次、责任党组织，与所列的问题不符"


@pytest.mark.parametrize(
    ("change", "index", "why"),
    [
        (changed(6, version=2), 6, UNLIKE),
        (changed(8, version=3), 8, UNLIKE),
        (changed(8, version=1), 8, UNLIKE),
        (changed(7, sha256="00" * 32), 7, UNLIKE),
        (changed(7, cases=[2]), 7, UNLIKE),
        (changed(8, inspections=[1]), 8, BELONGS),
        (changed(8, inspections=[1, 3]), 8, BELONGS),
        (changed(8, round=7), 8, UNLIKE),
        (changed(8, answerable=7), 8, UNLIKE),
        (changed(8, cases=[2]), 8, UNLIKE),
        (lambda entries: [changed(6, inspections=[2, 1])(entries), changed(7, inspections=[2, 1])(entries)], 6, BELONGS),
        (lambda entries: entries.pop(), -1, ""),
        (lambda entries: [entries.pop(), entries.pop()], 6, "列有问题 2，该问题却没有随之报送的记录"),
        (lambda entries: entries.__delitem__(7), 7, UNLIKE),
    ],
)  # fmt: skip
def test_what_does_not_hold_together_is_named(
    world: World, change: Callable[[Entries], object], index: int, why: str
) -> None:
    entries = filed(world)
    change(entries)
    found = fault(world, entries)
    assert found[0] == index, found
    assert why in found[1]


@pytest.mark.parametrize("name", ["round", "answerable"])
def test_a_filing_of_another_round_or_unit_is_no_filing_of_its_cases(world: World, name: str) -> None:
    """What it names is counted from one, and is not theirs."""
    entries = filed(world)
    changed(8, **{name: 7}, version=1)(entries)
    assert BELONGS in fault(world, entries)[1]


def test_who_answers_now_files_what_was_given_over(world: World) -> None:
    """Two problems of one village; one is given to another unit, which files it: each filing is its own unit's."""
    found = claimed(world, [village(1)], each=2)
    kept, given = all_of(found)
    world.do("office", "transfer", given, answers={"successor": BUREAU})
    world.do("secretary", "submit_plan", kept)
    world.do("secretary_bureau", "submit_plan", given)
    entries = moves_of(world)
    assert [entry["filing"]["answerable"] for entry in entries[-2:]] == [world.units[TOWN], world.units[BUREAU]]
    assert fault(world, entries) == (-1, "")
