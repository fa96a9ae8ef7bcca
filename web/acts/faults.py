"""Faults of a form: each said once on top and once at the field it is about, in the field's own word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from states import Move
from storage.shown import Shown
from web.acts.fields import PAPER_DAY, PER_CASE
from web.filters import plainly
from workflow.asked import RESULTS, answer_word
from workflow.engine import Outcome

_NAMED = re.compile(r"（([a-z_]+)(?:@(\d+))?((?:、[a-z_]+)*)）$")
_LABELLED = re.compile(r"“(.+?)”")
_KINDS = {words: kind for kind, words in RESULTS.items()}
_CELL = re.compile(r"^第 ((?:\d+、)*\d+) 项措施.*?(?:（([a-z]+)）)?$")
_TOGETHER = "同批其他问题被退回，本批均未办理"


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

    @property
    def missing(self) -> bool:
        """Say whether it is mended by giving anything at all."""
        return "请填写“" in self.sentence or "缺少" in self.sentence


@dataclass
class _Said:
    """One sentence, and the cases that it is said of."""

    fault: Fault
    cases: list[Shown] = field(default_factory=list)


def of_form(sentences: Iterable[str]) -> list[Fault]:
    """Return faults of the form as a whole."""
    return [Fault(plainly(one)) for one in dict.fromkeys(sentences)]


def of_case(move: Move, case: Shown, sentences: Iterable[str]) -> list[Fault]:
    """Return faults of one case's answers and materials."""
    return [Fault(plainly(one), *_place(move, case, one), (*_also(one), *_cells(move, case, one))) for one in sentences]


def of_cases(move: Move, cases: Sequence[Shown], refused: Sequence[Outcome]) -> list[Fault]:
    """Return faults of the cases of an act: what several share is said once, what is of some names them."""
    by_id = {case.id: case for case in cases}
    said: dict[tuple[str, str], _Said] = {}
    for one in refused:
        case = by_id[one.case or 0]
        for fault in of_case(move, case, one.refused):
            said.setdefault((fault.sentence, fault.at), _Said(fault)).cases.append(case)
    real = [one for one in said.values() if one.fault.sentence != _TOGETHER] or list(said.values())
    named = [(_whose(one, cases), one.fault) for one in real]
    return [
        Fault(whose + one.sentence, one.field, one.cell, one.also) for whose, one in sorted(named, key=lambda pair: bool(pair[0]))
    ]


def _whose(one: _Said, cases: Sequence[Shown]) -> str:
    """Return of which cases a sentence is said; nothing where it is of all, or about what all of them share."""
    shared = one.fault.field.startswith(("s.", "m."))
    if shared or len({case.id for case in one.cases}) == len(cases):
        return ""
    units: dict[str, list[str]] = {}
    for case in one.cases:
        units.setdefault(case.unit, []).append(str(case.number))
    return "；".join(f"{unit} 第 {'、'.join(dict.fromkeys(numbers))} 号" for unit, numbers in units.items()) + "："


def by_field(faults: Iterable[Fault]) -> Mapping[str, list[Fault]]:
    """Return what is to be said at each field."""
    found: dict[str, list[Fault]] = {}
    for one in dict.fromkeys(faults):
        for place in filter(None, (one.field, *one.also)):
            found.setdefault(place, []).append(one)
    return found


def _place(move: Move, case: Shown, sentence: str) -> tuple[str, str]:
    asked = [name for name, _ in move.asks]
    if "measures" in asked and (cell := _CELL.match(sentence)):
        return f"c{case.id}.measures", _cells(move, case, cell[0])[0]
    if named := _NAMED.search(sentence):
        name, measure, _ = named.groups()
        if name == "occurred_on":
            return PAPER_DAY, ""
        if name not in asked:
            return (f"e{case.id}.{name}@{measure}" if measure else f"m.{name}"), ""
    else:
        said = _LABELLED.findall(sentence)
        if "results" in asked and (kind := _KINDS.get(said[0] if said else "")):
            return f"c{case.id}.results", f"c{case.id}.results.{kind}"
        words = {one: answer_word(one, case.kind) for one in asked}
        name = next((one for one, word in words.items() if word in said or sentence.startswith(word)), "")
    return "" if not name else f"c{case.id}.{name}" if name in PER_CASE else f"s.{name}", ""


def _cells(move: Move, case: Shown, sentence: str) -> tuple[str, ...]:
    """Return the cells of the grid that a sentence is about, the first first."""
    if "measures" not in (name for name, _ in move.asks) or not (cell := _CELL.match(sentence)):
        return ()
    numbers, name = cell.groups()
    return tuple(f"c{case.id}.measures.{number}.{name or 'on'}" for number in numbers.split("、"))


def _also(sentence: str) -> tuple[str, ...]:
    """Return the further papers that a sentence names: two that are one file."""
    named = _NAMED.search(sentence)
    return tuple(f"m.{kind}" for kind in named[3].split("、") if kind) if named else ()
