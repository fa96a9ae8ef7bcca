"""存量转入, as it is read: where each problem of a running ledger stands, in the words that offices use."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ledger.parse import parse
from tests.ledger.builders import xlsx
from tests.test_taking_over import HEAD, row
from tests.world import TOWN


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("待认领", "feedback"), ("异议中", "feedback"), ("已认领", "claimed"), ("方案审核中", "plan_review"), ("正在整改", "rectifying"),
        ("未 完 成", "rectifying"), ("已延期", "rectifying"), ("督办中", "rectifying"), ("已完成待销号", "submitted"), ("申请销号", "submitted"),
        ("已完成，待销号", "submitted"), ("正在办理", "rectifying"), ("长期整改", "rectifying"), ("整改完毕", "verified"), ("已完成、已销号", "verified"),
        ("已销号（持续坚持）", "verified"), ("整改到位。", "verified"), ("待公开", "verified"), ("已公示", "publicized"), ("不予公开", "withheld"),
    ],
)  # fmt: skip
def test_states_are_read_as_offices_write_them(tmp_path: Path, said: str, state: str) -> None:
    [one] = parse(xlsx(tmp_path / "a.xlsx", [list(HEAD), row(1, said)]), running=True).rows
    assert one.running is not None
    assert (one.running.state, one.running.said) == (state, said)


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        ("状态", "差不多了", "看不懂这个状态"), ("状态", "√", "看不懂这个状态"), ("状态", "100%", "看不懂这个状态"), ("状态", "已报送", "看不懂这个状态"), ("状态", "已撤销", "请从台账中删去这一行"), ("销号日期", "去年", "不是确定的日期"),
        ("延期", "再说", "请写延到哪一天"), ("延期", "21次", "不是次数"), ("退回次数", "好几次", "不是次数"), ("退回次数", "21", "不是次数"), ("反馈日期", "长期坚持", "不是确定的日期"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_a_fault_in_its_cell(tmp_path: Path, column: str, value: str, why: str) -> None:
    sheet = parse(
        xlsx(tmp_path / "a.xlsx", [list(HEAD), row(1, "整改中"), row(2, "整改中", **{column: value})]), running=True
    )
    assert [(one.row, one.column) for one in sheet.faults] == [(3, column)]
    assert why in sheet.faults[0].message


def test_a_ledger_that_does_not_say_where_its_problems_stand_is_no_running_one(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", [["编号", "单位", "反馈问题"], ["1", TOWN, "路灯不亮"]])
    [fault] = parse(path, running=True).faults
    assert "没有找到“状态”一列" in fault.message


def test_a_column_of_when_it_was_done_stands_beside_the_one_of_when_it_is_due(tmp_path: Path) -> None:
    """完成时间 alone is the date by which it is due; beside 整改时限 it says when it was done; 完成状态 says where it stands."""
    head = ["编号", "单位", "反馈问题", "整改时限", "完成时间", "完成状态"]
    cells = ["1", TOWN, "路灯不亮", "2026.2.1", "2026.1.20", "已完成"]
    [one] = parse(xlsx(tmp_path / "a.xlsx", [head, cells]), running=True).rows
    assert one.running is not None
    assert (one.due, one.running.done, one.running.state) == (date(2026, 2, 1), date(2026, 1, 20), "verified")
    assert parse(tmp_path / "a.xlsx").rows[0].running is None
