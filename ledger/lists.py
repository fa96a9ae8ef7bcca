"""Lists 名册 in and out: many rows of one kind of the register in a sheet, its columns made from the table of kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from xlsxwriter import Workbook

from ledger.grid import Grid, read_grids
from ledger.limits import Limits
from ledger.refusals import LedgerRefused
from ledger.sheet import SheetFault, shown
from register.choices import CAPACITY_WORDS
from register.fields import Field
from register.grammar import Act, Kind
from register.kinds import KINDS
from states import ROLES
from storage.visible import tidy

ALSO: Final = {
    "党组织名称": "名称", "单位名称": "名称", "单位": "党组织", "所在党组织": "党组织", "单位类别": "类别", "上级": "上级党组织", "职务": "角色",
    "登录名": "账号", "电子邮箱": "邮箱", "工号": "身份标识", "身份证号": "身份标识", "责任单位": "责任党组织",
}  # fmt: skip
"""Heads that offices write, and the field each means."""
LIMITS: Final = Limits(rows=5_000)
"""A list is longer than a city has people by mistake only."""
_ABOVE: Final = 5
"""So many rows may stand above the header: a title, a date, who made the list."""
_WIDE: Final = 18
_MOST_CHOICES: Final = 200


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row: its number in the sheet, and what is written in it by field."""

    row: int
    said: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Listed:
    """A list as it was read, with every fault at its cell; `labels` are its columns by field."""

    rows: tuple[ListRow, ...] = ()
    faults: tuple[SheetFault, ...] = ()
    notices: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()

    @property
    def lacks(self) -> bool:
        """Say whether something is wrong with the sheet as a whole, so that nothing can be said of its rows."""
        rows = {one.row for one in self.rows}
        return any(one.row not in rows for one in self.faults)


def read_list(path: Path, kind: Kind, act: Act) -> Listed:
    """Read a list (xlsx, xls, et, ods or CSV, told by its content). Never raises for what is in the file: faults say it."""
    columns = columns_of(kind, act)

    def rank(rows: list[list[str]]) -> int:
        return max((len(_fields(row, columns)) for row in rows), default=0)

    try:
        grids = [grid for grid in read_grids(path, rank, LIMITS) if grid.visible and grid.columns]
    except LedgerRefused as refusal:
        return Listed(faults=(SheetFault(0, "", shown(path.name), str(refusal).replace("台账", "名册")),))
    headed = [(grid, *header) for grid in grids if (header := _header(grid, columns))]
    if not headed:
        wanted = "、".join(label for label, one in columns.items() if act.requires(one.name))
        return Listed(faults=(SheetFault(0, "", "", f"没有找到表头：至少要有{wanted}，请用模板填写"),))
    return _read(*headed[0], kind, act)


def columns_of(kind: Kind, act: Act) -> dict[str, Field]:
    """Return the columns of a list by their heads, in the order of the template."""
    return {kind.field(name).shown: kind.field(name) for name in act.fields}


def _header(grid: Grid, columns: Mapping[str, Field]) -> tuple[int, dict[int, Field]] | None:
    """Return the row of the header and its columns: that of the first rows that names the most."""
    rows = [(top, _fields(list(map(str, grid.row(top))), columns)) for top in range(min(_ABOVE + 1, grid.height))]
    best = max(rows, key=lambda one: len(one[1]), default=None)
    return best if best is not None and best[1] else None


def _fields(row: list[str], columns: Mapping[str, Field]) -> dict[int, Field]:
    heads = {place: tidy(text).rstrip("*＊ ").partition("（")[0] for place, text in enumerate(row)}
    meant = {place: head if head in columns else ALSO.get(head, "") for place, head in heads.items()}
    return {place: columns[head] for place, head in meant.items() if head in columns}


def _read(grid: Grid, top: int, found: dict[int, Field], kind: Kind, act: Act) -> Listed:
    faults = [
        SheetFault(top + 1, one.shown, "", f"没有“{one.shown}”一列，请用模板填写") for one in _missing(found, kind, act)
    ]
    rows = []
    for index in range(top + 1, grid.height):
        cells = grid.row(index)
        said = {field.name: text for place, field in found.items() if (text := _text(cells[place]))}
        if said:
            rows.append(ListRow(index + 1, said))
            faults += [
                SheetFault(index + 1, field.shown, "", "这一格是公式，读不出它的值：请复制后选择性粘贴为数值")
                for place, field in found.items()
                if (index, place) in grid.formulas
            ]
    if not rows and not faults:
        faults.append(SheetFault(top + 1, "", "", "表头下面没有一行内容"))
    unknown = [text for place, text in enumerate(map(str, grid.row(top))) if place not in found and text.strip()]
    notices = [f"不认识的列没有读入：{'、'.join(map(shown, unknown))}"] if unknown else []
    labels = tuple((field.name, field.shown) for field in found.values())
    return Listed(tuple(rows), tuple(faults), tuple(notices), labels)


def _missing(found: Mapping[int, Field], kind: Kind, act: Act) -> list[Field]:
    there = {field.name for field in found.values()}
    return [kind.field(name) for name in act.fields if act.requires(name) and name not in there]


def _text(cell: Any) -> str:
    """Return a cell as people would type it into a form: dates as dates, whole numbers without a point."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def write_template(
    path: Path,
    kind: Kind,
    act: Act,
    rows: Sequence[Mapping[str, str]] = (),
    named: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> None:
    """Write an empty list, or one with rows: a head that says what is required, choices to pick from, and a second sheet that explains each column.

    `named` are the names of the rows that a field is chosen from, by the kind of those.
    """
    with Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        head = book.add_format({"bold": True, "bg_color": "#F2F2F2", "border": 1, "align": "center"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        sheet, notes = book.add_worksheet(f"{kind.shown}名册"), book.add_worksheet("填写说明")
        notes.set_column(0, 1, _WIDE)
        notes.set_column(2, 2, 4 * _WIDE, wrap)
        for place, words in enumerate(("列", "必填", "说明")):
            notes.write_string(0, place, words, head)
        for place, (label, field) in enumerate(columns_of(kind, act).items()):
            required = act.requires(field.name)
            sheet.set_column(place, place, _WIDE)
            sheet.write_string(0, place, f"{label}*" if required else label, head)
            choices = [words for words in (*choices_of(field).values(), *named.get(field.type, ())) if words]
            if len(choices) > 0 and sum(map(len, choices)) + len(choices) < _MOST_CHOICES:
                sheet.data_validation(1, place, LIMITS.rows, place, {"validate": "list", "source": choices})
            for number, row in enumerate(rows, start=1):
                sheet.write_string(number, place, row.get(field.name, ""))
            for column, words in enumerate((label, "是" if required else "", _explained(field, choices))):
                notes.write_string(place + 1, column, words)
        sheet.freeze_panes(1, 0)


def choices_of(field: Field) -> Mapping[str, str]:
    """Return what a field is chosen from, by its value."""
    return {"choice": dict(field.choices), "role": ROLES, "capacity": CAPACITY_WORDS}.get(field.type, {})


def _explained(field: Field, choices: list[str]) -> str:
    words = [field.hint] if field.hint else []
    if choices:
        words.append(f"可填：{'、'.join(choices)}")
    elif field.type == "date":
        words.append("日期，如 2026-03-05")
    elif field.refers:
        words.append(f"{KINDS[field.type].shown}的名称，与登记的一样；同一份名册里有的也可以")
    return "；".join(words)
