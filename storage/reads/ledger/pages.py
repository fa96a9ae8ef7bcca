"""The ledger 台账 as pages show it: in order, by keyset, a page or all of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from states import WITHDRAWN
from storage.looks import Looks
from storage.reads.lamps import LAMP_ON
from storage.reads.ledger.orders import Order, order_of
from storage.reads.ledger.questions import UNSETTLED, Ask, Filters, question
from storage.reads.ledger.records import lines_of, told_of
from storage.reads.ledger.then import Then
from storage.sql import Driver, Row, as_date

FEW: Final = 4
"""So many stretches are asked for one behind the other; the first mostly fills the page."""
MOST_WORDS: Final = 500
"""Of a text in a line; on the screen it is cut after two lines, on paper it stands as it is."""

_SHOWN = (
    f"c.id, c.number, c.category, substr(c.problem, 1, {MOST_WORDS}), substr(c.detail, 1, {MOST_WORDS}), c.unit_id, c.answerable_id, c.responsible, "
    f"c.state, c.state_due_on, {LAMP_ON}, c.owes, c.rung, c.flagged, c.unsigned, c.void, "
    f"substr(c.measures_said, 1, {MOST_WORDS}), substr(c.said, 1, {MOST_WORDS})"
)


@dataclass(frozen=True, slots=True)
class LedgerLine:
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
    lamp_on: date | None
    owes: str | None
    rung: str
    flagged: bool
    unsigned: int
    void: bool
    paused: bool
    measures: str = ""
    progress: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the ledger; `first` and `last` are the places of its ends, None where nothing lies beyond."""

    lines: list[LedgerLine]
    first: str | None
    last: str | None


@dataclass(frozen=True, slots=True)
class Walked:
    """The rows of a page, as they were walked to, and the places of its ends."""

    rows: Sequence[Row]
    first: str | None
    last: str | None


def walk(driver: Driver, ask: Ask, size: int, *, after: str = "", before: str = "") -> Walked:
    """Walk to the page behind one place, or before another; a place that cannot be read is the top."""
    order = order_of(driver, ask.filters)
    place = order.read(before or after)
    back = bool(before) and place is not None
    rows = _walk(driver, ask, order, place, size + 1, back=back)
    if back and len(rows) <= size:
        place, rows, back = None, _walk(driver, ask, order, None, size + 1), False
    more, rows = len(rows) > size, rows[:size][:: -1 if back else 1]
    first = order.write(rows[0]) if rows and place is not None else None
    last = order.write(rows[-1]) if rows and (more or back) else None
    shown = [row[order.width :] for row in rows]
    return Walked(shown if order.kept else _shown_of(driver, [row[0] for row in shown]), first, last)


def _shown_of(driver: Driver, ids: Sequence[int]) -> list[Row]:
    """Return what lines show of these cases, in their order: where all that is found was looked at, as little as could be was carried along."""
    if not ids:
        return []
    among, params = driver.among("c.id", ids)
    found = {row[0]: row for row in driver.all(f"SELECT {_SHOWN} FROM cases c WHERE {among}", params)}
    return [found[case] for case in ids]


def page_of(driver: Driver, ask: Ask, size: int, *, after: str = "", before: str = "") -> Page:
    """Return the page behind one place, or before another."""
    return page_walked(driver, walk(driver, ask, size, after=after, before=before))


def page_walked(driver: Driver, walked: Walked) -> Page:
    """Return the page that was walked to, with what its lines say beside."""
    return Page(_lines(driver, walked.rows), walked.first, walked.last)


def counts_of(driver: Driver, ask: Ask) -> tuple[int, int]:
    """Return how many cases the question finds, and how many of them an export writes: all but the void ones."""
    sql, params = question(driver, ask, "COUNT(*)")
    if ask.filters.lamp or ask.filters.state not in ("", WITHDRAWN):
        return (driver.all(sql, params)[0][0],) * 2  # what is void was withdrawn
    void = f"{sql} AND c.state = '{WITHDRAWN}' AND c.void"  # an index finds these few
    ((count, left_out),) = driver.all(f"SELECT ({sql}), ({void})", [*params, *params])
    return count, count - left_out


def states_of(driver: Driver, ask: Ask) -> dict[str, tuple[int, int]]:
    """Return, of what the question finds, how many stand in each state, and how many of them wait to be signed for."""
    sql, params = question(driver, ask, "c.state, COUNT(*), SUM(CASE WHEN c.unsigned > 0 THEN 1 ELSE 0 END)")
    return {row[0]: (row[1], int(row[2])) for row in driver.all(f"{sql} GROUP BY c.state", params)}


def numbers_fitting(driver: Driver, ask: Ask, states: Sequence[str], most: int) -> list[int]:
    """Return the numbers of the cases found that are in one of the states (without any: that wait to be signed for), the oldest first, `most` of them."""
    sql, params = question(driver, ask, "c.id")
    among, more = driver.among("c.state", states) if states else ("c.unsigned > 0", [])
    return [row[0] for row in driver.all(f"{sql} AND {among} ORDER BY c.id LIMIT {most}", [*params, *more])]


def lines_of_all(
    driver: Driver, ask: Ask, beside: Collection[str] | None = None, then: Then | None = None
) -> Iterator[dict[str, Any]]:
    """Yield a line of every case found but the void ones, in the order asked. Which they are is read at once: none is missed or twice.

    As of a past day, those that were of the state and the kind asked for then.
    """
    of_then = ask.filters
    if then is not None:
        ask = replace(ask, filters=replace(of_then, state="", kind=""))
    sql, params = question(driver, ask, "c.id")
    rows = driver.all(f"{sql} AND NOT c.void ORDER BY {order_of(driver, of_then).whole()}", params)
    for line in lines_of(driver, [row[0] for row in rows], beside, then):
        if then is None or _was(line, of_then):
            yield line


def _was(line: Mapping[str, Any], filters: Filters) -> bool:
    state = line["settled_on"] is None if filters.state == UNSETTLED else filters.state in ("", line["state"])
    return state and filters.kind in ("", line["kind"])


def numbers_of(driver: Driver, ask: Ask, most: int) -> list[int]:
    """Return the numbers of the cases that the question finds, the oldest first, no more than one beyond `most`."""
    sql, params = question(driver, ask, "c.id")
    return [row[0] for row in driver.all(f"{sql} ORDER BY c.id LIMIT {most + 1}", params)]


# Rows


def _walk(
    driver: Driver, ask: Ask, order: Order, place: tuple[int, Row] | None, most: int, *, back: bool = False
) -> list[Row]:
    """Return rows behind a place (backwards before it), their stretch and their keys in front."""
    sql, params = question(driver, ask, f"{', '.join(order.columns)}, {_SHOWN if order.kept else 'c.id'}")
    begun, key = place or (0, None)
    numbered = list(enumerate(order.stretches))
    walked = numbered[begun::-1] if back else numbered[begun:]
    asked: list[tuple[int, str, list[Any]]] = []
    for number, (condition, skipped) in walked:
        beyond, more = order.beyond(key, skipped, back=back) if key else ("", ())
        asked.append((number, f"{sql} AND {condition}{beyond} ORDER BY {order.by(back=back)}", [*params, *more]))
        key = None
    return _asked_together(driver, asked, most) if len(asked) > FEW else _one_by_one(driver, asked, most)


def _one_by_one(driver: Driver, asked: Sequence[tuple[int, str, list[Any]]], most: int) -> list[Row]:
    rows: list[Row] = []
    for number, sql, params in asked:
        rows += [(number, *row) for row in driver.all(f"{sql} LIMIT {most - len(rows)}", params)]
        if len(rows) >= most:
            break
    return rows


def _asked_together(driver: Driver, asked: Sequence[tuple[int, str, list[Any]]], most: int) -> list[Row]:
    """Return the rows of many stretches, of which most are empty: asked for one behind the other, each would be a statement."""
    looks = Looks(driver)
    found = [(number, looks.all(f"{sql} LIMIT {most}", params)) for number, sql, params in asked]
    return [(number, *row) for number, rows in found for row in rows()][:most]


def _lines(driver: Driver, rows: Sequence[Row]) -> list[LedgerLine]:
    if not rows:
        return []
    looks = Looks(driver)
    cases, params = driver.among("case_id", [row[0] for row in rows])
    paused = looks.all(f"SELECT case_id FROM clocks WHERE paused_since IS NOT NULL AND {cases}", params)
    named, params = driver.among("id", sorted({unit for row in rows for unit in row[5:7]}))
    units = looks.all(f"SELECT id, name FROM units WHERE {named}", params)
    told = looks.at(told_of, [row[0] for row in rows])()
    names, stand_still = _names(units()), {case for (case,) in paused()}
    return [_line(row, names, stand_still, told.get(row[0], {})) for row in rows]


def _names(rows: Sequence[Row]) -> dict[int, str]:
    return {row[0]: row[1] for row in rows}


def _line(row: Row, units: dict[int, str], paused: set[int], told: dict[str, str]) -> LedgerLine:
    (
        case,
        number,
        category,
        problem,
        detail,
        unit,
        answerable,
        responsible,
        state,
        due,
        lamp,
        owes,
        rung,
        flagged,
        unsigned,
        void,
        measures,
        said,
    ) = row
    return LedgerLine(
        case, number, category, problem, detail, units[unit], units[answerable], responsible, state, as_date(due), as_date(lamp), owes, rung,
        bool(flagged), unsigned, bool(void), case in paused, (told.get("measures_said") or measures or "")[:MOST_WORDS],
        (told.get("said") or said or "")[:MOST_WORDS],
    )  # fmt: skip
