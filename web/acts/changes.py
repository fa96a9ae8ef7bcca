"""Changed content as a difference: what stood before, what stands now, line by line."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

from states import CHOICES
from web.manners import KIND_OF
from workflow.answers import RESULTS, shown_figure

Line = tuple[str, str]
"""Whether it is the same, gone or new, and its words."""


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Line]]:
    """Return, by the name of each answer that changed, its lines as same, gone or new."""
    names = list(dict.fromkeys([*after, *before]))
    return {
        name: _lines(_said(name, before.get(name)), _said(name, after.get(name)))
        for name in names
        if _said(name, before.get(name)) != _said(name, after.get(name))
    }


def _lines(old: list[str], new: list[str]) -> list[Line]:
    found: list[Line] = []
    for _, i, j, k, m in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if old[i:j] == new[k:m]:
            found += [("same", line) for line in new[k:m]]
        else:
            found += [*(("gone", line) for line in old[i:j]), *(("new", line) for line in new[k:m])]
    return found


def _said(name: str, value: Any) -> list[str]:
    """Return an answer in the lines that people compare."""
    if not value:
        return []
    if name == "measures":
        return [_said_of_measure(m) for m in value]
    if name == "results":
        return [f"{RESULTS[kind]} {shown_figure(kind, amount)}" for kind, amount in value.items()]
    return [CHOICES.get(str(value), str(value))] if KIND_OF.get(name) == "choice" else str(value).splitlines()


def _said_of_measure(m: Mapping[str, str]) -> str:
    why = f"；日期说明：{m['why']}" if m.get("why") else ""
    return f"{m['text']}（{m['department']} {m['person']}，{m['on']}前；检验：{m['check']}{why}）"
