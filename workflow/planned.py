"""The measures of a plan as they are filed: read row by row, all that is wrong said at once, each thing at its cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from states import KINDS, STANDING
from workflow.measures import MOST
from workflow.values import FIRST_YEAR, LAST_YEAR, BadAnswer, BadAnswers, as_day, clean_cell, is_given, shown_short

CELLS: Final = {
    "text": "内容", "person": "责任人", "department": "责任部门", "on": "完成日期", "check": "检验方式", "why": "日期说明", "yearly": "每年做什么",
}  # fmt: skip
"""The cells of a measure, in the order of the grid."""
KEPT_UP: Final = KINDS[STANDING]
_MAY_BE_LEFT_OUT: Final = ("why", "yearly")


def read_measures(shown: str, value: Any) -> list[dict[str, Any]]:
    """Return the measures; BadAnswers names all that is wrong, what several lack in one sentence."""
    del shown
    if not isinstance(value, list) or not value or len(value) > MOST:
        raise BadAnswer(f"“整改措施清单”应为 1 至 {MOST} 项措施")
    read, faults, lacking = [], [], defaultdict(list)
    for number, one in enumerate(value, start=1):
        if not isinstance(one, dict) or set(one) - set(CELLS):
            wanted = "、".join(f"{word}（{name}）" for name, word in CELLS.items())
            raise BadAnswer(f"第 {number} 项措施应有：{wanted}，日期说明、每年做什么可不填", "text", number)
        measure, wrong, missing = _read(number, one)
        read.append(measure)
        faults += wrong
        for name in missing:
            lacking[name].append(number)
    if faults := [*(_lacking(name, numbers) for name, numbers in lacking.items()), *faults]:
        raise BadAnswers(faults)
    return read


def kept_up(said: Any) -> tuple[Any, bool]:
    """Return what is said of a measure's day without the word 长期坚持, and whether that was said."""
    if not isinstance(said, str) or KEPT_UP not in said:
        return said, False
    return said.replace(KEPT_UP, "").strip(" ，,、；;。并"), True


def _read(number: int, one: Mapping[str, Any]) -> tuple[dict[str, Any], list[BadAnswer], list[str]]:
    """Return a measure, what is wrong with it, and which of its cells are wanting."""
    said, standing = kept_up(one.get("on"))
    standing = standing or is_given(one.get("yearly"))
    wanted = [name for name in CELLS if name not in _MAY_BE_LEFT_OUT and not (name == "on" and standing)]
    wanted += ["yearly"] if standing else []
    given = {**one, "on": said}
    missing = [name for name in wanted if not is_given(given.get(name))]
    read: dict[str, Any] = {}
    faults: list[BadAnswer] = []
    for name in CELLS:
        if is_given(given.get(name)):
            try:
                read[name] = _cell(number, name, given[name])
            except BadAnswer as fault:
                faults.append(fault)
    return read, faults, missing


def _cell(number: int, name: str, value: Any) -> str | date:
    shown = f"第 {number} 项措施的{CELLS[name]}"
    if name != "on" and not isinstance(value, str):
        raise BadAnswer(f"{shown}应为文字", name, number)
    if name != "on":
        return clean_cell(shown, str(value), name, number)
    day = as_day(value)
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadAnswer(f"{shown}不是日期：“{shown_short(value)}”，请写作 2026-03-05", name, number)
    return day


def _lacking(name: str, numbers: Sequence[int]) -> BadAnswer:
    """Return one sentence for all measures that lack the same."""
    why = "：长期坚持的，写明每年做什么" if name == "yearly" else ""
    also = [f"{number}.{name}" for number in numbers[1:]]
    return BadAnswer(f"第 {'、'.join(map(str, numbers))} 项措施缺少{CELLS[name]}{why}", name, numbers[0], also)
