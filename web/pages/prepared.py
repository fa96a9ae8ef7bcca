"""Ledgers put aside 准备稿: the list of them, each looked at again, and the second act that brings one in, takes it back or returns it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

import clock
from ledger.brought import Brought, refused
from ledger.prepared import (
    against_sending,
    give_back,
    ledger_of,
    prepared_ledger,
    prepared_ledgers,
    send,
    sheet_of,
    try_out,
)
from ledger.sheet import Sheet
from storage.engine import reading, writing
from storage.reads.accounts import names_of
from storage.sql import Driver
from storage.tables import PreparedLedger
from storage.tables.ledger import OPEN
from web.desk import Desk
from web.doorway import AtDesk, Form, NotYours, Number, Signed, note
from web.import_wish import Wish
from web.pages.importing import PutAside, look, must_prepare, told_done, usual_profile
from web.viewer import Viewer
from workflow.security import first_words

router = APIRouter()
PAGE = "/import/prepared/{number}"


@router.get("/import/prepared")
def listed(desk: AtDesk, viewer: Signed) -> Response:
    """Show what waits to be brought in, and what came back."""
    must_prepare(viewer)
    with reading(desk.engine) as work:
        rows = prepared_ledgers(work, viewer.actor)
        lines = _put_aside(work.driver, viewer, rows)
    return desk.page("prepared.html", viewer, here="/import", lines=lines)


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
        return _send(request, desk, viewer, row)
    if form.get("step") != "back":
        return _look(desk, viewer, row)
    with writing(desk.engine) as work:
        why = give_back(work, number, viewer.actor, str(form.get("reason", "")), desk.now())
        if not why:
            work.commit()
    return _look(desk, viewer, row, against=why) if why else RedirectResponse("/import/prepared", 303)


def _there(desk: Desk, viewer: Viewer, number: int) -> PreparedLedger:
    must_prepare(viewer)
    with reading(desk.engine) as work:
        row = prepared_ledger(work, number, viewer.actor)
    if row is None:
        raise NotYours
    return row


def _put_aside(driver: Driver, viewer: Viewer, rows: list[PreparedLedger]) -> list[PutAside]:
    names = names_of(driver, sorted({row.prepared_by for row in rows}))
    return [
        PutAside(
            row,
            names[row.prepared_by],
            row.prepared_by == viewer.actor.person_id,
            against_sending(row, viewer.actor),
        )
        for row in rows
    ]


def _send(request: Request, desk: Desk, viewer: Viewer, row: PreparedLedger) -> Response:
    sheet = sheet_of(desk.settings.home, row)
    if sheet.faults:
        return _look(desk, viewer, row)
    with writing(desk.engine) as work:
        brought = send(work, row.id or 0, sheet, usual_profile(desk), viewer.actor, desk.now())
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
    desk: Desk, viewer: Viewer, row: PreparedLedger, sheet: Sheet | None = None, brought: Brought | None = None, *, against: str = ""
) -> Response:  # fmt: skip
    sheet = sheet or sheet_of(desk.settings.home, row)
    ledger = ledger_of(row)
    if sheet.faults:
        brought = refused(sheet)
    if brought is None and row.state != OPEN:
        brought = Brought(problems=len(sheet.rows))
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
    return look(desk, viewer, wish, brought, put=put, against=against)
