"""The tables and words that several papers share: problems P, measures M, progress and results E."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from papers.content import Blank, Cell, Receipt, Table, one_line
from papers.dossier import Dossier, NotThere, Record, day
from results import FEN, LISTS, RESULTS, in_yuan
from states import OFFICE

Column = tuple[str, int, Callable[[Record], Cell]]
"""A column of a table of problems: its head, its share of the line, what it says of one."""


def what(one: Record) -> str:
    """Return a problem in words, with how it showed."""
    return one_line((one.case.problem, one.case.detail), "：")


def due(one: Record) -> str:
    """Return by when, with what it was before an extension."""
    case = one.case
    if case.extensions and case.first_due_on != case.due_on:
        return f"{day(case.due_on)}（原 {day(case.first_due_on)}）"
    return day(case.due_on or case.state_due_on)


def left(one: Record, dossier: Dossier) -> str:
    """Return how many days are left of what the unit owes, or since when it is late."""
    until = one.case.lamp_on
    if until is None or one.done:
        return ""
    days = (until - dossier.today).days
    return f"逾期 {-days} 天" if days < 0 else f"剩 {days} 天" if days else "今天到期"


def results_said(one: Record) -> str:
    """Return what was achieved, as the unit last stated it and as far as it is accepted."""
    found = one.line["results"]
    return "；".join(amount_said(kind, found[kind]) for kind in RESULTS if kind in found)


def amount_said(kind: str, amount: int) -> str:
    """Return a figure of what was achieved in words, with its unit."""
    of = RESULTS[kind]
    return f"{of.shown} {in_yuan(amount) if of.unit == FEN else amount} {of.said_in}"


def listed(one: Record) -> dict[str, list[Mapping[str, str]]]:
    """Return what the unit lists one by one of what was achieved, as it applied last, by the name of the list."""
    applied = one.last("submit", "submit_at_once")
    return {name: applied.answers[name] for name in LISTS if applied and isinstance(applied.answers.get(name), list)}


def measures_said(one: Record) -> str:
    """Return the measures of a case, numbered where there are several."""
    texts = [measure.text for measure in one.measures]
    return texts[0] if len(texts) == 1 else "\n".join(f"{no}. {text}" for no, text in enumerate(texts, start=1))


def people_of(one: Record) -> str:
    """Return who answers: the leader, the department, the person."""
    case = one.case
    return one_line((case.responsible, case.department, case.person))


NUMBER: Final[Column] = ("编号", 3, lambda one: one.case.number)
UNIT: Final[Column] = ("责任单位", 5, lambda one: one.case.unit)
ASPECT: Final[Column] = ("方面", 6, lambda one: one.case.category)
PROBLEM: Final[Column] = ("问题", 9, lambda one: one.case.problem)
DETAIL: Final[Column] = ("具体表现", 10, lambda one: one.case.detail)
WHAT: Final[Column] = ("问题", 12, what)
KIND: Final[Column] = ("整改类型", 4, lambda one: one.kind)
BASIS: Final[Column] = ("定性依据", 6, lambda one: one.case.basis)
AMOUNT: Final[Column] = ("涉及金额", 4, lambda one: one.case.amount)
PEOPLE: Final[Column] = ("责任领导、部门、责任人", 7, people_of)
DUE: Final[Column] = ("整改时限", 7, due)
STATE: Final[Column] = ("现状", 4, lambda one: one.state)
MEASURES: Final[Column] = ("整改措施", 11, measures_said)
DONE_SO_FAR: Final[Column] = ("整改情况", 11, lambda one: one.line.get("said") or "")
RESULTS_SAID: Final[Column] = ("整改成效", 7, results_said)


def table(records: Iterable[Record], *columns: Column, empty: str = "（无）") -> Table:
    """Return a table of problems with these columns, one a row."""
    rows = tuple(tuple(said(one) for _, _, said in columns) for one in records)
    return Table(tuple(name for name, _, _ in columns), rows, tuple(share for _, share, _ in columns), empty)


def several_units(records: Sequence[Record]) -> bool:
    """Say whether the problems are of more than one unit, so that lists must name it."""
    return len({one.case.unit for one in records}) > 1


def problems(records: Sequence[Record], *more: Column) -> Table:
    """Return the table P of problems, with what else is wanted of each."""
    units = (UNIT,) if several_units(records) else ()
    return table(records, NUMBER, *units, ASPECT, WHAT, *more)


def by_aspect(records: Iterable[Record]) -> dict[str, list[Record]]:
    """Return the problems by their aspect 方面, in the order in which the aspects come first."""
    found: dict[str, list[Record]] = {}
    for one in records:
        found.setdefault(one.case.category or "其他方面", []).append(one)
    return found


def write(name: str, hint: str = "") -> Blank:
    """Return a blank that a person fills."""
    return Blank(name, hint)


def beside(name: str, hint: str = "") -> Blank:
    """Return a blank in a table, whose head or label says already what belongs there."""
    return Blank(name, hint, hint or "填写")


def receipt(dossier: Dossier, file: str, receiver: str = "") -> Receipt:
    """Return the receipt 回执 for a paper to the unit, or to another receiver."""
    return Receipt(file, receiver or dossier.unit, dossier.organ(OFFICE))


def day_said(answer: object) -> str:
    """Return a day that was answered as papers write it; what is no day stays as it is."""
    text = str(answer or "")
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text


def numbers(records: Sequence[Record]) -> str:
    """Return the numbers of problems, behind one another."""
    return "、".join(one.case.number for one in records)


def needed(records: Sequence[Record], sentence: str) -> Sequence[Record]:
    """Return the records; NotThere says the sentence where there are none: no paper is made about nothing."""
    if not records:
        raise NotThere(sentence)
    return records
