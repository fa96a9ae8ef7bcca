"""The only writer of a case's state: locks, reads and writes the rows of a move in driver SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlmodel import Session

from storage.sql import Driver, Row, as_date

FIXED = ("id", "jurisdiction", "round_id", "inspection_id", "unit_id", "answerable_id", "number", "fed_back_on", "written_by")
MOVING = (
    "kind", "state", "version", "shown_version", "entered", "due_on", "first_due_on", "state_due_on", "owes", "rung",
    "flagged", "objections", "plan_returns", "returns", "returns_since", "extensions", "extension_until",
    "plan_approved", "cycle", "escalations", "from_escalated", "started_on", "submitted_on", "verified_on", "last_on",
    "text_hash", "unsigned", "void", "settled_at", "wake_at", "retry_at",
)  # fmt: skip
DATES = ("fed_back_on", "due_on", "first_due_on", "state_due_on", "extension_until", "started_on", "submitted_on", "verified_on", "last_on")
FLAGS = ("plan_approved", "from_escalated", "void")
WORDS = ("category", "problem", "detail", "basis", "amount", "words", "responsible", "department", "person", "measures_said", "said", "note")
CLOCK = ("case_id", "name", "period", "started_on", "due_on", "first_due_on", "paused_since", "owes", "rung", "tellings", "told_on", "flags")


class StaleWrite(RuntimeError):
    """A row was not as it was read under the lock; the batch is rolled back."""

    def __init__(self, hit: int, wanted: int) -> None:
        super().__init__(f"应更新 {wanted} 个问题，实际更新 {hit} 个：数据已被其他程序改动，本批已撤回")


@dataclass(slots=True)
class CaseRow:
    """The columns of a case that rules look at; a move works on a copy."""

    id: int
    jurisdiction: int
    round_id: int
    inspection_id: int
    unit_id: int
    answerable_id: int
    number: str
    fed_back_on: date
    written_by: int | None = None
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
    settled_at: int | None = None
    wake_at: int | None = None
    retry_at: int | None = None


@dataclass(frozen=True, slots=True)
class ClockRow:
    """A running (or standing) clock of a case."""

    case_id: int
    name: str
    period: int
    started_on: date
    due_on: date
    first_due_on: date
    paused_since: date | None
    owes: str
    rung: str = ""
    tellings: int = 0
    told_on: date | None = None
    flags: str = ""


@dataclass(frozen=True, slots=True)
class HeadRow:
    """The growing end of a jurisdiction's tree, under its lock."""

    jurisdiction: int
    size: int
    frontier: bytes
    last_at: int
    calendar: str
    code: str


@dataclass(slots=True)
class Changes:
    """All rows that one batch of moves writes, by the name of their statement."""

    born: list[tuple[CaseRow, Sequence[Any]]] = field(default_factory=list)
    moved: list[tuple[CaseRow, str, int]] = field(default_factory=list)
    rows: dict[str, list[Sequence[Any]]] = field(default_factory=lambda: defaultdict(list))


def _insert(table: str, columns: Iterable[str], rest: str = "") -> str:
    names = tuple(columns)
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))}){rest}"  # noqa: S608 names from this file


_CLOCK_SET = ", ".join(f"{c} = excluded.{c}" for c in CLOCK[2:])
WRITES: dict[str, str] = {
    "clocks_gone": "DELETE FROM clocks WHERE case_id = ? AND name = ?",
    "clocks": _insert("clocks", CLOCK, f" ON CONFLICT (case_id, name) DO UPDATE SET {_CLOCK_SET}"),
    "filings": _insert("filings", ("jurisdiction", "inspection_id", "kind", "version", "sha256", "commitment", "signed_by", "at")),
    "measures_gone": "DELETE FROM measures WHERE case_id = ?",
    "measures": _insert("measures", ("case_id", "no", "text", "person", "department", "due_on", "checked_by")),
    "materials": _insert("materials", ("case_id", "version", "cycle", "kind", "measure_no", "sha256", "name", "size", "added_by")),
    "progress": _insert("progress", ("case_id", "version", "measure_no", "text", "figures")),
    "opinions": _insert("opinions", ("case_id", "version", "role", "person_id", "opinion")),
    "results_gone": "DELETE FROM results WHERE case_id = ?",
    "results": _insert("results", ("case_id", "version", "kind", "amount")),
    "receipts": _insert("receipts", ("case_id", "version", "action", "due_on")),
    "signed": "UPDATE receipts SET signed_version = ?, signed_by = ? WHERE case_id = ? AND signed_version IS NULL",
    "alerts": _insert("alerts", ("case_id", "rule", "rung", "period", "version", "skipped")),
    "named": "UPDATE cases SET responsible = ?, department = ?, person = ? WHERE id = ?",
    "siblings": "UPDATE cases SET state_due_on = ?, wake_at = ? WHERE id = ?",
    "person": "UPDATE cases SET person = ? WHERE id = ?",
    "trail": _insert("trail", ("jurisdiction", "idx", "body", "leaf", "key", "intent", "case_id", "version", "action", "actor_id", "prepared_by", "at")),
    "texts": _insert("texts", ("jurisdiction", "idx", "body")),
    "outbox": _insert("outbox", ("jurisdiction", "idx", "case_id", "post", "template", "facts", "made_at")),
    "heads": "UPDATE heads SET size = ?, frontier = ?, last_at = ? WHERE jurisdiction = ?",
}
_MOVE = f"UPDATE cases SET {', '.join(f'{c} = ?' for c in MOVING)} WHERE id = ? AND state = ? AND version = ?"  # noqa: S608
_BEAR = _insert("cases", (*FIXED, *WORDS, *MOVING))
_CASE = ", ".join(f"c.{c}" for c in (*FIXED, *MOVING))
_HEAD = "SELECT h.jurisdiction, h.size, h.frontier, h.last_at, h.calendar, j.code FROM heads h JOIN jurisdictions j ON j.id = h.jurisdiction WHERE h.jurisdiction = ?"


def lock_head(driver: Driver, jurisdiction: int) -> HeadRow:
    """Lock the jurisdiction's head, the first lock of every move; LookupError when there is no such jurisdiction."""
    row = driver.one(_HEAD if driver.sqlite else f"{_HEAD} FOR UPDATE OF h", (jurisdiction,))
    if row is None:
        raise LookupError(f"没有编号为 {jurisdiction} 的巡察机构")
    return HeadRow(row[0], row[1], bytes(row[2]), row[3], row[4], row[5])


def lock_cases(driver: Driver, jurisdiction: int, ids: Sequence[int]) -> dict[int, CaseRow]:
    """Lock cases in the order of their ids, behind the head; unknown and foreign ids are left out."""
    return read_cases(driver, jurisdiction, ids, lock="" if driver.sqlite else " FOR UPDATE OF c")


def read_cases(driver: Driver, jurisdiction: int, ids: Sequence[int], lock: str = "") -> dict[int, CaseRow]:
    """Return cases by id; unknown and foreign ids are left out."""
    if not ids:
        return {}
    among, params = driver.among("c.id", sorted(ids))
    sql = f"SELECT {_CASE} FROM cases c WHERE c.jurisdiction = ? AND {among} ORDER BY c.id{lock}"  # noqa: S608
    return {row[0]: case_row(row, sqlite=driver.sqlite) for row in driver.all(sql, (jurisdiction, *params))}


def claimed_cases(driver: Driver, among: str, params: Sequence[Any]) -> list[CaseRow]:
    """Return the claimed cases that a condition names; the head's lock keeps them still."""
    sql = f"SELECT {_CASE} FROM cases c WHERE {among} AND c.state = 'claimed'"  # noqa: S608
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
    """Return the clocks of each case, running and standing, by name."""
    found: dict[int, dict[str, ClockRow]] = {case: {} for case in ids}
    among, params = driver.among("case_id", ids)
    for row in driver.all(f"SELECT {', '.join(CLOCK)} FROM clocks WHERE {among} ORDER BY case_id, name", params):  # noqa: S608
        found[row[0]][row[1]] = _clock_row(row)
    return found


def _clock_row(row: Row) -> ClockRow:
    case, name, period, started, due, first, paused, owes, rung, tellings, told, flags = row
    begun, due_on, first_due = as_date(started), as_date(due), as_date(first)
    assert begun and due_on and first_due  # noqa: S101, PT018 NOT NULL columns
    return ClockRow(case, name, period, begun, due_on, first_due, as_date(paused), owes, rung, tellings, as_date(told), flags)


def clock_values(clock: ClockRow) -> tuple[Any, ...]:
    """Return the clock's columns in the order of CLOCK."""
    return tuple(getattr(clock, name) for name in CLOCK)


def next_case_ids(driver: Driver, count: int) -> list[int]:
    """Reserve ids for cases about to be born, under the head's lock."""
    if driver.sqlite:
        row = driver.one("SELECT COALESCE(MAX(id), 0) FROM cases")
        assert row  # noqa: S101 an aggregate always answers
        return list(range(row[0] + 1, row[0] + 1 + count))
    sql = "SELECT nextval(pg_get_serial_sequence('cases', 'id')) FROM generate_series(1, ?)"
    return [row[0] for row in driver.all(sql, (count,))]


def write(session: Session, changes: Changes) -> None:
    """Write a batch in few round trips; StaleWrite when a case was not as read."""
    driver = Driver(session)
    # On PostgreSQL the pipeline sends all statements of the batch in one round trip.
    with driver.pipeline():
        if changes.born:
            driver.put(_BEAR, [_born_values(case, words) for case, words in changes.born])
        moved = driver.put(_MOVE, [_moved_values(*one) for one in changes.moved]) if changes.moved else None
        for name, sql in WRITES.items():
            if rows := changes.rows.get(name):
                driver.put(sql, rows)
    if moved is not None and moved.rowcount != len(changes.moved):
        raise StaleWrite(moved.rowcount, len(changes.moved))


def _born_values(case: CaseRow, words: Sequence[Any]) -> tuple[Any, ...]:
    return (*(getattr(case, name) for name in FIXED), *words, *(getattr(case, name) for name in MOVING))


def _moved_values(case: CaseRow, state: str, version: int) -> tuple[Any, ...]:
    return (*[getattr(case, name) for name in MOVING], case.id, state, version)


def put_off(driver: Driver, case: int, until: int) -> None:
    """Keep a case that could not be scanned out of the scan until that instant (microseconds)."""
    driver.run("UPDATE cases SET retry_at = ? WHERE id = ?", (until, case))


def set_wake(driver: Driver, case: int, wake_at: int | None) -> None:
    """Write a recomputed wake-up; derived from the clocks, so no entry."""
    driver.run("UPDATE cases SET wake_at = ? WHERE id = ?", (wake_at, case))
