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


def done_by(
    driver: Driver, jurisdiction: int, person: int, scope: Scope, limit: int, text: str = "", before: int | None = None
) -> list[Done]:
    """Return the last entries that somebody made on cases of the scope, older than `before`, on cases in which the text is found."""
    also, params = narrowed(driver, scope)
    if before is not None:
        also, params = f"{also} AND t.idx < ?", [*params, before]
    if text:
        found, words = found_by(driver, text)
        also, params = f"{also} AND c.id IN ({found})", [*params, *words]
    # Their own entries lead, whatever SQLite's planner thinks of the cases: CROSS is its word for that.
    joined = "CROSS JOIN" if driver.sqlite else "JOIN"
    sql = (
        f"SELECT t.idx, c.id, u.name, c.number, c.problem, c.state, t.action, t.at FROM trail t {joined} cases c ON c.id = t.case_id "
        f"{joined} units u ON u.id = c.unit_id WHERE t.jurisdiction = ? AND t.actor_id = ? AND t.case_id IS NOT NULL{also} "
        "ORDER BY t.idx DESC LIMIT ?"
    )
    return [Done(*row) for row in driver.all(sql, [jurisdiction, person, *params, limit])]
