"""Evidence 佐证 that is kept with a case before the step that uses it."""

from __future__ import annotations

from storage.search import index_more
from storage.sql import Driver


def attach(
    driver: Driver, case: int, cycle: int, measure: int | None, sha256: str, name: str, size: int, person: int | None
) -> None:
    """Keep an evidence with a case; version 0 says that no entry has named it yet."""
    sql = "INSERT INTO materials (case_id, version, cycle, kind, measure_no, sha256, name, size, added_by) VALUES (?, 0, ?, 'evidence', ?, ?, ?, ?, ?)"
    driver.run(sql, (case, cycle, measure, sha256, name, size, person))
    index_more(driver, {case: [name]})


def detach(driver: Driver, case: int, material: int) -> bool:
    """Take back an evidence that no entry has named; False when there is none such."""
    return driver.run("DELETE FROM materials WHERE id = ? AND case_id = ? AND version = 0", (material, case)) == 1
