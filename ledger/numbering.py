"""The number of each problem within its unit: the sheet's own, or its place when the sheet gives none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from ledger.columns import Columns
from ledger.sheet import listed
from ledger.words import tidy_name, tidy_number


def number_problems(columns: Columns, units: Sequence[str | None], continues: Mapping[int, int]) -> list[str]:
    """One number a problem; a twin within a unit is a fault naming both rows, a missing one is given by order."""
    numbers = columns.names("number", tidy_name, filled=False)
    if not all(map(str.isascii, numbers)):
        numbers = list(map(tidy_number, numbers))
    cells = columns.cells("number", filled=False)
    for index, cell in enumerate(cells) if {date, datetime} & set(map(type, cells)) else ():
        if isinstance(cell, date):
            columns.fault(index, "number", cell, "编号被 Excel 变成了日期，请把这一列设为文本后重填。")
    own = [index for index, row in enumerate(columns.rows) if row not in continues]
    if "" in numbers or len(set(zip(units, numbers, strict=True))) < len(numbers):
        _find_twins(columns, units, numbers, own)
    _number_missing(columns, units, numbers, own)
    return numbers


def _find_twins(columns: Columns, units: Sequence[str | None], numbers: list[str], own: Sequence[int]) -> None:
    first: dict[tuple[str | None, str], int] = {}
    for index in own:
        if not numbers[index]:
            continue
        earlier = first.setdefault((units[index], numbers[index]), index)
        if earlier != index:
            where = f"“{units[index]}”的" if units[index] else ""
            lines = f"第 {columns.rows[earlier] + 1} 行和第 {columns.rows[index] + 1} 行"
            columns.fault(
                index, "number", numbers[index], f"{lines}都是{where}编号 {numbers[index]}，请改成不同的编号。"
            )


def _number_missing(columns: Columns, units: Sequence[str | None], numbers: list[str], own: Sequence[int]) -> None:
    if "" not in numbers:
        return
    taken = {(units[index], numbers[index]) for index in own}
    place: dict[str | None, int] = defaultdict(int)
    given = []
    for index in own:
        unit = units[index]
        place[unit] += 1
        if numbers[index]:
            continue
        number = place[unit]
        while (unit, str(number)) in taken:
            number += 1
        numbers[index] = str(number)
        taken.add((unit, numbers[index]))
        given.append(columns.rows[index] + 1)
    if given:
        columns.notices.append(f"{listed(given)}没有编号，已按在本单位内的次序编号。")
