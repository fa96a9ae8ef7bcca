"""Changed content as a difference: what stood before, what stands now, line by line."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

from results import LISTS
from states import CHOICES
from web.filters import filed_measure, spoken
from web.manners import KIND_OF
from workflow.achieved import said_figure, shown_row

Line = tuple[str, str]
"""Whether it is the same, gone or new, and its words."""


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Line]]:
    """Return, by the name of each answer that changed, its lines as same, gone or new."""
    names = list(dict.fromkeys([*after, *before]))
    said = {name: (_said(name, before.get(name)), _said(name, after.get(name))) for name in names}
    return {name: _lines(old, new, numbered=name == "measures") for name, (old, new) in said.items() if old != new}


def _lines(old: list[str], new: list[str], *, numbered: bool) -> list[Line]:
    """Return the lines; those of a numbered list keep the number that each has in its own."""
    before, after = (_numbered(lines) if numbered else lines for lines in (old, new))
    found: list[Line] = []
    for what, i, j, k, m in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if what == "equal":
            found += [("same", line) for line in after[k:m]]
        else:
            found += [*(("gone", line) for line in before[i:j]), *(("new", line) for line in after[k:m])]
    return found


def _numbered(lines: list[str]) -> list[str]:
    return [f"{number}. {line}" for number, line in enumerate(lines, start=1)]


def _said(name: str, value: Any) -> list[str]:
    """Return an answer in the lines that people compare."""
    if not value:
        return []
    if name == "measures":
        return [filed_measure(m) for m in value]
    if name in LISTS:
        return [shown_row(name, row) for row in value]
    if name == "results":
        return [said_figure(kind, amount) for kind, amount in value.items()]
    if KIND_OF.get(name) == "choice":
        return [CHOICES.get(str(value), str(value))]
    return spoken(str(value)).splitlines()
