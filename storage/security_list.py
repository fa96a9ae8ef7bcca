"""The security log, newest first, by keyset."""

from __future__ import annotations

from typing import Any

from storage.sql import Driver, Row


def security_lines(driver: Driver, jurisdiction: int, what: str | None, before: int | None, limit: int) -> list[Row]:
    """Return lines: id, at, what, login, name, address, case, action, words; sign-ins of unknown logins belong to all."""
    where, params = "(s.jurisdiction = ? OR s.jurisdiction IS NULL)", [jurisdiction]
    found: list[Any] = list(params)
    if what:
        where, found = f"{where} AND s.what = ?", [*found, what]
    if before is not None:
        where, found = f"{where} AND s.id < ?", [*found, before]
    sql = (
        "SELECT s.id, s.at, s.what, s.login, p.name, s.address, s.case_id, s.action, s.words FROM security_log s "
        f"LEFT JOIN people p ON p.id = s.person_id WHERE {where} ORDER BY s.id DESC LIMIT ?"
    )
    return driver.all(sql, [*found, limit])
