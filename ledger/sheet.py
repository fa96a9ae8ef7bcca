"""What an import gets from a file: its problems row by row, its faults, and what was passed over."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

SHOWN = 60
LISTED = 10


@dataclass(frozen=True, slots=True)
class Running:
    """What a row says of where it stands: the words of its 状态 and the state they mean, its dates, how often extended and returned."""

    said: str = ""
    state: str = ""
    fed_back: date | None = None
    done: date | None = None
    closed: date | None = None
    published: date | None = None
    extended_to: date | None = None
    extended: int = 0
    returned: int = 0
    units_word: bool = False
    """The word may be the unit's own, that it has finished, and not the office's, that it is closed."""

    def in_column(self, name: str) -> str:
        """Return what stands in one of its columns, as a fault shows it."""
        value = self.said if name == "state" else self.extended_to if name == "extended" else getattr(self, name, "")
        return str(value or "")


@dataclass(frozen=True, slots=True)
class Row:
    """One problem as the unit wrote it. `row` is its row number in the file (`Sheet.place` says it in words); `kind` a key of states.KINDS."""

    row: int
    number: str
    unit: str | None
    category: str
    problem: str
    detail: str
    basis: str
    amount: str
    measures: str
    responsible: str
    department: str
    person: str
    due: date | None
    kind: str
    progress: str
    note: str
    round: str = ""
    topics: str = ""
    team: str = ""
    ordered: str = ""
    """The number under which it was ordered at once 立行立改交办, where the ledger says so."""
    running: Running | None = None
    """Of work under way elsewhere: where it stands."""


@dataclass(frozen=True, slots=True)
class SheetFault:
    """One thing that keeps a file out: the row number in the file (0: the whole file), column, value and sentence."""

    row: int
    column: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class Part:
    """A table of a document: which it is, the rows of the tables before it, the fields it has columns for, and what it calls them."""

    table: int
    before: int
    fields: frozenset[str]
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A ledger read. With any fault nothing of it may be kept; `rows` then serve a preview only."""

    rows: tuple[Row, ...] = ()
    faults: tuple[SheetFault, ...] = ()
    notices: tuple[str, ...] = ()
    title: str = ""
    fields: frozenset[str] = frozenset()
    """The fields the file has a column for: what is not here was not said, which is not the same as left empty."""
    labels: tuple[tuple[str, str], ...] = ()
    """Field and the sheet's own name of its column, as faults name it."""
    name: str = ""
    """The worksheet that was read."""
    parts: tuple[Part, ...] = ()
    """The tables of a document; a worksheet has none."""

    def at(self, row: int) -> tuple[int, int]:
        """Where a row stands: in which table of a document (0 for a worksheet), and in which row of it."""
        part = self._part(row)
        return (part.table, row - part.before) if part else (0, row)

    def place(self, row: int) -> str:
        """What a row is called: “第 5 行”, or “第 2 个表格第 5 行”; the whole file is not called anything."""
        table, number = self.at(row)
        return place_of(number, table) if row else ""

    def says(self, row: Row, name: str) -> bool:
        """Whether the row stands where there is a column for a field."""
        part = self._part(row.row)
        return name in (part.fields if part else self.fields)

    def label(self, row: Row, name: str) -> str | None:
        """What the column of a field is called where the row stands, if it has one."""
        part = self._part(row.row)
        return dict(part.labels if part else self.labels).get(name)

    def listed(self, rows: Sequence[int]) -> str:
        """What some rows are called together: “第 5、8、9 行”."""
        some: dict[int, list[int]] = {}
        for row in rows:
            table, number = self.at(row)
            some.setdefault(table, []).append(number)
        return "、".join(listed(numbers, table) for table, numbers in some.items())

    def _part(self, row: int) -> Part | None:
        return self.parts[max(bisect_right(self.parts, row - 1, key=_before) - 1, 0)] if self.parts else None


def shown(value: object) -> str:
    """A value short enough to stand in a message."""
    text = str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def place_of(row: int, table: int = 0) -> str:
    """A row in words: “第 5 行”, in a document “第 2 个表格第 5 行”."""
    return f"{_of(table)}第 {row} 行"


def listed(rows: Sequence[int], table: int = 0) -> str:
    """Rows in words: “第 5、8、9 行”, the first ten of many; in a document with their table."""
    some = "、".join(map(str, rows[:LISTED]))
    return f"{_of(table)}第 {some} 行" if len(rows) <= LISTED else f"{_of(table)}第 {some} 等 {len(rows)} 行"


def _of(table: int) -> str:
    return f"第 {table} 个表格" if table else ""


def _before(part: Part) -> int:
    return part.before
