"""What was entered about one row of the register, as pages show it; and the profiles that are there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from storage.sql import Driver

MOST: Final = 50


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry about a row: its index, instant, kind and act; who entered it in which role, who asked, by which door, why."""

    index: int
    at: int
    action: str
    role: str
    who: str
    asked_by: str
    via: str
    os_user: str
    reason: str
    row: dict[str, Any]
    """The row as the entry left it, with the words of what is sealed."""


def entries_about(driver: Driver, jurisdiction: int, about: str, limit: int = MOST) -> list[EntryLine]:
    """Return the entries about a row, the newest first."""
    sql = (
        "SELECT t.idx, t.at, t.action, t.body, x.body, p.name, q.name FROM trail t "
        "LEFT JOIN texts x ON x.jurisdiction = t.jurisdiction AND x.idx = t.idx LEFT JOIN people p ON p.id = t.actor_id "
        "LEFT JOIN people q ON q.id = t.prepared_by WHERE t.jurisdiction = ? AND t.about = ? ORDER BY t.idx DESC LIMIT ?"
    )
    return [_line(*row) for row in driver.all(sql, (jurisdiction, about, limit))]


def last_entry(driver: Driver, jurisdiction: int, about: str, action: str = "") -> tuple[str, int] | None:
    """Return action and instant of the last entry about a row, or of the last by an action; None where there is none."""
    named, params = (" AND action = ?", [action]) if action else ("", [])
    sql = f"SELECT action, at FROM trail WHERE jurisdiction = ? AND about = ?{named} ORDER BY idx DESC LIMIT 1"
    row = driver.one(sql, [jurisdiction, about, *params])
    return None if row is None else (row[0], row[1])


def entries_of(driver: Driver, jurisdiction: int, kind: str) -> dict[str, EntryLine]:
    """Return the first entry about each row of a kind of which there are few, by the row's key."""
    sql = (
        "SELECT t.about, t.idx, t.at, t.action, t.body, x.body, p.name, q.name FROM trail t "
        "LEFT JOIN texts x ON x.jurisdiction = t.jurisdiction AND x.idx = t.idx LEFT JOIN people p ON p.id = t.actor_id "
        "LEFT JOIN people q ON q.id = t.prepared_by WHERE t.jurisdiction = ? AND t.about >= ? AND t.about < ? ORDER BY t.idx DESC"
    )
    found = driver.all(sql, (jurisdiction, f"{kind}:", f"{kind};"))
    return {about.partition(":")[2]: _line(*row) for about, *row in found}


def _line(
    index: int, at: int, action: str, body: Any, texts: str | None, who: str | None, asked: str | None
) -> EntryLine:
    entry: Mapping[str, Any] = json.loads(bytes(body))
    words = {name: text for name, (_, text) in json.loads(texts or "{}").items()}
    sealed = {name.removeprefix("sealed."): text for name, text in words.items() if name.startswith("sealed.")}
    return EntryLine(
        index, at, action, entry["actor"]["role"], who or "", asked or "", entry["via"], entry["os_user"] or "",
        words.get("reason", ""), {**(entry["after"] or {}), **sealed},
    )  # fmt: skip


def entered_first(driver: Driver, jurisdiction: int, kind: str) -> dict[str, int]:
    """Return when each row of a kind was first entered, in microseconds, by what the entry is about."""
    sql = "SELECT about, MIN(at) FROM trail WHERE jurisdiction = ? AND about >= ? AND about < ? GROUP BY about"
    return {row[0]: row[1] for row in driver.all(sql, (jurisdiction, f"{kind}:", f"{kind};"))}


def moved_after(driver: Driver, jurisdiction: int, index: int) -> int:
    """Return how many cases a new calendar moved, by the entries behind that of its own."""
    sql = "SELECT COUNT(*) FROM trail WHERE jurisdiction = ? AND idx > ? AND action = 'recompute'"
    row = driver.one(sql, (jurisdiction, index))
    return row[0] if row else 0


@dataclass(frozen=True, slots=True)
class KeptProfile:
    """A profile that is kept: its hash, what names it in config.toml, its version, and its title, by which people call it."""

    hash: str
    name: str
    version: int
    title: str

    def __str__(self) -> str:
        return f"{self.title} 第 {self.version} 版"


def profiles_there(driver: Driver) -> list[KeptProfile]:
    """Return the profiles that are kept, the newest last."""
    sql = "SELECT hash, name, version, body FROM profiles ORDER BY name, version"
    return [
        KeptProfile(digest, name, version, str(json.loads(body).get("title") or name))
        for digest, name, version, body in driver.all(sql)
    ]
