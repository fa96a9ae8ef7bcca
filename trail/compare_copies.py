"""Compare what went in copy with the entries 呈送、抄告对账: to whom, about how many cases, who signed for it and with which entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from states import ROLES
from trail.stored import JurisdictionKey, Stored

Key = tuple[int, int, str]
"""Case and version of the entry that bears the letter, and the role to which it went."""


@dataclass(frozen=True, slots=True)
class Copied:
    """The entry that last said something of a copy, and what the table must say of it."""

    index: int
    cases: int
    signed_version: int | None = None
    signed_by: int | None = None


def note_copied(copied: dict[Key, Copied], entry: Mapping[str, Any]) -> None:
    """Take what a move says of copies: that it goes to some, or that somebody signs for them."""
    case, index = entry["case"], entry["index"]
    if letter := entry.get("copied"):
        for role in letter["to"]:
            copied[case, entry["version"], role] = Copied(index, len(letter["cases"]))
    for one in entry.get("acknowledged", ()):
        key = case, one["version"], one["role"]
        if key in copied:  # of withheld entries nothing is known
            signed = {"signed_version": entry["version"], "signed_by": entry["actor"]["person"]}
            copied[key] = replace(copied[key], index=index, **signed)


def unlike_copied(
    stored: Stored, place: JurisdictionKey, copied: Mapping[Key, Copied], size: int
) -> Iterator[tuple[int, str]]:
    """Yield, for each copy that is not as its entries say, the entry to name and a sentence."""
    rows = {(case, version, role): tuple(said) for case, version, role, *said in stored.copies(place)}
    # Of an unknown one the entry is missing: the first bad index is where that entry would stand.
    unknown = [key for key in rows if key not in copied]
    yield from ((size, f"{_shown(key)}在表中，却没有任何记录：不是经系统办理产生的") for key in unknown)
    for key, one in copied.items():
        if key not in rows:
            yield one.index, f"{_shown(key)}有记录，表中却没有：该行被删除"
        elif rows[key] != (one.cases, one.signed_version, one.signed_by):
            yield one.index, f"{_shown(key)}写的件数或签收与记录不符：表中的行被改动过"


def _shown(key: Key) -> str:
    case, version, role = key
    return f"问题 {case} 第 {version} 版给{ROLES.get(role, role)}的呈送、抄告件"
