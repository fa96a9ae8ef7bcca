"""What was entered in error is void and frees its number; what was withdrawn on its merits keeps it, and the import says so."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from ledger.bring_in import Order, bring_in
from ledger.brought import Brought
from ledger.parse import parse
from ledger.write_out import write_out
from states import WITHDRAWN
from storage.engine import reading, writing
from storage.rounds import find_round
from tests.ledger.builders import HEADER, line, xlsx
from tests.world import TOWN, World, county, day
from workflow.subject import Material

FILE = Material("problem_list", "ab" * 32, "台账.xlsx", 10)


def brought(world: World, folder: Path, *rows: list[Any]) -> Brought:
    """Bring the town's ledger in, today."""
    sheet = parse(xlsx(folder / "台账.xlsx", [list(HEADER), *rows]), unit=TOWN)
    with writing(world.engine) as work:
        order = Order("一轮", None, county(), FILE)
        found = bring_in(work, sheet, order, world.actor("office"), world.now, world.today)
        if found.errors:
            work.rollback()
        else:
            work.commit()
    return found


def cases(world: World) -> list[tuple[int, str, str, bool]]:
    """Return id, number, state and whether it is void of every case."""
    rows = world.rows("SELECT id, number, state, void FROM cases ORDER BY id")
    return [(case, number, state, bool(void)) for case, number, state, void in rows]


def counted(found: Brought) -> tuple[int, int, int]:
    return found.created, found.updated, found.unchanged


def test_a_void_problem_is_made_anew_under_its_number(world: World, tmp_path: Path) -> None:
    """2 March: three are fed back; the second, entered in error, is void. 9 March: the ledger comes again.

    The second is made anew, fed back that day; the void one stays as it was, untouched by what the ledger says now.
    """
    assert counted(brought(world, tmp_path, *(line(n) for n in (1, 2, 3)))) == (3, 0, 0)
    wrong = cases(world)[1][0]
    assert world.with_second("office", "office2", "void", wrong).outcome == "done"
    before = world.rows("SELECT responsible, said, note, version FROM cases WHERE id = :case", case=wrong)
    world.go(day(3, 9))
    found = brought(world, tmp_path, line(1), line(2, 责任领导="周海燕"), line(3))
    assert counted(found) == (1, 0, 2)
    assert [one for one in found.notices if "作废" in one] == [
        "第 3 行：编号 2 原来的问题已作废，这一行作为新的问题反馈"
    ]
    assert [one[1:] for one in cases(world)] == [
        ("1", "feedback", False), ("2", "withdrawn", True), ("3", "feedback", False), ("2", "feedback", False),
    ]  # fmt: skip
    assert world.rows("SELECT responsible, said, note, version FROM cases WHERE id = :case", case=wrong) == before
    anew = world.row(cases(world)[3][0])
    assert (anew.fed_back_on, anew.version) == (day(3, 9), 1)
    assert counted(brought(world, tmp_path, line(1), line(2, 责任领导="周海燕"), line(3))) == (0, 0, 3)


def test_where_all_were_void_what_comes_again_is_fed_back_today(world: World, tmp_path: Path) -> None:
    """An inspection that has begun stays begun: nobody is late on the day of birth."""
    brought(world, tmp_path, line(1))
    world.with_second("office", "office2", "void", cases(world)[0][0])
    world.go(day(4, 20))
    brought(world, tmp_path, line(1))
    assert world.row(cases(world)[1][0]).fed_back_on == day(4, 20)


def test_a_problem_withdrawn_on_its_merits_keeps_its_number_and_the_import_says_so(
    world: World, tmp_path: Path
) -> None:
    """The leading group withdrew it: it is neither made anew nor filled, nor counted as unchanged."""
    brought(world, tmp_path, line(1), line(2))
    case = cases(world)[0][0]
    world.walk(case, "object", "withdraw")
    found = brought(world, tmp_path, line(1, 责任领导="周海燕"), line(2))
    assert counted(found) == (0, 0, 1)
    assert "第 2 行：编号 1 的问题已经领导小组决定撤销，没有重新反馈，也没有更新" in found.notices
    assert [one[2] for one in cases(world)] == [WITHDRAWN, "feedback"]
    assert world.rows("SELECT responsible FROM cases WHERE id = :case", case=case)[0][0] != "周海燕"


def test_another_problem_under_a_withdrawn_number_is_a_fault(world: World, tmp_path: Path) -> None:
    brought(world, tmp_path, line(1))
    world.walk(cases(world)[0][0], "object", "withdraw")
    (error,) = brought(world, tmp_path, line(1, "食堂账目不清")).errors
    assert (error["column"], error["message"]) == (
        "序号", "编号 1 的问题已经领导小组决定撤销，编号不再使用；这一行是另一个问题，请另编号",
    )  # fmt: skip


def test_a_living_number_stays_taken(world: World, tmp_path: Path) -> None:
    """Two living cases under one number: refused by the rule, and by the database whoever asks."""
    brought(world, tmp_path, line(1))
    with pytest.raises(AssertionError, match="编号 1 在本轮该党组织的问题中已经使用"):
        world.feed_back()
    world.with_second("office", "office2", "void", cases(world)[0][0])
    (anew,) = world.feed_back()
    with writing(world.engine) as work, pytest.raises(IntegrityError):
        work.session.execute(text("UPDATE cases SET void = :no WHERE id <> :case"), {"no": False, "case": anew})


def test_what_is_exported_after_a_void_comes_back(world: World, tmp_path: Path) -> None:
    """The void case is no line of the ledger: two lines of one number could not be brought in again."""
    brought(world, tmp_path, line(1), line(2))
    world.with_second("office", "office2", "void", cases(world)[0][0])
    brought(world, tmp_path, line(1), line(2))
    out = tmp_path / "导出.xlsx"
    with reading(world.engine) as work:
        round_row = find_round(work.session, world.place, "一轮")
        assert round_row
        assert write_out(work.driver, out, round_row, world.today) == 2
    sheet = parse(out)
    assert sheet.faults == ()
    with writing(world.engine) as work:
        order = Order("一轮", date(2026, 3, 2), county(), FILE)
        again = bring_in(work, sheet, order, world.actor("office"), world.now, world.today)
        work.rollback()
    assert asdict(again)["errors"] == []
    assert counted(again) == (0, 0, 2)
