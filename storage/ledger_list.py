"""The ledger 台账 as pages show it: filtered, in order, by keyset; a query walks the index of its order, or few rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from states import OFFICE, SECRETARY
from storage.search import found_by, is_rare
from storage.sql import Driver, Row, as_date

OPEN: Final = "open"
LAMPS: Final = ("late", "near", "ok", "paused", "office")
SORTS: Final = ("due", "number")
AT_ONCE: Final = 1000
MOST_UNITS: Final = 600
LONGEST_PLACE: Final = 120

_SHOWN = (
    "c.id, c.number, c.category, substr(c.problem, 1, 160), substr(c.detail, 1, 160), c.unit_id, c.answerable_id, c.responsible, "
    "c.state, c.state_due_on, c.owes, c.rung, c.flagged, c.unsigned, c.void"
)
_EXPORTED = (
    "id", "unit_id", "number", "category", "problem", "detail", "basis", "amount", "measures_said", "responsible", "department", "person",
    "due_on", "kind", "said", "note", "state", "state_due_on", "rung", "flagged", "returns", "version",
)  # fmt: skip
# While the unit owes, the one clock that may stand still is its own.
_PAUSED = "SELECT case_id AS id FROM clocks WHERE paused_since IS NOT NULL"


Part = tuple[str, list[Any]]


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
    first: str | None
    last: str | None


def page_of(driver: Driver, ask: Ask, size: int, *, after: str = "", before: str = "") -> Page:
    """Return the page behind one place, or before another; a place that cannot be read is the top."""
    order = _order(driver, ask.filters.sort)
    place = order.read(before or after)
    back = bool(before) and place is not None
    rows = _walk(driver, ask, order, place, size + 1, back=back)
    if back and len(rows) <= size:
        place, rows, back = None, _walk(driver, ask, order, None, size + 1), False
    more, rows = len(rows) > size, rows[:size][:: -1 if back else 1]
    first = order.write(rows[0]) if rows and place is not None else None
    last = order.write(rows[-1]) if rows and (more or back) else None
    return Page(_lines(driver, [row[len(order.columns) :] for row in rows]), first, last)


def count_of(driver: Driver, ask: Ask) -> int:
    """Return how many cases the question finds."""
    sql, params = _question(driver, ask, "COUNT(*)")
    row = driver.one(sql, params)
    return int(row[0]) if row else 0


def words_of_all(driver: Driver, ask: Ask) -> Iterator[dict[str, Any]]:
    """Yield every case found with its words, in the order asked. Which they are is read at once: none is missed or twice."""
    sql, params = _question(driver, ask, "c.id")
    order = ", ".join(_order(driver, ask.filters.sort).columns)
    first = "c.state_due_on IS NULL, " if ask.filters.sort == "due" else ""
    ids = [row[0] for row in driver.all(f"{sql} ORDER BY {first}{order}", params)]
    units = dict(driver.all("SELECT id, name FROM units WHERE jurisdiction = ?", (ask.jurisdiction,)))
    for start in range(0, len(ids), AT_ONCE):
        among, part = driver.among("id", ids[start : start + AT_ONCE])
        found = {
            row[0]: dict(zip(_EXPORTED, row, strict=True))
            for row in driver.all(f"SELECT {', '.join(_EXPORTED)} FROM cases WHERE {among}", part)
        }
        yield from ({**found[case], "unit": units[found[case]["unit_id"]]} for case in ids[start : start + AT_ONCE])


# What there is to choose from


def led_by(driver: Driver, jurisdiction: int, person: int) -> tuple[int, ...]:
    """Return the inspections that a city leader 分管领导 is in charge of."""
    rows = driver.all("SELECT id FROM inspections WHERE jurisdiction = ? AND leader_id = ?", (jurisdiction, person))
    return tuple(row[0] for row in rows)


def round_choices(driver: Driver, jurisdiction: int, scope: Scope) -> list[tuple[int, str]]:
    """Return the rounds with cases of the scope, the latest first."""
    sql, params = "SELECT id, name FROM rounds WHERE jurisdiction = ?", [jurisdiction]
    if scope.units is not None:
        found, values = _cases_of(driver, jurisdiction, _of_scope(scope))
        sql += f" AND id IN (SELECT round_id FROM cases WHERE id IN ({found}))"  # noqa: S608 names from this file
        params += values
    return [(row[0], row[1]) for row in driver.all(f"{sql} ORDER BY id DESC", params)]


def unit_choices(driver: Driver, jurisdiction: int, scope: Scope) -> list[tuple[int, str, bool]]:
    """Return the units with cases of the scope, each before its villages (marked); of very many only the upper ones."""
    sql, params = (
        "SELECT id, name, COALESCE(answerable_id, parent_id) FROM units WHERE jurisdiction = ?",
        [jurisdiction],
    )
    if scope.units is not None:
        found, values = _cases_of(driver, jurisdiction, _of_scope(scope))
        own, more = driver.among("id", scope.units)
        sql += f" AND ({own} OR id IN (SELECT unit_id FROM cases WHERE id IN ({found})))"  # noqa: S608 as above
        params += [*more, *values]
    rows = driver.all(sql, params)
    heads = {unit for unit, _, above in rows if above in (None, unit)}
    placed = [
        (above if above in heads else unit, above in heads and above != unit, unit, name) for unit, name, above in rows
    ]
    shown = placed if len(placed) <= MOST_UNITS else [one for one in placed if not one[1]]
    return [(unit, name, below) for _, below, unit, name in sorted(shown)]


def units_not_there(driver: Driver, jurisdiction: int, names: Sequence[str]) -> list[str]:
    """Return which of the names no unit bears."""
    if not names:
        return []
    among, params = driver.among("name", names)
    known = {
        row[0]
        for row in driver.all(f"SELECT name FROM units WHERE jurisdiction = ? AND {among}", [jurisdiction, *params])
    }
    return [name for name in names if name not in known]


# Orders and places


@dataclass(frozen=True, slots=True)
class _Order:
    """An order: its columns, and the stretches it falls into; in none is a key empty, which databases sort differently."""

    by_number: bool
    columns: tuple[str, ...]
    stretches: tuple[tuple[str, int], ...]

    def write(self, row: Row) -> str:
        """Return a row's place in words for a link: what rows are sorted by, so that it stays when rows move."""
        return f"{row[0]}.{row[1]}.{row[3]}" if self.by_number else f"{row[0] or ''}.{row[1]}"

    def read(self, text: str) -> Row | None:
        """Return the key that a place names, or None."""
        try:
            if self.by_number:
                unit, inspection, number = text[:LONGEST_PLACE].replace("\0", "").split(".", 2)
                return (_number(unit), _number(inspection), len(number), number)
            due, case = text[:LONGEST_PLACE].split(".")
            return (date.fromisoformat(due) if due else None, _number(case))
        except ValueError:
            return None

    def beyond(self, key: Row | None, skipped: int, *, back: bool) -> tuple[str, Sequence[Any]]:
        """Return the condition that a row lies behind a key (or before it); a stretch leaves out columns that are empty."""
        if key is None:
            return "", ()
        columns, values, sign = self.columns[skipped:], key[skipped:], "<" if back else ">"
        # The first column alone, too: by it SQLite goes straight to the place.
        return f" AND {columns[0]} {sign}= ? AND ({', '.join(columns)}) {sign} ({', '.join('?' * len(values))})", (
            values[0],
            *values,
        )


def _order(driver: Driver, sort: str) -> _Order:
    if sort == "number":
        # Shorter numbers first: 2 stands before 10. By bytes, so that both databases agree.
        number = "c.number" if driver.sqlite else 'c.number COLLATE "C"'
        return _Order(True, ("c.unit_id", "c.inspection_id", "length(c.number)", number), (("1 = 1", 0),))
    return _Order(False, ("c.state_due_on", "c.id"), (("c.state_due_on IS NOT NULL", 0), ("c.state_due_on IS NULL", 1)))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise ValueError(text)
    return int(text)


def _walk(driver: Driver, ask: Ask, order: _Order, place: Row | None, most: int, *, back: bool = False) -> list[Row]:
    """Return rows behind a place (backwards before it), their keys in front."""
    sql, params = _question(driver, ask, f"{', '.join(order.columns)}, {_SHOWN}")
    by = ", ".join(f"{column}{' DESC' if back else ''}" for column in order.columns)
    begun = 0 if place is None or place[0] is not None else 1
    stretches = order.stretches[begun::-1] if back else order.stretches[begun:]
    rows: list[Row] = []
    for condition, skipped in stretches:
        beyond, more = order.beyond(place, skipped, back=back)
        rows += driver.all(f"{sql} AND {condition}{beyond} ORDER BY {by} LIMIT {most - len(rows)}", [*params, *more])
        place = None
        if len(rows) >= most:
            break
    return rows


def _lines(driver: Driver, rows: Sequence[Row]) -> list[Line]:
    if not rows:
        return []
    cases, params = driver.among("case_id", [row[0] for row in rows])
    paused = {
        row[0] for row in driver.all(f"SELECT case_id FROM clocks WHERE paused_since IS NOT NULL AND {cases}", params)
    }
    named, params = driver.among("id", sorted({unit for row in rows for unit in row[5:7]}))
    units = dict(driver.all(f"SELECT id, name FROM units WHERE {named}", params))  # noqa: S608 as above
    return [
        Line(
            *row[:5],
            units[row[5]],
            units[row[6]],
            row[7],
            row[8],
            as_date(row[9]),
            row[10],
            row[11],
            bool(row[12]),
            row[13],
            bool(row[14]),
            row[0] in paused,
        )
        for row in rows
    ]


# The question


def _question(driver: Driver, ask: Ask, columns: str) -> tuple[str, list[Any]]:
    """Return SELECT … WHERE …, with its parameters, to be gone on with."""
    sets, conditions = list(_sets(driver, ask)), list(_conditions(ask))
    if ask.filters.text:
        found, words = found_by(driver, ask.filters.text)
        if is_rare(driver, ask.filters.text):
            sets.append((found, words))
        else:
            conditions.append((f"c.id IN ({found})", words))
    names = [f"few{place}" for place in range(len(sets))]
    # Few rows that are known beforehand lead, whatever the planner thinks of them; CROSS is SQLite's word for that.
    named = (
        f"WITH {', '.join(f'{name} AS MATERIALIZED ({sql})' for name, (sql, _) in zip(names, sets, strict=True))} "
        if sets
        else ""
    )
    source = "few0 CROSS JOIN cases c" if sets else "cases c"
    joined = [("c.id = few0.id", [])] if sets else []
    within = [(f"c.id IN (SELECT id FROM {name})", []) for name in names[1:]]
    where: list[tuple[str, list[Any]]] = [*joined, ("c.jurisdiction = ?", [ask.jurisdiction]), *within, *conditions]
    params = [value for _, values in (*sets, *where) for value in values]
    return f"{named}SELECT {columns} FROM {source} WHERE {' AND '.join(condition for condition, _ in where)}", params  # noqa: S608 conditions from this file


def _sets(driver: Driver, ask: Ask) -> Iterator[Part]:
    """Yield what narrows the question down to few rows, each as a query for their ids."""
    filters = ask.filters
    if ask.scope.units is not None:
        yield _cases_of(driver, ask.jurisdiction, _of_scope(ask.scope))
    if filters.unit is not None:
        yield _cases_of(
            driver,
            ask.jurisdiction,
            {"unit_id": _family(driver, ask.jurisdiction, filters.unit), "answerable_id": (filters.unit,)},
        )
    if filters.lamp == "paused":
        yield _PAUSED, []


def _of_scope(scope: Scope) -> dict[str, tuple[int, ...]]:
    units = scope.units or ()
    return {"unit_id": units, "answerable_id": units, "inspection_id": scope.inspections}


def _cases_of(driver: Driver, jurisdiction: int, found: dict[str, tuple[int, ...]]) -> Part:
    parts = [driver.among(column, values) for column, values in found.items() if values]
    queries = [f"SELECT id FROM cases WHERE jurisdiction = ? AND {among}" for among, _ in parts] or ["SELECT 0 AS id"]  # noqa: S608 names from this file
    return " UNION ".join(queries), [value for _, values in parts for value in (jurisdiction, *values)]


def _family(driver: Driver, jurisdiction: int, unit: int) -> tuple[int, ...]:
    """Return a unit with its villages."""
    sql = "SELECT id FROM units WHERE jurisdiction = ? AND (id = ? OR parent_id = ? OR answerable_id = ?)"
    return tuple(row[0] for row in driver.all(sql, (jurisdiction, unit, unit, unit)))


def _conditions(ask: Ask) -> Iterator[Part]:
    filters = ask.filters
    if filters.round is not None:
        yield "c.round_id = ?", [filters.round]
    if filters.state:
        yield ("c.settled_at IS NULL", []) if filters.state == OPEN else ("c.state = ?", [filters.state])
    if filters.kind:
        yield "c.kind = ?", [filters.kind]
    if filters.flagged:
        yield "c.flagged <> ''", []
    if filters.due_from:
        yield "c.state_due_on >= ?", [filters.due_from]
    if filters.due_to:
        yield "c.state_due_on <= ?", [filters.due_to]
    if filters.lamp:
        yield _lit(ask)


def _lit(ask: Ask) -> Part:
    """Return the condition that a lamp shows so: the unit's lamp while the unit owes, else the office's."""
    if ask.filters.lamp == "office":
        return f"c.owes = '{OFFICE}' AND c.settled_at IS NULL AND c.state_due_on < ?", [ask.today]
    owes = f"c.owes = '{SECRETARY}' AND c.settled_at IS NULL"
    if ask.filters.lamp == "paused":
        return owes, []
    days: dict[str, Part] = {
        "late": ("c.state_due_on < ?", [ask.today]),
        "near": ("c.state_due_on >= ? AND c.state_due_on <= ?", [ask.today, ask.near]),
        "ok": ("c.state_due_on > ?", [ask.near]),
    }
    condition, params = days[ask.filters.lamp]
    return (
        f"{owes} AND {condition} AND NOT EXISTS (SELECT 1 FROM clocks k WHERE k.case_id = c.id AND k.paused_since IS NOT NULL)",
        params,
    )
