"""A ledger file read into problems: pure, complete, and with every fault named by row and column."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ledger.columns import FORMULA, Columns
from ledger.grid import Grid, read_grids
from ledger.headers import Header, find_header, header_rank
from ledger.joining import join
from ledger.limits import DEFAULT, Limits
from ledger.lines import Lines, sort_lines
from ledger.numbering import number_problems
from ledger.refusals import LedgerRefused, NoHeader
from ledger.running import running_of, with_running
from ledger.schedule import due_and_kind
from ledger.sheet import Row, Sheet, SheetFault, listed, shown
from ledger.title import Title, read_title
from ledger.words import tidy_name
from storage.visible import tidy


def parse(path: Path | str, *, unit: str | None = None, limits: Limits = DEFAULT, running: bool = False) -> Sheet:
    """Read a ledger (xlsx, xls or CSV, told by its content). Never raises for what is in the file: faults say it.

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
        grids = read_grids(path, header_rank, limits)
        grid, header, notices = _choose(grids)
    except LedgerRefused as refusal:
        return Sheet(faults=(SheetFault(0, "", shown(path.name), str(refusal)),))
    title = read_title(grid, header.top)
    header = with_running(header) if running else header
    if "problem" not in header.columns:
        return _without_problems(grid, header, title, notices)
    if running and not {"state", "closed", "published"} & header.columns.keys():
        return _without_states(grid, header, title, notices)
    return _read(grid, header, title, notices, tidy(unit) if unit else None, limits, running=running)


def _choose(grids: list[Grid]) -> tuple[Grid, Header, list[str]]:
    headed = [(grid, header) for grid in grids if (header := find_header(grid))]
    seen = [(grid, header) for grid, header in headed if grid.visible]
    if not seen:
        raise NoHeader
    grid, header = seen[0]
    others = "、".join(f"“{other.name}”" for other, _ in headed if other is not grid)
    return grid, header, [f"另有工作表{others}未读取。"] if others else []


def _without_problems(grid: Grid, header: Header, title: Title, notices: list[str]) -> Sheet:
    found = "、".join(header.labels.values())
    message = "没有找到“问题”一列（反馈问题、存在问题、问题均可），请核对表头。"
    fault = SheetFault(header.bottom + 1, "问题", shown(found), message)
    return Sheet((), (fault,), tuple(notices), title.text, frozenset(header.columns), name=grid.name)


def _without_states(grid: Grid, header: Header, title: Title, notices: list[str]) -> Sheet:
    message = (
        "没有找到“状态”一列（状态、整改状态、完成状态、销号情况均可）：存量转入要按它决定每个问题转到哪一步，请补上。"
    )
    fault = SheetFault(header.bottom + 1, "状态", shown("、".join(header.labels.values())), message)
    return Sheet((), (fault,), tuple(notices), title.text, frozenset(header.columns), name=grid.name)


def _read(
    grid: Grid, header: Header, title: Title, notices: list[str], unit: str | None, limits: Limits, *, running: bool
) -> Sheet:
    lines = sort_lines(grid, header)
    columns = Columns(grid, header, lines.problems, limits.text_chars)
    columns.notices += [*notices, *_passed_over(header, lines)]
    units = _units(columns, title, unit, lines)
    rows = _rows(columns, lines, units)
    if running:
        rows = [replace(row, running=one) for row, one in zip(rows, running_of(columns), strict=True)]
    rows = join(rows, columns, lines.continues)
    if not rows and not columns.faults:
        columns.faults.append(SheetFault(header.bottom + 1, "", "", "表头下面没有一行问题。"))
    fields = frozenset(header.columns) | ({"category"} if lines.sections else set())
    labels = tuple((key, header.label(column)) for key, column in header.columns.items())
    faults = columns.sorted_faults()
    notes = tuple(columns.notices)
    return Sheet(
        tuple(rows),
        faults,
        notices=notes,
        title=title.text,
        fields=fields,
        labels=labels,
        name=grid.name,
    )


def _rows(columns: Columns, lines: Lines, units: Sequence[str | None]) -> list[Row]:
    numbers = number_problems(columns, units, lines.continues)
    problems = _problems(columns, lines)
    dues, kinds = due_and_kind(columns)
    return list(
        map(
            Row,
            [row + 1 for row in lines.problems],
            numbers,
            units,
            _categories(columns, lines),
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


def _categories(columns: Columns, lines: Lines) -> list[str]:
    categories = columns.names("category", tidy_name)
    if not lines.sections:
        return categories
    above, waiting = "", list(reversed(lines.sections))
    for index, row in enumerate(columns.rows):
        while waiting and waiting[-1][0] < row:
            above = waiting.pop()[1]
        categories[index] = categories[index] or above
    columns.notices.append(f"{listed([row + 1 for row, _ in lines.sections])}是分段标题，已作为其下各问题的方面。")
    return categories


def _units(columns: Columns, title: Title, unit: str | None, lines: Lines) -> Sequence[str | None]:
    if unit:
        return [unit] * len(columns.rows)
    if "unit" not in columns:
        if title.place and title.place in columns.grid.formulas:
            columns.faults.append(SheetFault(title.place[0] + 1, "填报单位", shown(title.unit), FORMULA))
        return [title.unit] * len(columns.rows)
    # Some signs that are not drawn count as printable, and so pass for tidy.
    units = list(map(tidy, columns.names("unit", tidy)))
    why = "这一行没有填单位；若与上一行同属一个单位，请合并单元格或补填。"
    return _all_filled(columns, "unit", units, lines, why)


def _passed_over(header: Header, lines: Lines) -> list[str]:
    notices = [f"“{label}”与“{other}”含义相同，只读了“{other}”。" for label, other in header.doubled()]
    if unknown := header.unknown():
        notices.append(f"不认识的列没有读入：{'、'.join(map(shown, unknown))}。")
    if lines.left_out:
        rows = listed([row + 1 for row in lines.left_out])
        notices.append(f"{rows}是合计、签字、说明或重复的表头，没有当作问题。")
    return notices
