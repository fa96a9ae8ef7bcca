"""What people keep of the ledger 台账, as it is read: their columns, their views and those that the office shares."""

from __future__ import annotations

from typing import NamedTuple

from storage.sql import Driver


class View(NamedTuple):
    """A view 常用查询: its name, its address, whose it is, whether it is shared."""

    number: int
    name: str
    said: str
    owner: str
    shared: bool
    own: bool


def kept_columns(driver: Driver, person: int) -> tuple[str, ...]:
    """Return the keys of the columns that somebody chose, in their order; none where they never did."""
    row = driver.one("SELECT keys FROM ledger_columns WHERE person_id = ?", (person,))
    return tuple(row[0].split(",")) if row else ()


def kept_views(driver: Driver, jurisdiction: int, person: int, *, office: bool) -> list[View]:
    """Return somebody's views by name, and behind them, for who is of the office, those that others share there."""
    columns = "SELECT v.id, v.name, v.said, p.name AS owner, v.shared, v.person_id FROM ledger_views v JOIN people p ON p.id = v.person_id WHERE"
    sql, params = f"{columns} v.person_id = ? AND v.jurisdiction = ?", [person, jurisdiction]
    if office:
        sql, params = (
            f"{sql} UNION ALL {columns} v.shared AND v.jurisdiction = ? AND v.person_id <> ?",
            [*params, jurisdiction, person],
        )
    views = [
        View(row[0], row[1], row[2], row[3], shared=bool(row[4]), own=row[5] == person)
        for row in driver.all(sql, params)
    ]
    return sorted(views, key=lambda one: (not one.own, one.name))
