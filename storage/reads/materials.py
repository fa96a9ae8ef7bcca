"""The materials 材料 of a case: files handed in, evidence attached, the text approved."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from storage.household import all_rows
from storage.scope import Placed, Scope
from storage.sql import Driver, Row


@dataclass(frozen=True, slots=True)
class TextApproved:
    """The text 公开稿 that was approved for a case."""

    id: int
    sha256: str
    name: str
    size: int


def approved_text(driver: Driver, case: int) -> TextApproved | None:
    """Return the text that is approved for a case now, or None."""
    row = driver.one(
        "SELECT m.id, m.sha256, m.name, m.size FROM materials m JOIN cases c ON c.id = m.case_id "
        "WHERE m.case_id = ? AND m.kind = 'text' AND m.sha256 = c.text_hash ORDER BY m.id DESC LIMIT 1",
        (case,),
    )
    return TextApproved(*row) if row else None


@dataclass(frozen=True, slots=True)
class MaterialKept:
    """A file of a case: where its bytes are, under which name, and with which action it was handed in, if yet."""

    case: int
    kind: str
    sha256: str
    name: str
    action: str | None


PROBLEM_LIST: Final = "problem_list"
"""The file by which problems were fed back: of one unit, or of a whole round."""
_HANDED_IN = "FROM materials m LEFT JOIN trail t ON t.case_id = m.case_id AND t.version = m.version"


def materials_of(driver: Driver, case: int, hidden: Collection[str]) -> list[Row]:
    """Return id, kind, name, size, measure, cycle, person and version of a case's files, but of those with hidden actions."""
    sql = (
        f"SELECT m.id, m.kind, m.name, m.size, m.measure_no, m.cycle, p.name, m.version, t.action {_HANDED_IN} "
        "LEFT JOIN people p ON p.id = m.added_by WHERE m.case_id = ? ORDER BY m.id"
    )
    return [row[:-1] for row in driver.all(sql, (case,)) if row[-1] not in hidden]


def material_at(driver: Driver, number: int) -> MaterialKept | None:
    """Return a file by its id, or None."""
    row = driver.one(f"SELECT m.case_id, m.kind, m.sha256, m.name, t.action {_HANDED_IN} WHERE m.id = ?", (number,))
    return MaterialKept(*row) if row else None


def lists_others(driver: Driver, case: Placed, sha256: str, scope: Scope) -> bool:
    """Say whether a problem list by which a case was fed back lists cases of its round that are not of the scope."""
    where, params = scope.where(driver)
    if not where:
        return False
    sql = (
        "SELECT 1 FROM cases c JOIN materials m ON m.case_id = c.id AND m.kind = ? "
        f"WHERE c.round_id = ? AND m.sha256 = ? AND NOT ({where}) LIMIT 1"
    )
    return driver.one(sql, [PROBLEM_LIST, case.round_id, sha256, *params]) is not None


def tells_of(driver: Driver, jurisdiction: int, sha256: str, cases: Collection[int]) -> bool:
    """Say whether a file tells of one of these cases as well."""
    return sha256 in telling_of(driver, jurisdiction, cases)


def telling_of(driver: Driver, jurisdiction: int, cases: Collection[int]) -> frozenset[str]:
    """Return the files that tell of one of these cases: handed in for it too, or the minutes of a meeting that was about it."""
    if not cases:
        return frozenset()
    among, params = driver.among("case_id", cases)
    handed = (row[0] for row in driver.all(f"SELECT DISTINCT sha256 FROM materials WHERE {among}", params))
    meetings = (row for _, row in all_rows(driver, "meeting", jurisdiction))
    minutes = (row["minutes"] for row in meetings if not set(cases).isdisjoint(row["agenda"] or ()))
    return frozenset([*handed, *minutes])


@dataclass(frozen=True, slots=True)
class Evidence:
    """A piece of evidence of a case: its number, measure, name, content hash and size."""

    id: int
    measure: int | None
    name: str
    sha256: str
    size: int


def attached_count(driver: Driver, case: int) -> int:
    """Return how many materials wait to be named."""
    row = driver.one("SELECT COUNT(*) FROM materials WHERE case_id = ? AND version = 0", (case,))
    return int(row[0]) if row else 0


def evidence_names(driver: Driver, case: int, cycle: int) -> dict[int | None, list[str]]:
    """Return the names of the evidence that a case has in a round, by measure."""
    rows = driver.all(
        "SELECT measure_no, name FROM materials WHERE case_id = ? AND cycle = ? AND kind = 'evidence' ORDER BY id",
        (case, cycle),
    )
    found: dict[int | None, list[str]] = {}
    for measure, name in rows:
        found.setdefault(measure, []).append(name)
    return found


def evidence_of(driver: Driver, cycles: Mapping[int, int]) -> dict[int, list[Evidence]]:
    """Return the evidence of cases in the rounds given, and all that no entry has named yet, in the order it came."""
    among, params = driver.among("case_id", list(cycles))
    sql = f"SELECT case_id, id, measure_no, name, sha256, size, version, cycle FROM materials WHERE {among} AND kind = 'evidence' ORDER BY id"
    found: dict[int, list[Evidence]] = {case: [] for case in cycles}
    for case, number, measure, name, sha256, size, version, cycle in driver.all(sql, params) if cycles else []:
        if version == 0 or cycle == cycles[case]:
            found[case].append(Evidence(number, measure, name, sha256, size))
    return found
