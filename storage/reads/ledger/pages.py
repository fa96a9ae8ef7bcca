"""The ledger 台账 as pages show it: in order, by keyset, a page or all of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from states import WITHDRAWN
from storage.looks import Looks
from storage.reads.lamps import LAMP_ON
from storage.reads.ledger.questions import PRESSED, UNSETTLED, Ask, Filters, question
from storage.reads.ledger.records import lines_of, told_of
from storage.reads.ledger.then import Then
from storage.sql import Driver, Row, as_date

LONGEST_PLACE: Final = 120
MOST_WORDS: Final = 500
"""Of a text in a line; on the screen it is cut after two lines, on paper it stands as it is."""

_SHOWN = (
    f"c.id, c.number, c.category, substr(c.problem, 1, {MOST_WORDS}), substr(c.detail, 1, {MOST_WORDS}), c.unit_id, c.answerable_id, c.responsible, "
    f"c.state, c.state_due_on, {LAMP_ON}, c.owes, c.rung, c.flagged, c.unsigned, c.void, "
    f"substr(c.measures_said, 1, {MOST_WORDS}), substr(c.said, 1, {MOST_WORDS})"
)
_OPEN, _SETTLED = "c.settled_at IS NULL", "c.settled_at IS NOT NULL"


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
    order = _order(driver, ask.filters)
    place = order.read(before or after)
    back = bool(before) and place is not None
    rows = _walk(driver, ask, order, place, size + 1, back=back)
    if back and len(rows) <= size:
        place, rows, back = None, _walk(driver, ask, order, None, size + 1), False
    more, rows = len(rows) > size, rows[:size][:: -1 if back else 1]
    first = order.write(rows[0]) if rows and place is not None else None
    last = order.write(rows[-1]) if rows and (more or back) else None
    return Walked([row[len(order.columns) + 1 :] for row in rows], first, last)


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
    order = _order(driver, of_then)
    first = () if order.by_number else (_SETTLED, f"{order.columns[0]} IS NULL")
    rows = driver.all(f"{sql} AND NOT c.void ORDER BY {', '.join((*first, *order.columns))}", params)
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


# Orders and places


@dataclass(frozen=True, slots=True)
class _Order:
    """An order: its columns, and the stretches it falls into; in none is a key empty, which databases sort differently.

    By date what is open comes before what is settled: a look-back of years ago is not what is late.
    """

    by_number: bool
    columns: tuple[str, ...]
    stretches: tuple[tuple[str, int], ...]

    def write(self, row: Row) -> str:
        """Return a row's place in words for a link: what rows are sorted by, so that it stays when rows move."""
        if self.by_number:
            return f"{row[0]}.{row[1]}.{row[3]}"
        return f"{row[0] or ''}.{row[1]}.{int(row[2])}"

    def read(self, text: str) -> Row | None:
        """Return the key that a place names, or None."""
        try:
            one, other, last = text[:LONGEST_PLACE].replace("\0", "").split(".", 2)
            if self.by_number:
                return (_number(one), _number(other), len(last), last)
            return (date.fromisoformat(one) if one else None, _number(other), bool(_number(last)))
        except ValueError:
            return None

    def begins(self, place: Row | None) -> int:
        """Return the stretch in which a place lies."""
        if place is None or self.by_number:
            return 0
        return (2 if place[2] and len(self.stretches) > 2 else 0) + (place[0] is None)

    def beyond(self, key: Row | None, skipped: int, *, back: bool) -> tuple[str, Sequence[Any]]:
        """Return the condition that a row lies behind a key (or before it); a stretch leaves out columns that are empty."""
        if key is None:
            return "", ()
        columns, values, sign = self.columns[skipped:], key[skipped : len(self.columns)], "<" if back else ">"
        # The first column alone, too: by it SQLite goes straight to the place.
        beyond = f" AND {columns[0]} {sign}= ? AND ({', '.join(columns)}) {sign} ({', '.join('?' * len(values))})"
        return beyond, (values[0], *values)


def _order(driver: Driver, filters: Filters) -> _Order:
    if filters.sort == "number":
        # Shorter numbers first: 2 stands before 10. By bytes, so that both databases agree.
        number = "c.number" if driver.sqlite else 'c.number COLLATE "C"'
        columns = ("c.unit_id", "c.inspection_id", "length(c.number)", number)
        return _Order(by_number=True, columns=columns, stretches=(("1 = 1", 0),))
    # Who is pressed has been late since the day of the lamp: that of a risen case stands in its state no more.
    day = LAMP_ON if filters.lamp == PRESSED else "c.state_due_on"
    stretches = [(f"{day} IS NOT NULL", 0), (f"{day} IS NULL", 1)]
    if not (filters.state or filters.lamp):  # which say already whether it is open
        stretches = [(f"{is_so} AND {dated}", skipped) for is_so in (_OPEN, _SETTLED) for dated, skipped in stretches]
    return _Order(by_number=False, columns=(day, "c.id"), stretches=tuple(stretches))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise ValueError(text)
    return int(text)


def _walk(driver: Driver, ask: Ask, order: _Order, place: Row | None, most: int, *, back: bool = False) -> list[Row]:
    """Return rows behind a place (backwards before it), their keys in front."""
    sql, params = question(driver, ask, f"{', '.join(order.columns)}, {_SETTLED}, {_SHOWN}")
    by = ", ".join(f"{column}{' DESC' if back else ''}" for column in order.columns)
    begun = order.begins(place)
    stretches = order.stretches[begun::-1] if back else order.stretches[begun:]
    rows: list[Row] = []
    for condition, skipped in stretches:
        beyond, more = order.beyond(place, skipped, back=back)
        rows += driver.all(f"{sql} AND {condition}{beyond} ORDER BY {by} LIMIT {most - len(rows)}", [*params, *more])
        place = None
        if len(rows) >= most:
            break
    return rows


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
