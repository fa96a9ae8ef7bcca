"""Compare the rows of the register with its entries 对账: units, people, accounts, posts, rounds, and every other kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from storage.household import CALENDAR, KEPT, LOOKED, Key, all_rows, listed_kinds
from trail.entry import plain
from trail.replay import Folded, Registered
from trail.salt import fits
from trail.stored import JurisdictionKey, Stored

EMPTY = (None, "", False)
"""What a column holds of which an entry says nothing: it came to the table after the entry was made."""


def household_differences(stored: Stored, place: JurisdictionKey, folded: Folded) -> Iterator[tuple[int, str]]:
    """Yield, for each row that is not as its last entry left it, the entry to name and a sentence."""
    seen: set[str] = set()
    for kind, key, row in _rows(stored, place):
        about = f"{kind}:{key}"
        seen.add(about)
        said = folded.registered.get(about)
        if said is None:
            # Its entry is missing: the first bad index is where that entry would stand.
            yield folded.size, f"登记 {about} 在表中，却没有任何记录：不是经系统登记的"
        else:
            yield from ((said.index, f"登记 {about} {why}") for why in _faults(row, said))
    for about, said in folded.registered.items():
        if about not in seen and not about.startswith(f"{LOOKED}:"):
            yield said.index, f"登记 {about} 有记录，表中却没有：该行被删除，或划给了别的机构"


def _rows(stored: Stored, place: JurisdictionKey) -> Iterator[tuple[str, Key, Mapping[str, Any]]]:
    for kind in (*KEPT, CALENDAR, *listed_kinds(stored, place.id)):
        yield from ((kind, key, row) for key, row in all_rows(stored, kind, place.id))


def _faults(row: Mapping[str, Any], said: Registered) -> Iterator[str]:
    for name in sorted({*row, *said.after, *said.sealed}):
        value = plain(row.get(name))
        if name in said.sealed:
            if name in said.salts and not fits(said.sealed[name], said.salts[name], value):
                yield f"的 {name} 与记录的摘要不符：该列被改动过"
        elif value != said.after[name] if name in said.after else value not in EMPTY:
            yield f"的 {name} 在表中是 {in_words(value)}，按记录应是 {in_words(said.after.get(name))}"


def in_words(value: Any) -> str:
    """Return a column's value as a difference names it."""
    return "空" if value in (None, "") else f"“{value}”"
