"""筹备: what is missing before the first round, who does it and where; and a trial letter, sent there and then."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from notifications.settings import mail_settings
from notifications.trial import send_trial
from states import ADMINISTRATORS, OFFICE, SYSADMIN
from storage.engine import reading
from storage.household import read_row
from web.desk import Desk
from web.doorway import AtDesk, Form, Signed, must_hold, must_hold_at_large, note
from web.preparing import steps_of
from web.viewer import Viewer

router = APIRouter()
READERS = (OFFICE, *ADMINISTRATORS)


@router.get("/setup")
def readiness(desk: AtDesk, viewer: Signed) -> Response:
    """List what must be there before the first feedback, and what is missing."""
    return _page(desk, viewer)


def _page(desk: Desk, viewer: Viewer, *, sent: str = "", fault: str = "") -> Response:
    must_hold_at_large(viewer, *READERS)
    with reading(desk.engine) as work:
        steps = steps_of(desk, viewer, work, desk.now())
        person = read_row(work.driver, "person", viewer.actor.jurisdiction, viewer.actor.person_id or 0) or {}
    return desk.page(
        "readiness.html", viewer, status=422 if fault else 200, here="/register", steps=steps, left=sum(not one.done for one in steps), begun=steps[-1].done,
        sent=sent, fault=fault, address=person.get("email") or "", may_try=viewer.holds(SYSADMIN),
        folder=desk.mail_stays,
    )  # fmt: skip


@router.post("/setup/mail")
def trial(request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Send a trial letter to an address, there and then; say what became of it."""
    must_hold(viewer, SYSADMIN)
    address = str(form.get("address", "")).strip()
    settings = desk.settings
    post = mail_settings(settings.config.mail.model_dump(), settings.smtp_password(), settings.home, settings.link)
    fault = send_trial(post, viewer.setting, desk.place_name, viewer.name, address, desk.now())
    note(desk, viewer, "mail_tried", request, words=fault or f"寄给 {address}")
    return _page(desk, viewer, sent="" if fault else address, fault=fault)
