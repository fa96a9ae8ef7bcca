"""Tables as they are printed 统计表: rows of cells, each a number in words that opens its cases; the page and the workbook show the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

import clock
from figures.counting import Values, count
from figures.grouping import TABLES, Grouped, Line, levels, lines_of, total_of
from figures.months import COLUMNS, by_month
from figures.table import FIGURES, PROBLEMS, Figure, behind, share
from papers.kinds import KINDS as PAPERS
from results import LIST_OF, LISTS, said_row
from states import CLOCKS, CRITERIA, RUNGS, STATES
from storage.reads.achieved import MOST_LISTED, listed_as_of
from storage.reads.other_figures import clues_of, days_in_states, held_to_account, late_cases, letters_of, warnings_of
from storage.reads.standings import AsOf
from storage.sql import Driver

Opens = Mapping[str, str]
"""What an address of the ledger says of the cases behind a number, beside the day, the round and how it counts."""
_FEN_IN_TEN_THOUSAND_YUAN: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: what it says, the number behind it, and which cases it opens; of a case, which one."""

    said: str
    number: int | float | None = None
    opens: Opens | None = None
    case: int | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its words, with the sentence that defines it, and whether a chart shows it."""

    shown: str
    definition: str = ""
    drawn: bool = False


@dataclass(frozen=True, slots=True)
class Printed:
    """A table: its columns, its rows and, where they add up, their sum; how a chart shows it; its name, letter and title as its row says."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    total: Sequence[Cell] = ()
    notes: Sequence[str] = field(default_factory=tuple)
    chart: str = ""
    name: str = ""
    letter: str = ""
    title: str = ""
    whole: Values = field(default_factory=dict)
    """The figures of all its cases together, where it counts those of the headline."""


@dataclass(frozen=True, slots=True)
class Made:
    """A row of the tables: its letter as offices call it, its words, and what makes it."""

    letter: str
    shown: str
    makes: Callable[[Driver, AsOf, str, int], Printed]
    adds_up: bool = False
    """That it counts the figures of the headline too, of all its cases together."""

    @property
    def called(self) -> str:
        """Return what a list of the tables calls it: A 各单位整改情况."""
        return f"{self.letter} {self.shown}".strip()


def said(one: Figure, value: int | Decimal | None) -> str:
    """Return a figure in words: shares with two decimals, money in 万元 to the last fen, nothing of nothing as a dash."""
    if value is None:
        return "—"
    if one.is_rate:
        return f"{value:.2f} %"
    if one.unit == "万元":
        text = f"{Decimal(int(value)) / _FEN_IN_TEN_THOUSAND_YUAN:f}"
        whole, _, rest = text.partition(".")
        return f"{whole}.{rest.rstrip('0'):0<2}" if rest.rstrip("0") else f"{whole}.00" if value else "0"
    return str(value)


def cell(name: str, values: Values, address: Opens | None = None, unit: str = PROBLEMS) -> Cell:
    """Return the cell of a figure; a share opens the cases that it is the share of, a number of measures those that have such a measure."""
    one, value = FIGURES[name], values[name]
    number = None if value is None else float(value) if one.is_rate else int(value)
    if one.unit == "万元" and number is not None:
        number /= _FEN_IN_TEN_THOUSAND_YUAN
    empty = value is None or (not value and not one.is_rate)
    opens = {"figure": behind(one).fulfils, "each": behind(one).counts(unit), **(address or {})}
    return Cell(said(one, value), number, None if empty else opens)


def _column(name: str, *, drawn: bool = False) -> Column:
    one = FIGURES[name]
    money = "（万元）" if one.unit == "万元" else ""
    return Column(f"{one.shown}{money}", one.definition, drawn)


def _by_group(table: Grouped) -> Callable[[Driver, AsOf, str, int], Printed]:
    def made(driver: Driver, of: AsOf, unit: str, _: int) -> Printed:
        lines = lines_of(driver, of, table, unit)
        total = total_of(lines, table)
        drawn = ("done", "unfinished") if "rate" in table.columns else ("rules_new", "rules_revised")
        return Printed(
            [Column(table.head), *(_column(name, drawn=name in drawn) for name in table.columns)],
            [_row(line, table.columns, unit) for line in lines],
            [Cell("合计"), *(cell(name, total, unit=unit) for name in table.columns)] if total is not None and lines else (),
            _notes(table, lines), "bar", whole=total or {},
        )  # fmt: skip

    return made


def _row(line: Line, columns: Sequence[str], unit: str) -> list[Cell]:
    of_all = {"figure": FIGURES["of"].fulfils, **line.address}
    return [Cell(line.shown, opens=of_all), *(cell(name, line.values, line.address, unit) for name in columns)]


def _notes(table: Grouped, lines: Sequence[Line]) -> list[str]:
    notes = [table.note] if table.note else []
    if table.name == "unit" and lines:
        found = levels(lines)
        notes.append(
            f"有应整改问题的 {found['units']} 个单位中，整改完成率 100 % 的 {found['whole']} 个，"
            f"低于 90 % 的 {found['below_90']} 个，其中低于 80 % 的 {found['below_80']} 个。"
        )
    return notes


def _all(driver: Driver, of: AsOf, unit: str, _: int) -> Printed:
    """Every figure of the table, with its definition."""
    values = count(driver, of, FIGURES, unit)
    rows = [
        [Cell(one.shown), cell(name, values, unit=unit), Cell(_unit(one, unit)), Cell(one.definition)]
        for name, one in FIGURES.items()
    ]
    return Printed([Column("指标"), Column("数"), Column("单位"), Column("怎么算")], rows, whole=values)


def _unit(one: Figure, unit: str) -> str:
    return "" if one.is_rate else "项" if one.counts(unit) else one.unit


def _listed(driver: Driver, of: AsOf, _: str, __: int) -> Printed:
    found = listed_as_of(driver, of)
    rows = [
        [
            Cell(one.unit),
            Cell(one.number, case=one.case),
            Cell(LISTS[LIST_OF[one.row["kind"]]].shown),
            Cell(said_row(one.row)),
        ]
        for one in found
    ]
    columns = [Column("责任党组织"), Column("编号"), Column("清单"), Column("内容", "申请销号时逐项列出、已验收销号的")]
    notes = [f"只列前 {MOST_LISTED} 行。"] if len(found) == MOST_LISTED else []
    return Printed(columns, rows, notes=notes)


def _clues(driver: Driver, of: AsOf, _: str, __: int) -> Printed:
    found = clues_of(driver, of)
    rows = [_clue_row(one.receiver, one.handed, one.answered, one.closed, one.late) for one in found]
    total = [sum(getattr(one, name) for one in found) for name in ("handed", "answered", "closed", "late")]
    columns = [Column("接收单位"), Column("移交", "已移交的问题线索件数", True), Column("回复", "已书面回复的"), Column("办结", "回复为办结的", True),
               Column("办结率", "办结 ÷ 移交"), Column("逾期未复", "过了回复期限还没有回复的")]  # fmt: skip
    notes = ["线索只登记编号、接收单位和日期，内容不在系统里。"]
    return Printed(
        columns,
        rows,
        _clue_row("合计", *total) if found else (),
        notes,
        "bar",
    )


def _clue_row(shown: str, handed: int, answered: int, closed: int, late: int) -> list[Cell]:
    rate = share(closed, handed)
    shares = Cell("—" if rate is None else f"{rate:.2f} %", None if rate is None else float(rate))
    numbers = [Cell(str(one), one) for one in (handed, answered, closed)]
    return [Cell(shown), *numbers, shares, Cell(str(late), late)]


def _accountability(driver: Driver, of: AsOf, _: str, __: int) -> Printed:
    found = held_to_account(driver, of)
    rows = [_held_row(one.unit, one.decisions, one.organisations, one.persons, *one.month) for one in found]
    total = [
        sum(numbers)
        for numbers in zip(*((one.decisions, one.organisations, one.persons, *one.month) for one in found), strict=True)
    ]
    columns = [Column("党组织"), Column("决定", "决定日期不晚于截至日的问责决定件数"), Column("问责党组织", "个", True), Column("问责个人", "人", True),
               Column("本期党组织", "本统计月内决定的"), Column("本期个人", "本统计月内决定的")]  # fmt: skip
    notes = ["按问责决定登记的数，撤回的不计。"]
    return Printed(columns, rows, _held_row("合计", *total) if found else (), notes)


def _held_row(shown: str, *numbers: int) -> list[Cell]:
    return [Cell(shown), *(Cell(str(one), one) for one in numbers)]


def _warnings(driver: Driver, of: AsOf, _: str, __: int) -> Printed:
    rows = [
        [Cell(_rule_said(rule)), Cell(RUNGS.get(rung, rung)), Cell(str(times), times), Cell(str(cases), cases)]
        for rule, rung, times, cases in sorted(warnings_of(driver, of), key=_in_the_life)
    ]
    columns = [
        Column("事项"),
        Column("级别"),
        Column("提醒次数", "系统按时限方案发出的", True),
        Column("涉及问题", "一级提醒过的问题，一个问题只计一次"),
    ]
    return Printed(columns, rows, notes=["提醒、判定都在流转日志里，各有一条记录。"])


def _rule_said(rule: str) -> str:
    """Return what a clock or a criterion is called; the clock of short dates has the name of the other, and says so."""
    found = CLOCKS.get(rule) or CRITERIA.get(rule)
    if found is None:
        return rule
    first = next((one for one in CLOCKS.values() if one.shown == found.shown), found)
    return found.shown if first is found else f"{found.shown}（期限短的）"


def _in_the_life(one: tuple[str, str, int, int]) -> tuple[int, int]:
    """Return the place of a rung as a problem comes to it: clocks in the order of the life, rungs as they are told, criteria behind."""
    rule, rung, *_ = one
    rules = [*CLOCKS, *CRITERIA]
    rungs = [name.name for name in CLOCKS[rule].rungs] if rule in CLOCKS else []
    return rules.index(rule) if rule in rules else len(rules), rungs.index(rung) if rung in rungs else len(rungs)


def _letters(driver: Driver, of: AsOf, _: str, __: int) -> Printed:
    rows = [
        [Cell(PAPERS[paper].shown if paper in PAPERS else "系统外编号的"), Cell(str(now), now), Cell(str(ever), ever)]
        for paper, now, ever in letters_of(driver, of)
    ]
    columns = [
        Column("文书"),
        Column("本期签发", "本统计月内签发的，不含作废的", True),
        Column("累计签发", "到截至日为止签发的，不含作废的"),
    ]
    total = [Cell("合计"), *(Cell(str(sum(int(row[at].number or 0) for row in rows))) for at in (1, 2))] if rows else ()
    return Printed(columns, rows, total)


def _late(driver: Driver, of: AsOf, _: str, __: int) -> Printed:
    rows = [
        [Cell(one.unit), Cell(one.number, case=one.id), Cell(one.problem), Cell(one.responsible or "—"), Cell(STATES[one.state].shown),
         Cell(clock.written_date(one.since)), Cell(f"{(of.on - one.since).days} 天", (of.on - one.since).days)]
        for one in late_cases(driver, of)
    ]  # fmt: skip
    columns = [Column(words) for words in ("责任党组织", "编号", "问题", "责任领导", "状态", "期限", "已超期")]
    return Printed(columns, rows)


def _times(driver: Driver, of: AsOf, _: str, __: int) -> Printed:
    found = {state: (cases, days) for state, cases, days in days_in_states(driver, of)}
    rows = [
        [Cell(STATES[name].shown), Cell(str(found[name][0]), found[name][0]), Cell(f"{found[name][1]:.1f}", round(found[name][1], 1))]
        for name in STATES if name in found
    ]  # fmt: skip
    columns = [
        Column("状态"),
        Column("到过的问题", "曾经是这个状态的"),
        Column("平均天数", "在这个状态的天数合计 ÷ 到过的问题，仍在的算到截至日", True),
    ]
    return Printed(columns, rows, notes=["系统按流转的时刻算，自然日。"], chart="bar")


def _months(driver: Driver, of: AsOf, unit: str, begins: int) -> Printed:
    rows = []
    for first, last, values in by_month(driver, of, begins, unit):
        address = {"on": last.isoformat(), "since": first.isoformat()}
        shown = f"{clock.written_date(first, of.on)}至{clock.written_date(last, of.on)}"
        rows.append([Cell(shown), *(cell(name, values, address, unit) for name in COLUMNS)])
    columns = [Column("统计月"), *(_column(name, drawn=name in ("of", "done")) for name in COLUMNS)]
    return Printed(columns, rows, notes=["各月的数截至该月最后一天。"], chart="line")


PRINTED: Final[dict[str, Made]] = {
    "all": Made("", "各项指标", _all, adds_up=True),
    **{name: Made(one.letter, one.shown, _by_group(one), one.adds_up) for name, one in TABLES.items()},
    "listed": Made("D", "成效明细", _listed),
    "clues": Made("E", "问题线索", _clues),
    "warnings": Made("F", "预警提醒", _warnings),
    "letters": Made("F", "签发文书", _letters),
    "late": Made("G", "超期清单", _late),
    "accountability": Made("", "问责", _accountability),
    "times": Made("", "各状态用时", _times),
    "months": Made("", "逐月", _months),
}
"""The tables by name, as they are listed."""
SHEETS: Final = tuple(name for name, one in PRINTED.items() if one.letter)
"""The tables A to G of the workbook."""


def printed(driver: Driver, of: AsOf, name: str, unit: str = PROBLEMS, begins: int = 1) -> Printed:
    """Return a table by its name."""
    row = PRINTED[name]
    return replace(row.makes(driver, of, unit, begins), name=name, letter=row.letter, title=row.shown)
