"""The orders of the ledger 台账: by every column that has one, up and down, each a walk by keyset from place to place."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from results import PERSONS, RESULTS
from states import ACTIONS, DONE, KINDS, PUBLICIZED, STATES
from storage.reads.lamps import LAMP_ON
from storage.reads.ledger.questions import PRESSED, UNSETTLED, Filters
from storage.sql import Driver, Row, as_date

LONGEST_PLACE: Final = 1000
DUE: Final = "state_due"
"""The order of who asks for none: by date, what is open first."""
OPEN, SETTLED = "c.settled_at IS NULL", "c.settled_at IS NOT NULL"
_CUT: Final = 40
_BIGGEST: Final = 1 << 63
_GRANTED: Final = (
    f"(SELECT COUNT(*) FROM trail t WHERE t.case_id = c.id AND t.action = '{ACTIONS['grant_extension'].action}')"
)
_DONE: Final = ", ".join(f"'{state}'" for state in DONE)


@dataclass(frozen=True, slots=True)
class Key:
    """What rows are sorted by: an expression over `cases c`, what it holds, and whether it may be empty."""

    sql: str
    holds: type
    empty: bool = False


def _words(column: str) -> Key:
    return Key(f"substr(c.{column}, 1, {_CUT})", str)


def _ranked(column: str, names: Sequence[str]) -> Key:
    ranks = " ".join(f"WHEN '{name}' THEN {place}" for place, name in enumerate(names))
    return Key(f"CASE c.{column} {ranks} END", int)


def _count(table: str, where: str = "1 = 1") -> Key:
    return Key(f"(SELECT COUNT(*) FROM {table} x WHERE x.case_id = c.id AND {where})", int)


def _achieved(name: str) -> Key:
    sql = (
        f"SELECT SUM(x.amount) FROM results x WHERE x.case_id = c.id AND x.kind = '{name}' AND x.until_version IS NULL"
    )
    return Key(f"CASE WHEN c.state IN ({_DONE}) THEN CAST(({sql}) AS BIGINT) END", int, empty=True)


INDEXED: Final = {
    "unit": Key("c.unit_id", int), "round": Key("c.round_id", int), "category": Key("c.category", str), "responsible": Key("c.responsible", str),
}  # fmt: skip
"""Those that an index keeps, beside the number, the state and the date."""
_READ_ONCE: Final = {
    **{name: _words(name) for name in ("problem", "detail", "basis", "amount", "department", "person", "note", "rung")},
    "kind": _ranked("kind", tuple(KINDS)), "answerable": Key("c.answerable_id", int),
    "due": Key("c.due_on", date, empty=True), "first_due": Key("c.first_due_on", date, empty=True), "asked": Key("c.submitted_on", date, empty=True),
    "accepted": Key("c.verified_on", date, empty=True), "fed_back": Key("c.fed_back_on", date),
    "published": Key(f"CASE WHEN c.state = '{PUBLICIZED}' THEN c.settled_at END", int, empty=True),
    "warning": Key(LAMP_ON, date, empty=True), "returns": Key("c.returns", int), "extensions": Key(_GRANTED, int), "extended": Key(_GRANTED, int),
    "measures": Key("c.planned", int), "evidence": _count("materials", "x.kind = 'evidence'"), "opinions": _count("opinions"),
    "progress": Key("(SELECT MAX(t.at) FROM progress x JOIN trail t ON t.case_id = c.id AND t.version = x.version WHERE x.case_id = c.id)", int, empty=True),
    "topics": Key("(SELECT MIN(x.topic) FROM case_topics x WHERE x.case_id = c.id AND NOT x.gone)", str, empty=True),
    "assisting": Key("(SELECT MIN(x.unit_id) FROM assisting x WHERE x.case_id = c.id AND x.until IS NULL)", int, empty=True),
    **{one.name: _achieved(one.name) for one in RESULTS.values() if one.unit != PERSONS},
}  # fmt: skip
"""Those that no index keeps: what the question finds is read once, and no more of it kept than a page shows."""
SORTS: Final = (DUE, "number", "state", *INDEXED, *_READ_ONCE)
"""By the names of the columns."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order: its keys, and the stretches it falls into; in none is a key empty, which databases sort differently.

    What is empty stands last, up and down. By date what is open comes before what is settled: a look-back of years ago is not what is late.
    """

    keys: tuple[Key, ...]
    stretches: tuple[tuple[str, int], ...]
    down: bool = False
    kept: bool = True
    """Whether an index keeps it: rows are walked to, and none is looked at that is not shown."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the expressions that rows are sorted by."""
        return tuple(key.sql for key in self.keys)

    @property
    def width(self) -> int:
        """Return how many values a row bears in front: its stretch and its keys."""
        return 1 + len(self.keys)

    def by(self, *, back: bool = False) -> str:
        """Return what goes behind ORDER BY within a stretch."""
        return ", ".join(f"{column}{' DESC' if back != self.down else ''}" for column in self.columns)

    def whole(self) -> str:
        """Return what goes behind ORDER BY for all stretches at once."""
        placed = " ".join(f"WHEN {condition} THEN {place}" for place, (condition, _) in enumerate(self.stretches))
        return f"CASE {placed} END, {self.by()}"

    def write(self, row: Row) -> str:
        """Return a row's place in words for a link: what rows are sorted by, so that it stays when rows move."""
        return json.dumps([str(one) if isinstance(one, date) else one for one in row[: self.width]], ensure_ascii=False)

    def read(self, text: str) -> tuple[int, Row] | None:
        """Return the stretch and the key that a place names, or None."""
        try:
            stretch, *values = json.loads(text[:LONGEST_PLACE])
            skipped = self.stretches[_number(stretch)][1]
            if len(values) != len(self.keys):
                return None
            read = [
                None if place < skipped else _held(key, value)
                for place, (key, value) in enumerate(zip(self.keys, values, strict=True))
            ]
        except (ValueError, TypeError, IndexError, RecursionError):
            return None
        return stretch, tuple(read)

    def beyond(self, key: Row, skipped: int, *, back: bool) -> tuple[str, Sequence[Any]]:
        """Return the condition that a row lies behind a key (or before it); a stretch leaves out columns that are empty."""
        columns, values, sign = self.columns[skipped:], key[skipped:], "<" if back != self.down else ">"
        # The first column alone, too: by it SQLite goes straight to the place.
        beyond = f" AND {columns[0]} {sign}= ? AND ({', '.join(columns)}) {sign} ({', '.join('?' * len(values))})"
        return beyond, (values[0], *values)


def order_of(driver: Driver, filters: Filters) -> Order:
    """Return the order that is asked for."""
    name, down = filters.sort.removeprefix("-"), filters.sort.startswith("-")
    last = Key("c.id", int)
    if name == "number":
        # Shorter numbers first: 2 stands before 10. By bytes, so that both databases agree.
        number = "c.number" if driver.sqlite else 'c.number COLLATE "C"'
        keys = (Key("c.unit_id", int), Key("c.inspection_id", int), Key("length(c.number)", int), Key(number, str))
        return Order(keys, (("1 = 1", 0),), down)
    if name in INDEXED or name in _READ_ONCE:
        key = INDEXED.get(name) or _READ_ONCE[name]
        stretches = ((f"{key.sql} IS NOT NULL", 0), (f"{key.sql} IS NULL", 1)) if key.empty else (("1 = 1", 0),)
        return Order((key, last), stretches, down, kept=name in INDEXED)
    # Who is pressed has been late since the day of the lamp: that of a risen case stands in its state no more.
    day = LAMP_ON if filters.lamp == PRESSED and name == DUE else "c.state_due_on"
    dated = ((f"{day} IS NOT NULL", 0), (f"{day} IS NULL", 1))
    if name == "state" and filters.state in ("", UNSETTLED):
        within = [f"c.state = '{state}'" for state in (reversed(STATES) if down else STATES)]
    else:
        within = [] if filters.state or filters.lamp else [OPEN, SETTLED]  # which say already whether it is open
    placed = tuple((f"{one} AND {has}", skipped) for one in within for has, skipped in dated) or dated
    return Order((Key(day, date, empty=True), last), placed, down, kept=day != LAMP_ON)


def _held(key: Key, value: Any) -> Any:
    if key.holds is date:
        return as_date(value if isinstance(value, str) else "")
    if key.holds is int:
        return _number(value)
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(value)
    value.encode()  # half a sign is no text
    return value


def _number(value: Any) -> int:
    if type(value) is not int or not 0 <= value < _BIGGEST:
        raise ValueError(value)
    return value
