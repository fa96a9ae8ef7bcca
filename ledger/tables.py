"""Which worksheet of a file is read, or which tables of a document; each with its header, its title, and the unit it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ledger.grid import Grid
from ledger.headers import Header, find_header
from ledger.lines import PLAIN_NUMBER
from ledger.refusals import NoHeader
from ledger.sheet import SheetFault, shown
from ledger.title import Heading, Title, read_heading, read_title
from ledger.words import cell_text, squeezed

FEWEST_FILLED = 3
"""A row with a number and so many cells filled looks like a problem."""


@dataclass(frozen=True, slots=True)
class Table:
    """A worksheet or a document's table that is read: where its header lies, what stands above it, and the aspect that holds from there."""

    grid: Grid
    header: Header
    title: Title
    section: str = ""


@dataclass(slots=True)
class Chosen:
    """What is read of a file, what of it is not, and what keeps it out."""

    tables: list[Table] = field(default_factory=list)
    passed: list[Grid] = field(default_factory=list)
    """The tables of a document that are no ledger."""
    notices: list[str] = field(default_factory=list)
    faults: list[SheetFault] = field(default_factory=list)


def choose(grids: Sequence[Grid]) -> Chosen:
    """The first visible worksheet with a header, or every table of a document that has one; NoHeader where there is none."""
    if grids and grids[0].table:
        return _of_document(grids)
    headed = [(grid, header) for grid in grids if (header := find_header(grid))]
    seen = [(grid, header) for grid, header in headed if grid.visible]
    if not seen:
        raise NoHeader
    grid, header = seen[0]
    others = "、".join(f"“{other.name}”" for other, _ in headed if other is not grid)
    tables = [Table(grid, header, read_title(grid, header.top))]
    return Chosen(tables, notices=[f"另有工作表{others}未读取。"] if others else [])


def _of_document(grids: Sequence[Grid]) -> Chosen:
    found = Chosen()
    waiting: list[str] = []
    for grid in grids:
        header = find_header(grid) or _continued(found.tables, grid)
        waiting += grid.above
        if header is None or "problem" not in header.columns:
            if header is None and _looks_like_problems(grid):
                found.faults.append(_headless(grid))
            found.passed.append(grid)
            continue
        inner = [word for row in range(header.top) for cell in grid.row(row) if (word := cell_text(cell)).strip()]
        _add(found, grid, header, read_heading([*waiting, *inner]))
        waiting = []
    if not found.tables and not found.faults:
        raise NoHeader
    if found.tables and any(grid.revised for grid in grids):
        found.notices.append("文档里有没有接受的修订，已按接受以后的样子读入。")
    headed = {fault.row for fault in found.faults}
    if others := "、".join(str(grid.table) for grid in found.passed if grid.number(0) not in headed):
        found.notices.append(f"第 {others} 个表格不是问题的台账，没有读入。")
    return found


def _add(found: Chosen, grid: Grid, header: Header, heading: Heading) -> None:
    """Add a table; where nothing above it names another unit, it is about the unit of the table before."""
    before = found.tables[-1] if found.tables else None
    inner = read_title(grid, header.top) if header.top > 0 else Title()
    unit, section = inner.unit or heading.unit, heading.section
    if unit is None and before is not None:
        unit, section = before.title.unit, section or before.section
        if heading.unread and unit and "unit" not in header.columns:
            words = "、".join(f"“{shown(words)}”" for words in heading.unread)
            found.notices.append(
                f"第 {grid.table} 个表格上面的{words}没有认作单位，这个表格按前面的“{unit}”读入，请核对。"
            )
    title = Title(heading.text, unit, inner.place)
    found.tables.append(Table(grid, header, title, section))


def _continued(tables: Sequence[Table], grid: Grid) -> Header | None:
    """Return the header of the table before, where this one has none of its own and goes on with as many columns."""
    if not tables or len(grid.columns) != len(tables[-1].grid.columns) or not _looks_like_problems(grid):
        return None
    return replace(tables[-1].header, top=-1, bottom=-1)


def _looks_like_problems(grid: Grid) -> bool:
    for index in range(grid.height):
        words = [word for cell in grid.row(index) if (word := squeezed(cell_text(cell)))]
        if len(words) >= FEWEST_FILLED and PLAIN_NUMBER.fullmatch(words[0]):
            return True
    return False


def _headless(grid: Grid) -> SheetFault:
    message = (
        f"第 {grid.table} 个表格没有认出表头，列数也与前面的表格不同："
        "请补上表头（如“序号、问题、整改措施、整改时限”），不是问题的请删去。"
    )
    return SheetFault(grid.number(0), "", "", message)
