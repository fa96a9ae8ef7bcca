"""Which lines below the header are problems: blanks, totals, signatures, notes and repeated headers are none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from ledger.cells import Cell
from ledger.grid import Grid, Merge
from ledger.headers import Header, field_of
from ledger.words import cell_text, squeezed, tidy_name

PLAIN_NUMBER = re.compile(r"\d+(?:[.\-]\d+)*")
TOTAL = re.compile(
    r"(?:本页)?(?:合计|总计|小计|共计|累计|总数|汇总)(?:[:(].{0,30}|(?:共|问题)?\d+[个条项件].{0,8})?"
    r"|共\d+[个条项件].{0,8}"
)
SIGNATURE = re.compile(
    r"(?:填表|填报|制表|审核|审批|审签|报送|经办|复核|校对|联系|签发|单位负责|负责)(?:人|单位|日期|时间|电话|领导)?[^:]{0,12}:.*"
    r"|(?:党组织|党委|党组|单位|主要|分管|整改|签)[^:]{0,12}(?:签字|签名|盖章|签章)[^:]{0,6}(?::.*)?"
    r"|(?:签字|签名|盖章|日期|电话|注|备注|说明|附|附件)\d*:.*"
)
SECTION = re.compile(r"\(?[一二三四五六七八九十]{1,3}[)、.].+|.*方面(?:存在的?问题)?(?:\(.*\))?")


class _Line(Enum):
    PROBLEM = auto()
    BLANK = auto()
    LEFT_OUT = auto()
    SECTION = auto()


@dataclass(slots=True)
class Lines:
    """Rows counted from 0: problems, what was left out, section headings, and rows that continue a merged number."""

    problems: list[int] = field(default_factory=list)
    left_out: list[int] = field(default_factory=list)
    sections: list[tuple[int, str]] = field(default_factory=list)
    continues: dict[int, int] = field(default_factory=dict)


def sort_lines(grid: Grid, header: Header) -> Lines:
    """Sort the rows below the header; nothing with a number or a problem is left out but totals and signatures."""
    lines = Lines()
    problems = grid.columns[header.columns["problem"]]
    numbers = grid.columns[header.columns["number"]] if "number" in header.columns else problems
    for row in range(header.bottom + 1, grid.height):
        if problems[row] != "" and _counts(numbers[row]):
            lines.problems.append(row)
        else:
            _sort_line(grid, header, row, lines)
    if "number" in header.columns:
        lines.continues = _continued(grid, header, set(lines.problems))
    return lines


def disjoint(merges: list[Merge]) -> list[Merge]:
    """Merged ranges of one column in order, what overlaps an earlier one dropped (no honest file has it)."""
    kept: list[Merge] = []
    for merge in sorted(merges, key=lambda m: m.top):
        if not kept or merge.top > kept[-1].bottom:
            kept.append(merge)
    return kept


def _counts(number: Cell) -> bool:
    return type(number) is float or type(number) is int or (type(number) is str and number.isdecimal())


def _sort_line(grid: Grid, header: Header, row: int, lines: Lines) -> None:
    words = _words(grid, row)
    match _line(words, header):
        case _Line.PROBLEM:
            lines.problems.append(row)
        case _Line.LEFT_OUT:
            lines.left_out.append(row)
        case _Line.SECTION:
            lines.sections.append((row, tidy_name(cell_text(grid.columns[min(words)][row]))))


def _words(grid: Grid, row: int) -> dict[int, str]:
    """The non-empty cells of a row; a formula or an error is never empty, whatever it shows."""
    words = {column: squeezed(cell_text(cell)) for column, cell in enumerate(grid.row(row))}
    traced = grid.formulas | grid.errors if grid.formulas or grid.errors else frozenset()
    return {column: word or "=" for column, word in words.items() if word or (row, column) in traced}


def _line(words: Mapping[int, str], header: Header) -> _Line:
    if not words:
        return _Line.BLANK
    first = min(words)
    if TOTAL.fullmatch(words[first]) or SIGNATURE.fullmatch(words[first]) or _is_header(words, header):
        return _Line.LEFT_OUT
    if not words.keys() & set(header.columns.values()):
        return _Line.LEFT_OUT
    if len(words) == 1 and first < header.columns["problem"] and _is_section(words[first]):
        return _Line.SECTION
    return _Line.PROBLEM


def _is_section(word: str) -> bool:
    return not PLAIN_NUMBER.fullmatch(word) and SECTION.fullmatch(word) is not None


def _is_header(words: Mapping[int, str], header: Header) -> bool:
    problem = words.get(header.columns["problem"], "")
    number = words.get(header.columns.get("number", -1), "")
    return field_of(problem) == "problem" and (not number or field_of(number) == "number")


def _continued(grid: Grid, header: Header, problems: set[int]) -> dict[int, int]:
    column = header.columns["number"]
    tall = [m for m in grid.merges if m.left == column and m.bottom > m.top > header.bottom and m.top in problems]
    rows = ((row, merge.top) for merge in disjoint(tall) for row in range(merge.top + 1, merge.bottom + 1))
    return {row: top for row, top in rows if row in problems}
