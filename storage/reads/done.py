"""What somebody has done 已办: their entries on cases, the newest first."""

from __future__ import annotations

from dataclasses import dataclass

from storage.scope import Scope, narrowed
from storage.search import found_by
from storage.sql import Driver


@dataclass(frozen=True, slots=True)
class Done:
    """An entry that somebody made on a case; the instant in microseconds, the state as it is now."""

    index: int
    case: int
    unit: str
    number: str
    problem: str
    state: str
    action: str
    at: int


@dataclass(frozen=True, slots=True)
class Page:
    """What was found among so many entries, and behind which of them to look on; nothing where there are no more."""

    lines: list[Done]
    older: int | None


def done_by(
    driver: Driver, jurisdiction: int, person: int, scope: Scope, among: int, text: str = "", before: int | None = None
) -> Page:
    """Return, of the last `among` entries that somebody made on cases, older than `before`, those on cases of the scope in which the text is found."""
    older, bound = ("", []) if before is None else (" AND t.idx < ?", [before])
    also, params = narrowed(driver, scope)
    if text:
        found, words = found_by(driver, text)
        also, params = f"{also} AND c.id IN ({found})", [*params, *words]
    sql = (
        "WITH last AS MATERIALIZED (SELECT t.idx, t.case_id, t.action, t.at FROM trail t WHERE t.jurisdiction = ? AND t.actor_id = ? "
        f"AND t.case_id IS NOT NULL{older} ORDER BY t.idx DESC LIMIT ?), "
        "whole AS (SELECT COUNT(*) AS size, MIN(idx) AS oldest FROM last) "
        "SELECT whole.size, whole.oldest, last.idx, c.id, u.name, c.number, c.problem, c.state, last.action, last.at "
        f"FROM whole LEFT JOIN (last JOIN cases c ON c.id = last.case_id{also} JOIN units u ON u.id = c.unit_id) ON 1 = 1 ORDER BY last.idx DESC"
    )
    rows = driver.all(sql, [jurisdiction, person, *bound, among, *params])
    size, oldest = rows[0][:2]
    return Page([Done(*row[2:]) for row in rows if row[2] is not None], oldest if size == among else None)
