"""Compare what went in copy with the entries 呈送、抄告对账: to whom, about how many cases, who signed, answered and pressed, with which entry."""

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
    reply_by: str | None = None
    answered_version: int | None = None
    answered_by: int | None = None
    pressed_version: int | None = None

    @property
    def said(self) -> tuple[Any, ...]:
        """Return what the table must say."""
        signed, answered = (self.signed_version, self.signed_by), (self.answered_version, self.answered_by)
        return self.cases, *signed, self.reply_by, *answered, self.pressed_version


def note_copied(copied: dict[Key, Copied], entry: Mapping[str, Any]) -> None:
    """Take what a move says of copies: that it goes to some, or that somebody signs for them, answers them or presses for them."""
    case, index = entry["case"], entry["index"]
    if letter := entry.get("copied"):
        for role in letter["to"]:
            copied[case, entry["version"], role] = Copied(index, len(letter["cases"]), reply_by=letter.get("reply_by"))
    version, person = entry["version"], entry["actor"]["person"]
    for name, says in (
        ("acknowledged", {"signed_version": version, "signed_by": person}),
        ("answered", {"answered_version": version, "answered_by": person}),
        ("pressed", {"pressed_version": version}),
    ):
        for one in entry.get(name, ()):
            key = case, one["version"], one["role"]
            if key in copied:  # of withheld entries nothing is known
                copied[key] = replace(copied[key], index=index, **says)


def unlike_copied(
    stored: Stored, place: JurisdictionKey, copied: Mapping[Key, Copied], size: int
) -> Iterator[tuple[int, str]]:
    """Yield, for each copy that is not as its entries say, the entry to name and a sentence."""
    rows = {
        (case, version, role): (*said, str(reply_by) if reply_by else None, *more)
        for case, version, role, *said, reply_by, answered, answerer, pressed in stored.copies(place)
        for more in [(answered, answerer, pressed)]
    }
    # Of an unknown one the entry is missing: the first bad index is where that entry would stand.
    unknown = [key for key in rows if key not in copied]
    yield from ((size, f"{_shown(key)}在表中，却没有任何记录：不是经系统办理产生的") for key in unknown)
    for key, one in copied.items():
        if key not in rows:
            yield one.index, f"{_shown(key)}有记录，表中却没有：该行被删除"
        elif rows[key] != one.said:
            yield one.index, f"{_shown(key)}写的件数、签收、回复或催办与记录不符：表中的行被改动过"


def _shown(key: Key) -> str:
    case, version, role = key
    return f"问题 {case} 第 {version} 版给{ROLES.get(role, role)}的呈送、抄告件"
