"""What was achieved 整改成效 as a unit states it: figures, and what it lists of them one by one; where both are there, they agree."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from results import FEN, LISTS, RESULTS, Cell, ResultList, as_typed, in_yuan, kind_word, listed_total, said_row
from storage.visible import tidy
from workflow.refusal import Refusal
from workflow.values import (
    FIRST_YEAR,
    FULLWIDTH,
    LAST_YEAR,
    BadAnswer,
    as_day,
    as_text,
    clean_cell,
    is_given,
    shown_short,
)

MOST_ROWS: Final = 100
_LONGEST_CELL = 300
_YUAN = re.compile(r"¥?\s*(\d{1,3}(?:,\d{3})+|\d{1,13})(?:\.(\d{0,6}))?\s*(万)?\s*元?", re.ASCII)
_COUNT = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,15})\s*[项人个名]?", re.ASCII)
_MOST_FEN = 10**15
FIGURES: Final = "results"


def read_results(shown: str, value: Any) -> dict[str, int]:
    """Read figures: counts as whole numbers, money in yuan with two decimals at most, kept in fen."""
    del shown
    if not isinstance(value, dict):
        raise BadAnswer("“整改成效”应为各项数字")
    unknown = sorted(shown_short(one) for one in set(value) - set(RESULTS))
    if unknown:
        raise BadAnswer(
            f"“整改成效”没有“{unknown[0]}”，可填：{'、'.join(f'{k}（{one.asked}）' for k, one in RESULTS.items())}"
        )
    return {kind: read_figure(kind, amount) for kind, amount in value.items()}


def read_figure(kind: str, amount: Any) -> int:
    """Return what a figure is recorded as: a count, or an amount of money in fen. BadAnswer says why it is neither."""
    text = as_text(amount).translate(FULLWIDTH).strip()
    if RESULTS[kind].unit == FEN:
        return _read_fen(kind, text, amount)
    count = _COUNT.fullmatch(text)
    if not count:
        raise BadAnswer(f"“{RESULTS[kind].asked}”应为整数，只写数字：“{shown_short(as_text(amount))}”", kind)
    return int(count[1].replace(",", ""))


def _read_fen(kind: str, text: str, said: Any) -> int:
    yuan = _YUAN.fullmatch(text)
    # In 万 as in yuan, what is left of a fen is no amount.
    fen = Decimal(f"{yuan[1].replace(',', '')}.{yuan[2] or 0}") * (1_000_000 if yuan[3] else 100) if yuan else None
    if fen is None or fen != int(fen) or fen >= _MOST_FEN:
        raise BadAnswer(
            f"“{RESULTS[kind].asked}”应为金额，精确到分，如 1234.56 或 3万元：“{shown_short(as_text(said))}”", kind
        )
    return int(fen)


def shown_figure(kind: str, amount: Any) -> str:
    """Return a figure as it will be recorded, in yuan or a count; what is none as it was written."""
    try:
        figure = read_figure(kind, amount)
    except BadAnswer:
        return shown_short(as_text(amount))
    return _shown(kind, figure)


def said_figure(kind: str, amount: Any) -> str:
    """Return a figure in words with its unit: 挽回资金 30,000.00 元."""
    return f"{RESULTS[kind].shown} {shown_figure(kind, amount)} {RESULTS[kind].said_in}"


def _shown(kind: str, figure: int) -> str:
    return in_yuan(figure) if RESULTS[kind].unit == FEN else f"{figure:,}"


def _said(kind: str, figure: int) -> str:
    return f"{_shown(kind, figure)} {RESULTS[kind].said_in}"


def read_list(of: ResultList, value: Any) -> list[dict[str, Any]]:
    """Read what is listed row by row: the kind by its words, money in fen, a person once for each measure."""
    if not isinstance(value, list) or len(value) > MOST_ROWS:
        raise BadAnswer(f"“{of.shown}”应为至多 {MOST_ROWS} 行")
    rows = [_read_row(of, number, one) for number, one in enumerate(value, start=1)]
    seen: dict[tuple[str, str], int] = {}
    for number, row in enumerate(rows, start=1):
        if of.name == "people" and "name" in row and seen.setdefault((row["kind"], row["name"]), number) != number:
            first = seen[row["kind"], row["name"]]
            raise BadAnswer(
                f"{of.shown}第 {number} 行与第 {first} 行是同一个人、同一种处理，只列一次；同名的两个人，请在姓名后注明区别", "name", number,
            )  # fmt: skip
    return rows


def _read_row(of: ResultList, number: int, one: Any) -> dict[str, Any]:
    place = f"{of.shown}第 {number} 行"
    if not isinstance(one, dict) or set(one) - {"kind", *(cell.name for cell in of.cells)}:
        wanted = "、".join(f"{cell.shown}（{cell.name}）" for cell in of.cells)
        raise BadAnswer(f"{place}应有：{of.kind}（kind）、{wanted}", "", number)
    kind = of.kind_of(as_text(one.get("kind")))
    if kind is None:
        raise BadAnswer(f"{place}的{of.kind}应为：{'、'.join(map(kind_word, of.of))}", "kind", number)
    row: dict[str, Any] = {"kind": kind}
    for cell in of.cells:
        if is_given(one.get(cell.name)):
            row[cell.name] = _read_cell(
                kind, cell, f"{place}的{cell.shown.removesuffix('（元）')}", one[cell.name], number
            )
        elif not cell.optional:
            raise BadAnswer(f"{place}缺少{cell.shown}", cell.name, number)
    return _one_or_many(place, row, number) if of.name == "people" else row


def _read_cell(kind: str, cell: Cell, shown: str, value: Any, number: int) -> Any:
    name = cell.name
    if cell.of_number:
        try:
            return read_figure(kind, value)
        except BadAnswer as fault:
            raise BadAnswer(f"{shown}：{fault}", name, number) from None
    if cell.of_day:
        day = as_day(value)
        if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise BadAnswer(f"{shown}不是日期：“{shown_short(value)}”，请写作 2026-03-05", name, number)
        return day
    text = tidy(clean_cell(shown, as_text(value), name, number))
    if not text or len(text) > _LONGEST_CELL:
        raise BadAnswer(f"{shown}应为文字，不超过 {_LONGEST_CELL} 字", name, number)
    return text


def _one_or_many(place: str, row: dict[str, Any], number: int) -> dict[str, Any]:
    """Let a row of people be one who is named, or so many who are not."""
    count = row.pop("count", None)
    if "name" in row:
        if count not in (None, 1):
            raise BadAnswer(f"{place}写了姓名，是一个人，人数不用填；几个人的分行写", "count", number)
        return row
    if not count:
        raise BadAnswer(f"{place}请写姓名（可以用代号），不写姓名的写人数", "name", number)
    return {**row, "count": count}


def rows_listed(answers: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return all rows that read answers list, list by list."""
    return [row for name in LISTS for row in answers.get(name, ())]


def add_up(answers: dict[str, Any]) -> list[Refusal]:
    """Let read answers state what their lists add up to; where they state another figure beside a list, say both."""
    total = listed_total(rows_listed(answers))
    stated = answers.get(FIGURES, {})
    if total:
        answers[FIGURES] = {kind: stated.get(kind, total.get(kind)) for kind in RESULTS if kind in {*stated, *total}}
    return [
        Refusal(
            f"“{RESULTS[kind].shown}”填了 {_said(kind, stated[kind])}，逐项列出的合计 {_said(kind, listed)}："
            "请补全清单，或者不填这个数，由系统合计",
            f"{FIGURES}.{kind}",
        )
        for kind, listed in total.items()
        if stated.get(kind, listed) != listed
    ]  # fmt: skip


def with_lists_added(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return typed answers that state also the figures of what they list, as it will be recorded; what cannot be read adds nothing."""
    read: dict[str, Any] = {}
    for name in LISTS.keys() & answers.keys():
        try:
            read[name] = read_list(LISTS[name], answers[name])
        except BadAnswer:
            continue
    total = listed_total(rows_listed(read))
    stated = {**{kind: as_typed(kind, amount) for kind, amount in total.items()}, **answers.get(FIGURES, {})}
    return {**answers, FIGURES: {kind: stated[kind] for kind in RESULTS if kind in stated}} if total else dict(answers)


def without_lists_added(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return typed answers as a form asks them: what the lists add up to is not asked beside them."""
    kinds = {of.kind_of(as_text(row.get("kind"))) for name, of in LISTS.items() for row in answers.get(name, ())}
    if FIGURES not in answers or not kinds:
        return dict(answers)
    return {**answers, FIGURES: {kind: said for kind, said in answers[FIGURES].items() if kind not in kinds}}


def shown_row(name: str, row: Mapping[str, Any]) -> str:
    """Return a typed row of a list in words as it will be recorded; what cannot be read as it was written."""
    try:
        return said_row(_read_row(LISTS[name], 1, row))
    except BadAnswer:
        return " ".join(filter(None, map(shown_short, map(str, row.values()))))
