"""The dates of somebody: by when what is asked of their posts is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from storage.scope import Scope, narrowed
from storage.sql import Driver, as_date

MOST = 1000


def dates_of(
    driver: Driver, jurisdiction: int, scope: Scope, roles: Sequence[str], first: date, last: date
) -> list[tuple[date, str]]:
    """Return the dates between two by which cases of a scope are due from these roles, each with its number, the earliest first."""
    also, params = narrowed(driver, scope)
    owing, who = driver.among("c.owes", roles)
    sql = (
        "SELECT c.state_due_on, c.number FROM cases c WHERE c.jurisdiction = ? AND c.settled_at IS NULL "
        f"AND c.state_due_on >= ? AND c.state_due_on <= ? AND {owing}{also} ORDER BY c.state_due_on, c.id LIMIT ?"
    )
    rows = driver.all(sql, [jurisdiction, first, last, *who, *params, MOST])
    return [(day, number) for due, number in rows if (day := as_date(due))]
