"""Faults of a form: each sentence once on top and once at the field it is about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from states import ANSWERS, Move
from web.acts.fields import PAPER_DAY, PER_CASE
from web.filters import plainly
from workflow.asked import RESULTS

_NAMED = re.compile(r"（([a-z_]+)(?:@(\d+))?((?:、[a-z_]+)*)）$")
_LABELLED = re.compile(r"“(.+?)”")
_KINDS = {words: kind for kind, words in RESULTS.items()}
_CELL = re.compile(r"^第 (\d+)(?:、\d+)* 项措施.*?(?:（([a-z]+)）)?$")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, the field of the page it is about where that is known, and the cell of a grid."""

    sentence: str
    field: str = ""
    cell: str = ""
    also: tuple[str, ...] = ()
    """Other fields that it is about as much."""

    @property
    def at(self) -> str:
        """Return where the sentence leads."""
        return self.cell or self.field or "form"


def of_form(sentences: Iterable[str]) -> list[Fault]:
    """Return faults of the form as a whole."""
    return [Fault(plainly(one)) for one in dict.fromkeys(sentences)]


def of_case(move: Move, case: int, sentences: Iterable[str], whose: str = "") -> list[Fault]:
    """Return faults of one case's answers and materials; `whose` begins each sentence where there are several cases."""
    return [Fault(whose + plainly(one), *_place(move, case, one), _also(one)) for one in sentences]


def by_field(faults: Iterable[Fault]) -> dict[str, str]:
    """Return the sentences to be said at each field."""
    found: dict[str, list[str]] = {}
    for one in faults:
        for field in filter(None, (one.field, *one.also)):
            found.setdefault(field, []).append(one.sentence)
    return {field: "；".join(dict.fromkeys(said)) for field, said in found.items()}


def _place(move: Move, case: int, sentence: str) -> tuple[str, str]:
    asked = [name for name, _ in move.asks]
    if "measures" in asked and (cell := _CELL.match(sentence)):
        number, name = cell.groups()
        return f"c{case}.measures", f"c{case}.measures.{number}.{name or 'on'}"
    if named := _NAMED.search(sentence):
        name, measure, _ = named.groups()
        if name == "occurred_on":
            return PAPER_DAY, ""
        if name not in asked:
            return (f"e{case}.{name}@{measure}" if measure else f"m.{name}"), ""
    else:
        said = _LABELLED.findall(sentence)
        if "results" in asked and (kind := _KINDS.get(said[0] if said else "")):
            return f"c{case}.results", f"c{case}.results.{kind}"
        name = next((one for one in asked if ANSWERS[one] in said), "")
    return "" if not name else f"c{case}.{name}" if name in PER_CASE else f"s.{name}", ""


def _also(sentence: str) -> tuple[str, ...]:
    """Return the further papers that a sentence names: two that are one file."""
    named = _NAMED.search(sentence)
    return tuple(f"m.{kind}" for kind in named[3].split("、") if kind) if named else ()
