"""立行立改交办: inspections under way, the form by which something is ordered at once, and what the team prepared for the office."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

import clock
from states import OFFICE, TEAM
from storage.aside import WAITING
from storage.engine import reading, writing
from storage.reads.accounts import names_of
from storage.reads.orders import UnderWay, inspection_named, under_way
from storage.tables import PreparedOrder
from storage.tables.orders import WHERE_IT_IS
from storage.visible import tidy
from storage.work import Work
from web.acts.files import keep_upload, seal, unseal
from web.acts.notices import notice_of
from web.acts.uploads import BadUpload
from web.desk import Desk
from web.doorway import AtDesk, Form, NotYours, Number, Signed, must_hold, note
from web.downloads import download
from web.viewer import Viewer
from workflow.ordering import (
    ORDER,
    Wanted,
    against,
    approve,
    approves,
    give_back,
    in_reach,
    order,
    prepare,
    prepared_order,
    prepared_orders,
    there_for,
    wanted_of,
)
from workflow.refusal import Refusal, sentences
from workflow.security import first_words
from workflow.subject import Material

router = APIRouter()
PLACE: Final = "/orders"
FILE: Final = f"m.{ORDER.needs[0]}"
ASKED: Final = tuple(name for name, _ in ORDER.asks)
MAKE: Final = "make"
DEMAND: Final = "demand"
"""What else is asked for in a notice that the system makes."""
MOST_DEMANDED: Final = 500
WORDS: Final = {"problem": 2000, "detail": 4000, "category": 60}
"""How long each may be that says what the problem is."""


@dataclass(slots=True)
class Page:
    """What stands in the form: the inspection, what was filled in, the notice once it is kept, and what is wrong by field."""

    where: UnderWay
    decides: bool
    """The viewer orders by themselves; else the office approves."""
    said: dict[str, str] = field(default_factory=dict)
    notice: Material | None = None
    faults: list[Refusal] = field(default_factory=list)

    def wanted(self) -> Wanted:
        """Return what is to be ordered."""
        words = {name: self.said.get(name, "") for name in WORDS}
        answers = {name: self.said[name] for name in ASKED if self.said.get(name)}
        return Wanted(self.where.number, answers=answers, notice=self.notice, **words)

    def fault(self, name: str) -> str:
        """Return what is wrong with a field."""
        return "；".join(sentences(one for one in self.faults if one.field == name))


@router.get(PLACE)
def listed(desk: AtDesk, viewer: Signed) -> Response:
    """Show the inspections of which the team is there, what waits for the office, and what came back."""
    must_hold(viewer, OFFICE, TEAM)
    today = clock.local_date(desk.now())
    with reading(desk.engine) as work:
        there = there_for(under_way(work.driver, viewer.actor.jurisdiction, today), viewer.actor)
        rows = prepared_orders(work, viewer.actor)
        units = _units(work, viewer, rows)
        names = names_of(work.driver, sorted({row.prepared_by for row in rows})) if rows else {}
    return desk.page(
        "orders.html", viewer, here=PLACE, there=there, rows=rows, units=units, names=names, decides=viewer.holds(OFFICE)
    )  # fmt: skip


def _units(work: Work, viewer: Viewer, rows: Sequence[PreparedOrder]) -> dict[int, str]:
    found = {
        row.inspection_id: inspection_named(work.driver, viewer.actor.jurisdiction, row.inspection_id) for row in rows
    }
    return {number: one.unit for number, one in found.items() if one}


@router.get("/orders/new/{number}")
def form(number: Number, desk: AtDesk, viewer: Signed) -> Response:
    """Show the form, for who orders in the inspection or prepares that."""
    with reading(desk.engine) as work:
        page = _page_for(desk, work, viewer, number)
    return _shown(desk, viewer, page)


@router.post("/orders/new/{number}")
def sent(number: Number, request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Order it, where the viewer decides; else put it aside for the office."""
    with reading(desk.engine) as work:
        page = _filled(desk, viewer, form, _page_for(desk, work, viewer, number))
    if form.get("step") == MAKE and not page.faults:
        made = notice_of(desk, viewer, page.wanted(), page.said[DEMAND])
        page.notice = made if isinstance(made, Material) else None
        page.faults = made if isinstance(made, list) else []
        return _shown(desk, viewer, page)
    if page.faults:
        return _shown(desk, viewer, page)
    leads_to = _order(desk, viewer, page) if page.decides else _prepare(desk, viewer, page)
    if leads_to:
        return RedirectResponse(leads_to, 303)
    note(desk, viewer, "refused", request, action=ORDER.action, words=first_words(sentences(page.faults)))
    return _shown(desk, viewer, page)


def _page_for(desk: Desk, work: Work, viewer: Viewer, inspection: int) -> Page:
    """Return the empty form of an inspection; NotYours where it is none of theirs."""
    where = inspection_named(work.driver, viewer.actor.jurisdiction, inspection)
    if where is None or not in_reach(viewer.actor, where.place):
        raise NotYours
    page = Page(where, approves(viewer.actor, where.place))
    # Of what may be ordered here at all nothing is filled in first.
    said = [
        one
        for one in against(work, Wanted(inspection, "…"), viewer.actor, desk.now())
        if not one.field and not one.missing
    ]
    page.faults = said
    return page


def _filled(desk: Desk, viewer: Viewer, form: FormData, page: Page) -> Page:
    page.faults = []
    for name in (*WORDS, *ASKED):
        text = str(form.get(name, ""))
        page.said[name] = text.strip() if name in ("problem", "detail") else tidy(text)
    page.faults += [Refusal(f"不超过 {most} 个字", name) for name, most in WORDS.items() if len(page.said[name]) > most]
    page.said[DEMAND] = str(form.get(DEMAND, "")).strip()[:MOST_DEMANDED]
    upload = form.get(FILE)
    try:
        if isinstance(upload, UploadFile) and upload.filename:
            digest, shown, size = keep_upload(upload, desk.settings)
            page.notice = Material(ORDER.needs[0], digest, shown, size)
        else:
            kept = unseal(str(form.get("kept", "")), desk.secret, viewer.account_id, desk.settings.home)
            page.notice = next((one for name, one in kept if name == FILE), None)
    except BadUpload as fault:
        page.faults.append(Refusal(str(fault), ORDER.needs[0]))
    return page


def _order(desk: Desk, viewer: Viewer, page: Page) -> str:
    with writing(desk.engine) as work:
        outcome = order(work, page.wanted(), viewer.actor, desk.now())
        work.commit() if outcome.outcome == "done" else work.rollback()
    page.faults += outcome.refusals
    return f"/cases/{outcome.case}" if outcome.outcome == "done" else ""


def _prepare(desk: Desk, viewer: Viewer, page: Page) -> str:
    with writing(desk.engine) as work:
        number, faults = prepare(work, page.wanted(), viewer.actor, desk.now())
        work.rollback() if number is None else work.commit()
    page.faults += faults
    return "" if number is None else f"{PLACE}/{number}"


def _shown(desk: Desk, viewer: Viewer, page: Page) -> Response:
    kept = seal([(FILE, page.notice)], desk.secret, viewer.account_id) if page.notice else ""
    return desk.page(
        "order.html", viewer, status=422 if page.faults and page.said else 200, here=PLACE, page=page, kept=kept, most=WORDS, notice=ORDER.needs[0],
        general=sentences(one for one in page.faults if one.field not in (*WORDS, *ASKED, ORDER.needs[0])),
        largest=desk.settings.config.uploads.largest // 1024 // 1024,
    )  # fmt: skip


# What was prepared


@router.get("/orders/{number}")
def one(number: Number, desk: AtDesk, viewer: Signed) -> Response:
    """Show what was prepared, with what may be done with it."""
    return _prepared(desk, viewer, number)


@router.get("/orders/{number}/notice")
def notice(number: Number, desk: AtDesk, viewer: Signed) -> Response:
    """Hand out the notice of an order that was prepared."""
    with reading(desk.engine) as work:
        row = _there(work, viewer, number)
    return download(desk, row.sha256, row.name)


@router.post("/orders/{number}")
def decided(number: Number, request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Order what was prepared, give it back with a reason, or take one's own back."""
    if form.get("step") not in ("do", "back"):
        return _prepared(desk, viewer, number)
    with writing(desk.engine) as work:
        _there(work, viewer, number)
        if form.get("step") == "do":
            outcome = approve(work, number, viewer.actor, desk.now())
            said, leads_to = outcome.refused, f"/cases/{outcome.case}"
        else:
            why = give_back(work, number, viewer.actor, str(form.get("reason", "")), desk.now())
            said, leads_to = ((why,) if why else ()), PLACE
        work.rollback() if said else work.commit()
    if not said:
        return RedirectResponse(leads_to, 303)
    note(desk, viewer, "refused", request, action=ORDER.action, words=first_words(said))
    return _prepared(desk, viewer, number, said)


def _there(work: Work, viewer: Viewer, number: int) -> PreparedOrder:
    row = prepared_order(work, number, viewer.actor)
    if row is None:
        raise NotYours
    return row


def _prepared(desk: Desk, viewer: Viewer, number: int, faults: Sequence[str] = ()) -> Response:
    with reading(desk.engine) as work:
        row = _there(work, viewer, number)
        where = inspection_named(work.driver, viewer.actor.jurisdiction, row.inspection_id)
        assert where
        wanted = wanted_of(row)
        decides = approves(viewer.actor, where.place)
        # What is against it now is said before anybody presses.
        ahead = against(work, wanted, viewer.actor, desk.now()) if row.state == WAITING and decides else []
        by = names_of(work.driver, [row.prepared_by])[row.prepared_by]
    answers = [(name, _as_day(said)) for name, said in (wanted.answers or {}).items()]
    return desk.page(
        "order_prepared.html", viewer, status=422 if faults else 200, here=PLACE, row=row, where=where, answers=answers, by=by,
        own=row.prepared_by == viewer.actor.person_id, decides=decides, faults=list(dict.fromkeys((*faults, *sentences(ahead)))),
        stands=WHERE_IT_IS[row.state], waits=row.state == WAITING,
    )  # fmt: skip


def _as_day(said: Any) -> Any:
    try:
        return date.fromisoformat(str(said))
    except ValueError:
        return said
