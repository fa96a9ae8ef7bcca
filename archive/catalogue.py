"""The lists of a volume, as papers are printed: 卷内目录, and what became of its problems."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from archive.pieces import SPLITS, Filled, Piece
from archive.retention import Retention
from papers.content import Block, Content, Heading, Table, day_of, para
from papers.fonts import Wanted as Fonts
from papers.kinds import LIST, UNIT, Kind
from papers.pdf import as_pdf
from states import ACTIONS, ANSWERS, CHOICES, KINDS, OFFICE, ROLES, STATES
from storage.reads.cases import Shown
from storage.reads.dossiers import Acted, acts_on, measures_in
from storage.sql import Driver
from workflow.judging import said_judged

PRINTED: Final = Kind("catalogue", "目录", UNIT, LIST, OFFICE, (), "")
"""How a list is laid out: across, as other lists are."""
_INSIDE: Final = ("顺序号", "文号", "责任者", "题名", "日期", "页数")
_WIDTHS: Final = (3, 8, 8, 16, 5, 3)
_PROBLEMS: Final = ("编号", "方面", "问题", "责任领导、部门、责任人", "整改措施", "整改时限", "整改类型", "状态")
_ACTS: Final = ("日期", "办理事项", "办理人", "填写的内容")
_APART: Final = ("measures", "results", "case")
"""Kinds of answers that stand elsewhere, or are numbers of the house alone."""


@dataclass(frozen=True, slots=True)
class Line:
    """A piece in its list: which number it has, how many pages, where that can be told, and how long it is kept."""

    number: int
    piece: Piece
    pages: int | None
    note: str = ""


def inside(called: str, lines: Sequence[Line], retention: Retention | None, today: date) -> Content:
    """Return the list of what lies in a volume 卷内目录; of one that is archived also how long each piece is kept."""
    rows = tuple(
        (
            str(one.number), one.piece.number, one.piece.by, one.piece.title, f"{one.piece.on:%Y%m%d}" if one.piece.on else "",
            str(one.pages or ""), *((retention.period(one.piece.kind),) if retention else ()), _remark(one),
        )
        for one in lines
    )  # fmt: skip
    kept = retention is not None
    heads, widths = (*_INSIDE, *(("保管期限",) if kept else ()), "备注"), (*_WIDTHS, *((4,) if kept else ()), 10)
    count = para(f"共 {len(lines)} 件，{day_of(today)}编。", indent=False)
    return _listed(f"卷内目录：{called}", [count, Table(heads, rows, widths)])


def _remark(one: Line) -> str:
    return "；".join(filter(None, (one.piece.remark, one.note)))


def problems(driver: Driver, jurisdiction: int, filled: Filled, unsaid: frozenset[int], today: date) -> Content:
    """Return what became of the problems of a volume: each as it stands, and what was done with it, as far as it is there for who asks."""
    ids = [case.id for case in filled.cases]
    measures = measures_in(driver, ids)
    acts = acts_on(driver, jurisdiction, ids, tuple(ACTIONS))
    rows = tuple(_problem(case, [one.text for one in measures[case.id]]) for case in filled.cases)
    blocks: list[Block] = [
        para(f"共 {len(rows)} 个问题，截至 {day_of(today)}。", indent=False), Table(_PROBLEMS, rows, (3, 6, 14, 8, 12, 6, 5, 5)),
    ]  # fmt: skip
    for case in filled.cases:
        hidden = filled.hidden[case.id]
        done = tuple(_act(one, hidden, said=not (case.id in unsaid and one.action in SPLITS)) for one in acts[case.id])
        blocks += [Heading(f"第 {case.number} 号问题：{case.problem}"), Table(_ACTS, done, (6, 9, 9, 28))]
    return _listed(f"问题整改情况：{filled.volume.called}", blocks)


def printed(content: Content, fonts: Fonts) -> bytes:
    """Return a list as PDF/A."""
    return as_pdf(content, PRINTED, fonts)[0]


def _listed(title: str, blocks: Iterable[Block]) -> Content:
    return Content(title=title, organ="", blocks=tuple(blocks), signed=False, wide=True)


def _problem(case: Shown, measures: Sequence[str]) -> tuple[str, ...]:
    said = "\n".join(f"{no}. {text}" for no, text in enumerate(measures, 1)) if len(measures) > 1 else "".join(measures)
    who = "；".join(filter(None, (case.responsible, case.department, case.person)))
    what = f"{case.problem}：{case.detail}" if case.detail else case.problem
    return (
        case.number,
        case.category,
        what,
        who,
        said,
        _day(case.due_on),
        KINDS.get(case.kind, ""),
        STATES[case.state].shown,
    )


def _act(one: Acted, hidden: frozenset[str], *, said: bool) -> tuple[str, ...]:
    who = one.who or ("定时任务" if one.role == "clock" else "系统操作员")
    role = ROLES.get(one.role, "")
    words = "\n".join(_answers(one.action, one.answers)) if said and one.action not in hidden else ""
    return day_of(one.on), ACTIONS[one.action].shown, f"{who}（{role}）" if role else who, words


def _answers(action: str, answers: Mapping[str, Any]) -> Iterator[str]:
    for name, kind in ACTIONS[action].asks:
        of = kind.rstrip("?").partition(":")[0]
        if answers.get(name) and of not in _APART:
            said = said_judged(answers[name]) if of == "judged" else str(answers[name])
            yield f"{ANSWERS[name]}：{CHOICES.get(said, said) if of == 'choice' else said}"


def _day(value: date | None) -> str:
    return day_of(value) if value else ""
