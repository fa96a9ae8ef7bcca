"""Watching: the mails written, and the health of the house."""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

import clock
from notifications.channels.folder import file_name
from notifications.health import RECENT, given_up, outbox_age
from register.groundwork import calendar_warnings
from states import AUDITOR, OFFICE
from storage.duties import last_runs, ran_at
from storage.engine import file_trouble, reading
from storage.reads.health import scan_lag
from storage.reads.jurisdictions import first_jurisdiction
from storage.reads.mails import letter_of, mail_lines, messages_waiting
from storage.troubles import database_errors, trouble_of
from web.desk import Desk
from web.doorway import AtDesk, NotYours, Number, Signed, must_hold, note_reading
from web.outages import outages
from web.pages.case import cases_for
from web.preparing import rest_of, said_of

router = APIRouter()
PAGE = 100
LATE_SCAN, LATE_POST = 3600, 86_400  # seconds
FAILED = {
    "scan": "上一次扫描没有办成", "report": "上一次拟月报没有办成", "deliver": "上一次寄信没有办成",
    "checkpoint": "检查点未签：流转日志有疑问，或上一次没有签成", "verify": "上一次核验，流转日志不符或没有核验成",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """A mail as it was written: its headers and text."""

    subject: str
    to: str
    text: str


@router.get("/mails")
def mails(desk: AtDesk, viewer: Signed, state: str = "") -> Response:
    """Show the mails of the house with what became of each."""
    must_hold(viewer, OFFICE, AUDITOR)
    with reading(desk.engine) as work:
        driver = work.driver
        lines = mail_lines(
            driver,
            viewer.actor.jurisdiction,
            state if state in ("waiting", "sent", "failed") else None,
            viewer.scope_as(OFFICE, AUDITOR),
            PAGE,
        )
        age = outbox_age(driver, desk.now())
        waits = messages_waiting(driver, viewer.actor.jurisdiction, viewer.scope_as(OFFICE, AUDITOR), PAGE)
        rest = rest_of(desk, ran_at(driver), desk.now())
    return desk.page(
        "mails.html", viewer, here="/mails", lines=lines, state=state, age=age, waits=waits if state in ("", "waiting") else [],
        rests=said_of(rest) if rest.rests else "", stays=desk.mail_stays,
    )  # fmt: skip


@router.get("/mails/{number}")
def mail(number: Number, desk: AtDesk, viewer: Signed) -> Response:
    """Show the letter that brought a notice, as it was written into the folder; only to who may see all its cases."""
    must_hold(viewer, OFFICE, AUDITOR)
    with reading(desk.engine) as work:
        found = letter_of(work.driver, viewer.actor.jurisdiction, number)
        if found is None:
            raise NotYours
        message_id, cases = found
        cases_for(work.driver, viewer, cases, OFFICE, AUDITOR)
    note_reading(desk, viewer, cases, f"邮件 {number}")
    return desk.page("mail.html", viewer, here="/mails", mail=_read(desk.settings.home / "mail", message_id))


def _read(folder: Path, message_id: str) -> Written | None:
    path = folder / file_name(message_id)
    if not path.exists():
        return None
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    body = message.get_body(("plain",))
    return Written(str(message["subject"]), str(message["to"]), body.get_content() if body else "")


@router.get("/healthz")
def health(desk: AtDesk) -> Response:
    """Say how the house is, in JSON whatever the database does; 503 where somebody must look, and why."""
    try:
        wrong = file_trouble(desk.engine)
        found = {"ok": False, "why": wrong.shown} if wrong else _found(desk)
    except database_errors() as error:
        found = {"ok": False, "why": trouble_of(error).shown}
    return JSONResponse(found, status_code=200 if found["ok"] else 503)


def _found(desk: Desk) -> dict[str, Any]:
    now = desk.now()
    with reading(desk.engine) as work:
        driver = work.driver
        runs = last_runs(driver)
        lag, age, failed = scan_lag(driver, clock.micros(now)), outbox_age(driver, now), given_up(driver, now)
        halts = outages(desk, driver)
        warnings = calendar_warnings(driver, first_jurisdiction(driver), clock.local_date(now))
    verified = runs.get("verify")
    why = [
        *([f"扫描落后 {lag} 秒"] if lag >= LATE_SCAN else []),
        *([f"最早一封待寄的邮件等了 {age} 秒"] if age >= LATE_POST else []),
        *([f"最近 {RECENT.days} 天有 {failed} 封邮件寄不出去"] if failed else []),
        *(FAILED[name] for name, (_, well, _) in runs.items() if not well and name in FAILED),
    ]
    return {
        "ok": not why, "why": "；".join(why),
        "scan_lag_seconds": lag, "outbox_age_seconds": age, "mails_failed": failed, "provisional": warnings,
        "outages": [{"from": clock.iso(one.began), "to": clock.iso(one.ended), "suspend": one.href} for one in halts],
        "verified_to": verified[2].get("size") if verified and verified[1] else None,
        "verified_at": clock.iso(clock.from_micros(verified[0])) if verified else None,
        "last_runs": {name: clock.iso(clock.from_micros(at)) for name, (at, _, _) in runs.items()},
    }  # fmt: skip
