"""The later list contains what was ordered at once: it is shown before anything is kept, and linked by the office's choice, not doubled."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ledger.bring_in import Order, bring_in
from ledger.brought import Brought
from ledger.parse import parse
from storage.engine import writing
from tests.world import TOWN, World, county, day, material
from trail.verify import verify


def written(tmp: Path, *rows: tuple[str, str, str, str]) -> Path:
    """Return a ledger with these rows: number, problem, detail, the number of the order."""
    text = io.StringIO()
    csv.writer(text).writerows(
        [("编号", "单位", "问题", "具体表现", "立行立改编号"), *((n, TOWN, p, d, o) for n, p, d, o in rows)]
    )
    file = tmp / "台账.csv"
    file.write_text(text.getvalue(), encoding="utf-8")
    return file


def bring(world: World, file: Path, on: date, apart: frozenset[int] = frozenset(), *, keep: bool = True) -> Brought:
    """Bring a ledger in as the office."""
    sheet = parse(file)
    order = Order("一轮", on, county(), replace(material("problem_list"), name="台账.csv"), new_units=True, apart=apart)
    with writing(world.engine) as work:
        brought = bring_in(work, sheet, order, world.actor("office"), world.now, world.today)
        if keep and not brought.errors:
            work.commit()
        else:
            work.rollback()
    return brought


def test_a_row_in_the_same_words_is_linked_and_nothing_doubled(world: World, tmp_path: Path) -> None:
    """2 March: ordered and put right; 20 March: the list has it as number 3, with another detail and other marks."""
    case = world.order(world.visit())
    world.do("secretary", "submit_at_once", case)
    world.go(day(3, 20))
    file = written(tmp_path, ("1", "路灯不亮", "背街", ""), ("3", "消防通道，被占用。", "三楼", ""))
    preview = bring(world, file, world.today, keep=False)
    assert [(one.row, one.case, one.said) for one in preview.linked] == [(3, case, "已立行立改，第 立1 号（待验收）")]
    assert (preview.created, len(preview.linked)) == (1, 1)
    assert bring(world, file, world.today).errors == []
    assert sorted(tuple(row) for row in world.rows("SELECT number, state FROM cases")) == [
        ("1", "feedback"),
        ("3", "submitted"),
    ]
    assert world.actions(case) == ["order_at_once", "submit_at_once", "list_ordered"]
    assert world.told(case, "list_ordered") == {"secretary", "handler", "leader", "discipline", "organisation"}
    again = bring(world, file, world.today)
    assert (again.errors, again.created, again.linked) == ([], 0, [])
    assert verify(world.engine, world.home).ok


def test_the_office_may_say_that_it_is_another_problem(world: World, tmp_path: Path) -> None:
    case = world.order(world.visit())
    file = written(tmp_path, ("3", "消防通道被占用", "", ""))
    brought = bring(world, file, world.today, frozenset({2}))
    assert (brought.created, [one.linked for one in brought.linked]) == (1, [False])
    assert any("仍作为新的问题反馈" in one for one in brought.notices)
    assert world.rows("SELECT COUNT(*) FROM cases") == [(2,)]
    assert world.actions(case) == ["order_at_once"]


def test_the_column_says_which_whatever_the_words(world: World, tmp_path: Path) -> None:
    inspection = world.visit()
    world.order(inspection, "账目不清")
    second = world.order(inspection)
    brought = bring(world, written(tmp_path, ("7", "通道堵塞", "", "立2")), world.today)
    assert brought.errors == []
    assert world.row(second).number == "7"


def test_an_order_that_is_not_there_is_refused_in_its_cell(world: World, tmp_path: Path) -> None:
    world.order(world.visit())
    file = written(tmp_path, ("3", "消防通道被占用", "", "立1"), ("4", "又一个", "", "立1"), ("5", "别的", "", "立9"))
    brought = bring(world, file, world.today)
    assert [(one["row"], one["column"], one["value"]) for one in brought.errors] == [
        (3, "立行立改编号", "立1"),
        (4, "立行立改编号", "立9"),
    ]
    assert world.rows("SELECT number FROM cases") == [("立1",)]


@pytest.mark.parametrize("state", ["rectifying", "submitted", "verified", "publicized"])
def test_wherever_it_stands_it_is_linked_and_stays_there(world: World, tmp_path: Path, state: str) -> None:
    """What is closed is made public with the others, if the unit wants; it is not fed back again."""
    case = world.order(world.visit())
    road = ("submit_at_once", "verify", "approve_text", "publicize")
    world.walk(case, *road[: {"rectifying": 0, "submitted": 1, "verified": 2, "publicized": 4}[state]])
    assert bring(world, written(tmp_path, ("3", "消防通道被占用", "", "")), world.today).errors == []
    assert (world.row(case).number, world.row(case).state) == ("3", state)
    assert verify(world.engine, world.home).ok
