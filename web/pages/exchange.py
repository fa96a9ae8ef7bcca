"""往来 in the browser: problems down, figures up, in signed files that are downloaded, carried and taken in; nothing goes over a network."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

import clock
from exchange.office import Office
from exchange.overview import CannotSend, overview, report
from exchange.parcel import MOST_BYTES, PROBLEMS, BadParcel
from exchange.sending import Made, send_problems, send_report
from exchange.taking import Came, is_parcel, open_for, take
from states import OFFICE
from storage.engine import reading, writing
from storage.files import TooLarge, keep_file
from web import downloads
from web.acts.files import aside_of, seal
from web.acts.uploads import clean_name
from web.desk import Desk
from web.doorway import AtDesk, Form, NotYours, Number, Signed, must_hold_at_large, note
from web.exchange_office import office_of
from web.viewer import Viewer
from workflow.security import first_words
from workflow.subject import Material

router = APIRouter()
PAGE: Final = "/exchange"
HERE: Final = "/register"
FILE: Final = "m.problem_list"


@router.get(PAGE)
def show(desk: AtDesk, viewer: Signed, took: str = "") -> Response:
    """Show who files go to, what came of them, and the three acts; `took` was just taken in."""
    must_hold_at_large(viewer, OFFICE)
    return _show(desk, viewer, took=took)


def _show(desk: Desk, viewer: Viewer, *, took: str = "", faults: dict[str, str] | None = None) -> Response:
    with reading(desk.engine) as work:
        office = office_of(desk, work.driver, viewer)
        found = overview(work.driver, office, clock.local_date(desk.now()))
    said = next((one for one in found.reported if one.last and str(one.last.id) == took), None)
    return desk.page(
        "exchange.html", viewer, status=422 if faults else 200, here=HERE, found=found, faults=faults or {}, said=said,
    )  # fmt: skip


@router.post(PAGE + "/problems")
def problems(request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Make the file of problems for a lower office, put it on record, and hand it out."""
    must_hold_at_large(viewer, OFFICE)
    try:
        made = send_problems(
            desk.engine,
            _office(desk, viewer),
            _number(form.get("to")),
            _number(form.get("round")),
            viewer.actor,
            desk.now(),
        )
    except CannotSend as why:
        return _show(desk, viewer, faults={"problems": str(why)})
    return _handed_out(request, desk, viewer, made)


@router.post(PAGE + "/reports")
def reports(request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Make the file that reports to an upper office, put it on record, and hand it out."""
    must_hold_at_large(viewer, OFFICE)
    try:
        made = send_report(desk.engine, _office(desk, viewer), _number(form.get("round")), viewer.actor, desk.now())
    except CannotSend as why:
        return _show(desk, viewer, faults={"reports": str(why)})
    return _handed_out(request, desk, viewer, made)


def _office(desk: Desk, viewer: Viewer) -> Office:
    with reading(desk.engine) as work:
        return office_of(desk, work.driver, viewer)


def _number(value: Any) -> int:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19 else 0


def _handed_out(request: Request, desk: Desk, viewer: Viewer, made: Made) -> Response:
    note(desk, viewer, "exchange_sent", request, words=made.what[:500])
    return downloads.made(made.content, clean_name(made.name), "application/octet-stream")


@router.post(PAGE + "/take")
def taken(request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Take a file in: figures at once, problems by the preview of an import."""
    must_hold_at_large(viewer, OFFICE)
    upload = form.get(FILE)
    if not isinstance(upload, UploadFile) or not upload.filename:
        return _show(desk, viewer, faults={"take": "请选择文件"})
    try:
        kept = _kept(desk, upload)
        came = _opened(desk, viewer, kept[1])
        if came.parcel.header.sort != PROBLEMS:
            return _take_report(request, desk, viewer, came)
    except (BadParcel, TooLarge) as why:
        event = why.event if isinstance(why, BadParcel) else "exchange_refused"
        note(desk, viewer, event, request, words=first_words([str(why)]))
        return _show(desk, viewer, faults={"take": f"没有收下：{why}"})
    return RedirectResponse(f"/import?kept={seal([(FILE, kept[0])], desk.secret, viewer.account_id)}", 303)


def _kept(desk: Desk, upload: UploadFile) -> tuple[Material, Path]:
    """Keep the file by its content; what is no such file is not kept."""
    largest = min(desk.settings.config.uploads.largest, MOST_BYTES)
    with tempfile.NamedTemporaryFile(dir=aside_of(desk.settings.home)) as aside:
        while block := upload.file.read(1 << 20):
            aside.write(block)
        aside.flush()
        path = Path(aside.name)
        if not is_parcel(path):
            raise BadParcel("这不是往来文件：往来文件由对方在“往来”页下载，文件名以 .zgx 结尾")
        digest, size = keep_file(desk.settings.home, path, largest)
    shown = clean_name(upload.filename or "")
    return Material("problem_list", digest, shown, size), desk.settings.home / "files" / digest[:2] / digest


def _opened(desk: Desk, viewer: Viewer, path: Path) -> Came:
    with reading(desk.engine) as work:
        office = office_of(desk, work.driver, viewer)
        return open_for(work.driver, office, path, clock.local_date(desk.now()))


def _take_report(request: Request, desk: Desk, viewer: Viewer, came: Came) -> Response:
    with writing(desk.engine) as work:
        office = office_of(desk, work.driver, viewer)
        entered = take(work, office, came, came.parcel.header.stream, viewer.actor, desk.now())
        if entered is None or entered.refusals:
            work.rollback()
        else:
            work.commit()
    if entered is None:
        return _show(desk, viewer, faults={"take": f"这一份已经收过：{came.in_words}"})
    if entered.refusals:
        note(desk, viewer, "exchange_refused", request, words=first_words(entered.refused))
        return _show(desk, viewer, faults={"take": f"没有收下：{'；'.join(entered.refused)}"})
    note(desk, viewer, "exchange_taken", request, words=came.in_words[:500])
    return RedirectResponse(f"{PAGE}?took={entered.row}", 303)


@router.get(PAGE + "/taken/{number}")
def one_report(number: Number, desk: AtDesk, viewer: Signed) -> Response:
    """Show a report problem by problem, as its file says it."""
    must_hold_at_large(viewer, OFFICE)
    with reading(desk.engine) as work:
        office = office_of(desk, work.driver, viewer)
        try:
            found = report(work.driver, office, number, clock.local_date(desk.now()))
        except CannotSend:
            raise NotYours from None
    if found is None:
        raise NotYours
    return desk.page("exchange_report.html", viewer, here=HERE, found=found)
