"""What must hold of correspondents and of the files that go to and fro between them and this office."""

from __future__ import annotations

from typing import Final

from register.rules.guarding import guard
from register.wanted import Standing
from storage.household import all_rows, read_row
from trail.note import NoteError, label_of

UPPER: Final = "upper"
LOWER: Final = "lower"
LONGEST_EVERY: Final = 366
STREAM: Final = ("correspondent_id", "way", "sort", "stream")
"""What tells one row of files from another: each has its own count."""


@guard("verifier")
def verifier_sound(one: Standing) -> str | None:
    """What is entered as a key is one."""
    if "verifier" not in one.said:
        return None
    try:
        label_of(one.said["verifier"])
    except NoteError:
        return "这一行不是公钥：请照抄对方“往来”页上的公钥，整行，一个字不能少"
    return None


@guard("verifier")
def verifier_free(one: Standing) -> str | None:
    """No other correspondent has the key."""
    taken = (
        row["name"]
        for key, row in all_rows(one.driver, one.kind.name, one.jurisdiction)
        if key != one.wanted.row and row["verifier"] == one.said.get("verifier")
    )
    found = next(taken, None)
    return None if found is None else f"这把公钥已登记为{found}的"


@guard("unit")
def lower_has_unit(one: Standing) -> str | None:
    """Of whom problems are sent to, it is known whose they may be."""
    missing = one.after["standing"] == LOWER and one.after["unit_id"] is None
    return "下级机构要写明它的党组织：发给它的问题限于该党组织和它下级的" if missing else None


@guard("every")
def every_within_a_year(one: Standing) -> str | None:
    """A lower office reports once a year at least."""
    every = one.after["every"]
    return None if every is None or 1 <= every <= LONGEST_EVERY else f"几天报一次，写 1 到 {LONGEST_EVERY} 天"


@guard("source")
def source_is_above(one: Standing) -> str | None:
    """A round comes from an upper office."""
    source = one.said.get("source")
    row = read_row(one.driver, "correspondent", one.jurisdiction, source) if source is not None else None
    return None if row is None or row["standing"] == UPPER else f"{row['name']}登记的是下级机构，不能作上级机构"


@guard("sequence")
def sequence_goes_on(one: Standing) -> str | None:
    """Each file of a row of files is newer than all before it."""
    wanted = [one.after[name] for name in STREAM]
    there = all_rows(one.driver, one.kind.name, one.jurisdiction)
    last = max((row["sequence"] for _, row in there if [row[name] for name in STREAM] == wanted), default=0)
    sequence = one.said["sequence"]
    return None if sequence > last else f"这是第 {sequence} 份，已有第 {last} 份：旧的或重复的文件不再收发"
