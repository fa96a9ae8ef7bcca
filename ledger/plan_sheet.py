"""A plan as units keep it in Excel, pasted whole: its columns by the names that a ledger's have, its rows given to the problems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.headers import field_of
from ledger.refusals import LedgerRefused
from ledger.text_file import records
from ledger.words import squeezed, tidy_name, tidy_number, tidy_text
from workflow.answers import LONGEST_NUMBER
from workflow.measures import MOST, split_measures
from workflow.planned import CELLS

MOST_ROWS: Final = 2_000
OWN_ORDER: Final = ("problem", "text", "person", "department", "on", "check", "why", "yearly")
"""The columns of the grid itself, for what was copied without its head."""
_OF_LEDGER: Final = {"measures": "text", "person": "person", "department": "department", "due": "on"}
_WHOSE: Final[tuple[str, ...]] = ("number", "unit", "problem")
_OWN_NAMES: Final = {
    **{word: name for name, word in CELLS.items()}, "措施内容": "text", "验收方式": "check", "检查方式": "check", "检验标准": "check", "验收标准": "check",
    "长期坚持": "yearly", "长期坚持的每年做什么": "yearly",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem that rows may be of, as the ledger names it."""

    case: int
    unit: str
    number: str
    words: str


@dataclass(frozen=True, slots=True)
class Pasted:
    """The measures by problem, and the rows of which nobody can say whose they are: the row, and why."""

    measures: Mapping[int, Sequence[dict[str, str]]]
    unplaced: Sequence[tuple[int, str]]


class NoSheet(ValueError):
    """What was pasted is no sheet of measures; the sentence says what is wanted."""


def read_plan(text: str, problems: Sequence[Problem]) -> Pasted:
    """Return the measures that a pasted sheet gives to problems: a row without a problem goes on with the one above it."""
    rows = _rows(text)
    columns, first = _columns(rows)
    found: dict[int, list[dict[str, str]]] = {}
    unplaced, last = [], problems[0] if len(problems) == 1 else None
    for number, row in enumerate(rows[first:], start=first + 1):
        cells = {name: row[at] for name, at in columns.items() if at < len(row) and row[at].strip()}
        if not {*cells} & {*CELLS}:
            continue
        whose: dict[str, str] = {name: tidy_name(cells[name]) for name in _WHOSE if name in cells}
        problem = _problem(whose, problems) if whose else last
        last = problem
        if problem is None:
            said = "、".join(whose.values())[:40]
            unplaced.append((number, f"没有认出“{said}”是哪个问题" if said else "没有写是哪个问题"))
            continue
        there = found.setdefault(problem.case, [])
        there += _measures(cells)
        if len(there) > MOST:
            unplaced.append((number, f"{problem.unit} 第 {problem.number} 号的措施多于 {MOST} 项，多出的没有填入"))
            del there[MOST:]
    return Pasted(found, unplaced)


def _rows(text: str) -> list[list[str]]:
    try:
        rows = records(text.strip("\ufeff\r\n"), "\t", MOST_ROWS)
    except LedgerRefused as fault:
        raise NoSheet(str(fault)) from None
    if all(len(row) < 2 for row in rows):
        raise NoSheet("只有一栏，没有认出表格：请在 Excel 里选中整张表，连表头一起复制，再贴到这里")
    return rows


def _columns(rows: Sequence[Sequence[str]]) -> tuple[dict[str, int], int]:
    """Return which column is which, and the first row under the head; without a head the grid's own order holds."""
    for at, row in enumerate(rows[:10]):
        named: dict[str, int] = {}
        for column, words in enumerate(row):
            if name := _name(words):
                named.setdefault(name, column)
        if "text" in named and len(named) > 1:
            return named, at + 1
    if max(map(len, rows)) < len(OWN_ORDER) - 2:
        raise NoSheet(
            "没有认出表头：请连表头一起复制，表头里要有“整改措施”，另有“序号”或“问题”“责任人”“责任部门”“完成时限”“检验方式”"
        )
    return {name: column for column, name in enumerate(OWN_ORDER)}, 0


def _name(words: str) -> str:
    if own := _OWN_NAMES.get(squeezed(words)):
        return own
    field = field_of(words) or ""
    return field if field in _WHOSE else _OF_LEDGER.get(field, "")


def _problem(whose: Mapping[str, str], problems: Sequence[Problem]) -> Problem | None:
    """Return the one problem that a row names: by its number, in its unit where that is said, else by its words."""
    unit = squeezed(whose.get("unit", ""))
    there = [one for one in problems if squeezed(one.unit) == unit] or list(problems)
    words = squeezed(whose.get("problem", ""))
    number = tidy_number(_numbered(whose.get("number", "")) or _numbered(whose.get("problem", "")))
    by_words = [one for one in there if words and squeezed(one.words) == words]
    by_number = [one for one in there if number and one.number == number]
    found = by_words if len(by_words) == 1 else by_number
    return found[0] if len(found) == 1 else None


def _numbered(words: str) -> str:
    """Return the number in 第 3 号, 3, 3.；of a problem said in words none."""
    plain = squeezed(words).removeprefix("第").rstrip(".、．")
    return plain.removesuffix("号") if len(plain) <= LONGEST_NUMBER else ""


def _measures(cells: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the measures of a row; several in one cell, 1.…；2.…, are several."""
    one = {
        name: tidy_text(text) if name in ("text", "yearly", "why") else tidy_name(text)
        for name, text in cells.items()
        if name in CELLS
    }
    return [{**one, "text": text} for text in split_measures(one.get("text", ""))] or [one]
