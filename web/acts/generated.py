"""A paper that a move needs, made by the system with one click 由系统生成: the one that was issued, else one filled from the records and the form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from starlette.datastructures import FormData

import clock
from papers.content import Content, Lines
from papers.dossier import Dossier, NotThere
from papers.drafting import GIVEN, draft_there, gathered, put_aside, read, subject_of, with_answers
from papers.filling import filled
from papers.kinds import CASE, KINDS, Kind
from papers.render import PDF, render
from storage.engine import reading, writing
from storage.files import keep_content, place_of
from storage.reads.cases import Shown
from storage.reads.papers import Fitting, newest_draft, newest_issued
from storage.scope import has_it
from storage.sql import Driver
from web.acts.act import Act
from web.acts.faults import FormFault
from web.acts.fields import answers_of
from web.desk import Desk
from web.manners import MANNERS
from web.papers import press_of
from web.viewer import Viewer
from workflow.refusal import Refusal
from workflow.subject import Material

STEP: Final = "make:"


@lru_cache(maxsize=256)
def makes(action: str) -> Mapping[str, Kind]:
    """Return the papers that a move needs and the system makes, by the material as which they come."""
    return {one.material: one for one in KINDS.values() if one.material and action in one.of}


def wanted_in(act: Act, form: FormData) -> Kind | None:
    """Return the paper that the form asks to be made, if it does."""
    step = str(form.get("step", ""))
    return makes(act.move.action).get(step.removeprefix(STEP)) if step.startswith(STEP) else None


def made_for(
    desk: Desk, viewer: Viewer, act: Act, form: FormData, kind: Kind
) -> list[tuple[str, Material]] | list[FormFault]:
    """Return the paper as materials of the act, each with its field: one of each unit, of a case's paper one of each case; or why there is none yet."""
    parts = _parts(act, kind)
    made = [(part, _made(desk, viewer, part, form, kind)) for part in parts]
    if faults := [_beside(one, part, parts) for part, one in made if isinstance(one, FormFault)]:
        return faults
    files = [(part, one) for part, one in made if isinstance(one, Material)]
    if len(parts) == 1:
        return [(f"m.{kind.material}", one) for _, one in files]
    return [(f"e{case.id}.{kind.material}", one) for part, one in files for case in part.cases]


def _parts(act: Act, kind: Kind) -> list[Act]:
    """Return the act by what one paper is about: by the unit that answers and the round, of a case's paper by the case."""
    found: dict[tuple[int, ...], list[Shown]] = {}
    for case in act.cases:
        row = case.as_row()
        # What a unit files for its villages is one paper of its own; what is found in several others is several.
        place = (
            (row.answerable_id, case.round_id)
            if act.move.filing or MANNERS[act.move.action].of_a_round
            else (has_it(row), case.round_id)
        )
        found.setdefault((case.id,) if kind.covers == CASE else place, []).append(case)
    return [replace(act, cases=cases) for cases in found.values()]


def _beside(fault: FormFault, part: Act, parts: Sequence[Act]) -> FormFault:
    """Return what is against a paper, with its unit where there are several."""
    return fault if len(parts) == 1 else replace(fault, sentence=f"{part.cases[0].unit}：{fault.sentence}")


def _made(desk: Desk, viewer: Viewer, act: Act, form: FormData, kind: Kind) -> Material | FormFault:
    now = desk.now()
    with reading(desk.engine) as work:
        there = newest_issued(work.driver, viewer.actor.jurisdiction, _fitting(act, kind))
        kept = place_of(desk.settings.home, there[0]) if there else None
        if there and kept and kept.exists():
            return Material(kind.material, there[0], there[1], kept.stat().st_size)
        content = _written(work, viewer, _fitting(act, kind), now)
    if content is None:
        found = _filled(desk, viewer, act, form, kind)
        if isinstance(found, FormFault):
            return found
        content = found
    pdf = render(kind.name, content, PDF, press_of(desk)).content
    return Material(kind.material, keep_content(desk.settings.home, pdf), f"{content.title[:60]}.pdf", len(pdf))


def _unit(act: Act) -> int:
    """Return the unit that a paper of the act is about: that of its cases, or what answers for them where they are of several."""
    having = {has_it(case.as_row()) for case in act.cases}
    return having.pop() if len(having) == 1 else act.cases[0].as_row().answerable_id


def _fitting(act: Act, kind: Kind) -> Fitting:
    case = act.cases[0]
    listed = {one.id for one in act.cases}
    return Fitting(kind.name, _unit(act), case.as_row().answerable_id, case.round_id, listed, kind.material)


def _written(work: Any, viewer: Viewer, fitting: Fitting, now: datetime) -> Content | None:
    """Return the draft that waits and fits, where all is written that a person writes."""
    number = newest_draft(work.driver, viewer.actor.jurisdiction, fitting)
    row = draft_there(work.driver, viewer.actor.jurisdiction, number) if number else None
    shown = read(work, row, viewer.actor, now) if row else None
    return shown.content if shown and all(one.written for one in shown.blanks) else None


def _filled(desk: Desk, viewer: Viewer, act: Act, form: FormData, kind: Kind) -> Content | FormFault:
    """Fill it from the records and what the form says; what a person must still write is put aside as a draft."""
    field, case, now = f"m.{kind.material}", act.cases[0], desk.now()
    with writing(desk.engine) as work:
        subject = subject_of(
            work.driver,
            viewer.actor.jurisdiction,
            _unit(act),
            case.round_id,
            case.id if kind.covers == CASE else None,
        )
        try:
            dossier = _dossier(work.driver, viewer, act, form, kind, subject, now)
            content = filled(dossier)
        except NotThere as why:
            work.rollback()
            return FormFault(str(why), field)
        by_hand = any(isinstance(one, Lines) for one in content.blocks)
        missing = [one.name for one in content.blanks if one.name not in GIVEN]
        if not by_hand and not missing:
            work.rollback()
            return content
        if newest_draft(work.driver, viewer.actor.jurisdiction, _fitting(act, kind)) is None:
            put = put_aside(work, dossier, subject, content, viewer.actor, now)
            if isinstance(put, Refusal):
                work.rollback()
                return FormFault(put.sentence, field)
            work.commit()
    if by_hand:
        return FormFault(f"“{kind.shown}”要手写：底稿已放在“文书”里，印出来手写、签名，扫描以后在这里上传", field)
    return FormFault(
        f"“{kind.shown}”还有 {len(missing)} 处要人填写（{'、'.join(missing[:4])}）：底稿已放在“文书”里，填好再点一次“由系统生成”",
        field,
    )


def _dossier(
    driver: Driver, viewer: Viewer, act: Act, form: FormData, kind: Kind, subject: Any, now: datetime
) -> Dossier:
    cases = [one.id for one in act.cases]
    answers = {case: answers_of(act.move, case, form) for case in cases}
    return with_answers(
        gathered(driver, kind, subject, viewer.actor, clock.local_date(now), cases),
        act.move.action,
        answers,
        viewer.actor,
    )
