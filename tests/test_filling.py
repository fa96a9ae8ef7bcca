"""Filling: what a ledger says of the unit's own side is written by one road, and every change of it has its entry."""

from __future__ import annotations

import json
from typing import Any

import pytest

from states import ACTIONS, RECORDED, UNIT_SIDE
from storage.engine import writing
from tests.world import BUREAU, World, day
from trail.offline import commitments
from trail.salt import matches
from workflow.filling import fill
from workflow.people import operator
from workflow.subject import Actor, Post

FILE = "ab" * 32


def ledger_entries(world: World) -> list[tuple[dict[str, Any], dict[str, str], tuple[Any, ...]]]:
    """Return the entries of kind `ledger` in order: body, texts by name, and the columns that find them."""
    columns = "t.case_id, t.version, t.action, t.actor_id, t.prepared_by, t.key"
    rows = world.rows(
        f"SELECT t.body, x.body, {columns} FROM trail t JOIN texts x ON x.jurisdiction = t.jurisdiction AND x.idx = t.idx "
        "WHERE t.action = 'fill' ORDER BY t.idx"
    )
    found = []
    for body, side, *lookup in rows:
        entry = json.loads(bytes(body))
        kept = json.loads(side)
        assert all(
            matches(promise, bytes.fromhex(kept[name][0]), kept[name][1])
            for name, promise in commitments(entry).items()
        )
        found.append((entry, {name: text for name, (_, text) in kept.items()}, tuple(lookup)))
    return found


def test_an_entry_says_who_changed_which_columns_by_which_file(world: World) -> None:
    (case,) = world.feed_back()
    at = world.entry(case)["index"]
    world.later(1)
    before = world.row(case)
    assert world.fill(case, responsible="林建国", said="已完成", note="") == []
    ((entry, texts, lookup),) = ledger_entries(world)
    person = world.people["office"]
    assert (entry["kind"], entry["index"], entry["case"], entry["file"]) == ("ledger", at + 1, case, FILE)
    assert entry["actor"] == {"person": person, "login": "office", "role": "office", "post": world.posts["office"]}
    assert (entry["via"], entry["os_user"], entry["written_at"]) == ("cli", "root", "2026-03-03T02:00:00.000000Z")
    assert set(entry) == {
        "v", "kind", "index", "jurisdiction", "at", "case", "actor", "via", "os_user", "written_at", "file", "columns",
    }  # fmt: skip
    assert set(entry["columns"]) == {"responsible", "said"}, "an empty note was empty before"
    assert texts == {"columns.responsible": "林建国", "columns.said": "已完成"}
    assert lookup == (case, None, "fill", person, None, None)
    assert world.row(case) == before, "neither state nor version nor clock moves"
    assert world.rows("SELECT responsible, said, note FROM cases")[0] == ("林建国", "已完成", "")


def test_nothing_changed_leaves_nothing(world: World) -> None:
    (case,) = world.feed_back()
    world.fill(case, said="已完成")
    before = world.dump()
    world.later(1)
    assert world.fill(case, said="已完成", person="") == []
    assert world.dump() == before


def test_a_text_may_be_taken_away_again_and_that_stands_there_too(world: World) -> None:
    (case,) = world.feed_back()
    for said in ("已完成", "基本完成\n剩两盏", ""):
        world.fill(case, said=said)
    assert [texts["columns.said"] for _, texts, _ in ledger_entries(world)] == ["已完成", "基本完成\n剩两盏", ""]
    at = world.entry(case, 1)["index"]
    assert [entry["index"] - at for entry, _, _ in ledger_entries(world)] == [1, 2, 3]


def test_many_cases_at_once_have_one_entry_each_in_the_order_of_their_ids(world: World) -> None:
    cases = world.feed_back(20)
    said = {case: {"said": f"第{case}项", **({"note": "有"} if case % 2 else {})} for case in reversed(cases)}
    with writing(world.engine) as work:
        assert fill(work, said, world.actor("office"), FILE, world.now) == []
        work.commit()
    assert [entry["case"] for entry, _, _ in ledger_entries(world)] == cases
    assert world.size == world.entry(cases[0], 1)["index"] + 40
    assert world.rows("SELECT COUNT(*) FROM cases WHERE note = '有'")[0][0] == 10


def test_the_operator_fills_for_the_office(world: World) -> None:
    (case,) = world.feed_back()
    with writing(world.engine) as work:
        fill(work, {case: {"said": "已完成"}}, operator(world.place, "root"), FILE, world.now)
        work.commit()
    ((entry, _, lookup),) = ledger_entries(world)
    assert entry["actor"] == {"person": None, "login": "operator", "role": "office", "post": None}
    assert lookup[3] is None


@pytest.mark.parametrize("login", ["secretary", "handler", "team", "auditor", "sysadmin"])
def test_who_may_not_feed_back_may_not_fill(world: World, login: str) -> None:
    (case,) = world.feed_back()
    before = world.dump()
    assert world.fill(case, login, said="已完成") == ["“台账更新”应由巡察办办理"]
    assert world.dump() == before


def test_an_office_elsewhere_changes_nothing_here(world: World) -> None:
    (case,) = world.feed_back()
    with writing(world.engine) as work:
        there = Actor(4242, "office", "别处", (Post("office"),), "cli")
        with pytest.raises(LookupError):
            fill(work, {case: {"said": "已完成"}}, there, FILE, world.now)
        assert fill(work, {4242: {"said": "已完成"}}, world.actor("office"), FILE, world.now) == []
        work.commit()
    assert ledger_entries(world) == []


def test_what_is_rolled_back_leaves_nothing(world: World) -> None:
    (case,) = world.feed_back()
    before = world.dump()
    with writing(world.engine) as work:
        fill(work, {case: {"said": "已完成"}}, world.actor("office"), FILE, world.now)
        work.rollback()
    assert world.dump() == before


def test_an_open_form_does_not_become_stale(world: World) -> None:
    (case,) = world.feed_back()
    world.fill(case, said="已完成")
    (outcome,) = world.do("secretary", "claim", case, version=1)
    assert (outcome.version, outcome.index) == (2, world.entry(case, 1)["index"] + 2)
    assert world.actions(case) == ["feed_back", "fill", "claim"]


def test_ledgers_and_moves_write_the_same_columns_in_turn(world: World) -> None:
    """Filled, claimed by other names, filled again, another person named by order: whoever wrote last is in force."""
    case, other = world.feed_back()[0], world.feed_back(unit=BUREAU)[0]
    world.fill(case, responsible="甲", person="乙", said="已安排")
    world.do("secretary", "claim", case, answers={"responsible": "丙", "department": "村建中心", "person": "丁"})
    world.fill(case, person="戊")
    world.fill(other, person="己")
    for month in (5, 6, 7, 8):
        world.scan(day(month, 1))
    assert world.case(case).state == "escalated"
    world.do("office", "order_plan", case, answers={"responsible": "庚", "plan_on": "2026-09-01"})
    assert world.rows("SELECT responsible, person, said FROM cases ORDER BY id") == [
        ("庚", "戊", "已安排"),
        ("", "己", ""),
    ]


def test_every_entry_has_its_words() -> None:
    assert set(RECORDED) == {*ACTIONS, "fill"}
    assert RECORDED["fill"] == "台账更新"
    assert len(set(RECORDED.values())) == len(RECORDED)
    assert len(set(UNIT_SIDE.values())) == len(UNIT_SIDE)
