"""The form of a move, made from its row in the table: which fields, of which kind, filled with what is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from starlette.datastructures import FormData

from grammar import Move
from results import LISTS, RESULTS, kind_word
from states import ANSWERS, CHOICES, MATERIALS, ROLES, TRUE
from web.acts.days import stated
from web.manners import ASKING, MANNERS, said_by_each
from workflow import measures
from workflow.achieved import with_lists_added, without_lists_added
from workflow.allowed import Span
from workflow.planned import CELLS

PAPER_DAY = "s.occurred_on"
_LISTS = {"case": "near", "unit": "units"}
"""From which list of what is known a kind of answer is picked."""
GRIDS = {
    "measures": tuple(CELLS),
    **{name: ("kind", *(cell.name for cell in of.cells)) for name, of in LISTS.items()},
}
"""The kinds of answers that are given row by row, and the cells of a row."""
_DAYS = {
    "measures": ("on",),
    **{name: tuple(cell.name for cell in of.cells if cell.of_day) for name, of in LISTS.items()},
}
JUDGED = "judged"
_STRUCTURED = (*GRIDS, "results", JUDGED)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: its name in the page, its label, kind, choices, value, hint, and the days taken of a date."""

    name: str
    label: str
    kind: str
    required: bool
    value: Any = ""
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    span: Span | None = None

    @property
    def answer(self) -> str:
        """Return the answer that the field is for."""
        return self.name.partition(".")[2]


def page_name(name: str, case: int) -> str:
    """Return the name that an answer's field has in the page: of its case, or of the act."""
    return own_name(name, case) if ASKING[name].per_case else f"s.{name}"


def own_name(name: str, case: int) -> str:
    """Return the name of a case's own field."""
    return f"c{case}.{name}"


def shared_fields(
    move: Move, form: Mapping[str, Any], known: Mapping[str, Any], *, decided: bool = False
) -> list[Field]:
    """Return the fields said once for all cases of the act; `known` fills what the form has not said yet.

    What is known not to be theirs to say (`unasked`) is not asked. The leading group's decision is asked where one
    is to be made against 纪委监委 or 组织部 (`decided`).
    """
    asked = [
        _to_copied(_listed(_field(f"s.{name}", name, kind, form.get(f"s.{name}", known.get(name, ""))), known), move)
        for name, kind in move.asks
        if not ASKING[name].per_case
        and name not in known.get("unasked", ())
        and (decided or not ASKING[name].by_group or not decides_dissent(move))
    ]
    return [replace(one, required=True) if decided and ASKING[one.answer].by_group else one for one in asked]


def wanted_papers(move: Move, *, decided: bool) -> list[tuple[str, str, bool]]:
    """Return the papers of the form: kind, words, whether it must be there; the minutes where the group decides."""
    by_group = decides_dissent(move)
    return [
        (need.rstrip("?"), MATERIALS[need.rstrip("?")], not need.endswith("?") or (by_group and need == "minutes?"))
        for need in move.needs
        if not need.endswith("@")
        and need not in MANNERS[move.action].held
        and (decided or not by_group or need != "minutes?")
    ]


def decides_dissent(move: Move) -> bool:
    """Say whether the leading group decides the move only against 纪委监委 or 组织部: else nobody asks for its minutes."""
    return "dissent_decided" in move.only_if


def _to_copied(field: Field, move: Move) -> Field:
    """Let a hint name those to whom the move goes in copy 呈送、抄告."""
    return replace(field, hint=field.hint.replace("{copied}", "、".join(ROLES[role] for role in move.copied)))


def _listed(field: Field, known: Mapping[str, Any]) -> Field:
    """Let another case be picked by its words, a unit by its name, never by a number that only the system knows."""
    return replace(field, choices=tuple(known.get(_LISTS[field.kind], ()))) if field.kind in _LISTS else field


def case_fields(move: Move, case: int, form: Mapping[str, Any], known: Mapping[str, Any]) -> list[Field]:
    """Return the fields asked of one case; `known` fills what the form has not said yet."""
    found = []
    for name, kind in move.asks:
        if not ASKING[name].per_case:
            continue
        place = page_name(name, case)
        if kind.removesuffix("?") in _STRUCTURED:
            said = any(one.startswith(f"{place}.") for one in form)
            value = read_structure(form, place, kind.removesuffix("?")) if said else known.get(name, "")
        else:
            value = form.get(place, known.get(name, ""))
        found.append(_field(place, name, kind, value))
    return [_chosen(one, known["listed"]) if one.answer == "measure_no" else one for one in found]


def differing_fields(move: Move, case: int, form: Mapping[str, Any]) -> list[Field]:
    """Return the fields in which one case of several says for itself what else is said once for all."""
    own = [
        _field(own_name(name, case), name, kind, form.get(own_name(name, case), ""))
        for name, kind in move.asks
        if said_by_each(move, name)
    ]
    return [
        replace(
            one, label=f"这一个的{ANSWERS[one.answer]}", kind="pick" if one.choices else "line", required=False,
            hint="" if one.choices else "与其他问题不同时才填",
        )
        for one in own
    ]  # fmt: skip


def _chosen(field: Field, listed: Sequence[tuple[str, str]]) -> Field:
    """Return the field as a choice among the measures of the plan; a single one is chosen already."""
    only = listed[0][0] if len(listed) == 1 else ""
    return replace(field, kind="choice", value=field.value or only, choices=tuple(listed))


def _field(place: str, name: str, kind: str, value: Any) -> Field:
    bare = kind.removesuffix("?")
    choices: tuple[tuple[str, str], ...] = ()
    if bare.startswith("choice:"):
        choices = tuple((word, CHOICES[word]) for word in bare.removeprefix("choice:").split("|"))
        bare = "choice"
    if bare == "results":
        choices = tuple((name, one.asked) for name, one in RESULTS.items())
    if bare in LISTS:
        choices = tuple((one, kind_word(one)) for one in LISTS[bare].of)
    if isinstance(value, date):
        value = value.isoformat()
    return Field(place, ANSWERS[name], bare, not kind.endswith("?"), value, choices, ASKING[name].hint)


def answers_of(move: Move, case: int, form: FormData) -> dict[str, Any]:
    """Return what the form answers for one case; empty fields are left out."""
    answers: dict[str, Any] = {}
    for name, kind in move.asks:
        place, bare = page_name(name, case), kind.removesuffix("?")
        value: Any = read_structure(form, place, bare) if bare in _STRUCTURED else str(form.get(place, "")).strip()
        if said_by_each(move, name):
            value = str(form.get(own_name(name, case), "")).strip() or value
        if bare in GRIDS:
            value = [one | {name: stated(one[name]) for name in _DAYS[bare] if name in one} for one in value]
        if value or bare == "results":
            answers[name] = value or {}
    return with_lists_added(answers)


def fields_of(case: int, answers: Mapping[str, Any], *, several: bool) -> dict[str, str]:
    """Return the fields of the page that answers were read from."""
    fields: dict[str, str] = {}
    for name, value in without_lists_added(answers).items():
        place = own_name(name, case) if several and ASKING[name].or_each else page_name(name, case)
        if name == JUDGED:
            fields.update({f"{place}.{one['no']}.{cell}": str(text) for one in value for cell, text in one.items()})
        elif name in GRIDS:
            cells = ((f"{place}.{row}.{cell}", text) for row, one in enumerate(value, 1) for cell, text in one.items())
            fields.update({cell: str(text) for cell, text in cells})
        elif name == "results":
            fields.update({f"{place}.{figure}": str(amount) for figure, amount in value.items()})
        else:
            fields[place] = str(value)
    return fields


def paper_day(form: Mapping[str, Any]) -> date | None:
    """Return the day that the paper bears where it is not today's; what is no date is left out."""
    try:
        return date.fromisoformat(str(form.get(PAPER_DAY, "")))
    except ValueError:
        return None


def read_structure(form: Mapping[str, Any], place: str, kind: str) -> Any:
    """Return the rows of a grid or a set of figures from its cells."""
    if kind == "results":
        figures = {name: str(form.get(f"{place}.{name}", "")).strip() for name in RESULTS}
        return {name: value for name, value in figures.items() if value}
    if kind == JUDGED:
        return _judged(form, place)
    rows = []
    for number in range(1, 101):
        cells = {name: str(form.get(f"{place}.{number}.{name}", "")).strip() for name in GRIDS[kind]}
        if any(cells.values()):
            rows.append(cells)
    return rows


def _judged(form: Mapping[str, Any], place: str) -> list[dict[str, str]]:
    """Return the verdict on each measure that the form lists; one press says of the rest that they are as the unit says."""
    rest = TRUE if form.get(f"{place}.rest") or form.get(f"s.{JUDGED}.rest") else ""
    rows = []
    for number in range(1, measures.MOST + 1):
        if form.get(f"{place}.{number}.no"):
            verdict = str(form.get(f"{place}.{number}.verdict", "")) or rest
            why = str(form.get(f"{place}.{number}.why", "")).strip()
            said = {"verdict": verdict, "why": why}
            rows += (
                [{"no": str(number), **{name: text for name, text in said.items() if text}}]
                if any(said.values())
                else []
            )
    return rows


def split_measures(said: str, person: str, department: str) -> list[dict[str, str]]:
    """Return the measures that a ledger's text lists as “1.…；2.…；3.…”, for the plan's grid to begin with."""
    return [
        {"text": part, "person": person, "department": department, "on": "", "check": ""}
        for part in measures.split_measures(said)
    ]
