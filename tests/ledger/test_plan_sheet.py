"""A plan copied out of Excel goes to its problems row by row, by the names of columns that a ledger may have."""

from __future__ import annotations

import pytest

from ledger.plan_sheet import NoSheet, Problem, read_plan

TWO = [Problem(1, "城伯镇党委", "1", "村内路灯损坏"), Problem(2, "城伯镇党委", "2", "公务接待管理不严")]
HEAD = "序号\t存在问题\t整改措施\t责任人\t责任科室\t完成时限\t检验方式\t每年做什么"


def test_rows_go_to_their_problem_by_number_by_words_and_on_from_above() -> None:
    """A title above the head is passed over; 1.…；2.… in one cell are two; an empty problem goes on with the one above."""
    rows = [
        "整改方案\t",
        HEAD,
        "1\t\t1.修灯；2.建台账\t李敏\t村建中心\t2026年5月底前\t看",
        "\t\t每季巡查\t李敏\t村建中心\t长期坚持\t看\t巡查四次",
        "\t公务 接待管理不严\t“三公”检查\t王\t办\t2026.5.1\t查",
    ]
    read = read_plan("\r\n".join(rows), TWO)
    assert [one["text"] for one in read.measures[1]] == ["修灯", "建台账", "每季巡查"]
    assert read.measures[1][2] == {
        "text": "每季巡查",
        "person": "李敏",
        "department": "村建中心",
        "on": "长期坚持",
        "check": "看",
        "yearly": "巡查四次",
    }
    assert [one["text"] for one in read.measures[2]] == ["“三公”检查"]
    assert not read.unplaced


def test_what_is_of_no_problem_is_said_by_its_row_and_the_rest_is_taken() -> None:
    read = read_plan(f"{HEAD}\n9\t\t换灯\n第2号\t\t查账\n", TWO)
    assert read.unplaced == [(2, "没有认出“9”是哪个问题")]
    assert [one["text"] for one in read.measures[2]] == ["查账"]
    assert read_plan(f"{HEAD}\n\t\t换灯\n", TWO).unplaced == [(2, "没有写是哪个问题")]


def test_without_its_head_the_grids_own_order_holds_and_a_single_problem_needs_no_name() -> None:
    read = read_plan("1\t修灯\t李敏\t村建中心\t2026-05-01\t看\t\t", TWO)
    assert read.measures == {
        1: [{"text": "修灯", "person": "李敏", "department": "村建中心", "on": "2026-05-01", "check": "看"}]
    }
    alone = read_plan("整改措施\t责任人\n修灯\t李敏\n", TWO[:1])
    assert [one["text"] for one in alone.measures[1]] == ["修灯"]


@pytest.mark.parametrize(
    ("text", "why"),
    [("", "只有一栏"), ("修灯\n查账", "只有一栏"), ("甲\t乙\n丙\t丁", "没有认出表头"), ('a\t"b"c\n', "引号")],
)
def test_what_is_no_sheet_says_what_is_wanted(text: str, why: str) -> None:
    with pytest.raises(NoSheet, match=why):
        read_plan(text, TWO)
