"""What an 案卷 holds: cases by their round and unit, the entries on them, the files that were handed in, the papers that were issued."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import clock
from storage.sql import Driver, Row

AT_ONCE: Final = 1000


@dataclass(frozen=True, slots=True)
class Volume:
    """The cases of one unit in one round 案卷; of no unit what is about the whole round."""

    round_id: int
    round: str
    unit_id: int | None
    unit: str
    cases: tuple[int, ...] = ()

    @property
    def called(self) -> str:
        """Return round and unit."""
        return f"{self.round} {self.unit}".strip()


def volumes_of(driver: Driver, cases: Sequence[int]) -> list[Volume]:
    """Return the volumes in which cases lie, by round and unit; void ones, which were entered in error, lie in none."""
    sql = (
        "SELECT c.round_id, r.name, c.unit_id, u.name, c.id FROM cases c JOIN rounds r ON r.id = c.round_id JOIN units u ON u.id = c.unit_id "
        "WHERE {} AND NOT c.void"
    )
    found: dict[tuple[int, str, int, str], list[int]] = {}
    for *where, case in sorted(_of(driver, sql, "c.id", cases), key=lambda row: (row[0], row[2], row[4])):
        found.setdefault((where[0], where[1], where[2], where[3]), []).append(case)
    return [Volume(*where, tuple(theirs)) for where, theirs in found.items()]


def entries_on(driver: Driver, cases: Sequence[int]) -> Iterator[tuple[int, int, str]]:
    """Yield index, case and action of the entries on cases."""
    for row in _of(driver, "SELECT t.idx, t.case_id, t.action FROM trail t WHERE {}", "t.case_id", cases):
        yield row[0], row[1], row[2]


def entries_about(driver: Driver, jurisdiction: int, papers: Collection[int]) -> dict[int, list[int]]:
    """Return the entries of the register about papers, by paper, the oldest first."""
    found: dict[int, list[int]] = {}
    names = {f"paper:{paper}": paper for paper in papers}
    sql = "SELECT t.about, t.idx FROM trail t WHERE {} AND t.jurisdiction = ?"
    for about, index in sorted(_of(driver, sql, "t.about", list(names), jurisdiction)):
        found.setdefault(names[about], []).append(index)
    return found


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A file of a case: what it is, with which action it came, when, from whom in which role, and the entry that names it, if one does yet."""

    case: int
    number: str
    kind: str
    name: str
    sha256: str
    action: str
    entry: int | None
    on: date | None
    role: str


def handed_in(driver: Driver, cases: Sequence[int]) -> list[HandedIn]:
    """Return the files of cases, case by case in the order in which they came."""
    sql = (
        "SELECT m.case_id, c.number, m.kind, m.name, m.sha256, t.action, t.idx, t.at, t.body FROM materials m "
        "JOIN cases c ON c.id = m.case_id LEFT JOIN trail t ON t.case_id = m.case_id AND t.version = m.version WHERE {} ORDER BY m.case_id, m.id"
    )
    return [_handed(row) for row in _of(driver, sql, "m.case_id", cases)]


def _handed(row: Row) -> HandedIn:
    case, number, kind, name, sha256, action, index, at, body = row
    role = (json.loads(bytes(body)).get("actor") or {}).get("role") if body else ""
    on = clock.local_date(clock.from_micros(at)) if at is not None else None
    return HandedIn(case, number, kind, name, sha256, action or "", index, on, role or "")


@dataclass(frozen=True, slots=True)
class Printed:
    """The files of a paper that was issued, by hash and name."""

    pdf: tuple[str, str]
    scan: tuple[str, str] | None


def printed(driver: Driver, papers: Sequence[int]) -> dict[int, Printed]:
    """Return the files of the papers that were issued here."""
    sql = "SELECT p.id, p.pdf, p.pdf_name, p.scan, p.scan_name FROM papers p WHERE {} AND p.pdf IS NOT NULL"
    return {
        number: Printed((pdf, pdf_name or ""), (scan, scan_name or "") if scan else None)
        for number, pdf, pdf_name, scan, scan_name in _of(driver, sql, "p.id", papers)
    }


def _of(driver: Driver, sql: str, column: str, values: Sequence[Any], *behind: Any) -> list[Row]:
    """Return the rows of a statement for many values, so many at once; `behind` is what it binds after them."""
    found: list[Row] = []
    for first in range(0, len(values), AT_ONCE):
        among, params = driver.among(column, values[first : first + AT_ONCE])
        found += driver.all(sql.format(among), [*params, *behind])
    return found
