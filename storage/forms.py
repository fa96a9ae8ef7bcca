"""What somebody typed into a form and has not sent yet."""

from __future__ import annotations

import json

from storage.sql import Driver

LARGEST = 300_000
_PUT = (
    "INSERT INTO forms_kept (account_id, form, fields, at) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (account_id, form) DO UPDATE SET fields = excluded.fields, at = excluded.at"
)


def keep_form(driver: Driver, account: int, form: str, fields: dict[str, str], at: int) -> bool:
    """Keep the fields of a form for an account; False when they are too large to keep."""
    text = json.dumps(fields, ensure_ascii=False)
    if len(text) > LARGEST:
        return False
    driver.run(_PUT, (account, form, text, at))
    return True


def kept_form(driver: Driver, account: int, form: str) -> tuple[dict[str, str], int] | None:
    """Return what was kept with its instant (microseconds)."""
    row = driver.one("SELECT fields, at FROM forms_kept WHERE account_id = ? AND form = ?", (account, form))
    return (json.loads(row[0]), row[1]) if row else None


def drop_form(driver: Driver, account: int, form: str) -> None:
    """Forget what was kept: it was sent."""
    driver.run("DELETE FROM forms_kept WHERE account_id = ? AND form = ?", (account, form))
