"""The security log, newest first, by keyset."""

from __future__ import annotations

from typing import Any

from storage.sql import Driver, Row


def security_lines(driver: Driver, jurisdiction: int, what: str | None, before: int | None, limit: int) -> list[Row]:
    """Return lines: id, at, what, login, name, address, case, action, words; sign-ins of unknown logins belong to all."""
    where = ""
    params: list[Any] = []
    if what:
        where, params = f"{where} AND s.what = ?", [*params, what]
    if before is not None:
        where, params = f"{where} AND s.id < ?", [*params, before]
    newest = f"{where} ORDER BY s.id DESC LIMIT {limit}"
    # Each walks an index from its end; asked in one breath (… OR …), both would be read whole and sorted.
    own = f"SELECT id FROM (SELECT s.id FROM security_log s WHERE s.jurisdiction = ?{newest}) AS own"
    nobodys = f"SELECT id FROM (SELECT s.id FROM security_log s WHERE s.jurisdiction IS NULL{newest}) AS nobodys"
    sql = (
        "SELECT s.id, s.at, s.what, s.login, p.name, s.address, s.case_id, s.action, s.words "
        f"FROM ({own} UNION ALL {nobodys}) AS found CROSS JOIN security_log s LEFT JOIN people p ON p.id = s.person_id "
        "WHERE s.id = found.id ORDER BY s.id DESC LIMIT ?"
    )
    return driver.all(sql, [jurisdiction, *params, *params, limit])
