"""整改时限 and 整改类型 of every problem, read together because ledgers write either into the other's column."""

from __future__ import annotations

from datetime import date

from ledger.cells import Cell
from ledger.columns import Columns
from ledger.dates import LimitSaid, NotALimit, parse_kind, parse_limit
from ledger.words import cell_text
from states import FOCUSED, KINDS


class _Read(dict[Cell, "LimitSaid | NotALimit"]):
    """Every limit once: a ledger has few different ones."""

    def __missing__(self, cell: Cell) -> LimitSaid | NotALimit:
        try:
            self[cell] = found = parse_limit(cell)
        except NotALimit as fault:
            self[cell] = fault
            return fault
        return found


def due_and_kind(columns: Columns) -> tuple[list[date | None], list[str]]:
    """The agreed date, where there is one, and the kind of each problem; 集中整改 where nothing says otherwise."""
    limits = _limits(columns)
    said = _kinds(columns)
    for index, (limit, kind) in enumerate(zip(limits, said, strict=True)) if "kind" in columns else ():
        if kind and limit.kind and kind != limit.kind:
            message = f"整改类型是“{KINDS[kind]}”，时限却写“{KINDS[limit.kind]}”，请统一。"
            columns.fault(index, "kind", KINDS[kind], message)
    kinds = [kind or limit.kind or FOCUSED for limit, kind in zip(limits, said, strict=True)]
    return [limit.due for limit in limits], kinds


def _limits(columns: Columns) -> list[LimitSaid]:
    cells = columns.cells("due")
    read = _Read()
    found = list(map(read.__getitem__, cells))
    if any(isinstance(limit, NotALimit) or limit.read_as for limit in read.values()):
        remarks = (
            (i, limit.read_as) for i, limit in enumerate(found) if isinstance(limit, LimitSaid) and limit.read_as
        )
        columns.notice_each(remarks)
        for index, limit in enumerate(found):
            if isinstance(limit, NotALimit):
                columns.fault(index, "due", cell_text(cells[index]), str(limit))
    return [limit if isinstance(limit, LimitSaid) else LimitSaid() for limit in found]


def _kinds(columns: Columns) -> list[str | None]:
    words = [cell_text(cell) for cell in columns.cells("kind")]
    kinds: dict[str, str | None] = {}
    faulty: dict[str, str] = {}
    for word in set(words):
        try:
            kinds[word] = parse_kind(word)
        except NotALimit as fault:
            kinds[word], faulty[word] = None, str(fault)
    for index, word in enumerate(words) if faulty else ():
        if word in faulty:
            columns.fault(index, "kind", word, faulty[word])
    return [kinds[word] for word in words]
