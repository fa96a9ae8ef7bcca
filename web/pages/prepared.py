"""Ledgers put aside 准备稿: the list of them, each looked at again, and the second act that brings one in, takes it back or returns it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

import clock
from ledger.brought import Brought
from ledger.prepared import (
    Sending,
    against_sending,
    check,
    day_to_feed_back,
    enclose,
    give_back,
    ledger_of,
    prepared_ledger,
    prepared_ledgers,
    send,
    sheet_of,
    try_out,
)
from ledger.refused import refused
from ledger.sheet import Sheet
from papers.editing import LONGEST
from storage.aside import SENT, WAITING
from storage.engine import reading, writing
from storage.reads.accounts import names_of
from storage.sql import Driver
from storage.tables import PreparedLedger
from storage.tables.ledger import FED_BACK
from web.acts.files import keep_upload
from web.acts.notices import WRITTEN, feedback_of
from web.acts.uploads import BadUpload
from web.desk import Desk
from web.doorway import AtDesk, Form, NotYours, Number, Signed, note
from web.downloads import download
from web.import_wish import Wish, day_in, reply_wanted
from web.pages.importing import PutAside, look, must_prepare, told_done, usual_profile
from web.viewer import Viewer
from workflow.security import first_words
from workflow.subject import Material

router = APIRouter()
PAGE = "/import/prepared/{number}"
LETTERS: Final = ("pdf", "docx", "doc", "wps")


def round_page(name: str) -> str:
    """Return where the feedback of a round is prepared and sent."""
    return f"/import/round?{urlencode({'name': name})}"


@router.get("/import/prepared")
def listed(desk: AtDesk, viewer: Signed) -> Response:
    """Show what waits to be brought in, and what came back; of feedback the rounds with their units."""
    must_prepare(viewer)
    with reading(desk.engine) as work:
        rows = prepared_ledgers(work, viewer.actor)
        lines = _put_aside(work.driver, viewer, rows)
    rounds: dict[str, list[PreparedLedger]] = {}
    for row in rows:
        if row.act == FED_BACK and row.state == WAITING:
            rounds.setdefault(row.round_name, []).append(row)
    return desk.page("prepared.html", viewer, here="/import", lines=lines, rounds=rounds)


@router.get(PAGE)
def one(number: Number, desk: AtDesk, viewer: Signed) -> Response:
    """Look through a ledger again that was put aside: what would come of it now."""
    row = _there(desk, viewer, number)
    return _look(desk, viewer, row)


@router.post(PAGE)
def act(number: Number, request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Bring in what was put aside, take it back, or return it with a reason."""
    row = _there(desk, viewer, number)
    if form.get("step") == "send":
        return _send(request, desk, viewer, row, form)
    if form.get("step") not in ("back", "check", "letter", "make", "no_letter"):
        return _look(desk, viewer, row)
    try:
        letter = _letter(desk, form) if form.get("step") == "letter" else None
        letter = _made(desk, viewer, row, form) if form.get("step") == "make" else letter
    except BadUpload as fault:
        return _look(desk, viewer, row, fault=str(fault))
    with writing(desk.engine) as work:
        if form.get("step") == "check":
            why = check(work, number, viewer.actor, desk.now(), [str(form.get("shown", ""))])
        elif form.get("step") == "back":
            why = give_back(work, number, viewer.actor, str(form.get("reason", "")), desk.now())
        else:
            why = enclose(work, number, letter, viewer.actor)
        if not why:
            work.commit()
    if why:
        note(desk, viewer, "refused", request, action=row.act, words=first_words([why]))
        return _look(desk, viewer, row, against=why)
    return RedirectResponse(_next(row, str(form.get("step"))), 303)


def _next(row: PreparedLedger, step: str) -> str:
    """Return where a step leads: the letter to the same page, all else to the round or the list."""
    if step in ("letter", "make", "no_letter"):
        return f"/import/prepared/{row.id}#letter"
    return round_page(row.round_name) if row.act == FED_BACK else "/import/prepared"


def _letter(desk: Desk, form: FormData) -> Material:
    """Keep the 反馈意见 by its content: a PDF or a document of Word or WPS."""
    upload = form.get("m.opinion_letter")
    if not isinstance(upload, UploadFile) or not upload.filename:
        raise BadUpload("请选择反馈意见的文件（PDF 或 Word）")
    digest, name, size = keep_upload(upload, desk.settings)
    if name.rpartition(".")[2].lower() not in LETTERS:
        raise BadUpload(f"“{name}”不是 PDF 或 Word，请另存后重新上传")
    return Material("opinion_letter", digest, name, size)


def _made(desk: Desk, viewer: Viewer, row: PreparedLedger, form: FormData) -> Material:
    """Return the 反馈意见 as the system makes it of what was prepared; BadUpload says why there is none."""
    words = {name: str(form.get(f"blank.{name}", "")).strip()[:LONGEST] for name in WRITTEN}
    sheet = sheet_of(desk.settings.home, row)
    made = "问题清单还有错误，改好以后再生成" if sheet.faults or row.act != FED_BACK or row.state != WAITING else ""
    found = made or feedback_of(desk, viewer, row, sheet, usual_profile(desk), words)
    if isinstance(found, str):
        raise BadUpload(found)
    return found


@router.get(f"{PAGE}/letter")
def letter(number: Number, desk: AtDesk, viewer: Signed) -> Response:
    """Hand out the 反馈意见 that was put beside a feedback, while it waits; afterwards it is a paper of its cases."""
    row = _there(desk, viewer, number)
    if row.letter is None or row.state == SENT:
        raise NotYours
    return download(desk, row.letter, row.letter_name or "")


@router.get(f"{PAGE}/file")
def file(number: Number, desk: AtDesk, viewer: Signed) -> Response:
    """Hand out the ledger that was put aside, while it waits, to who may look through it."""
    row = _there(desk, viewer, number)
    if row.state != WAITING:
        raise NotYours
    return download(desk, row.sha256, row.name)


def _there(desk: Desk, viewer: Viewer, number: int) -> PreparedLedger:
    must_prepare(viewer)
    with reading(desk.engine) as work:
        row = prepared_ledger(work, number, viewer.actor)
    if row is None:
        raise NotYours
    return row


def _put_aside(driver: Driver, viewer: Viewer, rows: list[PreparedLedger]) -> list[PutAside]:
    names = names_of(driver, sorted({one for row in rows for one in (row.prepared_by, row.checked_by) if one}))
    return [
        PutAside(
            row,
            names[row.prepared_by],
            row.prepared_by == viewer.actor.person_id,
            against_sending(driver, row, viewer.actor),
            names.get(row.checked_by or 0, ""),
        )
        for row in rows
    ]


def _send(request: Request, desk: Desk, viewer: Viewer, row: PreparedLedger, form: FormData) -> Response:
    sheet, day = sheet_of(desk.settings.home, row), day_in(str(form.get("feedback", "")))
    if sheet.faults:
        return _look(desk, viewer, row)
    with writing(desk.engine) as work:
        brought = send(
            work, row.id or 0, sheet, usual_profile(desk), viewer.actor, desk.now(),
            as_said=Sending(day, [str(form.get("shown", ""))], reply_wanted(form)),
        )  # fmt: skip
        if brought.errors:
            work.rollback()
        else:
            work.commit()
    if not brought.errors:
        return told_done(desk, viewer, row.round_name, brought)
    words = first_words([one["message"] for one in brought.errors])
    note(desk, viewer, "refused", request, action=row.act, words=words)
    return _look(desk, viewer, _there(desk, viewer, row.id or 0), sheet, brought)


def _look(
    desk: Desk, viewer: Viewer, row: PreparedLedger, sheet: Sheet | None = None, brought: Brought | None = None, *, against: str = "", fault: str = ""
) -> Response:  # fmt: skip
    # What came in is read where each problem is there for its reader: in the ledger.
    sheet = Sheet() if row.state == SENT else sheet or sheet_of(desk.settings.home, row)
    ledger = ledger_of(row)
    if row.state == WAITING:
        day = day_to_feed_back(row, clock.local_date(desk.now()))
        ledger = replace(ledger, said=replace(ledger.said, feedback_on=day))
    if sheet.faults:
        brought = refused(sheet)
    if brought is None and row.state != WAITING:
        brought = Brought(problems=row.problems)
    if brought is None:
        with writing(desk.engine) as work:
            brought = try_out(work, ledger, sheet, usual_profile(desk), viewer.actor, desk.now())
            work.rollback()
    said = ledger.said
    wish = Wish(
        row.act, row.round_name, row.unit, (said.feedback_on or clock.local_date(row.at)).isoformat(), str(said.writer or ""),
        said=said.meant, topics=said.topics, apart=frozenset(said.apart), file=ledger.file, sheet=sheet,
    )  # fmt: skip
    with reading(desk.engine) as work:
        [put] = _put_aside(work.driver, viewer, [row])
    return look(desk, viewer, wish, brought, put=put, against=against, fault=fault)
