"""Compare who assists with the entries 协办对账: which unit since which day and till when, and what is asked of it; who assisted once judges nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import clock
from trail.salt import fits
from trail.stored import JurisdictionKey, Stored

Key = tuple[int, int]
"""Case and version of the entry that named the unit."""


@dataclass(frozen=True, slots=True)
class Assisted:
    """The entry that last said something of a unit that assists, and what the table must say: the unit, its days, and what it was asked unless erased."""

    index: int
    unit: int
    since: str
    until: str | None = None
    promise: str = ""
    salt: bytes | None = None


def note_assisted(assisted: dict[Key, Assisted], entry: Mapping[str, Any], side: Mapping[str, Any]) -> None:
    """Take what a move says of who assists: a unit that is named, one that is let go, or one that answers for the case from now on."""
    case, index, on = entry["case"], entry["index"], clock.local_date(clock.parse_iso(entry["at"])).isoformat()
    said = entry.get("assisting", {})
    if said.get("assists"):
        salt = bytes.fromhex(side["answers.asked"][0]) if "answers.asked" in side else None
        promise = entry["answers"]["asked"]
        assisted[case, entry["version"]] = Assisted(index, said["unit"], on, promise=promise, salt=salt)
        return
    left = said.get("unit", entry.get("transferred", {}).get("to"))
    if left is None:
        return
    for key, one in list(assisted.items()):
        if key[0] == case and one.unit == left and one.until is None:
            assisted[key] = replace(one, index=index, until=on)


def unlike_assisted(
    stored: Stored, place: JurisdictionKey, assisted: Mapping[Key, Assisted], size: int
) -> Iterator[tuple[int, str]]:
    """Yield, for each unit that assists or did and is not as its entries say, the entry to name and a sentence."""
    rows = {(case, version): said for case, version, *said in stored.assisting(place)}
    # Of an unknown one the entry is missing: the first bad index is where that entry would stand.
    unknown = [key for key in rows if key not in assisted]
    yield from ((size, f"{_shown(key)}在表中，却没有任何记录：不是经系统办理产生的") for key in unknown)
    for key, one in assisted.items():
        if key not in rows:
            yield one.index, f"{_shown(key)}有记录，表中却没有：该行被删除"
            continue
        unit, since, until, task = rows[key]
        if (unit, str(since), until and str(until)) != (one.unit, one.since, one.until):
            yield one.index, f"{_shown(key)}是谁、从哪天到哪天与记录不符：表中的行被改动过"
        elif one.salt is not None and not fits(one.promise, one.salt, task):
            yield one.index, f"{_shown(key)}请其协办的事项与记录的摘要不符：文字被改动过"


def _shown(key: Key) -> str:
    case, version = key
    return f"问题 {case} 第 {version} 版明确的协办单位"
