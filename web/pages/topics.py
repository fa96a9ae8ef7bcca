"""The topics 专题 of one problem: which it is marked with, and a form of all there are; each mark and each taken back has its entry."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from register.kinds import KINDS
from register.road import enter
from register.wanted import Entered, Wanted
from states import OFFICE
from storage.engine import reading, writing
from storage.reads.cases import Shown
from storage.reads.dictionaries import dictionaries_of, marks_of
from storage.sql import Driver
from storage.visible import tidy
from web.desk import Desk
from web.doorway import AtDesk, Form, Number, Signed, must_hold_at_large, note, note_reading
from web.pages.case import case_for
from web.viewer import Viewer
from workflow.security import first_words

router = APIRouter()
PAGE = "/cases/{case_id}/topics"
MOST = 20


@router.get(PAGE)
def form(case_id: Number, desk: AtDesk, viewer: Signed) -> Response:
    """Show the topics that there are, those of the case ticked."""
    with reading(desk.engine) as work:
        case = _case(work.driver, viewer, case_id)
        page = _form(desk, viewer, work.driver, case)
    note_reading(desk, viewer, [case_id], "专题标注")
    return page


def _case(driver: Driver, viewer: Viewer, number: int) -> Shown:
    """Return the case; the register is the whole jurisdiction's, and so is who enters there."""
    must_hold_at_large(viewer, *KINDS["topic"].act("make").enters)
    return case_for(driver, viewer, number, OFFICE)


def _form(desk: Desk, viewer: Viewer, driver: Driver, case: Shown, faults: tuple[str, ...] = ()) -> Response:
    marked = marks_of(driver, case.id)
    there = dictionaries_of(driver, viewer.actor.jurisdiction).topics()
    return desk.page(
        "topics.html", viewer, status=422 if faults else 200, here="/cases", case=case, marked=marked,
        topics=list(dict.fromkeys((*there, *marked))), faults=faults,
    )  # fmt: skip


@router.post(PAGE)
def change(case_id: Number, request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Mark the case with what is ticked, and take back what is ticked no more."""
    said = [tidy(one) for one in (*form.getlist("topic"), form.get("other")) if isinstance(one, str)]
    wanted = [one for one in dict.fromkeys(said) if one][:MOST]
    with writing(desk.engine) as work:
        case = _case(work.driver, viewer, case_id)
        marked = marks_of(work.driver, case.id)
        entries = [
            Wanted("topic", "make", None, {"case_id": case.id, "topic": one}) for one in wanted if one not in marked
        ]
        entries += [Wanted("topic", "drop", row) for topic, row in marked.items() if topic not in wanted]
        outcomes: list[Entered] = enter(work, entries, viewer.actor, desk.now()) if entries else []
        faults = tuple(dict.fromkeys(sentence for one in outcomes for sentence in one.refused))
        if entries and not faults:
            work.commit()
        else:
            work.rollback()
    if faults:
        note(desk, viewer, "register_denied", request, case=case_id, words=first_words(faults))
        with reading(desk.engine) as work:
            page = _form(desk, viewer, work.driver, case, faults)
        note_reading(desk, viewer, [case_id], "专题标注")
        return page
    if entries:
        note(
            desk,
            viewer,
            "register_entered",
            request,
            case=case_id,
            words=KINDS["topic"].shown,
        )
    return RedirectResponse(f"/cases/{case_id}", 303)
