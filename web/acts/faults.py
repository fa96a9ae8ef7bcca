"""Faults of a form: each said once on top and once at the field it is about, in the field's own word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from grammar import Move
from storage.reads.cases import Shown
from web.acts.fields import PAPER_DAY, page_name
from workflow.judge import UNTOUCHED
from workflow.outcome import Outcome
from workflow.refusal import Refusal


@dataclass(frozen=True, slots=True)
class FormFault:
    """What is wrong, the field of the page it is about where that is known, and the cell of a grid."""

    sentence: str
    field: str = ""
    cell: str = ""
    also: tuple[str, ...] = ()
    """Other fields that it is about as much."""
    missing: bool = False
    """It is mended by giving anything at all."""

    @property
    def at(self) -> str:
        """Return where the sentence leads."""
        return self.cell or self.field or "form"


@dataclass
class _Said:
    """One sentence, and the cases that it is said of."""

    fault: FormFault
    cases: list[Shown] = field(default_factory=list)


def of_form(sentences: Iterable[str]) -> list[FormFault]:
    """Return faults of the form as a whole."""
    return [FormFault(one) for one in dict.fromkeys(sentences)]


def of_case(move: Move, case: Shown, refusals: Iterable[Refusal]) -> list[FormFault]:
    """Return faults of one case's answers and materials."""
    return [_fault(move, case, one) for one in refusals]


def _fault(move: Move, case: Shown, refusal: Refusal) -> FormFault:
    field, cell = _place(move, case, refusal)
    also = (*_also(move, case, refusal), *([cell] if cell else []))
    return FormFault(refusal.sentence, field, cell, also, refusal.missing)


def of_cases(move: Move, cases: Sequence[Shown], refused: Sequence[Outcome]) -> list[FormFault]:
    """Return faults of the cases of an act: what several share is said once, what is of some names them."""
    by_id = {case.id: case for case in cases}
    said: dict[tuple[str, str], _Said] = {}
    for one in refused:
        case = by_id[one.case or 0]
        for fault in of_case(move, case, one.refusals):
            said.setdefault((fault.sentence, fault.at), _Said(fault)).cases.append(case)
    real = [one for one in said.values() if one.fault.sentence != UNTOUCHED.sentence] or list(said.values())
    named = [(_whose(one, cases), one.fault) for one in real]
    return [replace(one, sentence=whose + one.sentence) for whose, one in sorted(named, key=lambda pair: bool(pair[0]))]


def _whose(one: _Said, cases: Sequence[Shown]) -> str:
    """Return of which cases a sentence is said; nothing where it is of all, or about what all of them share."""
    shared = one.fault.field.startswith(("s.", "m."))
    if shared or len({case.id for case in one.cases}) == len(cases):
        return ""
    units: dict[str, list[str]] = {}
    for case in one.cases:
        units.setdefault(case.unit, []).append(str(case.number))
    return "；".join(f"{unit} 第 {'、'.join(dict.fromkeys(numbers))} 号" for unit, numbers in units.items()) + "："


def by_field(faults: Iterable[FormFault]) -> Mapping[str, list[FormFault]]:
    """Return what is to be said at each field."""
    found: dict[str, list[FormFault]] = {}
    for one in dict.fromkeys(faults):
        for place in filter(None, (one.field, *one.also)):
            found.setdefault(place, []).append(one)
    return found


def _place(move: Move, case: Shown, refusal: Refusal) -> tuple[str, str]:
    """Return the field of the page that a refusal is about, and the cell where it lies inside one."""
    name, _, part = refusal.field.partition(".")
    if name not in dict(move.asks):
        return _paper(case, name, refusal.measure), ""
    field = page_name(name, case.id)
    inside = [str(refusal.measure)] if refusal.measure else []
    return field, ".".join([field, *inside, part]) if part else ""


def _paper(case: Shown, name: str, measure: int | None = None) -> str:
    if not name:
        return ""
    if name == "occurred_on":
        return PAPER_DAY
    return f"e{case.id}.{name}@{measure}" if measure else f"m.{name}"


def _also(move: Move, case: Shown, refusal: Refusal) -> tuple[str, ...]:
    """Return the other places: further fields, or cells of the grid as `measures.2.on`."""
    places = [_place(move, case, Refusal(refusal.sentence, *_of_measure(name))) for name in refusal.also]
    return tuple(cell or field for field, cell in places)


def _of_measure(name: str) -> tuple[str, int | None]:
    head, number, part = (*name.split("."), "", "")[:3]
    return (f"{head}.{part}", int(number)) if part else (name, None)
