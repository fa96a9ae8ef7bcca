"""The form of a move, made from its row in the table: which fields, of which kind, filled with what is known."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from starlette.datastructures import FormData

from states import ANSWERS, CHOICES, MATERIALS, Move
from web.acts.days import stated
from web.acts.held import HELD
from workflow.allowed import Span
from workflow.asked import RESULTS

# Asked of every case by itself; everything else is said once for all.
PER_CASE = (
    "responsible",
    "department",
    "person",
    "measure",
    "measures",
    "agreed_on",
    "root_cause",
    "elsewhere",
    "results",
    "measure_no",
    "not_adopted",
    "passed_over",
)
DECISION = ("minute_no", "minute_on")
PAPER_DAY = "s.occurred_on"
MEASURE_FIELDS = ("text", "person", "department", "on", "check", "why")
HINTS = {
    "responsible": "党组织班子成员", "new_on": "重新报送的期限", "root_cause": "为什么会出现这个问题",
    "elsewhere": "在本单位其他地方找过没有，找到什么", "where": "党内和社会的公开位置，如：党务公开栏、政府网站", "scope": "公开或知悉的范围",
    "conclusion": "如：完成；基本完成", "minute_no": "如：领组〔2026〕3号", "reason": "写明事实和依据，对方会看到",
    "measures": "每项措施写明内容、责任人、部门、完成日期和检验方式；完成日期早于反馈之日或超出本类整改时限的，在日期说明里写明理由；可从 Excel 复制多行粘贴",
    "duplicate_of": "理由为“重复”的，选留下来的那个问题",
    "results": "没有的不填；金额单位为元，如 1234.56，也可写 3万元", "figures": "如：修复路灯 17 盏",
}  # fmt: skip


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


def shared_fields(
    move: Move, form: Mapping[str, Any], known: Mapping[str, Any], *, decided: bool = False
) -> list[Field]:
    """Return the fields said once for all cases of the act; `known` fills what the form has not said yet.

    The leading group's decision is asked where one is to be made against 纪委监委 or 组织部 (`decided`).
    """
    asked = [
        _listed(_field(f"s.{name}", name, kind, form.get(f"s.{name}", known.get(name, ""))), known)
        for name, kind in move.asks
        if name not in PER_CASE and (decided or name not in DECISION or "minutes?" not in move.needs)
    ]
    return [replace(one, required=True) if decided and one.name[2:] in DECISION else one for one in asked]


def wanted_papers(move: Move, *, decided: bool) -> list[tuple[str, str, bool]]:
    """Return the papers of the form: kind, words, whether it must be there; the minutes where the group decides."""
    return [
        (need.rstrip("?"), MATERIALS[need.rstrip("?")], not need.endswith("?") or need == "minutes?")
        for need in move.needs
        if not need.endswith("@") and need not in HELD.get(move.action, ()) and (decided or need != "minutes?")
    ]


def _listed(field: Field, known: Mapping[str, Any]) -> Field:
    """Let another case be picked by its words, never by a number that only the system knows."""
    return replace(field, choices=tuple(known.get("near", ()))) if field.kind == "case" else field


def case_fields(move: Move, case: int, form: Mapping[str, Any], known: Mapping[str, Any]) -> list[Field]:
    """Return the fields asked of one case; `known` fills what the form has not said yet."""
    found = []
    for name, kind in move.asks:
        if name not in PER_CASE:
            continue
        page_name = f"c{case}.{name}"
        if kind.startswith(("measures", "results")):
            said = any(one.startswith(f"{page_name}.") for one in form)
            value = read_structure(form, page_name, kind) if said else known.get(name, "")
        else:
            value = form.get(page_name, known.get(name, ""))
        found.append(_field(page_name, name, kind, value))
    return [_chosen(one, known["listed"]) if one.name.endswith(".measure_no") else one for one in found]


def _chosen(field: Field, listed: Sequence[tuple[str, str]]) -> Field:
    """Return the field as a choice among the measures of the plan; a single one is chosen already."""
    only = listed[0][0] if len(listed) == 1 else ""
    return replace(field, kind="choice", value=field.value or only, choices=tuple(listed))


def _field(page_name: str, name: str, kind: str, value: Any) -> Field:
    bare = kind.removesuffix("?")
    choices: tuple[tuple[str, str], ...] = ()
    if bare.startswith("choice:"):
        choices = tuple((word, CHOICES[word]) for word in bare.removeprefix("choice:").split("|"))
        bare = "choice"
    if bare == "results":
        choices = tuple(RESULTS.items())
    if isinstance(value, date):
        value = value.isoformat()
    return Field(page_name, ANSWERS[name], bare, not kind.endswith("?"), value, choices, HINTS.get(name, ""))


def answers_of(move: Move, case: int, form: FormData) -> dict[str, Any]:
    """Return what the form answers for one case; empty fields are left out."""
    answers: dict[str, Any] = {}
    for name, kind in move.asks:
        page_name = f"c{case}.{name}" if name in PER_CASE else f"s.{name}"
        bare = kind.removesuffix("?")
        value: Any = (
            read_structure(form, page_name, bare)
            if bare in ("measures", "results")
            else str(form.get(page_name, "")).strip()
        )
        if bare == "measures":
            value = [{**one, "on": stated(one["on"])} for one in value]
        if value or bare == "results":
            answers[name] = value or {}
    return answers


def fields_of(case: int, answers: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields of the page that answers were read from."""
    fields: dict[str, str] = {}
    for name, value in answers.items():
        page_name = f"c{case}.{name}" if name in PER_CASE else f"s.{name}"
        if name == "measures":
            cells = (
                (f"{page_name}.{row}.{cell}", text) for row, one in enumerate(value, 1) for cell, text in one.items()
            )
            fields.update({cell: str(text) for cell, text in cells})
        elif name == "results":
            fields.update({f"{page_name}.{figure}": str(amount) for figure, amount in value.items()})
        else:
            fields[page_name] = str(value)
    return fields


def paper_day(form: Mapping[str, Any]) -> date | None:
    """Return the day that the paper bears where it is not today's; what is no date is left out."""
    try:
        return date.fromisoformat(str(form.get(PAPER_DAY, "")))
    except ValueError:
        return None


def read_structure(form: Mapping[str, Any], page_name: str, kind: str) -> Any:
    """Return a grid of measures or a set of figures from its cells."""
    if kind.startswith("results"):
        figures = {name: str(form.get(f"{page_name}.{name}", "")).strip() for name in RESULTS}
        return {name: value for name, value in figures.items() if value}
    rows = []
    for number in range(1, 101):
        cells = {name: str(form.get(f"{page_name}.{number}.{name}", "")).strip() for name in MEASURE_FIELDS}
        if any(cells.values()):
            rows.append(cells)
    return rows


def split_measures(said: str, person: str, department: str) -> list[dict[str, str]]:
    """Return the measures that a ledger's text lists as “1.…；2.…；3.…”, for the plan's grid to begin with."""
    parts = [
        part.strip(" ；;。\n")
        for part in re.split(r"(?:(?<=^)|(?<=[；;。\n]))\s*\d{1,2}[.．、]", said)
        if part.strip(" ；;。\n")
    ]
    return [{"text": part, "person": person, "department": department, "on": "", "check": ""} for part in parts[:100]]
