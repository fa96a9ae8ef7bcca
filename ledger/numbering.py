"""The number of each problem within its unit: the file's own, or its place when the file gives none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ledger.columns import Columns
from ledger.words import tidy_name, tidy_number


@dataclass(frozen=True, slots=True)
class Numbered:
    """The problems of a worksheet, or of one table of a document: their columns, the unit of each, the rows that continue another."""

    columns: Columns
    units: Sequence[str | None]
    continues: Mapping[int, int]

    @property
    def own(self) -> list[int]:
        """The indexes of what has a number of its own."""
        return [index for index, row in enumerate(self.columns.rows) if row not in self.continues]


def number_problems(parts: Sequence[Numbered]) -> list[list[str]]:
    """One number a problem, part by part; a twin within a unit is a fault naming both rows, a missing one is given by order."""
    numbers = [_said(part.columns) for part in parts]
    pairs = [pair for part, said in zip(parts, numbers, strict=True) for pair in zip(part.units, said, strict=True)]
    if any("" in said for said in numbers) or len(set(pairs)) < len(pairs):
        _find_twins(parts, numbers)
    if any("" in said for said in numbers):
        _number_missing(parts, numbers)
    return numbers


def _said(columns: Columns) -> list[str]:
    numbers = columns.names("number", tidy_name, filled=False)
    if not all(map(str.isascii, numbers)):
        numbers = list(map(tidy_number, numbers))
    cells = columns.cells("number", filled=False)
    for index, cell in enumerate(cells) if {date, datetime} & set(map(type, cells)) else ():
        if isinstance(cell, date):
            columns.fault(index, "number", cell, "编号被 Excel 变成了日期，请把这一列设为文本后重填。")
    return numbers


def _find_twins(parts: Sequence[Numbered], numbers: Sequence[list[str]]) -> None:
    first: dict[tuple[str | None, str], str] = {}
    for part, said in zip(parts, numbers, strict=True):
        for index in part.own:
            unit, number = part.units[index], said[index]
            if not number:
                continue
            place = part.columns.grid.place(part.columns.rows[index])
            if (earlier := first.setdefault((unit, number), place)) is not place:
                where = f"“{unit}”的" if unit else ""
                message = f"{earlier}和{place}都是{where}编号 {number}，请改成不同的编号。"
                part.columns.fault(index, "number", number, message)


def _number_missing(parts: Sequence[Numbered], numbers: Sequence[list[str]]) -> None:
    taken = {(part.units[index], said[index]) for part, said in zip(parts, numbers, strict=True) for index in part.own}
    place: dict[str | None, int] = defaultdict(int)
    for part, said in zip(parts, numbers, strict=True):
        given = []
        for index in part.own:
            unit = part.units[index]
            place[unit] += 1
            if said[index]:
                continue
            number = place[unit]
            while (unit, str(number)) in taken:
                number += 1
            said[index] = str(number)
            taken.add((unit, said[index]))
            given.append(part.columns.rows[index])
        if given:
            part.columns.notices.append(f"{part.columns.grid.listed(given)}没有编号，已按在本单位内的次序编号。")
