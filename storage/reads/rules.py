"""The rules that cases follow, as they are kept: the table of moves of the last one, the profile of each round.

Only columns that every schema has are read: it is asked before an upgrade, too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from states import OPEN
from storage.sql import Driver


def last_definition(driver: Driver, jurisdiction: int) -> str | None:
    """Return the definition that the last move followed; None before the first."""
    last = driver.one(
        "SELECT body FROM trail WHERE jurisdiction = ? AND version IS NOT NULL ORDER BY idx DESC LIMIT 1",
        (jurisdiction,),
    )
    if last is None:
        return None
    kept = driver.one("SELECT body FROM definitions WHERE hash = ?", (json.loads(bytes(last[0]))["moves"],))
    return str(kept[0]) if kept else None


def open_cases(driver: Driver, jurisdiction: int) -> Iterator[tuple[int, str, str, str, str, str]]:
    """Yield the open cases, round by round: id, unit, number, state, the round's name and its profile as it is kept."""
    sql = (
        "SELECT c.id, u.name, c.number, c.state, r.name, p.body FROM cases c JOIN units u ON u.id = c.unit_id "
        "JOIN rounds r ON r.id = c.round_id JOIN profiles p ON p.hash = r.profile WHERE c.jurisdiction = ? ORDER BY r.id, c.id"
    )
    for case, unit, number, state, name, body in driver.all(sql, (jurisdiction,)):
        if state in OPEN:
            yield case, unit, number, state, name, body


def round_profiles(driver: Driver, jurisdiction: int) -> list[tuple[str, str]]:
    """Return the name of each round and its profile as it is kept."""
    sql = "SELECT r.name, p.body FROM rounds r JOIN profiles p ON p.hash = r.profile WHERE r.jurisdiction = ? ORDER BY r.id"
    return [(name, body) for name, body in driver.all(sql, (jurisdiction,))]


def rounds_following(driver: Driver, jurisdiction: int) -> list[tuple[int, str, str]]:
    """Return number and name of each round with the hash of its profile, the newest first."""
    sql = "SELECT id, name, profile FROM rounds WHERE jurisdiction = ? ORDER BY id DESC"
    return [(number, name, profile) for number, name, profile in driver.all(sql, (jurisdiction,))]


def followed_profiles(driver: Driver, jurisdiction: int) -> list[str]:
    """Return what the profiles say that a jurisdiction has put in force, by name, the newest last."""
    sql = (
        "SELECT body FROM profiles WHERE hash IN (SELECT SUBSTR(about, 9) FROM trail WHERE jurisdiction = ? AND about >= 'profile:' "
        "AND about < 'profile;') ORDER BY name, version"
    )
    return [row[0] for row in driver.all(sql, (jurisdiction,))]


def newest_version(driver: Driver, name: str) -> int:
    """Return the highest version that is kept under a name; 0 where there is none."""
    row = driver.one("SELECT MAX(version) FROM profiles WHERE name = ?", (name,))
    return (row and row[0]) or 0


def kept_profile(driver: Driver, name: str, version: int) -> str | None:
    """Return the hash of the profile that is kept under a name and version."""
    row = driver.one("SELECT hash FROM profiles WHERE name = ? AND version = ?", (name, version))
    return row[0] if row else None


def profile_body(driver: Driver, digest: str) -> str | None:
    """Return what a profile says, by its hash."""
    row = driver.one("SELECT body FROM profiles WHERE hash = ?", (digest,))
    return None if row is None else str(row[0])


def is_adopted(driver: Driver, jurisdiction: int, kind: str, digest: str) -> bool:
    """Say whether the jurisdiction's log says that it follows a profile or a table of moves."""
    sql = "SELECT 1 FROM trail WHERE jurisdiction = ? AND about = ?"
    return driver.one(sql, (jurisdiction, f"{kind}:{digest}")) is not None


def made_by_people(driver: Driver, kind: str, digest: str) -> bool:
    """Say whether people put it in force, and neither a release nor the operator, in whichever jurisdiction did so first."""
    row = driver.one("SELECT actor_id FROM trail WHERE about = ? ORDER BY at, idx LIMIT 1", (f"{kind}:{digest}",))
    return row is not None and row[0] is not None


def is_kept(driver: Driver, kind: str, digest: str) -> bool:
    """Say whether the text of a profile or a table of moves is there."""
    table = {"profile": "profiles", "definition": "definitions"}[kind]
    return driver.one(f"SELECT 1 FROM {table} WHERE hash = ?", (digest,)) is not None


def jurisdiction_number(driver: Driver, code: str) -> int | None:
    """Return the jurisdiction of a code by its number; None for a new one."""
    row = driver.one("SELECT id FROM jurisdictions WHERE code = ?", (code,))
    return row[0] if row else None
