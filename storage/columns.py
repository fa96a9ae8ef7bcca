"""The columns of a case and of its clocks, listed once: the tables, the statements and the rows that rules look at are made of them.

What a column's type does not say of it stands in its metadata: keys, wide numbers, instants.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Final, get_type_hints

from sqlalchemy import BigInteger

from states import UNIT_SIDE
from storage.types import BIG, Instant

_OWN_ID: Final = {"sa_type": BIG, "primary_key": True}
_WIDE: Final = {"sa_type": BigInteger}
_MOMENT: Final = {"sa_type": Instant, "held_as": datetime | None}


def _id_of(table: str) -> dict[str, Any]:
    return {"sa_type": BIG, "foreign_key": f"{table}.id"}


@dataclass(slots=True)
class CaseRow:
    """The columns of a case that rules look at; a move works on a copy."""

    id: int = field(metadata=_OWN_ID)
    jurisdiction: int = field(metadata=_id_of("jurisdictions"))
    round_id: int = field(metadata=_id_of("rounds"))
    inspection_id: int = field(metadata=_id_of("inspections"))
    unit_id: int = field(metadata=_id_of("units"))
    answerable_id: int = field(metadata=_id_of("units"))
    number: str
    fed_back_on: date
    written_by: int | None = field(default=None, metadata=_id_of("people"))
    # From here on columns move.
    kind: str = "focused"
    state: str = "∅"
    version: int = 0
    shown_version: int = 0
    entered: int = 0
    due_on: date | None = None
    first_due_on: date | None = None
    state_due_on: date | None = None
    owes: str | None = None
    rung: str = ""
    flagged: str = ""
    objections: int = 0
    plan_returns: int = 0
    returns: int = 0
    returns_since: int = 0
    extensions: int = 0
    extension_until: date | None = None
    plan_approved: bool = False
    cycle: int = 1
    escalations: int = 0
    from_escalated: bool = False
    started_on: date | None = None
    submitted_on: date | None = None
    verified_on: date | None = None
    last_on: date | None = None
    text_hash: str | None = None
    unsigned: int = 0
    void: bool = False
    passed_on: bool = False
    """The unit where it was found has it no more: it reads it, and another works on it."""
    settled_at: int | None = field(default=None, metadata=_MOMENT)
    wake_at: int | None = field(default=None, metadata=_WIDE)
    retry_at: int | None = field(default=None, metadata=_WIDE)
    owed_on: date | None = None
    """Of an escalated case: by when the unit owed what it owed as the case rose."""
    taken_over_on: date | None = None
    """Of a case that was under way or closed outside the system 存量: the day on which it came in, from which its limits count."""
    taken_over_as: str | None = None
    """The state in which it came in."""
    ordered_on: date | None = None
    """Of a case ordered while the team was there 立行立改交办: the day of the order."""
    split_from: int | None = field(default=None, metadata=_id_of("cases"))
    """Of a case that is a part 拆分 of another: that one."""
    extended: bool = False
    """An extension 延期 was granted since it was opened, or before it came in."""
    went_on: bool = False
    """It was accepted as basically done 基本完成 since it was opened, and goes on."""
    planned: int = 0
    """How many measures 措施 its plan has."""

    @property
    def counts_from(self) -> date:
        """Return the day from which its limits count that count from feedback."""
        return self.taken_over_on or self.fed_back_on

    def copy(self) -> CaseRow:
        """Return a copy for a move to work on."""
        return CaseRow(*_ALL(self))


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A running (or paused) clock of a case: who owes by when."""

    case_id: int = field(metadata=_id_of("cases"))
    name: str
    period: int
    """The entry that began it; it stays when dates are recomputed, unless what was told is told again by the new date."""
    started_on: date
    due_on: date
    first_due_on: date
    paused_since: date | None
    owes: str
    rung: str = ""
    tellings: int = 0
    told_on: date | None = None
    flags: str = ""
    why: str | None = None
    """Why its date is that date, as JSON; None where it was set before that was recorded."""


def _names(row: type) -> tuple[str, ...]:
    return tuple(one.name for one in fields(row))


def _of_type(row: type, *types: Any) -> tuple[str, ...]:
    return tuple(name for name, kind in get_type_hints(row).items() if kind in types)


COLUMNS: Final = _names(CaseRow)
_BORDER: Final = COLUMNS.index("kind")
FIXED: Final = COLUMNS[:_BORDER]
MOVING: Final = COLUMNS[_BORDER:]
SAID_IF_SO: Final = ("taken_over_on", "taken_over_as", "ordered_on", "split_from")
"""Fixed at birth like those, later than they in the table, and said of no case but those that were taken over, ordered or split off."""
TRANSFERRED: Final = ("answerable_id",)
"""Of what is fixed at birth, what a transfer changes and nothing else."""
RENUMBERED: Final = ("number",)
"""Of what is fixed at birth, what the list of feedback changes of a case ordered at once, and nothing else."""
DATES: Final = _of_type(CaseRow, date, date | None)
FLAGS: Final = _of_type(CaseRow, bool)
_ALL: Final = attrgetter(*COLUMNS)
# Texts, which no rule looks at: what the team found, and what the unit says of itself.
FOUND: Final = ("category", "problem", "detail", "basis", "amount")
COMMITTED: Final = "words"
"""The commitment to what was found."""
WORDS: Final = (*FOUND, COMMITTED, *UNIT_SIDE)
_REQUIRED: Final = ("problem", COMMITTED)
_BEHIND: Final = {"number": (*FOUND, COMMITTED), "written_by": tuple(UNIT_SIDE)}
"""Where in the table the texts stand: behind these columns."""
CLOCK: Final = _names(ClockRow)
CLOCK_DATES: Final = _of_type(ClockRow, date, date | None)


Held = dict[str, tuple[Any, dict[str, Any]]]
"""The columns of a table in order: the type each holds, and what else SQLModel is to know of it."""


def case_columns() -> Held:
    """Return the columns of the table of cases."""
    held: Held = {}
    for name, column in _held(CaseRow):
        held[name] = column
        for text in _BEHIND.get(name, ()):
            held[text] = (str, {} if text in _REQUIRED else {"default": ""})
    return held


def clock_columns() -> Held:
    """Return the columns of the table of clocks."""
    return dict(_held(ClockRow))


def _held(row: type) -> Iterable[tuple[str, tuple[Any, dict[str, Any]]]]:
    hints = get_type_hints(row)
    for one in fields(row):
        more = dict(one.metadata)
        kind = more.pop("held_as", hints[one.name])
        if more.get("primary_key"):  # which the database counts
            kind |= None
        if type(None) in getattr(kind, "__args__", ()):
            more["default"] = None
        elif kind is bool or one.default in ("", 0, 1):
            more["default"] = one.default
        yield one.name, (kind, more)
