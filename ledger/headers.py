"""The header of a ledger: which column is which, by the many names units give them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ledger.grid import Grid, Merge
from ledger.out_columns import COLUMNS
from ledger.sweep import column_letters
from ledger.words import BLANKS, cell_text, squeezed

LOOK_AT = 30
"""Rows from the top among which the header is looked for."""
DEEPEST = 4

SYNONYMS: dict[str, tuple[str, ...]] = {
    key: tuple(names.split())
    for key, names in {
        "number": "编号 问题编号 问题序号 序号 NO NO.",
        "round": "轮次 巡察轮次 所属轮次",
        "team": "巡察组 巡察组别 组别 所属巡察组",
        "unit": (
            "单位 单位名称 被巡察党组织 被巡察单位 被巡察党组织名称 被巡察单位名称 "
            "被巡察单位党组织 党组织 党组织名称 整改单位 整改主体 填报单位 所属单位 被巡视党组织 "
            "被巡视单位"
        ),
        "category": (
            "方面 类别 问题类别 问题方面 问题分类 反馈方面 分类 问题类型 聚焦方面 监督重点 "
            "巡察重点 四个落实 三个聚焦 四个聚焦"
        ),
        "problem": (
            "反馈问题 问题 存在问题 存在的问题 巡察反馈问题 反馈的问题 主要问题 存在的主要问题 "
            "发现问题 发现的问题 问题描述 问题内容 问题清单 问题名称 问题表述 巡察反馈的问题 "
            "巡察发现问题"
        ),
        "detail": ("具体表现 主要表现 问题表现 具体情况 表现 问题具体表现 主要表现形式 具体表现形式 具体问题"),
        "basis": "定性依据 依据 违反规定 违反条款",
        "amount": "涉及金额 涉及资金 问题金额 金额 涉案金额",
        "measures": (
            "整改措施 措施 整改举措 具体措施 具体整改措施 整改任务 整改措施及要求 拟采取措施 "
            "整改内容 整改方案 整改任务及措施"
        ),
        "responsible": (
            "责任领导 整改责任领导 牵头责任领导 牵头领导 分管领导 包案领导 包抓领导 主管领导 班子责任人 领导"
        ),
        "department": (
            "责任部门 责任单位 责任科室 整改责任部门 整改责任单位 牵头部门 牵头单位 牵头科室 "
            "责任股室 责任处室 承办部门 承办单位 承办科室 主责部门 主责单位 牵头/配合部门 部门 "
            "科室"
        ),
        "person": "责任人 具体责任人 整改责任人 直接责任人 责任人员 具体负责人 经办人 整改联络员 联络员",
        "due": (
            "整改时限 完成时限 整改期限 整改完成时限 完成期限 完成时间 整改完成时间 整改时间 时限 "
            "期限 截止时间 截止日期 整改截止时间 计划完成时间 预计完成时间 拟完成时间 办结时限 "
            "起止时限 起止时间 截止 止"
        ),
        "kind": "整改类型 整改类别 整改性质 整改方式 整改分类",
        "progress": (
            "完成情况 整改完成情况 整改进展情况 整改进展 进展情况 整改情况 落实情况 整改落实情况 "
            "进展 目前进展 整改成效 整改结果 完成状态"
        ),
        "note": "备注 说明 备注说明 其他说明",
        "topics": "专题 所属专题 涉及专题 专题分类",
        "ordered": "立行立改编号 立行立改交办编号 交办编号",
    }.items()
}
"""Each field by its names, the one that is preferred first."""
OFFICE = (*(one.shown for one in COLUMNS if one.ours), "版本")
"""Columns the office's own export adds; an import says that it passes over them; the last stood in older exports."""
INSTEAD = {"detail": ("problem", "具体问题")}
"""“具体问题” beside “问题” is its detail; alone it is the problem."""

RUNNING = ("序号", "NO", "NO.")
"""Of two columns of numbers, those that only number the lines."""

FIELDS = {squeezed(name): (key, rank) for key, names in SYNONYMS.items() for rank, name in enumerate(names)}
ASIDE = re.compile(r"\([^()]*\)$")
MARKS = re.compile(r"^[*★]+|[*★]+$")


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header lies (rows counted from 0), which column holds which field, and what the sheet calls each."""

    top: int
    bottom: int
    columns: dict[str, int]
    labels: dict[int, str]

    def label(self, column: int) -> str:
        """The sheet's own name of a column, or its letter when it has none."""
        return self.labels.get(column) or f"{column_letters(column)}列"

    def field_label(self, key: str) -> str:
        """The sheet's own name of a field's column, or the usual name when the sheet has none."""
        return self.label(self.columns[key]) if key in self.columns else SYNONYMS.get(key, (key,))[0]

    def doubled(self) -> list[tuple[str, str]]:
        """Columns that mean a field another column serves better, each with that other's name."""
        spare = [(label, key) for c, label in self._spare() if (key := field_of(label)) and key in self.columns]
        spare = [(label, key) for label, key in spare if not _runs(label)]
        return [(label, self.field_label(key)) for label, key in spare]

    def unknown(self) -> list[str]:
        """Columns whose names mean nothing here, the office's own left aside."""
        return [label for _, label in self._spare() if not field_of(label) and label not in OFFICE]

    def system(self) -> list[str]:
        """Columns in which the office's own export says what the records say."""
        return [label for _, label in self._spare() if not field_of(label) and label in OFFICE]

    def _spare(self) -> list[tuple[int, str]]:
        used = set(self.columns.values())
        return [(column, label) for column, label in self.labels.items() if column not in used]


def find_header(grid: Grid) -> Header | None:
    """The first rows that read like a ledger's header, or None."""
    merges = [merge for merge in grid.merges if merge.top < LOOK_AT]
    for top in range(min(LOOK_AT, grid.height)):
        bottom = _bottom(grid, top, merges)
        labels = _stacks(grid, top, bottom, merges)
        if _recognised([word for stack in labels.values() for word in stack]):
            return _header(top, bottom, labels)
    return None


def header_rank(rows: list[list[str]]) -> int:
    """How many fields the best of some rows names."""
    return max((len(_fields(row)) for row in rows), default=0)


def field_of(label: str) -> str | None:
    """The field a column's name means, or None. Blanks, line breaks, asides in brackets and marks do not matter."""
    found = _field_and_rank(label)
    return found[0] if found else None


def _field_and_rank(label: str) -> tuple[str, int] | None:
    word = MARKS.sub("", squeezed(label)).upper()
    return FIELDS.get(word) or FIELDS.get(MARKS.sub("", ASIDE.sub("", word)))


def _runs(label: str) -> bool:
    """Say whether a column only numbers the lines, where another holds the problems' own numbers."""
    return squeezed(label).upper() in RUNNING


def _fields(words: Iterable[str]) -> set[str]:
    return {key for word in words if (key := field_of(word))}


def _recognised(words: Iterable[str]) -> bool:
    fields = _fields(words)
    return len(fields) >= 3 or (len(fields) == 2 and "problem" in fields)


def _word(grid: Grid, row: int, column: int) -> str:
    return BLANKS.sub("", cell_text(grid.columns[column][row]))


def _bottom(grid: Grid, top: int, merges: list[Merge]) -> int:
    """The last row of a header that begins at `top`: as deep as its merged cells, or one more row of mere names."""
    if not _fields(_word(grid, top, column) for column in range(len(grid.columns))):
        return top
    depth = [merge.bottom for merge in merges if merge.top == top and merge.bottom - top < DEEPEST]
    if depth and max(depth) > top:
        return min(max(depth), grid.height - 1)
    if top + 1 >= grid.height:
        return top
    below = [word for column in range(len(grid.columns)) if (word := _word(grid, top + 1, column))]
    return top + 1 if below and all(map(field_of, below)) else top


def _stacks(grid: Grid, top: int, bottom: int, merges: list[Merge]) -> dict[int, list[str]]:
    """The words over each column from the top row down, a merged group's word over all of its columns."""
    words = {(r, c): _word(grid, r, c) for r in range(top, bottom + 1) for c in range(len(grid.columns))}
    for merge in merges:
        if top <= merge.top <= bottom and merge.right < len(grid.columns):
            for column in range(merge.left + 1, merge.right + 1):
                words[merge.top, column] = words[merge.top, merge.left]
    stacks = {c: [words[r, c] for r in range(top, bottom + 1) if words[r, c]] for c in range(len(grid.columns))}
    return {column: stack for column, stack in stacks.items() if stack}


def _header(top: int, bottom: int, stacks: dict[int, list[str]]) -> Header:
    best: dict[str, tuple[int, int]] = {}
    for column, stack in stacks.items():
        found = _field_and_rank(stack[-1]) or _field_and_rank("".join(stack))
        if found and (found[0] not in best or found[1] < best[found[0]][0]):
            best[found[0]] = (found[1], column)
    columns = {key: column for key, (_, column) in best.items()}
    for key, (other, name) in INSTEAD.items():
        if key in columns and other not in columns and stacks[columns[key]][-1].startswith(name):
            columns[other] = columns.pop(key)
    return Header(top, bottom, columns, {column: stack[-1] for column, stack in stacks.items()})
