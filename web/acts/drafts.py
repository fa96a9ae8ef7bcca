"""What somebody prepared: shown exactly as it will be recorded, confirmed by another, or taken down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

import clock
from states import ACTIONS, ARROWS
from storage.engine import reading, writing
from storage.looks import Looks
from storage.put_aside import LONGEST_REASON
from storage.reads.drafts import returned_before
from storage.reads.reviews import last_said
from storage.reads.timeline import entries_after
from storage.rows import CaseRow
from storage.tables import Draft
from storage.work import Work
from web.acts.changes import changes
from web.acts.done import done_page
from web.acts.faults import of_cases
from web.acts.handling import note_refused, signature_fault_in
from web.acts.prepared import draft_of, files_of, prepared
from web.acts.proofs import seal_texts, unseal_texts
from web.desk import Desk
from web.doorway import AtDesk, Form, NotYours, Number, Signed, note, note_reading, withhold
from web.downloads import download, in_place
from web.viewer import Viewer
from workflow.drafts import confirm_batch, may_confirm, take_down, unpacked
from workflow.may import hidden_from
from workflow.subject import Material

router = APIRouter()
UNSEEN = "没有看过的不能确认：请核对以下内容，再输入密码。"


@router.get("/drafts/{number}")
def draft_page(number: Number, desk: AtDesk, viewer: Signed) -> Response:
    """Show what was prepared, as it would be recorded now; what several sign has a page of its own."""
    return _page(desk, viewer, number)


@router.get("/drafts/{number}/files/{place}")
def draft_file(number: Number, place: Number, desk: AtDesk, viewer: Signed) -> Response:
    """Hand out a file of what was prepared: who is to sign for it reads it first."""
    file = _file(desk, viewer, number, place)
    return download(desk, file.sha256, file.name)


@router.get("/drafts/{number}/files/{place}/view")
def draft_file_in_place(number: Number, place: Number, desk: AtDesk, viewer: Signed) -> Response:
    """Show such a file in place, above what is signed."""
    file = _file(desk, viewer, number, place)
    return in_place(desk, file.sha256, file.name)


def _file(desk: Desk, viewer: Viewer, number: int, place: int) -> Material:
    with reading(desk.engine) as work:
        row, act = draft_of(work, viewer, number)
        files = files_of(row)
        if place >= len(files):
            raise NotYours
        withhold(work.driver, viewer, files[place].sha256)
    note_reading(desk, viewer, [case.id for case in act.cases], f"起草件 {number} 的文件 {place + 1}")
    return files[place]


@router.post("/drafts/{number}")
def decide(number: Number, request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Confirm what was prepared, or take it down."""
    with reading(desk.engine) as work:
        row, act = draft_of(work, viewer, number)
    if form.get("step") == "drop":
        return _drop(desk, viewer, number, str(form.get("reason", "")))
    today = clock.local_date(desk.now())
    signed = unseal_texts(form.get("shown"), desk.secret, viewer.account_id, today).get(number)
    if (
        signed is None
        and row.state == "open"
        and may_confirm(row.action, row.prepared_by, [c.as_row() for c in act.cases], viewer.actor)
    ):
        return _page(desk, viewer, number, fault=UNSEEN, status=422)
    fault = signature_fault_in(desk, viewer, form) if act.move.wants_signature else ""
    if fault:
        note(desk, viewer, "wrong_signature", request, action=row.action, case=row.case_id)
        return _page(desk, viewer, number, fault=fault, status=422)
    with writing(desk.engine) as work:
        outcomes = confirm_batch(work, number, viewer.actor, desk.now(), key=row.key, signed=signed)
        work.commit()
    if any(one.outcome in ("refused", "stale") for one in outcomes):
        words = "；".join(dict.fromkeys(s for one in outcomes for s in one.refused))
        status = 409 if any(one.outcome == "stale" for one in outcomes) else 422
        note_refused(desk, viewer, request, row.action, outcomes)
        return _page(desk, viewer, number, fault=words, status=status)
    return done_page(desk, viewer, act, outcomes)


def _page(
    desk: Desk, viewer: Viewer, number: int, *, fault: str = "", against: str = "", status: int = 200
) -> Response:
    now = desk.now()
    with reading(desk.engine) as work:
        row, act = draft_of(work, viewer, number)
        if act.move.cosigned:
            return RedirectResponse(f"/handovers/{number}", 303)
        [one] = prepared(work, viewer, [(row, act)], desk.settings.home, now)
        before = {case.id: _before(work, viewer, row, case.as_row()) for case in act.cases}
        looks, waiting = Looks(work.driver), act.cases if row.state == "open" else []
        found = {case.id: looks.at(entries_after, case.id, at=clock.micros(row.at)) for case in waiting}
        since = {case: entries() for case, entries in found.items()}
    rows = [
        replace(each, altered=changes(before[each.case.id], each.intent.answers) if before[each.case.id] else {})
        for each in one.whole.rows
    ]
    note_reading(desk, viewer, [case.id for case in act.cases], f"起草件 {number}")
    ended = one.mine and row.state == "dropped"
    return desk.page(
        "drafts.html", viewer, status=status, here="/", draft=row, act=act, one=one, rows=rows, fault=fault, against=against,
        since=since, blocked=of_cases(act.move, act.cases, one.refused),
        shown=seal_texts({number: one.text}, desk.secret, viewer.account_id, clock.local_date(now)),
        again=[case for case in act.cases if (case.state, row.action) in ARROWS] if ended else [],
    )  # fmt: skip


def _drop(desk: Desk, viewer: Viewer, number: int, reason: str) -> Response:
    with writing(desk.engine) as work:
        row, act = draft_of(work, viewer, number)
        cases = [case.as_row() for case in act.cases]
        if row.prepared_by != viewer.actor.person_id and not may_confirm(
            row.action, row.prepared_by, cases, viewer.actor
        ):
            raise NotYours
        against = take_down(work, number, viewer.actor, reason[:LONGEST_REASON])
        work.commit()
    if against:
        return _page(desk, viewer, number, against=against, status=422)
    return RedirectResponse("/", 303)


def _before(work: Work, viewer: Viewer, row: Draft, case: CaseRow) -> Mapping[str, Any]:
    """Return what stood there before this draft: the one that was returned since, else what the act last recorded."""
    if row.action in hidden_from(viewer.actor, case):
        return {}
    last = returned_before(work, row, case.id)
    if last is None:  # each split takes off another part: what the one before said was no earlier form of it
        return {} if ACTIONS[row.action].splits else last_said(work.driver, case.id, row.action)
    return next((one.answers for one in unpacked(last) if one.case_id == case.id), {})
