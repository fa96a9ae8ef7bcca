"""docs/ledger.md says what the program does: its tables are read and tried."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ledger.dates import NotALimit, parse_limit
from ledger.headers import OFFICE, SYNONYMS
from ledger.out_columns import COLUMNS
from ledger.out_columns import RUNNING as LINE
from ledger.running import NAMES, _state
from ledger.taking_over import AS_IT_CAME
from states import KINDS, STATES

PAGE = (Path(__file__).resolve().parent.parent.parent / "docs" / "ledger.md").read_text(encoding="utf-8")
RUNNING = PAGE.partition("## 存量转入")[2]


def table(head: str, page: str = PAGE) -> list[list[str]]:
    """The rows of the first table with this head."""
    body = page.split(f"{head}\n|---|---|\n")[1].split("\n\n", maxsplit=1)[0]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in body.splitlines()]


def test_every_name_of_a_column_is_on_the_page_and_no_other() -> None:
    assert [names.split("、") for _, names in table("| 读作 | 台账里可以叫 |")] == [list(n) for n in SYNONYMS.values()]
    assert all(label in PAGE for label in OFFICE)


def test_every_column_that_is_handed_out_is_in_the_table_of_where_it_comes_from() -> None:
    said = "、".join(names for names, _ in table("| 导出的列 | 从哪里来 |"))
    assert [one.shown for one in COLUMNS if one.key != LINE and one.shown not in said] == []


def test_every_name_of_a_column_of_running_work_is_on_the_page_and_no_other() -> None:
    rows = table("| 读作 | 台账里可以叫 |", RUNNING)
    named = [re.split("、|；另有整改时限一列时，还有", re.split("；没有的|；写日期", names)[0]) for _, names in rows]
    assert named == [list(names) for names in NAMES.values()]


@pytest.mark.parametrize(("written", "becomes"), table("| 状态写作 | 转为 |", RUNNING)[:-1])
def test_every_state_on_the_page_is_read_as_it_says(written: str, becomes: str) -> None:
    """The last row is of a cell left empty, which says no state."""
    shown = {AS_IT_CAME.get(state, STATES[state].shown) for state in map(_state, written.split("、"))}
    assert shown == {re.split("；|。|（", becomes)[0]}


@pytest.mark.parametrize(("written", "read"), table("| 写法 | 读作 |"))
def test_every_limit_on_the_page_is_read_as_it_says(written: str, read: str) -> None:
    limit = parse_limit(written)
    words = [limit.due.isoformat() if limit.due else "", KINDS[limit.kind] if limit.kind else ""]
    assert " ".join(filter(None, words)) + ("，提示" if limit.read_as else "") == read


@pytest.mark.parametrize(("written", "why"), table("| 写法 | 为什么不收 |"))
def test_every_refused_limit_on_the_page_is_refused_for_its_reason(written: str, why: str) -> None:
    with pytest.raises(NotALimit, match=re.escape(why)):
        parse_limit(written)
