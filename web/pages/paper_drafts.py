"""A draft of a paper 文书底稿: as it would be printed, its blanks to be written, checked by another, issued with a signature."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

import clock
from papers.content import Unusable
from papers.drafting import Shown, draft_there, open_first, preview, read
from papers.editing import (
    against_checking,
    against_excusing,
    check,
    countersign,
    countersigns_as,
    excuse,
    put_words,
    refill,
    take_back,
)
from papers.issuing import Order, issue
from papers.kinds import KINDS
from papers.render import DOCX, FORMS, PDF
from register.papers import drafters, issuers, post_for, uncountersigned
from states import GROUP
from storage.engine import reading, writing
from storage.looks import Looks
from storage.reads.accounts import names_of
from storage.reads.cases import shown_cases
from storage.reads.papers import Waiting, series_last_used
from storage.work import Work
from web.acts.files import keep_upload
from web.acts.handling import signature_fault_in
from web.acts.uploads import BadUpload
from web.desk import Desk
from web.doorway import AtDesk, Form, NotYours, Number, Signed, note, note_reading
from web.downloads import FRAMED, made
from web.pages.papers import PLACE, SIGN, numbers_next, sign_scan
from web.papers import drafts_for, press_of, printing, rung_shown
from web.viewer import Viewer
from workflow.refusal import Refusal, sentences
from workflow.security import first_words

router = APIRouter()
BLANK: Final = "blank."
WAS: Final = "was."
DONE: Final = {
    "write": "已保存填写",
    "refill": "已按最新记录重新生成",
    "check": "已核稿",
    "countersign": "已会签",
    "excuse": "已登记",
}


def _draft(work: Work, viewer: Viewer, number: int, desk: Desk) -> tuple[Waiting, Shown]:
    """Return a draft that is there for the viewer; NotYours otherwise."""
    row = draft_there(work.driver, viewer.actor.jurisdiction, number)
    lines = drafts_for(work.driver, viewer, number) if row else []
    if row is None or not lines:
        raise NotYours
    return lines[0], read(work, row, viewer.actor, desk.now())


@router.get(f"{PLACE}/drafts/{{number}}")
def one_draft(number: Number, desk: AtDesk, viewer: Signed, done: str = "") -> Response:
    """Show a draft with what can be done with it; `done` was just done."""
    return _page(desk, viewer, number, done=done)


def _page(
    desk: Desk,
    viewer: Viewer,
    number: int,
    faults: tuple[Refusal, ...] = (),
    given: dict[str, str] | None = None,
    *,
    done: str = "",
) -> Response:
    place, today = viewer.actor.jurisdiction, clock.local_date(desk.now())
    with reading(desk.engine) as work:
        line, shown = _draft(work, viewer, number, desk)
    if not shown.frozen:
        open_first(desk.engine, [shown.row], viewer.actor, desk.now())
        with reading(desk.engine) as work:
            line, shown = _draft(work, viewer, number, desk)
    with reading(desk.engine) as work:
        row, kind = shown.row, shown.kind
        looks, driver = Looks(work.driver), work.driver
        people = looks.at(names_of, [one for one in (row.by, row.checked_by) if one])
        cases = looks.at(shown_cases, place, row.cases)
        writes = post_for(driver, viewer.actor, drafters(kind), row.unit) is not None
        signs = post_for(driver, viewer.actor, issuers(kind), row.unit) is not None
        checks = against_checking(driver, row, viewer.actor) is None and row.checked_by is None
        countersigns = countersigns_as(driver, row, viewer.actor)
        excuses = uncountersigned(kind, row) if against_excusing(driver, row, viewer.actor) is None else ()
        series = numbers_next(driver, place, today) if signs and kind.numbered else []
        last = series_last_used(driver, place, kind.name) if series else None
        names, listed = people(), [one for one in cases() if viewer.scope.covers(one.as_row())]
    note_reading(desk, viewer, row.cases, f"文书底稿《{row.title[:30]}》")
    said = given or {}
    return desk.page(
        "paper_draft.html", viewer, status=422 if faults else 200, here=PLACE, line=line, shown=shown, kind=kind, row=row, names=names, cases=listed,
        writes=writes, signs=signs, checks=checks, mine=row.by in (None, viewer.actor.person_id), series=series, last=last, faults=faults,
        words={one.name: said.get(f"{BLANK}{one.name}", one.written) for one in shown.blanks}, given=said, rung=rung_shown(row.rung), today=today,
        seen=shown.seen, stood={one.name: one.written for one in shown.blanks}, countersigns=countersigns, excuses=excuses,
        by_group=kind.issues == GROUP and not viewer.holds(GROUP), done=DONE.get(done, ""),
    )  # fmt: skip


@router.get(f"{PLACE}/drafts/{{number}}/{{form}}")
def printed(number: Number, form: str, desk: AtDesk, viewer: Signed, look: str = "") -> Response:
    """Print a draft as it stands, to be looked at in the page or taken away; it bears no number."""
    if form not in FORMS and not form.startswith(SIGN):
        raise NotYours
    with reading(desk.engine) as work:
        _, shown = _draft(work, viewer, number, desk)
    note_reading(desk, viewer, shown.row.cases, f"文书底稿《{shown.row.title[:30]}》")
    if form not in FORMS:
        return sign_scan(desk, shown.row.countersigned, form)
    try:
        content = preview(shown, press_of(desk), form)
    except Unusable as why:
        return _page(desk, viewer, number, (Refusal(str(why)),))
    if look and form == PDF:
        return Response(content, media_type=FORMS[PDF], headers=FRAMED)
    return made(content, f"{shown.row.title[:60]}（底稿）.{form if form == PDF else DOCX}", FORMS[form])


@router.post(f"{PLACE}/drafts/{{number}}")
def act_on(number: Number, request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Write the blanks, fill it anew, check it, countersign it, say why somebody did not, give it back, or issue it."""
    step, given = (
        str(form.get("step", "")),
        {name: str(value) for name, value in form.items() if isinstance(value, str)},
    )
    if step == "issue":
        return _issued(request, desk, viewer, number, form, given)
    with writing(desk.engine) as work:
        _, shown = _draft(work, viewer, number, desk)
        faults = _done(work, viewer, shown, step, given, desk, form)
        if faults:
            work.rollback()
        else:
            work.commit()
    if faults:
        note(desk, viewer, "register_denied", request, words=first_words(sentences(faults)))
        return _page(desk, viewer, number, tuple(faults), given)
    gone = step == "back" and shown.row.by in (None, viewer.actor.person_id)
    return RedirectResponse(PLACE if gone else f"{PLACE}/drafts/{number}?done={step}", 303)


def _done(
    work: Work, viewer: Viewer, shown: Shown, step: str, given: dict[str, str], desk: Desk, form: FormData
) -> list[Refusal]:
    row, now, seen = shown.row, desk.now(), given.get("seen", "")
    if step == "write":
        said = {one.name: given.get(f"{BLANK}{one.name}", one.written) for one in shown.blanks}
        return put_words(work, shown, said, viewer.actor, seen, _was(given))
    if step == "refill":
        why = refill(work, row, viewer.actor, now, seen)
    elif step == "check":
        why = check(work, row, viewer.actor, now, seen)
    elif step == "countersign":
        why = countersign(work, row, viewer.actor, now, seen)
    elif step == "excuse":
        why = _excused(work, viewer, shown, given, desk, form)
    elif step == "back":
        why = take_back(work, row, viewer.actor, given.get("reason", ""), now)
    else:
        raise NotYours
    return [why] if why else []


def _was(given: dict[str, str]) -> dict[str, str]:
    """Return what stood in the blanks as they were shown."""
    return {name.removeprefix(WAS): value for name, value in given.items() if name.startswith(WAS)}


def _excused(
    work: Work, viewer: Viewer, shown: Shown, given: dict[str, str], desk: Desk, form: FormData
) -> Refusal | None:
    """Enter why one has not countersigned here, with the file signed on paper where there is one."""
    scan, upload = ("", ""), form.get("scan")
    if isinstance(upload, UploadFile) and upload.filename:
        try:
            digest, name, _ = keep_upload(upload, desk.settings)
        except BadUpload as fault:
            return Refusal(str(fault), "scan")
        scan = digest, name
    sign = (given.get("why", ""), *scan)
    return excuse(work, shown.row, given.get("role", ""), sign, viewer.actor, desk.now(), given.get("seen", ""))


def _issued(
    request: Request, desk: Desk, viewer: Viewer, number: int, form: FormData, given: dict[str, Any]
) -> Response:
    """Issue the draft with the viewer's signature: the next number of the series, on record with the hash of its files."""
    with reading(desk.engine) as work:
        _, shown = _draft(work, viewer, number, desk)
    if fault := signature_fault_in(desk, viewer, form):
        note(desk, viewer, "wrong_signature", request, words=f"签发{KINDS[shown.row.paper].shown}")
        return _page(desk, viewer, number, (Refusal(fault, "password"),), given)
    series = given.get("series", "")
    chosen = int(series) if series.isascii() and series.isdecimal() else None
    order = Order(number, chosen, given.get("reason", "").strip(), given.get("seen", ""))
    entered = issue(desk.engine, desk.settings.home, order, viewer.actor, desk.now(), printing(desk, viewer))
    if entered.refusals:
        note(desk, viewer, "register_denied", request, words=first_words(entered.refused))
        return _page(desk, viewer, number, entered.refusals, given)
    note(desk, viewer, "register_entered", request, words=f"签发{KINDS[shown.row.paper].shown}")
    return RedirectResponse(f"{PLACE}/{entered.row}?done=1", 303)
