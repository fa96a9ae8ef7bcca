"""The day of feedback 反馈: how far a round's units have come, and the one act that sends those that are ticked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

import clock
from ledger.feeding_back import MOST_AT_ONCE, READY, STANDS, Sent, day_of, planned_day, send_together, together
from ledger.prepared import Sending, puts_aside_as
from states import OFFICE
from storage.engine import reading, writing
from storage.reads.outgoing import last_case
from storage.rows import lock_head
from storage.tables.ledger import FED_BACK
from web.desk import Desk
from web.doorway import AtDesk, Form, NotYours, Signed, must_hold, note
from web.import_wish import LONGEST_NAME, day_in, reply_wanted, usual_reply
from web.outgoing import Outgoing, outgoing
from web.pages.importing import told_done, usual_profile
from web.ticked import ticked
from web.viewer import Viewer
from workflow.security import first_words

router = APIRouter()


@router.get("/import/round")
def of_round(desk: AtDesk, viewer: Signed, name: str = "") -> Response:
    """Show which units of a round are prepared, checked, sent, missing."""
    return _of_round(desk, viewer, name)


@router.post("/import/round")
def send(request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Say what goes to each unit that is ticked, and send it: all of them or none."""
    must_hold(viewer, OFFICE)
    name, today = str(form.get("name", "")), clock.local_date(desk.now())
    numbers, day = ticked(form, "number"), day_in(str(form.get("feedback", "")))
    if why := _against(numbers, day, today):
        return _of_round(desk, viewer, name, form, why)
    do = form.get("step") == "do"
    shown = [str(one) for one in form.getlist("shown")] if do else None
    place = viewer.actor.jurisdiction
    with writing(desk.engine) as work:
        lock_head(work.driver, place)  # what others bring in meanwhile is not shown as theirs
        last = 0 if do else last_case(work.driver)
        profile, reply_by = usual_profile(desk), reply_wanted(form)
        sent = send_together(
            work, name, numbers, desk.settings.home, profile, viewer.actor, desk.now(), Sending(day, shown, reply_by)
        )
        found = together(sent)
        if do and not found.errors:
            work.commit()
        else:
            brings = {} if do or found.errors else outgoing(work.driver, place, last, today)
            usual = usual_reply(work.driver, viewer, profile, today)
            work.rollback()
    if do and not found.errors:
        return told_done(desk, viewer, name, found, [(one.unit, one.brought.created) for one in sent])
    if do:
        words = first_words([one["message"] for one in found.errors])
        note(desk, viewer, "refused", request, action=FED_BACK, words=words)
    return _look(desk, viewer, name, sent, day, brings, usual)


def _against(numbers: Sequence[int], day: date | None, today: date) -> str:
    if not numbers:
        return "请勾选要发送的单位"
    if len(numbers) > MOST_AT_ONCE:
        return f"一次最多发送 {MOST_AT_ONCE} 个单位，请分次发送"
    if day is None:
        return "请填写反馈日期"
    return "反馈日期不能晚于今天：期限从反馈之日起算，反馈会还没有开的，到那一天再发送" if day > today else ""


def _of_round(desk: Desk, viewer: Viewer, name: str, form: FormData | None = None, fault: str = "") -> Response:
    if not name or len(name) > LONGEST_NAME or not puts_aside_as(viewer.actor, FED_BACK):
        raise NotYours
    today = clock.local_date(desk.now())
    with reading(desk.engine) as work:
        found = day_of(work, name, viewer.actor, today)
    if not found.lines:
        raise NotYours
    said = form.get("feedback") if form else None
    return desk.page(
        "prepared_round.html", viewer, status=422 if fault else 200, here="/import", round_name=name, found=found, stands=STANDS, ready=found.count(READY),
        sends=viewer.holds(OFFICE), feedback=said or planned_day(found.lines, today).isoformat(), today=today, fault=fault,
        ticked=set(ticked(form, "number")) if form else None,
    )  # fmt: skip


def _look(
    desk: Desk,
    viewer: Viewer,
    name: str,
    sent: Sequence[Sent],
    day: date | None,
    brings: Mapping[str, Outgoing],
    usual: date,
) -> Response:
    errors = [(one, fault) for one in sent for fault in one.brought.errors]
    said = Counter(words for one in sent for words in set(one.brought.notices) - set(one.brought.alarms))
    return desk.page(
        "prepared_send.html", viewer, status=422 if errors else 200, here="/import", round_name=name, sent=sent, day=day, errors=errors,
        unclaimed=[unit for one in sent for unit in one.brought.unclaimed], found=together(sent),
        brings=brings, usual=usual, today=clock.local_date(desk.now()), stays=desk.mail_stays, shared=[words for words, times in said.items() if times > 1],
    )  # fmt: skip
