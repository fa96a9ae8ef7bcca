"""What an import gets from a file: its problems row by row, its faults, and what was passed over."""

from __future__ import annotations

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

    def in_column(self, name: str) -> str:
        """Return what stands in one of its columns, as a fault shows it."""
        value = self.said if name == "state" else self.extended_to if name == "extended" else getattr(self, name, "")
        return str(value or "")


@dataclass(frozen=True, slots=True)
class Row:
    """One problem as the unit wrote it. `row` is the sheet's own row number; `kind` a key of states.KINDS."""

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
    running: Running | None = None
    """Of work under way elsewhere: where it stands."""


@dataclass(frozen=True, slots=True)
class SheetFault:
    """One thing that keeps a file out: the sheet's own row number (0: the whole file), column, value and sentence."""

    row: int
    column: str
    value: str
    message: str


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


def shown(value: object) -> str:
    """A value short enough to stand in a message."""
    text = str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def listed(rows: Sequence[int]) -> str:
    """Row numbers in words: “第 5、8、9 行”, the first ten of many."""
    some = "、".join(map(str, rows[:LISTED]))
    return f"第 {some} 行" if len(rows) <= LISTED else f"第 {some} 等 {len(rows)} 行"
