"""What is asked of the ledger 台账: whose cases, which of them, and the question in SQL that finds them by an index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from states import OFFICE, UNIT_ROLES
from storage.looks import Looks
from storage.reads.dictionaries import OTHERWISE
from storage.reads.exchange import rounds_of_others
from storage.reads.lamps import late, late_or_escalated, near, normal, paused
from storage.reads.standings import AsOf, Counting, counted_on, ids_of
from storage.recurrences import AGAIN
from storage.scope import Scope, cases_of
from storage.search import found_by, is_rare
from storage.sql import Driver, Part

UNSETTLED: Final = "open"
PRESSED: Final = "late_or_escalated"
"""Of a unit: what it answers for, as the home counts it."""
LAMPS: Final = ("late", PRESSED, "near", "ok", "paused", "office")
MARKS: Final = {"flagged": "疑似整改不力", "upper": "上级反馈", "paper": "代录待确认", "recurred": "重复发生"}
"""What a case may be marked with, and is looked for by."""
NAMED: Final = ("responsible", "person")
"""Columns of a case that name whose it is, by which the ledger is narrowed; an empty name is those of whom nobody is named."""
_PAUSED = "SELECT case_id AS id FROM clocks WHERE paused_since IS NOT NULL"


@dataclass(frozen=True, slots=True)
class Filters:
    """What is looked for, and in which order; what is not said is all."""

    round: int | None = None
    unit: int | None = None
    state: str = ""
    kind: str = ""
    lamp: str = ""
    marks: frozenset[str] = frozenset()
    """Of MARKS those that it bears, all of them."""
    due_from: date | None = None
    due_to: date | None = None
    aspect: str = ""
    topic: str = ""
    text: str = ""
    responsible: str | None = None
    """The one responsible 责任领导; empty is those of whom nobody is named."""
    person: str | None = None
    """The one who works on it 责任人; empty likewise."""
    sort: str = "state_due"
    """By which column of SORTS (storage.reads.ledger.orders); with `-` in front downwards."""
    figure: str = ""
    """Those that a figure 指标 counts, by its condition."""
    on: date | None = None
    """As of the end of which day it counts; None is today."""
    each: str = ""
    """Of which it counts the measures: the cases that have such a one."""
    count: str = ""
    """How it counts what offices count in several ways."""
    since: date | None = None
    """The first day of the month of reporting of which it counts."""
    around: int | None = None
    """Of which round alone it counts; None is the term."""
    answers: int | None = None
    """The unit that answered then."""
    found_in: str = ""
    """The kind of unit in which it was found."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to the ledger, as of a day; lamps warn of dates up to `near`."""

    jurisdiction: int
    scope: Scope
    filters: Filters
    today: date
    near: date
    words: tuple[str, ...] | None = None
    """How ledgers write the aspect that is looked for; of OTHERWISE all that dictionaries know."""


def question(driver: Driver, ask: Ask, columns: str) -> Part:
    """Return SELECT … WHERE … over `cases c`, to be gone on with."""
    sets, conditions = list(_sets(driver, ask)), list(_conditions(driver, ask))
    if ask.filters.text:
        looks = Looks(driver)
        with_them = looks.at(units_with, ask.jurisdiction, ask.filters.text, ask.today)
        rare, units = looks.at(is_rare, ask.filters.text), with_them()
        found, words = found_by(driver, ask.filters.text)
        if units:
            theirs, more = cases_of(driver, ask.jurisdiction, {"answerable_id": units})
            found, words = f"SELECT id FROM ({found}) AS said UNION {theirs}", [*words, *more]
        if rare():
            sets.append((found, words))
        else:
            conditions.append((f"c.id IN ({found})", words))
    named, source, within = led_by(sets)
    where: list[Part] = [*within, ("c.jurisdiction = ?", [ask.jurisdiction]), *conditions]
    params = [value for _, values in (*sets, *where) for value in values]
    return f"{named}SELECT {columns} FROM {source} WHERE {' AND '.join(one for one, _ in where)}", params


def units_with(driver: Driver, jurisdiction: int, name: str, today: date) -> tuple[int, ...]:
    """Return the units in which somebody of that name works on cases 经办 today: their secretaries and handlers."""
    roles, params = driver.among("h.role", UNIT_ROLES)
    sql = (
        "SELECT DISTINCT h.unit_id FROM people p JOIN posts h ON h.person_id = p.id "
        f"WHERE p.jurisdiction = ? AND p.name = ? AND h.unit_id IS NOT NULL AND {roles} "
        "AND (h.starts_on IS NULL OR h.starts_on <= ?) AND (h.ends_on IS NULL OR h.ends_on >= ?) ORDER BY h.unit_id"
    )
    return tuple(row[0] for row in driver.all(sql, [jurisdiction, name, *params, today, today]))


def led_by(sets: list[Part]) -> tuple[str, str, list[Part]]:
    """Let few rows that are known beforehand lead, whatever the planner thinks of them; CROSS is SQLite's word for that."""
    if not sets:
        return "", "cases c", []
    names = [f"few{place}" for place in range(len(sets))]
    named = ", ".join(f"{name} AS MATERIALIZED ({part[0]})" for name, part in zip(names, sets, strict=True))
    within: list[Part] = [("c.id = few0.id", []), *((f"c.id IN (SELECT id FROM {name})", []) for name in names[1:])]
    return f"WITH {named} ", "few0 CROSS JOIN cases c", within


def _sets(driver: Driver, ask: Ask) -> Iterator[Part]:
    """Yield what narrows the question down to few rows, each as a query for their ids."""
    filters = ask.filters
    if ask.scope.few:
        yield ask.scope.ids(driver, ask.jurisdiction)
    if filters.unit is not None:
        family = () if filters.lamp == PRESSED else _family(driver, ask.jurisdiction, filters.unit)
        yield cases_of(driver, ask.jurisdiction, {"unit_id": family, "answerable_id": (filters.unit,)})
    if filters.lamp == "paused":
        yield _PAUSED, []
    if "upper" in filters.marks:
        yield cases_of(driver, ask.jurisdiction, {"round_id": rounds_of_others(driver, ask.jurisdiction)})
    if filters.topic:
        sql = "SELECT case_id AS id FROM case_topics WHERE jurisdiction = ? AND topic = ? AND NOT gone"
        yield sql, [ask.jurisdiction, filters.topic]
    if "paper" in filters.marks:
        yield "SELECT case_id AS id FROM clocks WHERE name = 'confirm_paper'", []
    if "recurred" in filters.marks:
        hidden, params = driver.among("earlier_id", ask.scope.hidden) if ask.scope.hidden else ("1 = 0", [])
        sql = f"SELECT case_id AS id FROM recurrences WHERE jurisdiction = ? AND verdict = '{AGAIN}' AND until_on IS NULL AND NOT ({hidden})"
        yield sql, [ask.jurisdiction, *params]
    if "flagged" in filters.marks:
        # To SQLite, which counts no rows, this index is like any other that begins with the jurisdiction.
        source = "cases INDEXED BY ix_cases_flagged" if driver.sqlite else "cases"
        yield f"SELECT id FROM {source} WHERE jurisdiction = ? AND flagged <> ''", [ask.jurisdiction]


def _family(driver: Driver, jurisdiction: int, unit: int) -> tuple[int, ...]:
    """Return a unit with its villages."""
    sql = "SELECT id FROM units WHERE jurisdiction = ? AND (id = ? OR parent_id = ? OR answerable_id = ?)"
    return tuple(row[0] for row in driver.all(sql, (jurisdiction, unit, unit, unit)))


def _conditions(driver: Driver, ask: Ask) -> Iterator[Part]:
    filters = ask.filters
    if not ask.scope.few and (within := ask.scope.where(driver))[0]:
        yield within
    if filters.round is not None:
        yield "c.round_id = ?", [filters.round]
    if filters.state:
        yield ("c.settled_at IS NULL", []) if filters.state == UNSETTLED else ("c.state = ?", [filters.state])
    if filters.kind:
        yield "c.kind = ?", [filters.kind]
    if ask.words is not None:
        among, words = driver.among("c.category", ask.words)
        yield f"NOT ({among})" if filters.aspect == OTHERWISE else among, words
    if filters.due_from:
        yield "c.state_due_on >= ?", [filters.due_from]
    if filters.due_to:
        yield "c.state_due_on <= ?", [filters.due_to]
    if filters.lamp:
        yield _lit(ask)
    yield from ((f"c.{name} = ?", [said]) for name in NAMED if (said := getattr(filters, name)) is not None)
    yield from _counted(driver, ask)


def _counted(driver: Driver, ask: Ask) -> Iterator[Part]:
    """Yield what narrows the ledger down to the cases behind a number."""
    filters = ask.filters
    if filters.found_in:
        sort = "" if filters.found_in == OTHERWISE else filters.found_in
        yield "c.unit_id IN (SELECT id FROM units WHERE COALESCE(sort, '') = ?)", [sort]
    if filters.figure:
        ids, params = ids_of(driver, filters.figure, as_of(ask), filters.each)
        yield f"c.id IN (SELECT id FROM ({ids}) counted)", params


def as_of(ask: Ask) -> AsOf:
    """Return as of which day, of whose cases and how the figure counts that the ledger is narrowed to."""
    filters = ask.filters
    on = counted_on(filters.on, ask.today)
    counting = Counting.read(filters.count)
    return AsOf(ask.jurisdiction, on, ask.today, ask.scope, filters.around, filters.answers, counting, filters.since)


def _lit(ask: Ask) -> Part:
    """Return the condition that a lamp shows so: the unit's, or that the office's own clock has run out."""
    if ask.filters.lamp == "office":
        return f"c.owes = '{OFFICE}' AND c.settled_at IS NULL AND c.state_due_on < ?", [ask.today]
    lamps: dict[str, Part] = {
        "late": late(ask.today), PRESSED: late_or_escalated(ask.today), "near": near(ask.today, ask.near), "ok": normal(ask.near),
        "paused": paused(),
    }  # fmt: skip
    return lamps[ask.filters.lamp]
