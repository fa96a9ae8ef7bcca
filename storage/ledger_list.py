"""The ledger 台账 as pages show it: filtered, in order, by keyset; a query walks the index of its order, or few rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, Final

from states import OFFICE, SECRETARY
from storage.search import found_by, is_rare
from storage.sql import Driver, Row, as_date

OPEN: Final = "open"
LAMPS: Final = ("late", "near", "ok", "paused", "office")
SORTS: Final = ("due", "number")
LONGEST_PLACE: Final = 120
MOST_UNITS: Final = 600
AT_ONCE: Final = 1000

_KEY = "c.state_due_on, c.id, c.unit_id, c.inspection_id, c.number"
_SHOWN = (
    "c.id, c.number, c.category, substr(c.problem, 1, 160), substr(c.detail, 1, 160), c.unit_id, c.answerable_id, c.responsible, "
    "c.state, c.state_due_on, c.owes, c.rung, c.flagged, c.unsigned, c.void"
)
_EXPORTED = (
    "unit_id", "number", "category", "problem", "detail", "basis", "amount", "measures_said", "responsible", "department", "person",
    "due_on", "kind", "said", "note", "state", "state_due_on", "rung", "flagged", "returns", "version",
)  # fmt: skip
# While the unit owes, the one clock that may stand still is its own.
_PAUSED = "SELECT case_id FROM clocks WHERE paused_since IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose ledger: the cases of these units (found there or answered for there) and inspections; without units, all."""

    units: tuple[int, ...] | None = None
    inspections: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Filters:
    """What is looked for, and in which order; what is not said is all."""

    round: int | None = None
    unit: int | None = None
    state: str = ""
    kind: str = ""
    lamp: str = ""
    flagged: bool = False
    due_from: date | None = None
    due_to: date | None = None
    text: str = ""
    sort: str = "due"


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to the ledger, as of a day; lamps warn of dates up to `near`."""

    jurisdiction: int
    scope: Scope
    filters: Filters
    today: date
    near: date


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the ledger; long words are cut, the whole stands on the case's page."""

    id: int
    number: str
    category: str
    problem: str
    detail: str
    unit: str
    answerable: str
    responsible: str
    state: str
    due_on: date | None
    owes: str | None
    rung: str
    flagged: bool
    unsigned: int
    void: bool
    paused: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the ledger; `first` and `last` are the places of its ends, None where nothing lies beyond."""

    lines: list[Line]
    first: str | None = None
    last: str | None = None


def page_of(driver: Driver, ask: Ask, size: int, *, after: str = "", before: str = "") -> Page:
    """Return the page behind one place or before another; a place that cannot be read is the top."""
    place, back = _read_place(before or after, ask.filters.sort), bool(before)
    rows = list(islice(_walk(driver, ask, _SHOWN, place, size + 1, back=back and place is not None), size + 1))
    if back and len(rows) <= size:
        return _page(driver, ask, list(islice(_walk(driver, ask, _SHOWN, None, size + 1), size + 1)), size)
    if back:
        rows = rows[size - 1 :: -1]
        return Page(_lines(driver, rows), _place(rows[0], ask.filters.sort), _place(rows[-1], ask.filters.sort))
    return _page(driver, ask, rows, size, begun=place is not None)


def _page(driver: Driver, ask: Ask, rows: list[Row], size: int, *, begun: bool = False) -> Page:
    kept = rows[:size]
    first = _place(kept[0], ask.filters.sort) if kept and begun else None
    last = _place(kept[-1], ask.filters.sort) if len(rows) > size else None
    return Page(_lines(driver, kept), first, last)


def count_of(driver: Driver, ask: Ask) -> int:
    """Return how many cases the question finds."""
    query = _asked(driver, ask)
    row = driver.one(query.sql("COUNT(*)"), query.params)
    return int(row[0]) if row else 0


def words_of_rows(driver: Driver, ask: Ask) -> Iterator[dict[str, Any]]:
    """Yield every case found with its words, in the order asked, for an export; memory does not grow with them."""
    if not driver.sqlite:
        # Page by page, a case that moves meanwhile would be missed or come twice. SQLite holds one snapshot anyway.
        driver.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    units = dict(driver.all("SELECT id, name FROM units WHERE jurisdiction = ?", (ask.jurisdiction,)))
    columns = ", ".join(f"c.{name}" for name in _EXPORTED)
    for row in _walk(driver, ask, columns, None, AT_ONCE):
        values = dict(zip(_EXPORTED, row[len(_KEY.split(",")) :], strict=True))
        yield {**values, "unit": units[values["unit_id"]]}


def led_by(driver: Driver, jurisdiction: int, person: int) -> tuple[int, ...]:
    """Return the inspections whose city leader 分管领导 the person is."""
    rows = driver.all("SELECT id FROM inspections WHERE jurisdiction = ? AND leader_id = ?", (jurisdiction, person))
    return tuple(row[0] for row in rows)


def round_choices(driver: Driver, jurisdiction: int, scope: Scope) -> list[tuple[int, str]]:
    """Return the rounds there are to choose from, the latest first."""
    sql, params = "SELECT r.id, r.name FROM rounds r WHERE r.jurisdiction = ?", [jurisdiction]
    if scope.units is not None:
        family, units = driver.among("u.id", scope.units), driver.among("u.answerable_id", scope.units)
        led = driver.among("i.id", scope.inspections)
        sql += (
            " AND r.id IN (SELECT i.round_id FROM inspections i JOIN units u ON u.id = i.unit_id "
            f"WHERE {family[0]} OR {units[0]} OR {led[0]})"
        )
        params += [*family[1], *units[1], *led[1]]
    return [(row[0], row[1]) for row in driver.all(f"{sql} ORDER BY r.id DESC", params)]


def unit_choices(driver: Driver, jurisdiction: int, scope: Scope) -> list[tuple[int, str, bool]]:
    """Return the units to choose from, each before its villages (marked); of very many only those that answer for themselves."""
    sql = "SELECT id, name, COALESCE(answerable_id, parent_id) FROM units WHERE jurisdiction = ? ORDER BY id"
    own = set(scope.units) if scope.units is not None and not scope.inspections else None
    found = [row for row in driver.all(sql, (jurisdiction,)) if own is None or row[0] in own or row[2] in own]
    heads = {row[0] for row in found if row[2] is None or row[2] == row[0]}
    if len(found) > MOST_UNITS:
        found = [row for row in found if row[0] in heads]
    below = [(unit, name, parent if parent in heads and unit != parent else None) for unit, name, parent in found]
    ordered = sorted(below, key=lambda row: (row[2] or row[0], row[2] is not None, row[0]))
    return [(unit, name, parent is not None) for unit, name, parent in ordered]


# Places: where a page begins. They hold what rows are sorted by, so that a page stays where it is when rows move.


def _place(row: Row, sort: str) -> str:
    due, case, unit, inspection, number = row[:5]
    return f"{unit}.{inspection}.{number}" if sort == "number" else f"{due or ''}.{case}"


def _read_place(text: str, sort: str) -> Row | None:
    """Return the key of a place as it was written, or None."""
    try:
        if len(text) > LONGEST_PLACE or "\0" in text:
            return None
        if sort == "number":
            unit, inspection, number = text.split(".", 2)
            return (_number(unit), _number(inspection), len(number), number)
        due, case = text.split(".")
        return (date.fromisoformat(due) if due else None, _number(case))
    except ValueError:
        return None


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:  # noqa: PLR2004 BIGINT
        raise ValueError(text)
    return int(text)


def _walk(driver: Driver, ask: Ask, columns: str, place: Row | None, at_once: int, *, back: bool = False) -> Iterator[Row]:
    """Yield rows with their keys in order behind a place, or backwards before it; so many are read at once."""
    query = _asked(driver, ask)
    for stretch in _stretches(driver, ask.filters.sort, place, back=back):
        here = stretch.begins
        while True:
            sql, more = stretch.sql(here, back=back)
            rows = driver.all(f"{query.sql(f'{_KEY}, {columns}')} AND {sql} LIMIT {at_once}", [*query.params, *more])
            yield from rows
            if len(rows) < at_once:
                break
            here = stretch.key_of(rows[-1])


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A part of an order in which no key is empty: SQLite and PostgreSQL put empty ones at different ends."""

    condition: str
    columns: tuple[str, ...]
    places: tuple[int, ...]
    begins: Row | None = None

    def key_of(self, row: Row) -> Row:
        """Return the key of a row; the length of a number is not read but counted."""
        return tuple(len(row[-place]) if place < 0 else row[place] for place in self.places)

    def sql(self, here: Row | None, *, back: bool) -> tuple[str, list[Any]]:
        """Return the conditions and the order."""
        direction = " DESC" if back else ""
        order = f"ORDER BY {', '.join(f'{column}{direction}' for column in self.columns)}"
        if here is None:
            return f"{self.condition} {order}", []
        sign, marks = "<" if back else ">", ", ".join("?" * len(here))
        # The first column alone, too: with it SQLite goes straight to the place.
        return f"{self.condition} AND {self.columns[0]} {sign}= ? AND ({', '.join(self.columns)}) {sign} ({marks}) {order}", [here[0], *here]


