"""The state of a case after an entry: which columns the entry records, and how to read the same ones from the tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from operator import attrgetter
from typing import Any, Final

import clock
from storage.columns import FLAGS, MOVING, SAID_IF_SO
from storage.rows import CaseRow, ClockRow
from trail.canonical import canonical

DERIVED: Final = ("wake_at", "retry_at", "extended", "went_on", "planned")
"""What follows from clocks and configuration, or from which moves were made and what they say: entries do not record it."""
AFTER: Final = tuple(name for name in MOVING if name not in (*DERIVED, *SAID_IF_SO))
CLOCK_AFTER: Final = (
    "period", "started_on", "due_on", "first_due_on", "paused_since", "owes", "rung", "tellings", "told_on", "flags", "why",
)  # fmt: skip
BORN: Final = {
    "inspection": "inspection_id", "round": "round_id", "unit": "unit_id", "answerable": "answerable_id",
    "number": "number", "fed_back_on": "fed_back_on", "written_by": "written_by", **{name: name for name in SAID_IF_SO},
}  # fmt: skip
WORDS: Final = ("amount", "basis", "category", "detail", "problem")
_AFTER, _CLOCK_AFTER = attrgetter(*AFTER), attrgetter(*CLOCK_AFTER)


def after_of(case: CaseRow, clocks: Mapping[str, ClockRow]) -> dict[str, Any]:
    """Return what an entry should record of a case, read from the tables: columns and clocks."""
    after = said(AFTER, _AFTER(case))
    after["clocks"] = {name: clock_after(row) for name, row in clocks.items()}
    return after


def clock_after(row: ClockRow) -> dict[str, Any]:
    """Return a clock as entries say it."""
    return said(CLOCK_AFTER, _CLOCK_AFTER(row))


def born_of(case: CaseRow, words: str) -> dict[str, Any]:
    """Return what a birth fixes for good: where the problem belongs, the commitment to its words, and of what was taken over or ordered since when."""
    fixed = said(BORN, (getattr(case, column) for column in BORN.values()))
    return {
        **{name: value for name, value in fixed.items() if name not in SAID_IF_SO or value is not None},
        "words": words,
    }


def words_text(words: Mapping[str, str]) -> str:
    """Return the words of a problem as the text that its birth commits to."""
    return canonical({name: words[name] for name in WORDS}).decode()


def said(names: Iterable[str], values: Iterable[Any]) -> dict[str, Any]:
    """Return columns in the form that entries have, from either driver; a value of a wrong type is kept, not raised."""
    columns = {
        name: value.isoformat() if isinstance(value, date) else value for name, value in zip(names, values, strict=True)
    }
    for name in _TOLD & columns.keys():
        columns[name] = _said(name, columns[name])
    return columns


_TOLD: Final = frozenset({*FLAGS, "settled_at", "why"})  # not said as they are kept


def _said(name: str, value: Any) -> Any:
    if name in FLAGS and value in (0, 1):
        return bool(value)
    if name == "settled_at" and isinstance(value, int):
        return _instant(value)
    if name == "why" and isinstance(value, str):
        return _opened(value)
    return value


def _opened(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _instant(micros: int) -> str | int:
    try:
        return clock.iso(clock.from_micros(micros))
    except OverflowError:
        return micros
