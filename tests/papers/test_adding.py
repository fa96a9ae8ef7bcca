"""What docs/papers.md and docs/figures.md add is added here, as it stands there, to the house of the papers: nothing else is needed."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Final

import pytest

from figures.counting import count
from figures.printed import printed
from figures.table import FIGURES, Figure, _rate
from papers.content import Content, para
from papers.dossier import Dossier
from papers.filling import FILLINGS
from papers.filling.letters import _letter
from papers.filling.tables import DUE, PEOPLE, STATE, needed, problems, write
from papers.kinds import KINDS, LETTER, PARTIES, PLACE, REPORT, UNIT, Kind
from papers.render import render
from states import GROUP, LEADER, OFFICE, RECTIFYING, SECRETARY
from storage.engine import reading
from storage.reads.standings import _DONE, CONDITIONS, AsOf, ids_of
from tests.papers.house import House

ROOT: Final = Path(__file__).resolve().parent.parent.parent
PAGE = "".join((ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("papers.md", "figures.md"))


def visit_notice(dossier: Dossier) -> Content:
    """现场核查通知书: on which day the office comes, to look at which problems, and what is to be ready."""
    records = [one for one in dossier.counted if one.case.state == RECTIFYING]
    needed(records, f"{dossier.unit}没有整改中的问题，不需要现场核查")
    return _letter(
        dossier,
        f"关于现场核查{dossier.around}反馈问题整改情况的通知",
        para("我办定于", write("核查日期", "年月日"), f"到你单位现场核查下列 {len(records)} 个问题的整改情况。"),
        problems(records, PEOPLE, DUE, STATE),
        para("请备好整改台账和佐证材料，安排责任人在场。"),
    )


# fmt: off
ROWS: Final = (
    Kind("visit_notice", "现场核查通知书", UNIT, LETTER, OFFICE, ("check",), "visit_notice", (SECRETARY,), copies=(LEADER,), numbered=True, stamped=True, receipt=True),
    Kind("half_yearly_report", "整改情况半年报", PLACE, REPORT, OFFICE, (), "periodic_report", (GROUP,), copies=PARTIES, numbered=True, stamped=True, tables=("unit", "results", "late"), months=6),
)
COUNTED: Final = (
    Figure("at_first", "一次通过", "验收销号、没有退回过再整改的", "at_first"),
    _rate("at_first_rate", "一次通过率", "一次通过 ÷ 已整改", "at_first", "done"),
)
CONDITION: Final = {
    "at_first": f"{_DONE} AND c.returns = 0",
}
# fmt: on


def test_what_is_added_here_is_what_the_pages_add() -> None:
    here = Path(__file__).read_text(encoding="utf-8").splitlines()
    rows = [line for line in here if line.startswith(("    Kind(", "    Figure(", "    _rate(", '    "at_first": '))]
    assert [line for line in rows if line not in PAGE.splitlines()] == []
    assert len(rows) == 5
    assert inspect.getsource(visit_notice) in PAGE


def test_a_paper_is_a_row_and_a_filling_and_a_report_a_row(lived: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for one in ROWS:
        monkeypatch.setitem(KINDS, one.name, one)
    monkeypatch.setitem(FILLINGS, "visit_notice", visit_notice)
    letter = lived.paper("visit_notice")
    assert [one.name for one in letter.blanks] == ["核查日期", "文号"]
    assert letter.receipt
    assert render("visit_notice", letter, "docx").content
    report = lived.paper("half_yearly_report")
    assert report.title == "2026年4月至2026年5月巡察整改情况半年报"
    assert report.attachments[0].title == "统计表 A 各单位整改情况"


def test_a_figure_is_a_condition_and_a_row(lived: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its number, the list behind it and the table of all figures know it by that."""
    monkeypatch.setitem(CONDITIONS, "at_first", CONDITION["at_first"])
    for one in COUNTED:
        monkeypatch.setitem(FIGURES, one.name, one)
    of = AsOf(lived.world.place, lived.world.today, lived.world.today)
    with reading(lived.world.engine) as work:
        found = count(work.driver, of, [one.name for one in COUNTED])
        sql, params = ids_of(work.driver, "at_first", of)
        assert (found["at_first"], found["done"], str(found["at_first_rate"])) == (3, 3, "100.00")
        assert len(work.driver.all(sql, params)) == 3
        rows = {row[0].said: row[1] for row in printed(work.driver, of, "all").rows}
    opened = rows["一次通过率"].opens or {}
    assert (rows["一次通过"].said, opened["figure"]) == ("3", "at_first")
