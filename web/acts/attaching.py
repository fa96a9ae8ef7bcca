"""Evidence attached to a case as it comes, before the submission that names it."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from storage.engine import reading, writing
from storage.evidence import attach, detach
from storage.reads.cases import Shown
from storage.reads.materials import attached_count
from storage.rows import CaseRow, lock_cases
from storage.sql import Driver
from web.acts.files import keep_uploads, sent_ahead
from web.acts.sending import taken
from web.acts.uploads import BadUpload
from web.desk import Desk
from web.doorway import AtDesk, Form, NotYours, Number, Signed
from web.pages.case import case_for
from web.viewer import Viewer
from workflow.may import attaches

router = APIRouter()
MOST = 60


def _open_case(desk: Desk, viewer: Viewer, case_id: int) -> Shown:
    """Return the case while evidence may be attached to it; NotYours otherwise."""
    with reading(desk.engine) as work:
        case = case_for(work.driver, viewer, case_id)
    if not attaches(viewer.actor, case.as_row()):
        raise NotYours
    return case


def _held(driver: Driver, viewer: Viewer, case_id: int) -> CaseRow:
    """Lock the case, so that no move is signed meanwhile, and return it as it stands; NotYours when it has moved on."""
    row = lock_cases(driver, viewer.actor.jurisdiction, [case_id]).get(case_id)
    if row is None or not attaches(viewer.actor, row):
        raise NotYours
    return row


@router.post("/cases/{case_id}/files")
def send(case_id: Number, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Keep a file while the form is still open; it belongs to no case before the form is sent."""
    _open_case(desk, viewer, case_id)
    return taken(desk, viewer, form)


@router.post("/cases/{case_id}/materials")
def add(case_id: Number, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Keep the files with the case; a file that is refused is named, and none of the lot is kept."""
    case = _open_case(desk, viewer, case_id)
    try:
        ahead = sent_ahead(form, desk.secret, viewer.account_id, desk.settings.home)
        files = [material for _, material in [*ahead, *keep_uploads(form, desk.settings)]]
    except BadUpload as fault:
        return _refused(desk, viewer, case, str(fault))
    measure = str(form.get("measure", ""))
    with writing(desk.engine) as work:
        driver = work.driver
        row = _held(driver, viewer, case_id)
        if attached_count(driver, case_id) + len(files) > MOST:
            return _refused(desk, viewer, case, f"一个问题待报送的佐证材料不超过 {MOST} 份")
        for one in files:
            attach(
                driver,
                case_id,
                row.cycle,
                int(measure) if measure.isdecimal() and len(measure) < 4 else None,
                one.sha256,
                one.name,
                one.size,
                viewer.actor.person_id,
            )
        work.commit()
    return RedirectResponse(f"/cases/{case_id}#materials", 303)


def _refused(desk: Desk, viewer: Viewer, case: Shown, sentence: str) -> Response:
    return desk.page("upload_refused.html", viewer, status=422, here="/cases", case=case, sentence=sentence)


@router.post("/cases/{case_id}/materials/{number}/remove")
def remove(case_id: Number, number: Number, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Take back a file that no entry has named yet."""
    del form
    _open_case(desk, viewer, case_id)
    with writing(desk.engine) as work:
        _held(work.driver, viewer, case_id)
        if not detach(work.driver, case_id, number):
            raise NotYours
        work.commit()
    return RedirectResponse(f"/cases/{case_id}#materials", 303)
