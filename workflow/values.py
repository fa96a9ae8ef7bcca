"""Values as people write them: text that can be kept, whole numbers and days, and what is said of those that are none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from storage.visible import is_visible

LONGEST = 20_000
FIRST_YEAR, LAST_YEAR = 1990, 2199  # beyond them a date is a slip of the pen, and reckoning from it would end nowhere
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
# Numbers as people write them, once full-width signs are plain ones: 1,234.56元, 3万元, 12 人.
FULLWIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0xFFE5: "¥"}


class BadAnswer(ValueError):
    """One answer cannot be taken; the sentence says which and what to do, `within` the part of it that it is about."""

    def __init__(self, sentence: str, within: str = "", measure: int | None = None, also: Sequence[str] = ()) -> None:
        super().__init__(sentence)
        self.within, self.measure, self.also = within, measure, tuple(also)


class BadAnswers(ValueError):
    """Several things are wrong with one answer, each with its sentence and its place."""

    def __init__(self, faults: Sequence[BadAnswer]) -> None:
        super().__init__("；".join(map(str, faults)))
        self.faults = tuple(faults)


def is_given(value: Any) -> bool:
    """Say whether anything is answered: text of which nothing can be seen says nothing."""
    return value is not None and not (isinstance(value, str) and not is_visible(value))


def clean(shown: str, text: str) -> str:
    """Return the text without blanks around it; BadAnswer where it is too long or cannot be seen."""
    if len(text) > LONGEST:
        raise BadAnswer(f"“{shown}”超过 {LONGEST} 字")
    if unprintable(text):
        raise BadAnswer(f"“{shown}”含有不可见的控制字符")
    return text.strip()


def unprintable(text: str) -> bool:
    """Control characters and lone surrogates: the one a database refuses, the other has no bytes."""
    return _CONTROL.search(text) is not None


def shown_short(value: object) -> str:
    """Return the beginning of what was given, fit to be shown in a sentence."""
    return _CONTROL.sub("�", value[:40]) if isinstance(value, str) else ""


def as_text(value: Any) -> str:
    """Return a number or text as text; nothing for what is neither, or no number of this world."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if type(value) in (int, float) and abs(value) < 10**15 else ""


def as_day(value: Any) -> date | None:
    """Return the day that an ISO text names, or None."""
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(value.strip()) if isinstance(value, str) else None
    except ValueError:
        return None


def clean_cell(shown: str, text: str, name: str, number: int) -> str:
    """Return the text of a cell; BadAnswer names the cell."""
    try:
        return clean(shown, text)
    except BadAnswer as fault:
        raise BadAnswer(str(fault), name, number) from None
