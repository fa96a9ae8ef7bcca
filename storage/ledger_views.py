"""What people keep of the ledger 台账: the columns that they see, and views 常用查询 by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from storage.sql import Driver

MOST_VIEWS: Final = 20
"""So many views somebody keeps."""
LONGEST_NAME: Final = 20
_COLUMNS = "INSERT INTO ledger_columns (person_id, keys) VALUES (?, ?) ON CONFLICT (person_id) DO UPDATE SET keys = excluded.keys"
_VIEW = (
    "INSERT INTO ledger_views (jurisdiction, person_id, name, said, shared) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (person_id, name) DO UPDATE SET said = excluded.said, shared = excluded.shared"
)


def keep_columns(driver: Driver, person: int, keys: Sequence[str]) -> None:
    """Keep which columns somebody sees, in their order; none is the usual ones."""
    if keys:
        driver.run(_COLUMNS, (person, ",".join(keys)))
    else:
        driver.run("DELETE FROM ledger_columns WHERE person_id = ?", (person,))


def keep_view(driver: Driver, jurisdiction: int, person: int, name: str, said: str, *, shared: bool) -> None:
    """Keep an address of the ledger under a name; one of that name of the same person is replaced."""
    driver.run(_VIEW, (jurisdiction, person, name, said, shared))


def drop_view(driver: Driver, jurisdiction: int, number: int, person: int, *, shared: bool) -> bool:
    """Drop a view of one's own, with `shared` also one that others share; say whether there was one."""
    theirs = "(person_id = ? OR shared)" if shared else "person_id = ?"
    sql = f"DELETE FROM ledger_views WHERE jurisdiction = ? AND id = ? AND {theirs}"
    return driver.run(sql, (jurisdiction, number, person)) > 0
