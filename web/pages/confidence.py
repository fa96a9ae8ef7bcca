"""限定知悉: a case is for some roles and people alone; and who has read such cases, for the auditor."""

from __future__ import annotations

from dataclasses import dataclass, field

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

import clock
from register.kinds import KINDS
from register.road import enter
from register.wanted import Wanted
from states import AUDITOR, CASE_ROLES, HANDLER, HEAD, OFFICE, SECRETARY
from storage.confidence import ALWAYS, KIND
from storage.engine import reading, writing
from storage.household import all_rows
from storage.reads.cases import Shown, places_of
from storage.reads.posts import logins_of
from storage.reads.security import Asked, security_lines
from storage.sql import Driver
from web.desk import Desk
from web.doorway import AtDesk, Form, NotYours, Number, Signed, note
from web.pages.case import case_for
from web.viewer import Viewer
from workflow.refusal import sentences
from workflow.security import first_words

router = APIRouter()
MOST = 200
_KIND = KINDS[KIND]


@dataclass(slots=True)
class Circle:
    """Who a case is for: the restriction in force, roles, the people by name; what was filled in wrongly."""

    row: int | None = None
    roles: tuple[str, ...] = (SECRETARY, HANDLER)
    people: str = ""
    reason: str = ""
    faults: list[str] = field(default_factory=list)


@router.get("/cases/{case_id}/restrict")
def form(case_id: Number, desk: AtDesk, viewer: Signed) -> Response:
    """Show for whom the case is, and the form by which that is changed."""
    with reading(desk.engine) as work:
        case = _case(work.driver, viewer, case_id)
        circle = _circle(work.driver, viewer, case_id)
    return _page(desk, viewer, case, circle)


def _case(driver: Driver, viewer: Viewer, case_id: int) -> Shown:
    """Return the case, where its circle is the viewer's to set: the office's, and the head's once there is one."""
    if not viewer.restricts(case_id):
        raise NotYours
    return case_for(driver, viewer, case_id, OFFICE, HEAD)


def _circle(driver: Driver, viewer: Viewer, case_id: int) -> Circle:
    """Return the restriction in force; where there is none, what a new one begins with: the unit and the viewer."""
    for key, row in all_rows(driver, KIND, viewer.actor.jurisdiction):
        if row["case"] == case_id and not row.get("lifted") and isinstance(key, int):
            people = [int(one) for one in (row["people"] or "").split()]
            logins = logins_of(driver, people)
            named = "\n".join(next(iter(logins[one]), str(one)) for one in people)
            return Circle(key, tuple(row["roles"].split()), named)
    return Circle(people=viewer.actor.login)


def _page(desk: Desk, viewer: Viewer, case: Shown, circle: Circle) -> Response:
    return desk.page(
        "restrict.html", viewer, status=422 if circle.faults else 200, here="/cases", case=case, circle=circle, roles=CASE_ROLES, always=ALWAYS
    )  # fmt: skip


@router.post("/cases/{case_id}/restrict")
def restrict(case_id: Number, request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Restrict the case, change for whom it is, or lift that."""
    with writing(desk.engine) as work:
        case = _case(work.driver, viewer, case_id)
        there = _circle(work.driver, viewer, case_id)
        wanted = _wanted(case_id, there, form)
        (entered,) = enter(work, [wanted], viewer.actor, desk.now(), limits=desk.limits)
        work.rollback() if entered.refusals else work.commit()
    words = _KIND.said(_KIND.act(wanted.act))
    if entered.refusals:
        why = sentences(entered.refusals)
        note(desk, viewer, "register_denied", request, case=case_id, words=first_words(why))
        roles = tuple(one for one in form.getlist("roles") if isinstance(one, str))
        given = Circle(there.row, roles, str(form.get("people", "")), wanted.reason, list(why))
        return _page(desk, viewer, case, given)
    note(desk, viewer, "register_entered", request, case=case_id, words=words)
    return RedirectResponse(f"/cases/{case_id}", 303)


def _wanted(case_id: int, there: Circle, form: FormData) -> Wanted:
    reason = str(form.get("reason", "")).strip()
    if form.get("step") == "lift":
        return Wanted(KIND, "lift", there.row or 0, {}, reason)
    roles = " ".join(one for one in form.getlist("roles") if isinstance(one, str))
    fields = {"roles": roles, "people": str(form.get("people", ""))}
    if there.row is not None:
        return Wanted(KIND, "change", there.row, fields, reason)
    return Wanted(KIND, "make", None, {"case": case_id, **fields}, reason)


@router.get("/log/readings")
def readings(desk: AtDesk, viewer: Signed) -> Response:
    """Show who read restricted cases, the newest first: which page or file, when, without a word of theirs."""
    if not viewer.holds_at_large(AUDITOR):
        raise NotYours
    place = viewer.actor.jurisdiction
    with reading(desk.engine) as work:
        lines = security_lines(work.driver, place, Asked(what="read_confided"), MOST)
        places = places_of(work.driver, place, sorted({one.case for one in lines if one.case}))
    return desk.page("readings.html", viewer, here="/log", lines=lines, places=places, most=MOST, at=clock.from_micros)
