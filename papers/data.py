"""A paper as data for the typesetter: strings, numbers and lists alone. Nothing of it is ever read as markup."""

from __future__ import annotations

from functools import singledispatch
from typing import Any, Final

from papers.content import (
    Attachment,
    Blank,
    Boxes,
    Cell,
    Content,
    Form,
    Heading,
    Lines,
    Paragraph,
    Signers,
    Table,
    Text,
    balanced,
    parts_of,
    plain,
)
from papers.kinds import LETTER, RED, REPORT, Kind

_SHORT: Final = 8
"""So many signs of a cell are short."""
MARK_WIDTH: Final = 440
"""Points across which the mark of a red head may reach."""
LARGEST_MARK: Final = {RED: 48, REPORT: 48, LETTER: 40}
_PAGE_LINES: Final = {False: 30, True: 18}
"""About how many lines of a table's text a row may have before it may be split, upright and across."""


def as_data(content: Content, kind: Kind) -> dict[str, Any]:
    """Return the paper as data, laid out by the scheme of its kind; every text in it can be drawn."""
    data: dict[str, Any] = _drawable(_as_data(content, kind))
    return data


def _drawable(value: Any) -> Any:
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {name: _drawable(one) for name, one in value.items()}
    return [_drawable(one) for one in value] if isinstance(value, list | tuple) else value


def _as_data(content: Content, kind: Kind) -> dict[str, Any]:
    mark = content.organ + ("文件" if kind.scheme in {RED, REPORT} else "")
    title = balanced(content.title, 30 if content.wide else 19)
    attachments = [_attachment(one) for one in content.attachments]
    names = [one.title for one in content.attachments] + list(content.named_only)
    blocks = [_blocked(one, content.wide) for one in content.blocks]
    if blocks:
        blocks[-1]["keeps"] = _keeps(blocks[-1])
    return {
        "scheme": kind.scheme, "wide": content.wide, "title": "".join(title), "title_lines": title,
        "organ": content.organ, "mark": mark, "mark_size": mark_size(mark, kind.scheme), "number": _part(content.number),
        "number_said": content.number if isinstance(content.number, str) else content.number.written, "to": _part(content.to),
        "signer": _part(content.signer), "day": content.day, "printed_on": content.printed_on, "signed": content.signed, "blocks": blocks,
        "attachments": attachments,
        "named": names, "named_only": len(content.named_only), "copies": "，".join(content.copies),
        "receipt": None if content.receipt is None else {
            "file": content.receipt.file, "receiver": content.receipt.receiver, "returns_to": content.receipt.returns_to,
        },
    }  # fmt: skip


def mark_size(mark: str, scheme: str) -> float:
    """Return the size of the mark in points: as large as its length allows."""
    return float(min(LARGEST_MARK.get(scheme, 22), MARK_WIDTH // max(1, len(mark))))


def _attachment(one: Attachment) -> dict[str, Any]:
    blocks = [_blocked(block, one.wide) for block in one.blocks]
    return {"title_lines": balanced(one.title, 30 if one.wide else 19), "wide": one.wide, "blocks": blocks}


def _part(text: Text) -> str | dict[str, str]:
    if isinstance(text, Blank):
        return text.written or {"blank": text.shown}
    return text


def _parts(cell: Cell) -> list[str | dict[str, str]]:
    return [_part(one) for one in parts_of(cell)]


def said(cell: Cell) -> str:
    """Return all that a cell says, blanks with it."""
    return "".join(one if isinstance(one, str) else one.shown for one in parts_of(cell))


def _blocked(block: Any, wide: bool) -> dict[str, Any]:  # noqa: FBT001 of the page it stands on
    data = _data(block)
    if isinstance(block, Table):
        data |= _rows(block, wide=wide)
    return data


@singledispatch
def _data(block: object) -> dict[str, Any]:
    raise TypeError(block)


@_data.register
def _(block: Heading) -> dict[str, Any]:
    return {"is": "heading", "level": block.level, "text": block.text}


@_data.register
def _(block: Paragraph) -> dict[str, Any]:
    return {"is": "paragraph", "indent": block.indent, "parts": [_part(one) for one in block.parts]}


@_data.register
def _(block: Table) -> dict[str, Any]:
    return {
        "is": "table",
        "head": list(block.head),
        "widths": list(block.widths),
        "empty": block.empty,
    }


@_data.register
def _(block: Form) -> dict[str, Any]:
    rows = [
        [{"label": name, "parts": _parts(cell), "tall": name in block.tall, "long": len(said(cell)) > 300} for name, cell in row]
        for row in block.rows
    ]  # fmt: skip
    return {"is": "form", "rows": rows}


@_data.register
def _(block: Boxes) -> dict[str, Any]:
    boxes = [{"label": one.label, "said": [_part(one.said)], "foot": one.foot} for one in block.boxes]
    return {"is": "boxes", "boxes": boxes}


@_data.register
def _(block: Lines) -> dict[str, Any]:
    return {"is": "lines", "count": block.count, "hint": block.hint}


@_data.register
def _(block: Signers) -> dict[str, Any]:
    return {"is": "signers", "lines": [{"label": label, "name": name} for label, name in block.lines]}


def cell_size(table: Table) -> int:
    """Return the size of a table's text in points: 4号 where it is narrow, smaller with more columns."""
    return 14 if len(table.head) <= 4 else 12 if len(table.head) <= 7 else 11


def splits(table: Table, row: tuple[Cell, ...], *, wide: bool) -> bool:
    """Say whether a row is so high that it must be split: a page would not hold it."""
    across = (640 if wide else 440) / cell_size(table) / sum(table.widths)
    high = max(
        sum(-(-max(1, len(line)) // max(1, int(share * across) - 1)) for line in said(cell).split("\n"))
        for cell, share in zip(row, table.widths, strict=True)
    )
    return high > _PAGE_LINES[wide]


def short_columns(table: Table) -> list[bool]:
    """Say of each column whether all that stands in it is short: that is centred, and one column is never half of each."""
    return [all(len(said(row[at])) <= _SHORT for row in table.rows) for at in range(len(table.head))]


def _rows(table: Table, *, wide: bool) -> dict[str, Any]:
    short = short_columns(table)
    rows = [
        {
            "splits": splits(table, row, wide=wide),
            "cells": [{"parts": _parts(cell), "short": one} for cell, one in zip(row, short, strict=True)],
        }
        for row in table.rows
    ]
    return {"size": cell_size(table), "rows": rows}


def _keeps(block: dict[str, Any]) -> bool:
    """Say whether a block is a paragraph short enough to go to the next page with the signature."""
    if block["is"] != "paragraph":
        return False
    return sum(len(one if isinstance(one, str) else one["blank"]) for one in block["parts"]) < 28 * 8
