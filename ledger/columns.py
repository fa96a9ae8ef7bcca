"""The columns of a ledger, tidied a whole column at a time: a clean column is taken as it is, faults are named by row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import cast

from ledger.cells import Cell
from ledger.grid import Grid
from ledger.headers import Header
from ledger.lines import disjoint
from ledger.sheet import SheetFault, shown
from ledger.words import BREAKS, CONTROLS, cell_text, tidy_text
from workflow.answers import LONGEST_NUMBER

FORMULA = "公式单元格，请粘贴为数值。"
LONGEST_NAME = {"number": LONGEST_NUMBER, "unit": 200, "amount": 200}
LONGEST_OTHER_NAME = 500
SEAM = "¦"
"""Any printable sign would do; one that stands in a text beside a blank only costs a closer look."""


class Columns:
    """The cells of the problems' rows, column by column; faults and notices gather here as they are read."""

    def __init__(self, grid: Grid, header: Header, rows: Sequence[int], text_chars: int) -> None:
        self.grid, self.header, self.rows = grid, header, rows
        self.faults: list[SheetFault] = []
        self.notices: list[str] = []
        self._text_chars = text_chars
        self._traced: set[tuple[int, str]] = set()
        self._find_traces()

    def __contains__(self, key: str) -> bool:
        return key in self.header.columns

    def cells(self, key: str, *, filled: bool = True) -> list[Cell]:
        """The cells of a field, one a problem; `filled` gives a merged range's value to all of its rows."""
        if key not in self or not self.rows:
            return [""] * len(self.rows)
        column: Sequence[Cell] = self.grid.columns[self.header.columns[key]]
        if filled:
            column = self._filled(key, column)
        first, last = self.rows[0], self.rows[-1]
        if last - first == len(self.rows) - 1:  # no gaps, as in nearly every large ledger
            return list(column[first : last + 1])
        return [column[row] for row in self.rows]

    def texts(self, key: str) -> list[str]:
        """A field of long texts, line breaks kept."""
        return self._tidied(key, _words(self.cells(key)), tidy_text, self._text_chars)

    def names(self, key: str, tidy: Callable[[str], str], *, filled: bool = True) -> list[str]:
        """A field of short words on one line; a line break becomes a blank, with a notice."""
        words = _words(self.cells(key, filled=filled))
        limit = LONGEST_NAME.get(key, LONGEST_OTHER_NAME)
        names = self._tidied(key, words, tidy, limit)
        if names is not words:
            broken = [row for row, word in zip(self.rows, words, strict=True) if BREAKS.search(word.strip())]
            if broken:
                self.notices.append(f"{self.grid.listed(broken)}“{self.header.field_label(key)}”中的换行已改为空格。")
        return names

    def fault(self, index: int, key: str, value: object, message: str) -> None:
        """Note a fault in the problem of this index; a formula or an error cell has had its own."""
        row, label = self.grid.number(self.rows[index]), self.header.field_label(key)
        if (row, label) not in self._traced:
            self.faults.append(SheetFault(row, label, shown(value), message))

    def sorted_faults(self) -> tuple[SheetFault, ...]:
        """The faults from top to bottom, in a row from left to right."""
        order = {label: column for column, label in self.header.labels.items()}
        return tuple(sorted(self.faults, key=lambda fault: (fault.row, order.get(fault.column, -1))))

    def notice_each(self, remarks: Iterable[tuple[int, str]]) -> None:
        """Note remarks by index, equal ones together with all of their rows."""
        rows: dict[str, list[int]] = defaultdict(list)
        for index, remark in remarks:
            rows[remark].append(self.rows[index])
        self.notices.extend(f"{self.grid.listed(where)}：{remark}。" for remark, where in rows.items())

    def _filled(self, key: str, column: Sequence[Cell]) -> Sequence[Cell]:
        at, below = self.header.columns[key], self.header.bottom
        tall = [merge for merge in self.grid.merges if merge.left == at and merge.bottom > merge.top > below]
        if not tall:
            return column
        cells = list(column)
        for merge in disjoint(tall):
            bottom = min(merge.bottom, self.grid.height - 1)
            cells[merge.top + 1 : bottom + 1] = [cells[merge.top]] * (bottom - merge.top)
        return cells

    def _tidied(self, key: str, words: list[str], tidy: Callable[[str], str], limit: int) -> list[str]:
        if key not in self or (_tidy_already(words) and max(map(len, words), default=0) <= limit):
            return words
        return [self._checked(index, key, word, tidy, limit) for index, word in enumerate(words)]

    def _checked(self, index: int, key: str, word: str, tidy: Callable[[str], str], limit: int) -> str:
        if found := CONTROLS.search(word):
            message = f"含有看不见的控制字符（U+{ord(found[0]):04X}），请删去后重新填写。"
            self.fault(index, key, CONTROLS.sub("�", word), message)
        tidied = tidy(word)
        if len(tidied) > limit:
            self.fault(index, key, tidied, f"有 {len(tidied)} 个字，超过上限 {limit} 个字，请精简或改为附件。")
        return tidied

    def _find_traces(self) -> None:
        rows, fields = set(self.rows), {column: key for key, column in self.header.columns.items()}
        for places, message in (
            (self.grid.formulas, FORMULA),
            (self.grid.errors, "单元格是错误值（如 #REF!、#N/A），请改成实际内容。"),
            (self.grid.nested, "格里还套着表格，请改成文字。"),
        ):
            for row, column in sorted(place for place in places if place[1] in fields and place[0] in rows):
                value = shown(cell_text(self.grid.columns[column][row])) if column < len(self.grid.columns) else ""
                self.faults.append(SheetFault(self.grid.number(row), self.header.label(column), value, message))
                self._traced.add((self.grid.number(row), self.header.label(column)))


def _words(cells: list[Cell]) -> list[str]:
    kinds = set(map(type, cells))
    if kinds == {str}:
        return cast("list[str]", cells)
    return [f"{cell:.15g}" for cell in cells] if kinds == {float} else list(map(cell_text, cells))


def _tidy_already(words: list[str]) -> bool:
    """Whether no cell needs tidying: printable text has no control character, line break or odd blank; blanks at the edges show at the joints."""
    joined = SEAM.join(["", *words, ""])
    return joined.isprintable() and not any(blank in joined for blank in ("  ", f" {SEAM}", f"{SEAM} "))
