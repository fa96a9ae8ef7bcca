"""A ledger file read into problems: pure, complete, and with every fault named by row and column."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ledger.columns import FORMULA, Columns
from ledger.grid import read_grids
from ledger.headers import header_rank
from ledger.joining import join
from ledger.limits import DEFAULT, Limits
from ledger.lines import Lines, sort_lines
from ledger.numbering import Numbered, number_problems
from ledger.refusals import LedgerRefused
from ledger.running import SAYS_WHERE, running_of, with_running
from ledger.schedule import due_and_kind
from ledger.sheet import Part, Row, Sheet, SheetFault, shown
from ledger.tables import Chosen, Table, choose
from ledger.title import Title
from ledger.words import tidy_name, tidy_number
from storage.visible import tidy

NAMED = 3
"""So many columns that are passed over are named."""


def parse(path: Path | str, *, unit: str | None = None, limits: Limits = DEFAULT, running: bool = False) -> Sheet:
    """Read a ledger (xlsx, xls, et, ods, CSV, or the tables of a docx, told by its content). Never raises for what is in the file: faults say it.

    `unit` stands for every row's unit, whatever the file says; `running` reads as well where each problem stands.
    """
    with _collector_at_rest():
        return _parse(Path(path), unit, limits, running=running)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Pause the garbage collector: a large ledger makes millions of objects without cycles, and walking them is wasted."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _parse(path: Path, unit: str | None, limits: Limits, *, running: bool) -> Sheet:
    try:
        chosen = choose(read_grids(path, header_rank, limits, documents=True))
    except LedgerRefused as refusal:
        return Sheet(faults=(SheetFault(0, "", shown(path.name), str(refusal)),))
    if chosen.tables and "problem" not in chosen.tables[0].header.columns:
        return _without_problems(chosen.tables[0], chosen)
    if running:
        tables = [replace(table, header=with_running(table.header)) for table in chosen.tables]
        chosen = replace(chosen, tables=tables)
        if tables and not any(SAYS_WHERE & table.header.columns.keys() for table in tables):
            return _without_states(tables[0], chosen)
    return _read(chosen, tidy(unit) if unit else None, limits, running=running)


def _without_problems(table: Table, chosen: Chosen) -> Sheet:
    header = table.header
    found = "、".join(header.labels.values())
    message = "没有找到“问题”一列（反馈问题、存在问题、问题均可），请核对表头。"
    return _without(table, chosen, SheetFault(table.grid.number(header.bottom), "问题", shown(found), message))


def _without_states(table: Table, chosen: Chosen) -> Sheet:
    found = "、".join(table.header.labels.values())
    message = (
        "没有找到“状态”一列（状态、整改状态、完成状态、销号情况均可）：存量转入要按它决定每个问题转到哪一步，请补上。"
    )
    return _without(table, chosen, SheetFault(table.grid.number(table.header.bottom), "状态", shown(found), message))


def _without(table: Table, chosen: Chosen, fault: SheetFault) -> Sheet:
    header = table.header
    fields = frozenset(header.columns)
    return Sheet(
        (), (fault,), tuple(chosen.notices), table.title.text, fields, name=table.grid.name, parts=_parts(chosen, [])
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    """One table being read: its columns, its lines sorted, the unit of each of its problems."""

    table: Table
    columns: Columns
    lines: Lines
    units: Sequence[str | None]

    @property
    def part(self) -> Part:
        header, grid = self.table.header, self.table.grid
        fields = frozenset(header.columns) | ({"category"} if self.lines.sections or self.table.section else set())
        labels = tuple((key, header.label(column)) for key, column in header.columns.items())
        return Part(grid.table, grid.before, fields, labels)


def _read(chosen: Chosen, unit: str | None, limits: Limits, *, running: bool) -> Sheet:
    readings = [_reading(table, unit, limits) for table in chosen.tables]
    numbers = number_problems([Numbered(one.columns, one.units, one.lines.continues) for one in readings])
    rows = [
        row
        for one, given in zip(readings, numbers, strict=True)
        for row in join(_rows(one, given, running=running), one.columns, one.lines.continues)
    ]
    faults = [*chosen.faults, *_partly_without_units(readings)]
    faults += [fault for one in readings for fault in one.columns.sorted_faults()]
    first = chosen.tables[0] if chosen.tables else None
    if first and not rows and not faults:
        faults.append(SheetFault(first.grid.number(first.header.bottom), "", "", "表头下面没有一行问题。"))
    said = [one.part for one in readings]
    return Sheet(
        tuple(rows),
        tuple(sorted(faults, key=lambda fault: fault.row)),
        notices=(*chosen.notices, *(notice for one in readings for notice in one.columns.notices)),
        title=first.title.text if first else "",
        fields=frozenset(name for part in said for name in part.fields),
        labels=tuple(dict.fromkeys(label for part in said for label in part.labels)),
        name=first.grid.name if first else "",
        parts=_parts(chosen, said),
    )


def _parts(chosen: Chosen, said: Sequence[Part]) -> tuple[Part, ...]:
    """Return every table of a document, those that say nothing of problems among them; a worksheet is none."""
    silent = [Part(grid.table, grid.before, frozenset()) for grid in chosen.passed]
    return tuple(sorted((one for one in (*said, *silent) if one.table), key=lambda one: one.table))


def _reading(table: Table, unit: str | None, limits: Limits) -> _Reading:
    lines = sort_lines(table.grid, table.header)
    columns = Columns(table.grid, table.header, lines.problems, limits.text_chars)
    columns.notices += _passed_over(table, lines)
    return _Reading(table, columns, lines, _units(columns, table.title, unit, lines))


def _partly_without_units(readings: Sequence[_Reading]) -> Iterator[SheetFault]:
    """Yield a fault for each table of a document that names no unit, where others do."""
    without = [one for one in readings if one.units and not any(one.units)]
    if len(without) == len([one for one in readings if one.units]):
        return
    for one in without:
        grid, header = one.table.grid, one.table.header
        message = (
            f"第 {grid.table} 个表格没有写明单位，别的表格写了：请在表格上面写“填报单位：……”，或在表里加“单位”一列。"
        )
        yield SheetFault(grid.number(max(header.top, 0)), "单位", "", message)


def _rows(reading: _Reading, numbers: list[str], *, running: bool) -> list[Row]:
    rows = _plain_rows(reading, numbers)
    if not running:
        return rows
    return [replace(row, running=one) for row, one in zip(rows, running_of(reading.columns), strict=True)]


def _plain_rows(reading: _Reading, numbers: list[str]) -> list[Row]:
    columns, lines = reading.columns, reading.lines
    problems = _problems(columns, lines)
    dues, kinds = due_and_kind(columns)
    return list(
        map(
            Row,
            [reading.table.grid.number(row) for row in lines.problems],
            numbers,
            reading.units,
            _categories(reading),
            problems,
            columns.texts("detail"),
            columns.texts("basis"),
            columns.names("amount", tidy_name),
            columns.texts("measures"),
            columns.names("responsible", tidy_name),
            columns.names("department", tidy_name),
            columns.names("person", tidy_name),
            dues,
            kinds,
            columns.texts("progress"),
            columns.texts("note"),
            columns.names("round", tidy_name),
            columns.names("topics", tidy_name),
            columns.names("team", tidy_name),
            columns.names("ordered", tidy_number),
        )
    )


def _problems(columns: Columns, lines: Lines) -> list[str]:
    why = "这一行没有填问题；若与上一行是同一个问题，请合并单元格或补填。"
    return _all_filled(columns, "problem", columns.texts("problem"), lines, why)


def _all_filled(columns: Columns, field: str, values: list[str], lines: Lines, why: str) -> list[str]:
    """Return the values of a column, with a fault where one is empty and the line does not go on from the one above."""
    if "" in values:
        for index, value in enumerate(values):
            if not value and columns.rows[index] not in lines.continues:
                columns.fault(index, field, "", why)
    return values


def _categories(reading: _Reading) -> list[str]:
    columns, lines = reading.columns, reading.lines
    categories = columns.names("category", tidy_name)
    if not lines.sections and not reading.table.section:
        return categories
    above, waiting = reading.table.section, list(reversed(lines.sections))
    for index, row in enumerate(columns.rows):
        while waiting and waiting[-1][0] < row:
            above = waiting.pop()[1]
        categories[index] = categories[index] or above
    if lines.sections:
        named = columns.grid.listed([row for row, _ in lines.sections])
        columns.notices.append(f"{named}是分段标题，已作为其下各问题的方面。")
    return categories


def _units(columns: Columns, title: Title, unit: str | None, lines: Lines) -> Sequence[str | None]:
    if unit:
        return [unit] * len(columns.rows)
    if "unit" not in columns:
        if title.place and title.place in columns.grid.formulas:
            columns.faults.append(
                SheetFault(columns.grid.number(title.place[0]), "填报单位", shown(title.unit), FORMULA)
            )
        return [title.unit] * len(columns.rows)
    # Some signs that are not drawn count as printable, and so pass for tidy.
    units = list(map(tidy, columns.names("unit", tidy)))
    why = "这一行没有填单位；若与上一行同属一个单位，请合并单元格或补填。"
    return _all_filled(columns, "unit", units, lines, why)


def _passed_over(table: Table, lines: Lines) -> list[str]:
    of = f"第 {table.grid.table} 个表格：" if table.grid.table else ""
    doubled = table.header.doubled()
    notices = [f"{of}“{label}”与“{other}”含义相同，只读了“{other}”。" for label, other in doubled]
    if unknown := table.header.unknown():
        notices.append(f"{of}不认识的列没有读入：{'、'.join(map(shown, unknown))}。")
    if system := table.header.system():
        named = "、".join(system[:NAMED]) + (f"等 {len(system)} 列" if len(system) > NAMED else "")
        notices.append(f"{of}{named}由系统生成，没有读入：在台账里改了不算，请在办理时填写。")
    if lines.left_out:
        notices.append(f"{table.grid.listed(lines.left_out)}是合计、签字、说明或重复的表头，没有当作问题。")
    return notices
