"""The calendar 工作日历 in the browser: year by year in words; a year entered by one and approved by another, with what it moves shown before."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

import clock
from ledger.arrangement import Arranged, Fault, read_arrangement, written_out
from register.arrangements import KIND, MOST_MOVED, asked_days, overview, preview, wanted_fields
from register.asking import ask
from register.kinds import KINDS
from register.may import may_take_back, named
from register.wanted import Wanted
from states import CLOCKS
from storage.calendars import read_calendar
from storage.engine import reading, writing
from storage.looks import Looks
from storage.requests import Asking
from storage.sql import Driver
from web.acts.files import aside_of
from web.deciding import beside_request, decided, waiting_for
from web.desk import Desk
from web.doorway import AtDesk, Form, Number, Signed, must_hold_at_large, note
from web.downloads import CSV, made
from web.viewer import Viewer
from workflow.days.arrangement import Day, faults_in, years_in
from workflow.refusal import sentences
from workflow.security import first_words

router = APIRouter()
PAGE: Final = "/register/calendar"
HERE: Final = "/register"
MOST_FAULTS: Final = 50
RECENT: Final = 3
"""So many years stand open on the page; the rest are folded away."""
LONGEST: Final = 100_000
_SET: Final = KINDS[KIND].act("set")
_ASKED: Final = {(KIND, "set")}


@dataclass(slots=True)
class Wish:
    """What was filled in: the year, the notice, the days as they were pasted; what was read of it, and what is wrong with each field."""

    year: str = ""
    notice: str = ""
    pasted: str = ""
    days: tuple[Day, ...] = ()
    faults: list[tuple[str, str]] = field(default_factory=list)
    """The field and the sentence."""


@router.get(PAGE)
def show(desk: AtDesk, viewer: Signed, sent: str = "") -> Response:
    """Show the years there are, those that lack, and the requests that wait; `sent` was just asked for."""
    must_hold_at_large(viewer, *KINDS[KIND].reads)
    return _show(desk, viewer, sent=sent)


def _show(desk: Desk, viewer: Viewer, *, sent: str = "", said: str = "") -> Response:
    with reading(desk.engine) as work:
        found = overview(work.driver, viewer.actor.jurisdiction, clock.local_date(desk.now()))
    if any(str(one.id) == sent and may_take_back(one, viewer.actor) for one, _ in found.waiting):
        said = f"已送{named(_SET.approves)}审批，由另一人同意后生效"
    return desk.page(
        "calendar.html", viewer, here=HERE, found=found, recent=RECENT, enters=viewer.holds_at_large(*_SET.enters), said=said, place=viewer.actor.jurisdiction,
    )  # fmt: skip


@router.get(PAGE + "/{year}.csv")
def sheet(year: Number, desk: AtDesk, viewer: Signed) -> Response:
    """Send the days of a year to be corrected, or an empty sheet to be filled in."""
    must_hold_at_large(viewer, *KINDS[KIND].reads)
    with reading(desk.engine) as work:
        days = [one for one in read_calendar(work.driver, viewer.actor.jurisdiction) if one[0].year == year]
    return made(written_out(days), f"放假安排{year}.csv", CSV)


@router.get(PAGE + "/enter")
def form(desk: AtDesk, viewer: Signed, year: str = "") -> Response:
    """Show the form of a year, with the days that it has."""
    must_hold_at_large(viewer, *_SET.enters)
    wish = Wish(year if _is_year(year) else "")
    with reading(desk.engine) as work:
        there = read_calendar(work.driver, viewer.actor.jurisdiction)
    if own := [one for one in there if str(one[0].year) == wish.year]:
        wish.pasted = written_out(own).decode("utf-8-sig")
    return _form(desk, viewer, wish)


def _is_year(text: str) -> bool:
    return re.fullmatch(r"20\d\d", text, re.ASCII) is not None


def _form(desk: Desk, viewer: Viewer, wish: Wish) -> Response:
    return desk.page(
        "calendar_enter.html", viewer, status=422 if wish.faults else 200, here=HERE, wish=wish, faults=wish.faults[:MOST_FAULTS],
        count=len(wish.faults), wrong=dict(reversed(wish.faults)),
    )  # fmt: skip


@router.post(PAGE + "/enter")
def step(request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Look the year through, go back to the form, or ask for it."""
    must_hold_at_large(viewer, *_SET.enters)
    wish = _wish(desk, viewer, form)
    if form.get("step") == "edit" or wish.faults:
        return _form(desk, viewer, wish)
    if form.get("step") != "do":
        return _look(desk, viewer, wish)
    fields = wanted_fields(int(wish.year), wish.days, str(form.get("was", "")))
    with writing(desk.engine) as work:
        wanted = Wanted(KIND, "set", viewer.actor.jurisdiction, fields, wish.notice)
        asked = ask(work, wanted, viewer.actor, desk.now())
        work.rollback() if asked.refusals else work.commit()
    if asked.refusals:
        why = sentences(asked.refusals)
        note(desk, viewer, "register_denied", request, words=first_words(why))
        wish.faults = [("pasted", one) for one in why]
        return _form(desk, viewer, wish)
    note(desk, viewer, "register_asked", request, words=f"{KINDS[KIND].said(_SET)}：{wish.year} 年")
    return RedirectResponse(f"{PAGE}?sent={asked.request}", 303)


def _wish(desk: Desk, viewer: Viewer, form: FormData) -> Wish:
    """Read the form: a sheet before what was pasted."""
    year, notice = (str(form.get(name, "")).strip() for name in ("year", "notice"))
    wish = Wish(year, notice, str(form.get("pasted", "")))
    if not _is_year(wish.year):
        wish.faults.append(("year", "请填写年份，如 2027"))
    if not wish.notice:
        wish.faults.append(("notice", "请填写放假通知的文号"))
    upload = form.get("file")
    sent = upload.file.read(LONGEST * 10 + 1) if isinstance(upload, UploadFile) and upload.filename else b""
    if not sent and not wish.pasted.strip():
        wish.faults.append(("pasted", "请粘贴各日，或选择文件"))
    if wish.faults:
        return wish
    arranged = _arranged(desk, sent or wish.pasted[:LONGEST].encode(), int(wish.year))
    wish.days = arranged.days
    if sent and not arranged.faults:
        wish.pasted = written_out(arranged.days).decode("utf-8-sig")
    with reading(desk.engine) as work:
        known = years_in(read_calendar(work.driver, viewer.actor.jurisdiction))
    wish.faults += [
        ("file" if sent else "pasted", _at(row, why)) for row, why in _faults(arranged, int(wish.year), known)
    ]
    return wish


def _arranged(desk: Desk, content: bytes, year: int) -> Arranged:
    with tempfile.NamedTemporaryFile(dir=aside_of(desk.settings.home)) as aside:
        aside.write(content)
        aside.flush()
        return read_arrangement(Path(aside.name), year)


def _faults(arranged: Arranged, year: int, known: Sequence[int]) -> list[Fault]:
    """Return what is wrong, row by row in the order of the sheet: what cannot be read, and what no notice says."""
    judged = faults_in(arranged.days, year, known) if arranged.days else ()
    return sorted([*arranged.faults, *((arranged.rows[place], why) for place, why in judged)])


def _at(row: int, why: str) -> str:
    return f"第 {row} 行：{why}" if row else why


def _look(desk: Desk, viewer: Viewer, wish: Wish) -> Response:
    with reading(desk.engine) as work:
        today, hidden = clock.local_date(desk.now()), viewer.scope.hidden
        found = preview(work.driver, viewer.actor.jurisdiction, int(wish.year), wish.days, today, hidden)
    return desk.page(
        "calendar_check.html", viewer, here=HERE, found=found, most=MOST_MOVED, clocks=CLOCKS, wish=wish, asking=None, by="",
        approvers=named(_SET.approves),
    )  # fmt: skip


@router.get(PAGE + "/requests/{number}")
def waiting(number: Number, desk: AtDesk, viewer: Signed) -> Response:
    """Show a request with what it would do as of now."""
    must_hold_at_large(viewer, *KINDS[KIND].reads)
    with reading(desk.engine) as work:
        return _request(desk, viewer, work.driver, waiting_for(work.driver, viewer, number, _ASKED))


def _request(desk: Desk, viewer: Viewer, driver: Driver, one: Asking, faults: Sequence[str] = ()) -> Response:
    year, days = asked_days(one)
    today, looks = clock.local_date(desk.now()), Looks(driver)
    beside = looks.at(beside_request, viewer, one, today)
    looks.settle()
    found = preview(looks.driver, viewer.actor.jurisdiction, year, days, today, viewer.scope.hidden)
    return desk.page(
        "calendar_check.html", viewer, status=422 if faults else 200, here=HERE, found=found, most=MOST_MOVED, clocks=CLOCKS,
        wish=Wish(str(year), one.reason), faults=faults, **beside(),
    )  # fmt: skip


@router.post(PAGE + "/requests/{number}")
def decide_on(number: Number, request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Approve a year that another asked for, with the moves that follow; turn it down, or take back one's own."""
    must_hold_at_large(viewer, *KINDS[KIND].reads)
    found = decided(request, desk, viewer, number, form, _ASKED)
    if found.faults:
        with reading(desk.engine) as work:
            return _request(desk, viewer, work.driver, found.asking, found.faults)
    year = found.asking.said.get("year")
    note(desk, viewer, f"register_{found.what}", request, words=f"{KINDS[KIND].said(_SET)}：{year} 年")
    said = {
        "approved": f"{year} 年的放假安排已生效，{found.moved} 个问题的期限随之变动，已记入流转日志，不另行通知",
        "taken_back": "申请已撤回", "refused": "没有更新",
    }[found.what]  # fmt: skip
    return _show(desk, viewer, said=said)
