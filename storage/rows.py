"""The only writer of a case's state: locks, reads and writes the rows of a move in driver SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from operator import attrgetter, itemgetter
from types import TracebackType
from typing import Any, Self

from storage.columns import (
    CLOCK,
    CLOCK_DATES,
    COLUMNS,
    DATES,
    FIXED,
    FLAGS,
    MOVING,
    RENUMBERED,
    TRANSFERRED,
    WORDS,
    CaseRow,
    ClockRow,
)
from storage.looks import Looks
from storage.search import NAMES, SAID, Words, called, index_amended, index_births, index_more
from storage.sql import Driver, Question, Row, array, as_date
from storage.standings import ROW as STANDING_ROW
from storage.statements import Statement, Written, write_each, write_together

__all__ = [
    "CaseRow", "Changes", "ClockRow", "HeadRow", "StaleWrite", "Writer", "ask_clocks", "case_row", "claimed_cases", "clock_values", "clocks_of",
    "lock", "lock_cases", "lock_head", "look", "next_case_ids", "put_off", "read_cases", "read_clocks", "set_wake", "set_wakes", "take_head",
    "watched",
]  # fmt: skip


class StaleWrite(RuntimeError):
    """A row was not as it was read under the lock; the batch is rolled back."""

    def __init__(self, hit: int, wanted: int) -> None:
        super().__init__(f"应更新 {wanted} 个问题，实际更新 {hit} 个：数据已被其他程序改动，本批已撤回")


@dataclass(frozen=True, slots=True)
class HeadRow:
    """The growing end of a jurisdiction's tree, under its lock."""

    jurisdiction: int
    size: int
    frontier: bytes
    last_at: int
    calendar: str
    code: str


class Rows(dict[str, list[Sequence[Any]]]):
    """Rows of other tables by the name of the statement that writes them; a name that no statement has raises UnknownRows."""

    def __missing__(self, name: str) -> list[Sequence[Any]]:
        """Begin the rows of a statement."""
        if name not in _GONE and name not in _WRITES:
            raise UnknownRows(name)
        rows = self[name] = []
        return rows


class UnknownRows(LookupError):
    """An effect hands over rows that nobody writes."""

    def __init__(self, name: str) -> None:
        super().__init__(f"没有名为 {name} 的写入语句，可用：{'、'.join((*_GONE, *_WRITES))}")


@dataclass(slots=True)
class Changes:
    """All rows that a batch of moves writes, by the name of their statement."""

    born: list[tuple[CaseRow, Sequence[Any]]] = field(default_factory=list)
    moved: dict[tuple[str, ...], list[Sequence[Any]]] = field(default_factory=lambda: defaultdict(list))
    amended: list[Words] = field(default_factory=list)
    """Cases whose words are others now, to be found by them."""
    told: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    """By which further texts cases are found."""
    rows: Rows = field(default_factory=lambda: Rows())  # noqa: PLW0108 its names stand below

    def move(self, before: CaseRow, after: CaseRow, words: Mapping[str, str]) -> None:
        """Note the columns of a case that a move changes, and what the unit says of itself."""
        changed = {
            name: new for name, old, new in zip(_CHANGING, _CHANGED(before), _CHANGED(after), strict=True) if new != old
        }
        changed.update(words)
        for name in SAID:
            if text := words.get(name):
                self.told[before.id].append(called(text) if name in NAMES else text)
        self.moved[tuple(changed)].append((*changed.values(), before.id, before.state, before.version))

    def texts(self) -> dict[int, list[str]]:
        """Return by which further texts cases are found after these changes: measures, the names of evidence, who works on them."""
        for case, _, _, text, person, department, *_ in self.rows.get("measures", ()):
            self.told[case] += [text, called(person), called(department)]
        for case, _, _, kind, _, _, name, *_ in self.rows.get("materials", ()):
            if kind == "evidence":
                self.told[case].append(name)
        return self.told

    def last_clocks(self) -> None:
        """Where several moves of the batch set the same clock, keep only the row of the last one."""
        self.rows["clocks"] = list({row[:2]: row for row in self.rows["clocks"]}.values())


TRAIL = (
    "jurisdiction",
    "idx",
    "body",
    "leaf",
    "key",
    "intent",
    "case_id",
    "version",
    "action",
    "actor_id",
    "prepared_by",
    "at",
)
FILED = ("round_id", "answerable_id", "kind", "version")
_GONE = {
    "measures_gone": Statement("update", "measures", ("until_version",), ("case_id",), only="until_version IS NULL"),
    "results_gone": Statement("update", "results", ("until_version",), ("case_id",), only="until_version IS NULL"),
    "achieved_gone": Statement("update", "achieved", ("until_version",), ("case_id",), only="until_version IS NULL"),
}
_WRITES = {
    "clocks_gone": Statement("delete", "clocks", key=("case_id", "name")),
    "clocks": Statement("upsert", "clocks", CLOCK, ("case_id", "name")),
    "filings": Statement("insert", "filings", ("jurisdiction", *FILED, "sha256", "commitment", "signed_by", "at")),
    "filing_inspections": Statement("insert", "filing_inspections", (*FILED, "inspection_id")),
    "measures": Statement("insert", "measures", ("case_id", "version", "no", "text", "person", "department", "due_on", "checked_by", "why", "yearly")),
    "attached": Statement("update", "materials", ("version",), ("case_id",), only="version = 0"),
    "materials": Statement("insert", "materials", ("case_id", "version", "cycle", "kind", "measure_no", "sha256", "name", "size", "added_by")),
    "progress": Statement("insert", "progress", ("case_id", "version", "measure_no", "text", "figures", "unit_id")),
    "assisting": Statement("insert", "assisting", ("case_id", "version", "unit_id", "since", "task")),
    "assisting_ended": Statement("update", "assisting", ("until",), ("case_id", "unit_id"), only="until IS NULL"),
    "opinions": Statement("insert", "opinions", ("case_id", "version", "role", "person_id", "opinion")),
    "opinions_overruled": Statement("update", "opinions", ("overruled_version",), ("case_id", "version")),
    "results": Statement("insert", "results", ("case_id", "version", "kind", "amount")),
    "achieved": Statement("insert", "achieved", ("case_id", "version", "no", "kind", "name", "number", "dated", "post", "amount")),
    "receipts": Statement("insert", "receipts", ("case_id", "version", "action", "due_on")),
    "signed": Statement("update", "receipts", ("signed_version", "signed_by"), ("case_id",), only="signed_version IS NULL"),
    "copies": Statement("insert", "copies", ("case_id", "version", "role", "inspection_id", "cases", "due_on", "reply_by")),
    "copies_signed": Statement("update", "copies", ("signed_version", "signed_by"), ("case_id", "version", "role"), only="signed_version IS NULL"),
    "copies_answered": Statement("update", "copies", ("answered_version", "answered_by"), ("case_id", "version", "role"), only="answered_version IS NULL"),
    "copies_pressed": Statement("update", "copies", ("pressed_version",), ("case_id", "version", "role")),
    "alerts": Statement("insert", "alerts", ("case_id", "rule", "rung", "period", "version", "skipped")),
    "standings_ended": Statement("update", "standings", ("to_at",), ("case_id",), only="to_at IS NULL"),
    "standings": Statement("insert", "standings", STANDING_ROW),
    "siblings": Statement("update", "cases", ("state_due_on", "wake_at"), ("id",)),
    "drafts_spoilt": Statement("update", "drafts", ("state", "returned"), ("id",), only="state = 'open'"),
    "drafts_passed_on": Statement("update", "drafts", ("passed_on",), ("id",), only="state = 'open'"),
    "trail": Statement("insert", "trail", TRAIL),
    "register": Statement("insert", "trail", (*TRAIL, "about")),
    "texts": Statement("insert", "texts", ("jurisdiction", "idx", "body")),
    "outbox": Statement("insert", "outbox", ("jurisdiction", "idx", "case_id", "post", "template", "facts", "made_at")),
    "heads": Statement("update", "heads", ("size", "frontier", "last_at"), ("jurisdiction",)),
}  # fmt: skip
_BEAR = Statement("insert", "cases", (*FIXED, *WORDS, *MOVING))
_CHANGING = (*TRANSFERRED, *RENUMBERED, *MOVING)
_FIXED, _MOVING, _CLOCK = attrgetter(*FIXED), attrgetter(*MOVING), attrgetter(*CLOCK)
_CHANGED = attrgetter(*_CHANGING)
_FOUND_BY = itemgetter(WORDS.index("problem"), WORDS.index("detail"))
_CLOCK_DATES = tuple(CLOCK.index(name) for name in CLOCK_DATES)
_CASE = ", ".join(f"c.{c}" for c in COLUMNS)
_HEAD = (
    "SELECT h.jurisdiction, h.size, h.frontier, h.last_at, h.calendar, j.code FROM heads h "
    "JOIN jurisdictions j ON j.id = h.jurisdiction WHERE h.jurisdiction = ?"
)
_LOCK = (
    f"WITH h AS MATERIALIZED ({_HEAD} FOR UPDATE OF h) SELECT h.*, {_CASE} FROM cases c CROSS JOIN h "
    "WHERE c.jurisdiction = ? AND c.id = ANY(?) ORDER BY c.id FOR UPDATE OF c"
)


@lru_cache(maxsize=512)
def _moving(names: tuple[str, ...]) -> Statement:
    return Statement("update", "cases", names, ("id", "state", "version"))


def lock(
    driver: Driver, jurisdiction: int, ids: Sequence[int], then: Sequence[Question] = ()
) -> tuple[HeadRow, dict[int, CaseRow], list[list[Row]]]:
    """Lock the head, the first lock of every move, then the cases in the order of their ids; ask more behind the lock.

    All goes to the server at once. Unknown and foreign ids are left out; LookupError without such a jurisdiction.
    """
    if not ids or driver.sqlite:
        return lock_head(driver, jurisdiction), lock_cases(driver, jurisdiction, ids), driver.ask(*then)
    rows, *answers = driver.ask((_LOCK, (jurisdiction, jurisdiction, array(sorted(ids)))), *then)
    if not rows:  # without a case the statement locks nothing
        return lock_head(driver, jurisdiction), {}, answers
    return _head_row(rows[0][:6]), {row[6]: case_row(row[6:], sqlite=False) for row in rows}, answers


def look(
    driver: Driver, jurisdiction: int, ids: Sequence[int], then: Sequence[Question] = ()
) -> tuple[HeadRow, dict[int, CaseRow], list[list[Row]]]:
    """Read what `lock` locks, and lock nothing: for a page that only asks what a move would do."""
    looks = Looks(driver)
    head, cases = looks.one(_HEAD, (jurisdiction,)), looks.at(read_cases, jurisdiction, ids)
    asked = [looks.all(*question) for question in then]
    if (row := head()) is None:
        raise LookupError(f"没有编号为 {jurisdiction} 的巡察机构")
    return _head_row(row), cases(), [one() for one in asked]


def lock_head(driver: Driver, jurisdiction: int) -> HeadRow:
    """Lock the jurisdiction's head, the first lock of every move; LookupError when there is no such jurisdiction."""
    row = driver.one(_HEAD if driver.sqlite else f"{_HEAD} FOR UPDATE OF h", (jurisdiction,))
    if row is None:
        raise LookupError(f"没有编号为 {jurisdiction} 的巡察机构")
    return _head_row(row)


def take_head(driver: Driver, jurisdiction: int) -> bool:
    """Lock the head unless somebody else holds it; return whether we got it. On SQLite a writing session always has it."""
    return (
        driver.sqlite
        or driver.one("SELECT 1 FROM heads WHERE jurisdiction = ? FOR UPDATE SKIP LOCKED", (jurisdiction,)) is not None
    )


def _head_row(row: Row) -> HeadRow:
    return HeadRow(row[0], row[1], bytes(row[2]), row[3], row[4], row[5])


def lock_cases(driver: Driver, jurisdiction: int, ids: Sequence[int]) -> dict[int, CaseRow]:
    """Lock cases in the order of their ids, behind the head; unknown and foreign ids are left out."""
    return read_cases(driver, jurisdiction, ids, lock="" if driver.sqlite else " FOR UPDATE OF c")


def read_cases(driver: Driver, jurisdiction: int, ids: Sequence[int], lock: str = "") -> dict[int, CaseRow]:
    """Return cases by id; unknown and foreign ids are left out."""
    if not ids:
        return {}
    among, params = driver.among("c.id", sorted(ids))
    sql = f"SELECT {_CASE} FROM cases c WHERE c.jurisdiction = ? AND {among} ORDER BY c.id{lock}"
    return {row[0]: case_row(row, sqlite=driver.sqlite) for row in driver.all(sql, (jurisdiction, *params))}


def claimed_cases(driver: Driver, among: str, params: Sequence[Any]) -> list[CaseRow]:
    """Return the claimed cases that a condition names; the head's lock keeps them still."""
    sql = f"SELECT {_CASE} FROM cases c WHERE {among} AND c.state = 'claimed'"
    return [case_row(row, sqlite=driver.sqlite) for row in driver.all(sql, params)]


def case_row(row: Row, *, sqlite: bool) -> CaseRow:
    """Build a case from its FIXED and MOVING columns as the driver gave them."""
    case = CaseRow(*row)
    if sqlite:
        for name in DATES:
            text = getattr(case, name)
            if text is not None:
                setattr(case, name, date.fromisoformat(text))
        for name in FLAGS:
            setattr(case, name, bool(getattr(case, name)))
    return case


def read_clocks(driver: Driver, ids: Sequence[int]) -> dict[int, dict[str, ClockRow]]:
    """Return the clocks of each case, running and paused, by name."""
    return clocks_of(ids, driver.all(*ask_clocks(driver, ids)))


def ask_clocks(driver: Driver, ids: Sequence[int]) -> Question:
    """Return the question for the clocks of some cases."""
    among, params = driver.among("case_id", ids)
    return f"SELECT {', '.join(CLOCK)} FROM clocks WHERE {among} ORDER BY case_id, name", params


def clocks_of(ids: Sequence[int], rows: Sequence[Row]) -> dict[int, dict[str, ClockRow]]:
    """Return the answer to that question by case and name; clocks of other cases are left out."""
    found: dict[int, dict[str, ClockRow]] = {case: {} for case in ids}
    for row in rows:
        if row[0] in found:
            found[row[0]][row[1]] = _clock_row(row)
    return found


def _clock_row(row: Row) -> ClockRow:
    values = list(row)
    for place in _CLOCK_DATES:
        values[place] = as_date(values[place])
    return ClockRow(*values)


def clock_values(clock: ClockRow) -> tuple[Any, ...]:
    """Return the clock's columns in the order of CLOCK."""
    values: tuple[Any, ...] = _CLOCK(clock)
    return values


def next_case_ids(driver: Driver, count: int) -> list[int]:
    """Reserve ids for cases about to be born, under the head's lock."""
    if driver.sqlite:
        row = driver.one("SELECT COALESCE(MAX(id), 0) FROM cases")
        assert row
        return list(range(row[0] + 1, row[0] + 1 + count))
    sql = "SELECT nextval(pg_get_serial_sequence('cases', 'id')) FROM generate_series(1, ?)"
    return [row[0] for row in driver.all(sql, (count,))]


class Writer:
    """Writes a batch part by part; on PostgreSQL a part is one statement, and the server works on it while the next is made."""

    def __init__(self, driver: Driver, *, parts: int) -> None:
        """Say in how many parts the batch will come: one alone needs no pipeline, which is dear to set up."""
        self._driver = driver
        self._around: AbstractContextManager[Any] = driver.pipeline() if parts > 1 else nullcontext()
        self._sent: list[tuple[Any, int]] = []
        self._born: list[tuple[CaseRow, Sequence[Any]]] = []
        self._amended: list[Words] = []
        self._told: dict[int, list[str]] = {}

    def __enter__(self) -> Self:
        self._around.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._around.__exit__(kind, error, at)
        if error is not None:
            return
        for cursor, wanted in self._sent:
            _check(cursor.fetchone()[0], wanted)
        if self._born:
            index_births(
                self._driver, [(case.id, case.unit_id, case.number, *_FOUND_BY(words)) for case, words in self._born]
            )
        if self._amended:
            index_amended(self._driver, self._amended)
        # What was born or amended was read with all that it has.
        read = {case.id for case, _ in self._born} | {case for case, *_ in self._amended}
        index_more(self._driver, {case: texts for case, texts in self._told.items() if case not in read})

    def put(self, changes: Changes) -> None:
        """Write a part; StaleWrite, at the latest when the batch ends, when a case was not as read."""
        changes.last_clocks()
        gone = [(statement, rows) for name, statement in _GONE.items() if (rows := changes.rows.get(name))]
        written = [(statement, rows) for name, statement in _WRITES.items() if (rows := changes.rows.get(name))]
        moved = [(_moving(names), rows) for names, rows in changes.moved.items()]
        if changes.born:
            written.insert(0, (_BEAR, [_born_values(*one) for one in changes.born]))
            self._born += changes.born
        self._amended += changes.amended
        for case, texts in changes.texts().items():
            self._told.setdefault(case, []).extend(texts)
        if self._driver.sqlite:
            self._put_each(moved, [*gone, *written])
        else:
            self._put_together(moved, gone, written)

    def _put_each(self, moved: Sequence[Written], rest: Sequence[Written]) -> None:
        for statement, rows in moved:
            _check(write_each(self._driver, statement, rows), len(rows))
        for statement, rows in rest:
            write_each(self._driver, statement, rows)

    def _put_together(self, moved: Sequence[Written], gone: Sequence[Written], written: Sequence[Written]) -> None:
        if gone:  # their successors have the same keys, so these are deleted by an earlier statement
            write_together(self._driver, (), gone)
        wanted = sum(len(rows) for _, rows in moved)
        self._sent.append((write_together(self._driver, moved, written), wanted))


def _check(hit: int, wanted: int) -> None:
    if hit != wanted:
        raise StaleWrite(hit, wanted)


def _born_values(case: CaseRow, words: Sequence[Any]) -> tuple[Any, ...]:
    return (*_FIXED(case), *words, *_MOVING(case))


def put_off(driver: Driver, case: int, until: int) -> None:
    """Keep a case that could not be scanned out of the scan until that instant (microseconds)."""
    driver.run("UPDATE cases SET retry_at = ? WHERE id = ?", (until, case))


def set_wake(driver: Driver, case: int, wake_at: int | None) -> None:
    """Write a recomputed wake-up; derived from the clocks, so no entry."""
    driver.run("UPDATE cases SET wake_at = ? WHERE id = ?", (wake_at, case))


def set_wakes(driver: Driver, wakes: Sequence[tuple[int | None, int]]) -> None:
    """Write recomputed wake-ups of several cases, each with its case behind it; derived from the clocks, so no entry."""
    if wakes:
        driver.put("UPDATE cases SET wake_at = ? WHERE id = ?", wakes)


def watched(
    driver: Driver, jurisdiction: int, states: Sequence[str], round_id: int | None = None
) -> tuple[list[CaseRow], dict[int, dict[str, ClockRow]]]:
    """Return the cases of a jurisdiction, or of one of its rounds, that are in one of these states or are to be looked at again, with their clocks.

    One statement, however many there are.
    """
    among, params = driver.among("c.state", states)
    own, given = f"c.jurisdiction = ? AND ({among} OR c.wake_at IS NOT NULL)", [jurisdiction, *params]
    if round_id is not None:
        own, given = f"{own} AND c.round_id = ?", [*given, round_id]
    columns, looks = ", ".join(f"k.{name}" for name in CLOCK), Looks(driver)
    found = looks.all(f"SELECT {_CASE} FROM cases c WHERE {own} ORDER BY c.id", given)
    sql = f"SELECT {columns} FROM cases c JOIN clocks k ON k.case_id = c.id WHERE {own}"
    clocks = looks.all(sql, given)
    cases = [case_row(row, sqlite=driver.sqlite) for row in found()]
    return cases, clocks_of([case.id for case in cases], clocks())
