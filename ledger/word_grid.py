"""A table of a Word document as rows and columns: edges that were dragged out of line are laid back into the columns they mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from ledger.word import WordCell, WordRow, WordTable

Place = tuple[int, int]
Area = tuple[Place, Place]
"""The first and the last place of a merged range; rows and columns counted from 0."""


@dataclass(slots=True)
class LaidOut:
    """The texts of a table row by row, each row as wide as the table; its merged ranges, and the cells that hold a table of their own."""

    rows: list[list[str]] = field(default_factory=list)
    merges: list[Area] = field(default_factory=list)
    nested: set[Place] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Reach:
    """From where to where a cell reaches across the page."""

    left: float
    right: float
    cell: WordCell


def lay_out(table: WordTable) -> LaidOut:
    """Return a table as a grid. Where the edges of its rows do not agree, as many cells as the widest row has are its columns."""
    edges = _edges(table)
    rows = [_reaches(row, edges) for row in table.rows]
    columns = _columns(rows)
    found = LaidOut()
    above: dict[int, tuple[Place, int]] = {}
    for index, row in enumerate(rows):
        texts = [""] * (len(columns) - 1)
        spans = list(_spans(row, columns))
        above = {
            left: _place(found, texts, index, (left, right, reach.cell), above)
            for (left, right), reach in zip(spans, row, strict=True)
        }
        found.rows.append(texts)
    found.merges = _grown(found.merges)
    return found


def _place(
    found: LaidOut, texts: list[str], index: int, at: tuple[int, int, WordCell], above: dict[int, tuple[Place, int]]
) -> tuple[Place, int]:
    """Put a cell into its row, and return where the range that it belongs to begins and how far it reaches to the right."""
    left, right, cell = at
    if cell.below and left in above:
        start, end = above[left]
        found.merges.append((start, (index, end)))
        return start, end
    texts[left] = f"{texts[left]}\n{cell.text}" if texts[left] else cell.text
    if cell.nested:
        found.nested.add((index, left))
    if right - left > 1:
        found.merges.append(((index, left), (index, right - 1)))
    return (index, left), right - 1


def _grown(merges: Iterable[Area]) -> list[Area]:
    """Of the ranges that begin in one place only the last is whole."""
    return list({start: (start, end) for start, end in merges}.values())


def _edges(table: WordTable) -> list[float]:
    needed = max((row.before + sum(cell.span for cell in row.cells) for row in table.rows), default=0)
    known = [width or 1 for width in table.widths[:needed]]
    usual = sum(known) / len(known) if known else 1
    return [0, *accumulate([*known, *[usual] * (needed - len(known))])]


def _reaches(row: WordRow, edges: Sequence[float]) -> list[_Reach]:
    at, found = row.before, []
    for cell in row.cells:
        found.append(_Reach(edges[at], edges[at + cell.span], cell))
        at += cell.span
    return found


def _columns(rows: Sequence[Sequence[_Reach]]) -> list[float]:
    """Return the edges of the columns: every edge there is, if they are no more than the widest row has; else those of that row."""
    every = sorted({edge for row in rows for reach in row for edge in (reach.left, reach.right)})
    widest = max(rows, key=len, default=[])
    if len(every) <= len(widest) + 1:
        return every or [0]
    return [widest[0].left, *(reach.right for reach in widest)]


def _spans(row: Sequence[_Reach], columns: Sequence[float]) -> Iterable[tuple[int, int]]:
    """Yield the columns of each cell: in a row with a cell for each column one after the other, else the nearest."""
    count, taken = len(columns) - 1, 0
    if len(row) == count:
        yield from ((place, place + 1) for place in range(count))
        return
    for reach in row:
        left = min(max(_nearest(columns, reach.left), taken), count - 1)
        right = min(max(_nearest(columns, reach.right), left + 1), count)
        taken = right
        yield left, right


def _nearest(columns: Sequence[float], edge: float) -> int:
    return min(range(len(columns)), key=lambda place: abs(columns[place] - edge))
