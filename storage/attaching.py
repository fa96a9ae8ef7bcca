"""Attaching evidence before the step that uses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from storage.sql import Driver


@dataclass(frozen=True, slots=True)
class Evidence:
    """A piece of evidence of a case: its number, measure, name and content hash."""

    id: int
    measure: int | None
    name: str
    sha256: str


def attach(
    driver: Driver, case: int, cycle: int, measure: int | None, sha256: str, name: str, size: int, person: int | None
) -> None:
    """Keep an evidence with a case; version 0 says that no entry has named it yet."""
    sql = "INSERT INTO materials (case_id, version, cycle, kind, measure_no, sha256, name, size, added_by) VALUES (?, 0, ?, 'evidence', ?, ?, ?, ?, ?)"
    driver.run(sql, (case, cycle, measure, sha256, name, size, person))


def attached_count(driver: Driver, case: int) -> int:
    """Return how many materials wait to be named."""
    row = driver.one("SELECT COUNT(*) FROM materials WHERE case_id = ? AND version = 0", (case,))
    return int(row[0]) if row else 0


def detach(driver: Driver, case: int, material: int) -> bool:
    """Take back an evidence that no entry has named; False when there is none such."""
    return driver.run("DELETE FROM materials WHERE id = ? AND case_id = ? AND version = 0", (material, case)) == 1


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
    sql = f"SELECT case_id, id, measure_no, name, sha256, version, cycle FROM materials WHERE {among} AND kind = 'evidence' ORDER BY id"
    found: dict[int, list[Evidence]] = {case: [] for case in cycles}
    for case, number, measure, name, sha256, version, cycle in driver.all(sql, params) if cycles else []:
        if version == 0 or cycle == cycles[case]:
            found[case].append(Evidence(number, measure, name, sha256))
    return found
