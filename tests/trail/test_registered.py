"""Rows of the register changed behind the product's back: names, types and days that are none are differences, and break nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from register.household import must_enter
from register.wanted import Wanted
from storage.engine import writing
from storage.household import KEPT
from tests.world import TOWN, World
from trail.verify import verify


def changed(fields: str) -> Iterator[str]:
    """Yield what somebody might make of a row: a name more or less, a value equal to another of its type, one said twice, no row at all."""
    row: dict[str, Any] = json.loads(fields)
    yield from (json.dumps({name: value for name, value in row.items() if name != gone}) for gone in row)
    yield json.dumps({**row, "more": None})
    yield from (json.dumps({**row, name: other}) for name, value in row.items() for other in like(value))
    yield f'{{"{next(iter(row))}": null, {fields[1:]}'
    yield from ("", "[]", "null", fields[:-1])


def like(value: Any) -> tuple[Any, ...]:
    """Return values that Python takes for equal, or for empty too, of another type."""
    if value is None:
        return ("", False, 0)
    if isinstance(value, bool):
        return (int(value),)
    return (float(value), str(value)) if isinstance(value, int) else ()


def test_a_listed_row_has_the_names_and_types_of_its_entry(world: World) -> None:
    """Each change by itself is found; taken back, everything verifies."""
    about: dict[str, Any] = {
        "unit": world.units[TOWN],
        "written_on": world.today,
        "leader_name": "市长",
        "words": "请抓紧",
        "to_unit": True,
    }
    world.enter("office", "instruction", "make", **about)
    ((key, fields),) = world.rows("SELECT id, fields FROM listed WHERE kind = 'instruction'")
    for other in changed(fields):
        put(world, "UPDATE listed SET fields = ? WHERE id = ?", other, key)
        assert not verify(world.engine, world.home).ok, other
    put(world, "UPDATE listed SET fields = ? WHERE id = ?", fields, key)
    assert verify(world.engine, world.home).ok


def test_a_number_in_the_place_of_a_day_is_a_difference(world: World) -> None:
    """SQLite keeps whatever is written; the other database refuses it itself."""
    (first,) = world.feed_back()
    world.later(1)
    (second,) = world.feed_back(start=2)
    last = world.today + timedelta(days=1)
    world.enter("secadmin", "post", "end", post_of(world), asked_by="sysadmin", ends_on=last)
    series = world.enter("office", "series", "make", organ="巡察办", mark="成委巡办函")
    with writing(world.engine) as work:
        number = {"series": series, "n": 1, "title": "关于报送材料的函", "signed_on": world.today}
        must_enter(work, [Wanted("paper", "outside", None, number, "停电，手工编号")], world.actor("office"), world.now)
        work.commit()
    said: dict[str, Any] = {"number": "X1", "round": "一轮", "receiver": "市纪委监委", "handed_on": world.today}
    clue = world.enter("office", "clue", "make", **said)
    world.enter("office", "clue", "answer", clue, replied_on=world.today, outcome="closed")
    world.enter("office", "recurrence", "make", case=second, earlier=first, verdict="重复发生")
    # Of a paper the database itself keeps the day on which it was signed.
    places = [(kept.table, name) for kept in KEPT.values() for name in kept.dates if name != "signed_on"]
    places += [("calendar_days", "day"), ("cases", "due_on"), ("cases", "fed_back_on"), ("clocks", "due_on")]
    for table, name in places if world.engine.dialect.name == "sqlite" else ():
        ((key, before),) = world.rows(f"SELECT rowid, {name} FROM {table} ORDER BY {name} DESC LIMIT 1")
        for value in (1, "0", "明天"):
            put(world, f"UPDATE {table} SET {name} = ? WHERE rowid = ?", value, key)
            assert not verify(world.engine, world.home).ok, (table, name, value)
        put(world, f"UPDATE {table} SET {name} = ? WHERE rowid = ?", before, key)
    assert verify(world.engine, world.home).ok


def post_of(world: World) -> int:
    return int(world.rows("SELECT id FROM posts WHERE person_id = :it", it=world.people["handler"])[0][0])


def put(world: World, sql: str, *params: Any) -> None:
    """Write past the register."""
    with writing(world.engine) as work:
        assert work.driver.run(sql, params) == 1
        work.commit()
