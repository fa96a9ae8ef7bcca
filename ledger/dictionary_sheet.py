"""A dictionary 问题分类 in a sheet: read with every fault at its cell, and written out to be changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from ledger.lists import Listed, ListRow, read_list, write_template
from ledger.sheet import SheetFault, shown
from register.fields import Field
from register.grammar import Act, Kind
from states import OFFICE
from storage.dictionary import ASPECT, SECTIONS, TYPICAL, Entry, Fault, carried_on, faults_in, meant, numbered
from storage.unit_kinds import UnitKinds
from storage.visible import tidy

_SPLIT: Final = re.compile(r"[；;\n]+")
_ACT: Final = Act("make", "录入", ("section", "words", "also?", "sorts?", "under?", "code?"), (OFFICE,), makes=True)


def row_of(sorts: Mapping[str, str]) -> Kind:
    """Return a row of the sheet, as lists are read and written: no kind of the register. `sorts` are the kinds of unit that one may be for."""
    fields = (
        Field("section", "分类", "choice", tuple(SECTIONS.items())),
        Field("words", "内容"),
        Field("also", "别的写法", hint="台账里还会怎样写，几个用分号隔开；照这样写的，导入时认作这一项"),
        Field("sorts", "适用类别", hint=f"只用于哪几类单位，用顿号隔开；不填为都用。可填：{'、'.join(sorts.values())}"),
        Field("under", "所属方面", hint="常见问题属于哪个方面，写方面的内容或代码"),
        Field("code", "代码", "login", hint="不填的由系统编；已有的不要改：内容改了，凭代码知道还是那一项"),
    )
    return Kind("dictionary", "问题分类", "一行一项", fields, (_ACT,), named_by=("words",))


@dataclass(frozen=True, slots=True)
class DictionarySheet:
    """A dictionary as it was read: its rows as they stand, its entries, every fault at its cell."""

    listed: Listed
    entries: tuple[Entry, ...] = ()
    faults: tuple[SheetFault, ...] = ()


def read_dictionary(path: Path, before: Sequence[Entry], kinds: UnitKinds) -> DictionarySheet:
    """Read a dictionary that follows a version; codes that are left out are given, what is said otherwise now remembers how it was said."""
    row, sorts = row_of(kinds.names), kinds.names
    listed = read_list(path, row, _ACT)
    if listed.faults:
        return DictionarySheet(listed, faults=listed.faults)
    entries = [_entry(one, sorts) for one in listed.rows]
    found = numbered(entries, before)
    found = carried_on(_placed(found), before)
    faults = [_at(listed.rows, row, fault) for fault in faults_in(found, sorts)]
    return DictionarySheet(listed, tuple(found), tuple(sorted(faults, key=lambda one: one.row)))


def _at(rows: Sequence[ListRow], row: Kind, fault: Fault) -> SheetFault:
    if fault.place < 0:
        return SheetFault(0, "", "", fault.sentence)
    one = rows[fault.place]
    return SheetFault(one.row, row.field(fault.field).shown, shown(one.said.get(fault.field, "")), fault.sentence)


def _entry(one: ListRow, sorts: Mapping[str, str]) -> Entry:
    said = one.said
    sections = {words: name for name, words in SECTIONS.items()}
    section, keys = said.get("section", ""), {words: key for key, words in sorts.items()}
    return Entry(
        sections.get(section, section), said.get("code", ""), tidy(said.get("words", "")), tuple(_parts(said.get("also", ""))),
        tuple(keys.get(words, words) for sort in _parts(said.get("sorts", "")) for words in sort.split("、")), tidy(said.get("under", "")),
    )  # fmt: skip


def _parts(text: str) -> Iterator[str]:
    yield from (word for part in _SPLIT.split(text) if (word := tidy(part)))


def _placed(entries: Sequence[Entry]) -> Iterator[Entry]:
    """Let a typical problem name its aspect by its code, where the sheet says it in words."""
    for one in entries:
        above = meant(entries, ASPECT, one.under) if one.section == TYPICAL and one.under else None
        yield one if above is None else Entry(one.section, one.code, one.words, one.also, one.sorts, above.code)


def write_dictionary(path: Path, entries: Sequence[Entry], kinds: UnitKinds, today: date) -> None:
    """Write entries out, or an empty sheet to be filled in."""
    row, names = row_of(kinds.in_use(today)), kinds.names
    write_template(path, row, _ACT, [_row(one, entries, names) for one in entries])


def _row(one: Entry, entries: Sequence[Entry], sorts: Mapping[str, str]) -> Mapping[str, str]:
    above = next((entry.words for entry in entries if (entry.section, entry.code) == (ASPECT, one.under)), "")
    return {
        "section": SECTIONS[one.section], "words": one.words, "also": "；".join(one.also),
        "sorts": "、".join(sorts.get(sort, sort) for sort in one.sorts), "under": above, "code": one.code,
    }  # fmt: skip
