"""The columns of the ledger that is handed out, one row a column: its name, width, group, what is read for it, and whether offices usually want it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date
from typing import Final

from results import FEN, PERSONS, RESULTS
from states import FOCUSED


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One problem as the office sends it out, each field a column of COLUMNS."""

    number: str
    unit: str
    problem: str
    category: str = ""
    detail: str = ""
    basis: str = ""
    amount: str = ""
    measures: str = ""
    responsible: str = ""
    department: str = ""
    person: str = ""
    due: date | None = None
    kind: str = FOCUSED
    progress: str = ""
    note: str = ""
    state: str = ""
    state_due: date | None = None
    warning: str = ""
    first_due: date | None = None
    asked: date | None = None
    accepted: date | None = None
    published: date | None = None
    rules_new: int | None = None
    rules_revised: int | None = None
    money_cleared: float | None = None
    money_repaid: float | None = None
    money_collected: float | None = None
    money_recovered: float | None = None
    rules: str = ""
    sums: str = ""
    people: str = ""
    returns: int = 0
    extensions: int = 0
    round: str = ""
    topics: str = ""
    split_from: str = ""
    recurs: str = ""
    answerable: str = ""
    assisting: str = ""
    fed_back: date | None = None
    own_words: str = ""
    root_cause: str = ""
    elsewhere: str = ""
    evidence: str = ""
    opinions: str = ""
    extended: str = ""
    rung: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key, the field of a row that it shows; its name; its width in Excel's measure; its group on the form."""

    key: str
    shown: str
    width: float
    group: str
    reads: tuple[str, ...] = ()
    """What is read for it beside the case's own columns."""
    usual: bool = False
    """Whether it is one of those that offices usually want."""
    ours: bool = False
    """Whether it is the office's own, which import passes over; of these what is too long for a cell is cut."""


RUNNING: Final = "line"
"""The key of the running number of the lines."""
FOUND, MENDED, WATCHED, ACHIEVED = "问题", "整改", "办理", "成效"
COLUMNS: Final = (
    Column(RUNNING, "序号", 6, FOUND, usual=True),
    Column("number", "编号", 8, FOUND, usual=True),
    Column("round", "轮次", 12, FOUND),
    Column("unit", "单位", 16, FOUND, usual=True),
    Column("category", "方面", 18, FOUND, usual=True),
    Column("problem", "反馈问题", 24, FOUND, usual=True),
    Column("detail", "具体表现", 36, FOUND, usual=True),
    Column("basis", "定性依据", 14, FOUND),
    Column("amount", "涉及金额", 10, FOUND),
    Column("measures", "整改措施", 36, MENDED, ("measures",), usual=True),
    Column("responsible", "责任领导", 10, MENDED, usual=True),
    Column("department", "责任部门", 12, MENDED, usual=True),
    Column("person", "责任人", 10, MENDED, usual=True),
    Column("due", "整改时限", 12, MENDED, usual=True),
    Column("kind", "整改类型", 10, MENDED, usual=True),
    Column("progress", "完成情况", 30, MENDED, ("progress", "submitted"), usual=True),
    Column("note", "备注", 14, MENDED, usual=True),
    Column("topics", "专题", 12, FOUND),
    Column("state", "状态", 10, WATCHED, usual=True, ours=True),
    Column("state_due", "现时限", 12, WATCHED, ours=True),
    Column("warning", "预警", 10, WATCHED, ours=True),
    Column("first_due", "原定时限", 12, WATCHED, ours=True),
    Column("asked", "申请销号日期", 12, WATCHED, ours=True),
    Column("accepted", "验收销号日期", 12, WATCHED, ours=True),
    Column("published", "公开日期", 12, WATCHED, ours=True),
    *(
        Column(one.name, one.asked, 12 if one.unit == FEN else 8, ACHIEVED, ours=True)
        for one in RESULTS.values() if one.unit != PERSONS
    ),
    Column("rules", "所立制度", 24, ACHIEVED, ("listed",), ours=True),
    Column("sums", "资金明细", 20, ACHIEVED, ("listed",), ours=True),
    Column("people", "人员处理", 14, ACHIEVED, ("listed",), ours=True),
    Column("returns", "退回次数", 8, WATCHED, ours=True),
    Column("extensions", "延期次数", 8, WATCHED, ours=True),
    Column("split_from", "拆分自", 8, FOUND, ours=True),
    Column("answerable", "负责整改的党组织", 16, FOUND, ours=True),
    Column("assisting", "协办党组织", 14, MENDED, ("assisting",), ours=True),
    Column("fed_back", "反馈日期", 12, FOUND, ours=True),
    Column("own_words", "单位自述", 24, MENDED, ("submitted",), ours=True),
    Column("root_cause", "原因剖析", 24, MENDED, ("submitted",), ours=True),
    Column("elsewhere", "举一反三", 24, MENDED, ("submitted",), ours=True),
    Column("evidence", "佐证材料", 24, MENDED, ("evidence",), ours=True),
    Column("opinions", "联审、验收意见", 30, WATCHED, ("opinions",), ours=True),
    Column("extended", "延期记录", 26, WATCHED, ("extended",), ours=True),
    Column("rung", "已提醒到", 12, WATCHED, ours=True),
    Column("recurs", "重复发生（原编号）", 14, FOUND, ("recurs",), ours=True),
)  # fmt: skip
if unlike := {one.key for one in COLUMNS if one.key != RUNNING} ^ {one.name for one in fields(ExportRow)}:
    raise LookupError(f"ledger/out_columns.py 的 COLUMNS 和 ExportRow 要各有一行：{'、'.join(sorted(unlike))}")
NEEDED: Final = frozenset({"number", "unit", "problem"})
"""In every ledger: by these import finds a problem again."""
USUAL, ALL = "usual", "all"
ON_PAGE: Final = ("number", "category", "problem", "unit", "responsible", "state", "state_due", "warning")
"""The columns of the ledger's page for who chose none, in order."""
ON_PAPER: Final = ("measures", "progress")
"""Those that stand on its printed page besides."""
AFTER: Final = {"measures": "problem", "progress": "responsible"}
"""Behind which column of the page they stand there."""
A4, A3 = "a4", "a3"
PAPERS: Final = {A4: ("A4 横向", 9), A3: ("A3 横向", 8)}
"""The sizes of paper by name: as they are called, and the numbers that Excel knows them by."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a ledger is laid out: its columns, and the paper that it is printed on."""

    columns: tuple[Column, ...] = COLUMNS
    paper: str = A4

    @property
    def reads(self) -> frozenset[str]:
        """Return what is read for its columns beside the cases' own."""
        return frozenset(name for column in self.columns for name in column.reads)


class UnknownColumns(ValueError):
    """Columns were named that no ledger has."""

    def __init__(self, names: Collection[str]) -> None:
        known = "、".join(f"{one.key}（{one.shown}）" for one in COLUMNS)
        super().__init__(
            f"没有这样的列：{'、'.join(sorted(names))}。可以写 {USUAL}（常用）、{ALL}（全部），或其中几列：{known}"
        )


def page_columns(keys: Collection[str]) -> tuple[tuple[Column, bool], ...]:
    """Return the columns of the ledger's page in the order of the keys, and of each whether it is there on paper alone; the problem is always there."""
    known = {one.key: one for one in COLUMNS}
    chosen = [key for key in dict.fromkeys(keys) if key in known] or list(ON_PAGE)
    chosen += [] if "problem" in chosen else ["problem"]
    placed = [(key, False) for key in chosen]
    for key in ON_PAPER:
        if key not in chosen:
            place = next((at for at, (one, _) in enumerate(placed, start=1) if one == AFTER[key]), len(placed))
            placed.insert(place, (key, True))
    return tuple((known[key], paper) for key, paper in placed)


def columns_named(text: str) -> tuple[Column, ...]:
    """Return the columns that `usual`, `all` or some keys name, always in the order of the ledger."""
    if text in ("", ALL):
        return COLUMNS
    if text == USUAL:
        return tuple(one for one in COLUMNS if one.usual)
    keys = {one.strip() for one in text.split(",") if one.strip()}
    if unknown := keys - {one.key for one in COLUMNS}:
        raise UnknownColumns(unknown)
    return tuple(one for one in COLUMNS if one.key in keys | NEEDED)
